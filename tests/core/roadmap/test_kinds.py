"""Kinds: what is a topic, a project, material or a group, and what is counted."""

from __future__ import annotations

import pytest

from roadmap_tui.core.progress.counts import Counts, StatusCounts
from roadmap_tui.core.progress.statuses import STATUSES
from roadmap_tui.core.roadmap.kinds import GROUP, MATERIAL, PROJECT, SECTION, TOPIC
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section, Source
from roadmap_tui.core.roadmap.tree import FlatTree

COURSE = Resource("A course", "https://a.org/course", "course")
LINK = Item("i", COURSE.title, resources=(COURSE,))
CODE = Resource("Code", "https://github.com/a/code", "repository")
REPOSITORY = LINK._replace(title="Code", resources=(CODE,))
ARTICLE = LINK._replace(resources=(COURSE._replace(kind="article"),))
LIST, TASKS, UNKNOWN = (Source("markdown", items=items) for items in ("all", "tasks", ""))


def _kind(item: Item, source: Source, *others: Item) -> int:
    return FlatTree(Roadmap("r", "R", source=source, children=(item, *others))).kinds[0]


@pytest.mark.parametrize(
    ("item", "source", "kind"),
    [
        (Item("i", "Topic"), LIST, TOPIC),
        (Item("i", "Build it", kind="project"), LIST, PROJECT),
        (LINK, LIST, MATERIAL),
        (LINK, UNKNOWN, MATERIAL),
        (LINK, TASKS, TOPIC),
        (LINK, Source("roadmap.sh"), TOPIC),
        (LINK, Source(), TOPIC),
        (LINK._replace(title="Learn it"), LIST, TOPIC),
        (LINK._replace(kind="topic"), LIST, TOPIC),
        (ARTICLE, LIST, TOPIC),
        (REPOSITORY, LIST, MATERIAL),
        (REPOSITORY, LIST._replace(base_url="https://github.com/a/code/blob/main"), TOPIC),
        (LINK._replace(children=(Item("c", "C"),)), LIST, GROUP),
        (Item("i", "Parent", kind="topic", children=(Item("c", "C"),)), LIST, TOPIC),
    ],
)
def test_the_kind_of_an_item(item: Item, source: Source, kind: int) -> None:
    assert _kind(item, source) == kind


def test_nothing_is_guessed_where_the_roadmap_has_kinds_or_author_ticks() -> None:
    assert _kind(LINK, LIST, Item("p", "P", kind="project")) == TOPIC
    assert _kind(LINK, UNKNOWN, Item("t", "T", ticked=True)) == TOPIC


MEMBERS = (Item("a", "A"), Item("b", "B"), Item("m", "M", kind="material"))
PARTS = (
    Item("g", "Group", children=MEMBERS),
    Item("c", "C", kind="project"),
    Item("n", "N", kind="material"),
)
TREE = FlatTree(Roadmap("r", "R", children=(Section("s", "S", children=PARTS),)))


def _counts(statuses: dict[str, str]) -> StatusCounts:
    return StatusCounts(TREE, statuses, bytes(map(STATUSES.index, statuses.values())))


def test_material_is_counted_separately_and_groups_are_not_counted() -> None:
    assert list(TREE.kinds) == [SECTION, GROUP, TOPIC, TOPIC, MATERIAL, PROJECT, MATERIAL]
    counts = _counts({"g": "done", "a": "done", "m": "done", "n": "doing"})
    assert counts.counts_for(-1) == counts.counts_for(0) == Counts(2, done=1)
    assert counts.material_counts() == Counts(doing=1, done=1)
    assert counts.ids_of("done") == ["a", "m"]
    assert counts.ids_of("done", {TOPIC}) == ["a"]
    assert [name for name in ("s", "g", "a", "m", "c", "gone") if counts.is_counted(name)] == ["a", "c"]


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ({}, "todo"),
        ({"g": "done", "m": "done"}, "todo"),
        ({"a": "doing"}, "doing"),
        ({"a": "done"}, "doing"),
        ({"a": "skipped"}, "todo"),
        ({"a": "skipped", "b": "done"}, "done"),
        ({"a": "skipped", "b": "skipped"}, "skipped"),
    ],
)
def test_the_status_of_a_group_follows_from_its_items(statuses: dict[str, str], status: str) -> None:
    counts = _counts(statuses)
    assert counts.status(TREE.index_of["g"]) == status
    changed = _counts({})
    for name, value in statuses.items():
        changed.counts_for(-1)
        changed.set_status(TREE.index_of[name], value)
    assert changed.status(TREE.index_of["g"]) == status
    assert changed.counts_for(-1) == counts.counts_for(-1)


@pytest.mark.parametrize(("topics", "total"), [(0, 5), (1, 6), (2, 2)])
def test_where_nearly_all_is_material_it_counts(topics: int, total: int) -> None:
    items = [Item(f"m{n}", "M", kind="material") for n in range(5)]
    items += [Item(f"t{n}", "T") for n in range(topics)]
    tree = FlatTree(Roadmap("r", "R", children=tuple(items)))
    counts = StatusCounts(tree)
    assert counts.counts_for(-1).total == total
    assert tree.counts_material == (topics < 2)
    assert sum(counts.material_counts()) == (5 if topics == 2 else 0)
