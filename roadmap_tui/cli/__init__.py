"""The command line: one module per command, named after the command, and shared modules."""

from roadmap_tui.cli.main import run

__all__ = ["run"]
