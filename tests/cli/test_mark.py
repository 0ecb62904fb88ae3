"""The ``mark`` command, and how an argument names an item."""

from __future__ import annotations

import pytest

from tests.cli.program_runs import CliRunner, item, section, write_roadmap

RELU = {
    "id": "relu",
    "type": "item",
    "kind": "topic",
    "title": "ReLU",
    "path": ["Nets", "Deep nets"],
    "depth": 2,
    "status": "todo",
    "ticked": False,
    "note": "",
    "resources": [],
}


def test_mark_prints_the_old_and_the_new_status(tui: CliRunner) -> None:
    assert tui("mark", "done", "relu").out == "ReLU: done (was todo)\n1/5 · 20%\n"
    assert tui("mark", "done", "relu", "Sets").out == (
        "ReLU: already done\nSets: done (was todo)\n2/5 · 40%\n"
    )
    again = tui("mark", "done", "relu")
    assert (again.code, again.out) == (0, "ReLU: already done\n2/5 · 40%\n")
    assert tui("mark", "todo", "relu").out.startswith("ReLU: todo (was done)\n")


def test_marking_several_items_writes_one_event(tui: CliRunner) -> None:
    tui("mark", "done", "relu", "sets", "relu")
    events = tui("log", "--json").json
    assert [one["items"] for one in events] == [["relu", "sets"]]
    tui("undo")
    assert tui("status", "--json").json["done"] == 0


def test_nothing_is_marked_if_one_item_is_not_found(tui: CliRunner) -> None:
    result = tui("mark", "done", "relu", "nothing")
    assert (result.code, result.out) == (2, "")
    assert tui("log").out == ""


def test_marking_a_branch_writes_one_event(tui: CliRunner) -> None:
    tui("mark", "done", "maps")
    assert tui("mark", "done", "--branch", "basics").out == "Basics: 2 items done (1 already)\n2/5 · 40%\n"
    assert tui("mark", "done", "--branch", "exam", "nets").out.splitlines()[:2] == [
        "Exam: 2 items done",
        "Nets: 1 item done",
    ]
    events = tui("log", "--json").json
    assert [(one["items"], one["title"]) for one in events] == [
        (["maps"], "Maps of sets"),
        (["sets"], "Basics"),
        (["exam", "oral", "relu"], "3 items"),
    ]


def test_mark_json(tui: CliRunner) -> None:
    tui("mark", "done", "maps")
    assert tui("mark", "done", "--branch", "basics", "--json").json == [
        {"id": "sets", "title": "Sets", "from": "todo", "to": "done"},
        {"id": "maps", "title": "Maps of sets", "from": "done", "to": "done"},
    ]


def test_marking_a_section_needs_the_branch_option(tui: CliRunner) -> None:
    result = tui("mark", "done", "basics")
    assert result.code == 2
    assert "--branch" in result.err


def test_a_branch_without_items_is_refused(tui: CliRunner) -> None:
    path = write_roadmap(tui.home / "roadmaps" / "bare.json", [section("bare-section", "Bare")])
    result = tui("--roadmap", str(path), "mark", "done", "--branch", "bare")
    assert result.code == 2
    assert "no item" in result.err


# Naming an item


@pytest.mark.parametrize("wanted", ["relu", "ReLU", "rel", " RELU ", "re\u200blu"])
def test_an_item_is_found_by_id_title_or_part_of_a_title(tui: CliRunner, wanted: str) -> None:
    assert tui("mark", "done", wanted).out.startswith("ReLU: done")


def test_a_complete_title_wins_over_titles_that_contain_it(tui: CliRunner) -> None:
    assert tui("mark", "done", "exam").out.startswith("Exam: done")
    assert tui("mark", "done", "SETS").out.startswith("Sets: done")


def test_an_ambiguous_title_lists_the_candidates(tui: CliRunner) -> None:
    result = tui("mark", "done", "set")
    assert (result.code, result.out) == (2, "")
    first, *others = result.err.splitlines()
    assert first == "roadmap-tui: item 'set': 2 items match; type more of the title, or an id"
    assert others == ["sets: Sets", "maps: Maps of sets"]


def test_only_the_first_twenty_candidates_are_listed(tui: CliRunner) -> None:
    many = write_roadmap(tui.home / "many.json", [item(f"n-{n}", f"Number {n}") for n in range(300)])
    lines = tui("--roadmap", str(many), "mark", "done", "number").err.splitlines()
    assert len(lines) == 22
    assert lines[-1] == "and 280 more"


@pytest.mark.parametrize(
    ("wanted", "near"), [("relo", "relu (ReLU)"), ("orall", "oral"), ("", "show"), ("zzz", "show")]
)
def test_an_unknown_item_suggests_similar_ones(tui: CliRunner, wanted: str, near: str) -> None:
    result = tui("mark", "done", wanted)
    assert result.code == 2
    assert near in result.err
    assert result.err.count("\n") == 1


def test_arguments_are_sanitized_in_error_messages(tui: CliRunner) -> None:
    for wanted in ("\x1b[31mred\n", "\udcff", "x" * 100_000, "[/]", "\u202e"):
        result = tui("mark", "done", wanted)
        assert result.code == 2
        assert result.err.count("\n") == 1
        assert result.err[:-1].isprintable()


# Notes
