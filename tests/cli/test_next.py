"""The ``next`` command."""

from __future__ import annotations

from tests.cli.program_runs import CliRunner

RELU = {
    "id": "relu",
    "type": "item",
    "kind": "topic",
    "title": "ReLU",
    "path": ["Nets", "Deep nets"],
    "depth": 2,
    "status": "todo",
    "ticked": False,
    "hours": None,
    "level": None,
    "note": "",
    "resources": [],
}


def test_next(tui: CliRunner) -> None:
    tui("mark", "doing", "oral")
    assert (
        tui("next", "-n", "2").out
        == "1 ▶ Oral exam  since today  oral\n2 · Sets  unlocks 1  (Basics)  sets\n"
    )
    assert "(Nets > Deep nets)" in tui("next", "--ascii").out
    found = tui("next", "--json").json
    assert [one["id"] for one in found] == ["oral", "sets", "relu", "exam"]
    assert found[2] == RELU | {"why": "no prerequisites", "unlocks": 0}


def test_next_prints_nothing_when_all_is_done(tui: CliRunner) -> None:
    tui("mark", "done", "--branch", "basics", "nets", "exam")
    assert tui("next").out == ""
    assert tui("next", "--json").json == []


# Marks


def test_next_fills_some_minutes(tui: CliRunner) -> None:
    assert tui("next", "--minutes", "30").out == " 30 min  part of Sets\n"
    assert tui("next", "--minutes", "30", "--json").json == [
        {"kind": "part", "minutes": 30, "id": "sets", "title": "Sets", "url": None, "reviews": None}
    ]
    assert tui("next", "--minutes", "0").code == 2
