"""The group of all commands."""

from __future__ import annotations

from roadmap_tui.cli.commands import COMMANDS
from tests.cli.program_runs import ROOT


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    table = readme[readme.index("| Command | What it does |") :].split("\n\n")[0]
    assert [name for name in COMMANDS if f"`{name}" not in table] == []
