"""The ``undo`` and ``redo`` commands."""

from __future__ import annotations

from tests.cli.program_runs import CliRunner


def test_undo_and_redo(tui: CliRunner) -> None:
    tui("mark", "done", "relu")
    assert tui("undo").out == "undid: done ReLU\n0/5 · 0%\n"
    assert tui("redo").out == "redid: done ReLU\n1/5 · 20%\n"
    found = tui("undo", "--json").json
    assert (found["kind"], found["items"], found["undone"]) == ("status", ["relu"], True)
    assert tui("redo", "--json").json["undone"] is False
    assert tui("redo").code == 2


def test_undo_and_redo_without_history_are_refused(tui: CliRunner) -> None:
    result = tui("undo")
    assert (result.code, result.out) == (2, "")
    assert result.err == "roadmap-tui: undo: nothing to undo; mark something first\n"
