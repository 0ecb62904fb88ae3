"""Paths of a study, and the reader's own prerequisites, on one machine and on several."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.model import Item, Roadmap, Section
from roadmap_tui.study.goal import goal_item, set_goal, set_prerequisite
from roadmap_tui.study.path import find_path
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import ASCII, UNICODE
from roadmap_tui.text.path import path_lines, path_to_markdown, path_to_mermaid
from tests.journals import Clock, journal

COURSE = Roadmap(
    "course",
    "Course",
    children=(
        Section(
            "s",
            "S",
            children=(
                Item("a", "Sets", hours=2),
                Item("b", 'Maps "and" <b>', prerequisites=("a",), hours=4),
                Item("c", "Groups (of sets)", prerequisites=("a",)),
                Item("d", "Rings", prerequisites=("a", "b", "c"), hours=1.5),
                Item("e", "Trees"),
            ),
        ),
    ),
)
PLAIN = Roadmap("plain", "Plain", children=(Item("x", "X"), Item("m", "M", kind="material"), Item("y", "Y")))


def _study(folder: Path, roadmap: Roadmap = COURSE, clock: Clock | None = None, host: str = "box") -> Study:
    return Study(roadmap, journal(folder, host, clock))


def test_a_path_has_levels_recall_and_the_hours_left(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock=clock)
    study.set_status(["a"], "done")
    study.set_status(["b"], "doing")
    study.time_tracker.add("b", 3600)
    clock.turn(timedelta(days=30).total_seconds())
    path = find_path(_study(tmp_path, clock=clock), "d")
    assert [(step.id, step.level, step.needs) for step in path.steps] == [
        ("a", 1, ()),
        ("b", 2, ("a",)),
        ("c", 2, ("a",)),
        ("d", 3, ("b", "c")),
    ]
    assert [step.hours for step in path.steps] == [None, 3, 3, 1.5]
    assert path.steps[0].recall is not None
    assert path.steps[0].recall < 0.9
    assert path.weakest == "a"
    assert (path.done, path.guesses, path.left.expected, path.is_order) == (1, 1, 7.5, False)
    assert path.left.low < 7.5 < path.left.high
    rows = path_lines(path, 80, UNICODE)
    assert rows[0].startswith("Path to Rings  1 of 4 · ≈ 7.5 h left (")
    assert rows[0].endswith("), 1 of 3 estimated")
    assert rows[2].split() == ["1", "✓", "Sets", rows[2].split()[3], "weakest", "recall"]
    assert rows[3].split() == ["2", "▶", "Maps", '"and"', "<b>", "3", "h", "┐", "in", "any", "order"]
    assert rows[4].split() == ["·", "Groups", "(of", "sets)", "3", "h", "┘"]
    assert rows[5].split() == ["3", "◎", "Rings", "1.5", "h"]
    assert all(row.isascii() for row in path_lines(path, 40, ASCII)[1:])
    assert max(map(len, path_lines(path, 40, UNICODE)[1:])) <= 40


def test_skipped_items_neither_count_nor_take_time(tmp_path: Path) -> None:
    study = _study(tmp_path)
    study.set_status(["a", "b", "c"], "skipped")
    path = find_path(study, "d")
    assert (path.done, len(path.counted), path.left.expected) == (0, 1, 1.5)
    study.set_status(["d"], "done")
    assert "1 of 1 · nothing left to do" in path_lines(find_path(study, "d"), 80, UNICODE)[0]


def test_without_prerequisites_the_order_of_the_roadmap_counts(tmp_path: Path) -> None:
    study = _study(tmp_path, PLAIN)
    path = find_path(study, "y")
    assert [(step.id, step.needs) for step in path.steps] == [("x", ()), ("y", ("x",))]
    assert path.is_order
    assert "the order of the roadmap counts" in "\n".join(path_lines(path, 80, UNICODE))
    assert "## Level" not in path_to_markdown(path, UNICODE)
    set_prerequisite(study, "x", "y", on=True)
    assert [step.id for step in find_path(study, "x").steps] == ["y", "x"]
    assert [step.id for step in find_path(_study(tmp_path / "other"), "e").steps] == ["e"]


def test_markdown_and_mermaid_escape_titles(tmp_path: Path) -> None:
    path = find_path(_study(tmp_path), "d")
    text = path_to_markdown(path, UNICODE)
    assert '## Level 2\n\n- [ ] Maps "and" \\<b>, 4 h\n- [ ] Groups (of sets), 3 h' in text
    chart = path_to_mermaid(path).splitlines()
    assert chart[0] == "flowchart TD"
    assert '    n2["Maps #34;and#34; #60;b#62;"]:::todo' in chart
    assert "    n2 --> n4" in chart
    assert "    n1 --> n4" not in chart


def test_prerequisites_are_added_removed_and_undone(tmp_path: Path) -> None:
    study = _study(tmp_path)
    set_prerequisite(study, "e", "c", on=True)
    assert set_prerequisite(study, "e", "c", on=True) is None
    assert [item.id for item in study.prerequisites(study.items(["e"])[0])] == ["c"]
    assert [item.id for item in study.unlocks(study.items(["c"])[0])] == ["d", "e"]
    assert not study.ranking.is_ready(study.tree.index_of["e"])
    set_prerequisite(study, "b", "a", on=False)
    assert study.ranking.is_ready(study.tree.index_of["b"])
    study.undo()
    assert study.graph.prerequisites("b") == ["a"]
    study.redo()
    study.close()
    again = _study(tmp_path)
    assert (again.graph.prerequisites("b"), again.graph.prerequisites("e")) == ([], ["c"])
    again.undo()
    again.undo()
    assert again.graph.prerequisites("e") == []


def test_a_cycle_is_refused_by_its_names(tmp_path: Path) -> None:
    study = _study(tmp_path)
    with pytest.raises(UsageError, match=r"prerequisite 'Rings': a cycle: Rings requires Groups"):
        set_prerequisite(study, "c", "d", on=True)
    with pytest.raises(UsageError, match="it requires itself"):
        set_prerequisite(study, "c", "c", on=True)
    with pytest.raises(UsageError, match="only items of the roadmap"):
        set_prerequisite(study, "c", "s", on=True)
    assert len(study.progress) == 0


def test_two_machines_end_up_with_the_same_prerequisites(tmp_path: Path) -> None:
    """Each adds an edge that is fine by itself; together they are a cycle, and both leave out the later."""
    clock = Clock()
    one, two = _study(tmp_path, PLAIN, clock, "one"), _study(tmp_path, PLAIN, clock, "two")
    set_prerequisite(one, "x", "y", on=True)
    clock.turn(5)
    set_prerequisite(two, "y", "x", on=True)
    both = [*one.progress.events(), *two.progress.events()]
    one.apply(both)
    two.apply(reversed(both))
    for study in (one, two):
        assert (study.graph.prerequisites("x"), study.graph.prerequisites("y")) == (["y"], [])
        assert [tuple(edge) for edge in study.graph.left_out] == [("y", "x", True)]


def test_prerequisites_and_the_goal_outlive_an_update_without_their_item(tmp_path: Path) -> None:
    study = _study(tmp_path)
    set_prerequisite(study, "e", "c", on=True)
    set_goal(study, "e", "2025-06-01", 5)
    study.close()
    rest = tuple(node for node in COURSE.children[0].children if node.id not in {"c", "d", "e"})
    without = _study(tmp_path, COURSE._replace(children=rest))
    assert (goal_item(without), without.graph.left_out) == (None, [])
    back = _study(tmp_path)
    assert back.graph.prerequisites("e") == ["c"]
    assert goal_item(back) == back.items(["e"])[0]


def test_the_goal_keeps_what_is_not_set_and_is_undone(tmp_path: Path) -> None:
    study = _study(tmp_path)
    set_goal(study, "d")
    set_goal(study, hours=4)
    set_goal(study, day=study.today() + timedelta(days=1))
    goal = study.progress.goal("course")
    assert goal is not None
    assert goal[2:] == ("d", "Rings", "2025-03-02", 4)
    assert set_goal(study, hours=4) is None
    study.undo()
    study.undo()
    goal = study.progress.goal("course")
    assert goal is not None
    assert goal[2:] == ("d", "Rings", "", 0)
    with pytest.raises(UsageError, match="it is not after today"):
        set_goal(study, day=study.today())
    with pytest.raises(UsageError, match="only an item can be the goal"):
        set_goal(study, "s")
