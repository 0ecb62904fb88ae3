"""The command line: one module per command, named after it, and what the commands share."""

from roadmap_tui.cli.main import run

__all__ = ["run"]
