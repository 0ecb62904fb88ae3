"""Other programs of the terminal beside ours, on a list of as many lines, where they are installed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean, median

from content import tasks
from pairs import Line, interleaved
from terminal import Session

Numbers = dict[str, float]

# How each is started on the list, in a folder of its own, and the key that goes a line down.
PEERS: dict[str, tuple[list[str], str]] = {
    "vim": (["vim", "-u", "NONE", "-N", "README.md"], "j"),
    "less": (["less", "README.md"], "j"),
    "lazygit": (["lazygit"], "j"),
    "dooit": (["dooit"], "j"),
}


def against_peers(
    environment: dict[str, str], folder: Path, count: int, ours: Callable[[], Numbers]
) -> Iterator[Line]:
    """A few lines for each peer that is on the path; a word on stderr for each that is not."""
    home = folder / "peers"
    home.mkdir(exist_ok=True)
    (home / "README.md").write_bytes(tasks(127))
    for name, (command, key) in PEERS.items():
        path = shutil.which(name, path=environment.get("PATH"))
        if path is None:
            print(f"bench: {name} is not installed: it is left out", file=sys.stderr)
            continue
        theirs = _measured([path, *command[1:]], key, environment | {"HOME": str(home)}, home)
        found = interleaved(ours, theirs, count)
        for what, unit in (("settled", "ms"), ("key", "ms"), ("bytes", "B")):
            pairs = [(one[what], other[what]) for one, other in found]
            yield Line(f"{what if what != 'bytes' else 'bytes of a key'} / {name}", pairs, unit, None)


def _measured(
    command: list[str], key: str, environment: dict[str, str], folder: Path
) -> Callable[[], Numbers]:
    def measure() -> Numbers:
        with Session(command, environment, folder=str(folder)) as session:
            settled = session.settle()
            answers = [session.press(key) for _ in range(12)]
        return {
            "settled": settled,
            "key": median(answer.ms for answer in answers),
            "bytes": fmean(answer.bytes for answer in answers),
        }

    return measure
