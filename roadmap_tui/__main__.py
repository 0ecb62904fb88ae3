"""The entry of the program: ``roadmap-tui``, or ``python -m roadmap_tui``."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the program with the arguments it was given; ends by SystemExit with the exit code."""
    if sys.platform == "win32":
        # Before anything else is loaded: the locks of the journal do not exist there.
        sys.stderr.write("roadmap-tui: Windows: it does not run there; use it inside WSL\n")
        sys.exit(2)
    # A command is over before any garbage matters, and looking for it, while loading and again at
    # the end, takes a seventh of its time. The screen turns it on again once it is drawn.
    gc.disable()
    try:
        from roadmap_tui.cli import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
