"""Import 5,000 items, then their next version: prints the seconds of an import and of a reconciliation.

Runs in the interpreter the program is installed in, in a process of its own. The argument says how often.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

from content import tasks

from roadmap_tui.core.importers.markdown import read_markdown
from roadmap_tui.core.roadmap.update import update_roadmap

COUNT = 5_000


def main() -> None:
    """Print a pair a line."""
    before, after = tasks(COUNT), tasks(COUNT, version=2)
    for _ in range(int(sys.argv[1])):
        begin = perf_counter()
        old = read_markdown(
            before, "README.md", items="auto", strict=False, base_url="", roadmap_id=""
        ).roadmap
        imported = perf_counter() - begin
        new = read_markdown(
            after, "README.md", items="auto", strict=False, base_url="", roadmap_id=""
        ).roadmap
        begin = perf_counter()
        update_roadmap(old, new, has_progress=lambda _: True)
        print(json.dumps([imported * 1000, (perf_counter() - begin) * 1000]))


if __name__ == "__main__":
    main()
