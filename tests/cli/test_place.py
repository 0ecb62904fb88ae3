"""The ``place`` command."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tests.cli.program_runs import CliRunner, Result


@pytest.fixture
def place(tui: CliRunner, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Result]:
    """Run the command with these lines typed."""

    def run(typed: str) -> Result:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return tui("place")

    return run


def test_questions_are_asked_line_by_line_and_marked_at_the_end(
    tui: CliRunner, place: Callable[[str], Result]
) -> None:
    ended = place("what\ny\nb\ny\ne\nb\ne\ny\n")
    assert ended.code == 0
    assert "Answer y yes, p partly, n no, b back, e enough." in ended.out
    assert ended.out.endswith("Placement saved: 1 done\n")
    assert tui("status", "--json").json["done"] == 1
    assert "undid" in tui("undo").out
    assert tui("status", "--json").json["done"] == 0


def test_nothing_is_marked_without_a_yes_at_the_end(tui: CliRunner, place: Callable[[str], Result]) -> None:
    for keys in ("y\ne\nn\n", "y\ne\n", "y\n", ""):
        ended = place(keys)
        assert (ended.code, ended.out.endswith("Nothing was marked.\n")) == (0, True)
    assert tui("status", "--json").json["done"] == 0
