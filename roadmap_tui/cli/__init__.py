"""The command line: parse, call, print, exit code."""

from roadmap_tui.cli.main import run

__all__ = ["run"]
