"""The ``keys`` command."""

from __future__ import annotations

from tests.cli.program_runs import CliRunner


def test_keys_prints_every_command(tui: CliRunner) -> None:
    from roadmap_tui.text import keymap

    found = tui("keys", "--json").json
    assert [one["id"] for one in found] == [one.id for one in keymap.KEYMAP.commands]
    assert all(list(one) == ["id", "keys", "name", "help", "group"] for one in found)
    rows = [row for _, rows in keymap.KEYMAP.table() for row in rows]
    text, markdown = tui("keys").out, tui("keys", "--markdown").out
    for shown, what, _ in rows:
        assert any(line.split() == f"{shown} {what}".split() for line in text.splitlines())
        assert what.replace("|", r"\|") in markdown
    lines = markdown.splitlines()
    assert len(lines) == 2 + len(rows) + len(keymap.KEYMAP.table())
    assert all(line.startswith("|") and line.endswith("|") for line in lines)
