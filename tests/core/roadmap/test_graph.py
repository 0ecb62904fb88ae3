"""Prerequisites: the roadmap's and the reader's, and paths that are topological, minimal and complete."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.roadmap.graph import Edge, PrerequisiteGraph, is_cyclic, levels, reduce
from roadmap_tui.core.roadmap.model import Item, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree

NAMES = "abcdefgh"
CHANGES = st.lists(st.builds(Edge, st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans()))


def _tree(*items: Item) -> FlatTree:
    return FlatTree(Roadmap("r", "R", children=(Section("s", "S", children=items),)), with_retired=True)


def _item(name: str, *prerequisites: str, kind: str = "", children: tuple[Item, ...] = ()) -> Item:
    return Item(name, name.upper(), prerequisites=prerequisites, kind=kind, children=children)


@st.composite
def _graphs(draw: st.DrawFn) -> PrerequisiteGraph:
    """A graph of some items, a few of them nested, with edges of the roadmap and of the reader."""
    order = draw(st.permutations(NAMES))
    items = []
    for number, name in enumerate(order):
        earlier = order[:number]
        names = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else []
        items.append(_item(name, *names))
    if draw(st.booleans()):
        kind, child = draw(st.sampled_from(["", "topic"])), items.pop(draw(st.integers(1, 6)))
        items[0] = items[0]._replace(children=(child,), kind=kind)
    return PrerequisiteGraph(_tree(*items), draw(CHANGES))


def _closure(requirements: dict[str, list[str]], start: str) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        for name in requirements[pending.pop()]:
            if name not in found:
                found.add(name)
                pending.append(name)
    return found


@given(_graphs())
def test_paths_are_topological_minimal_and_complete(graph: PrerequisiteGraph) -> None:
    required = {name: graph.required(name) for name in NAMES}
    assert not is_cyclic(required)
    for goal in NAMES:
        path = graph.path(goal)
        groups = {name for name in NAMES if name in graph._groups and name != goal}
        # Complete: everything that the goal requires, and nothing else.
        assert set(path) == (_closure(required, goal) | {goal}) - groups
        reduced = reduce(path, (name for level in levels(path) for name in level))
        for name in path:
            assert _closure(reduced, name) == _closure(required, name) - groups
        # Topological: every requirement is in an earlier level, one of them in the level before.
        level_of = {name: number for number, level in enumerate(levels(path)) for name in level}
        assert level_of.keys() == path.keys()
        for name, names in reduced.items():
            assert level_of[name] == 1 + max((level_of[other] for other in names), default=-1)
        assert level_of[goal] == max(level_of.values())
        # Minimal: without any one edge something would be missing.
        for name, names in reduced.items():
            for other in names:
                rest = reduced | {name: [one for one in names if one != other]}
                assert other not in _closure(rest, name)


@given(CHANGES)
def test_an_edge_that_closes_a_cycle_is_left_out_and_reported(changes: list[Edge]) -> None:
    tree = _tree(_item("a"), _item("b", "a"), *map(_item, NAMES[2:]))
    graph = PrerequisiteGraph(tree, changes)
    expected, left_out = {"b": ["a"]}, []
    for item, prerequisite, on in changes:
        names = expected.setdefault(item, [])
        if not on:
            expected[item] = [name for name in names if name != prerequisite]
        elif is_cyclic({name: [] for name in NAMES} | expected | {item: [*names, prerequisite]}):
            left_out.append(Edge(item, prerequisite, on))
        elif prerequisite not in names:
            names.append(prerequisite)
    assert {name: graph.prerequisites(name) for name in NAMES} == {name: [] for name in NAMES} | expected
    assert graph.left_out == left_out


def test_a_prerequisite_on_an_own_ancestor_means_its_prerequisites() -> None:
    inner = _item("d", "c")
    outer = _item("c", "a", "b", kind="topic", children=(inner, _item("e", "d")))
    graph = PrerequisiteGraph(_tree(_item("a"), _item("b"), outer))
    assert graph.prerequisites("d") == ["a", "b"]
    assert graph.prerequisites("e") == ["d"]
    assert graph.dependents("a") == ["c", "d"]


def test_a_group_requires_its_children_and_can_make_no_cycle() -> None:
    group = _item("g", children=(_item("c"), _item("d", "x")))
    graph = PrerequisiteGraph(_tree(group, _item("x", "g"), _item("y", "g")))
    assert graph.path("y") == {"c": [], "d": ["x"], "x": [], "y": ["c", "d"]}
    assert graph.left_out == [Edge("x", "g")]


def test_edges_of_items_that_are_gone_are_ignored() -> None:
    roadmap = Roadmap("r", "R", children=(_item("a"), _item("b", "z")), retired=(_item("z", "a"),))
    graph = PrerequisiteGraph(
        FlatTree(roadmap, with_retired=True), [Edge("a", "z"), Edge("gone", "a"), Edge("b", "gone")]
    )
    assert graph.prerequisites("b") == graph.prerequisites("a") == []
    assert graph.left_out == []
    assert graph.prerequisites("z") == ["a"]
    assert graph.dependents("a") == []
