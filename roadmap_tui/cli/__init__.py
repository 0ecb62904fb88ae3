"""The command line: parse, call, print, exit code."""

from roadmap_tui.cli.ends import run

__all__ = ["run"]
