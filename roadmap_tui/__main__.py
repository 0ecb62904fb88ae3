"""The entry point of the program: ``roadmap-tui``, or ``python -m roadmap_tui``."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the program with the command-line arguments. Raises SystemExit with the exit code."""
    if sys.platform == "win32":
        # Check before loading anything else: Windows lacks the file locks that the journal needs.
        sys.stderr.write("roadmap-tui: does not run on Windows; use WSL\n")
        sys.exit(2)
    # A command ends before garbage matters, and collecting it, during imports and again at exit,
    # takes a seventh of its time. The screen turns collection on again once it is drawn.
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
