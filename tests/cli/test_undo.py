"""The ``undo`` and ``redo`` commands."""

from __future__ import annotations

from roadmap_tui.store import library
from roadmap_tui.study.study import Study
from tests.cli.program_runs import CliRunner
from tests.journals import journal
from tests.tui.pty_program import Terminal


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


def test_undo_in_a_terminal_asks_before_a_change_of_an_earlier_day(tui: CliRunner) -> None:
    study = Study(library.find("small", str(tui.home / "roadmaps")), journal(tui.home / "log"))
    study.set_status(["relu"], "done")
    study.close()
    for args, answer, outcome in (
        ((), "n\n", "nothing was changed"),
        ((), "y\n", "undid: done ReLU"),
        (("--yes",), "", "undid: done ReLU"),
    ):
        terminal = Terminal("undo", *args, home=tui.home, size=(120, 24))
        try:
            if answer:
                terminal.until_text("The last change was made on 1 Mar 2025: ReLU: done. Undo it? [y/N]")
                terminal.type(answer)
            assert terminal.wait() == 0
            assert outcome in terminal.text
        finally:
            terminal.close()
        tui("redo")
    # A script is not asked.
    assert tui("undo").out.startswith("undid: done ReLU")
