"""The ``status`` command."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program_runs import CliRunner


def test_status_is_one_short_line(tui: CliRunner) -> None:
    assert tui("status").out == "0/5 · 0%\n"
    tui("mark", "done", "sets", "oral")
    tui("mark", "doing", "relu")
    assert tui("status").out == "2/5 · 40% · in progress 1\n"
    assert tui("status", "--ascii").out == "2/5, 40%, in progress 1\n"


def test_status_json(tui: CliRunner) -> None:
    tui("mark", "done", "sets")
    tui("mark", "skipped", "oral")
    assert tui("status", "--json").json == {
        "roadmap": "small",
        "title": "Small",
        "total": 4,
        "done": 1,
        "doing": 0,
        "todo": 3,
        "skipped": 1,
        "retired": 2,
        "material": 0,
        "material_done": 0,
        "percent": 25,
        "due": 0,
        "unread": 0,
    }


def test_the_status_file_is_replaced_by_everything_that_changes_progress(tui: CliRunner) -> None:
    path = Path(tui("status", "--file").out.strip())
    assert path.read_text(encoding="utf-8").startswith("0/5 · 0% · 20")
    tui("mark", "done", "sets")
    assert path.read_text(encoding="utf-8").startswith("1/5 · 20% · 20")
    tui("undo")
    assert path.read_text(encoding="utf-8").startswith("0/5 · 0% · 20")
    assert path.read_text(encoding="utf-8").count("\n") == 1
    path.unlink()
    tui("redo")
    assert not path.exists()  # nobody asked for it
