"""The group of all commands."""

from __future__ import annotations

from roadmap_tui.cli.commands import COMMANDS
from tests.cli.program_runs import ROOT


def test_the_documentation_lists_every_command() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    table = page[page.index("| Command | What it does |") :].split("\n\n")[0]
    assert [name for name in COMMANDS if f"`{name}" not in table] == []
