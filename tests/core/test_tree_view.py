"""The outline against a brute-force listing of what is visible, after anything that can be done to it."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.roadmap.model import Item, Node, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.tree_view import ROOT, TreeView


def _outline(children: tuple[Node, ...]) -> TreeView:
    return TreeView(FlatTree(Roadmap("r", "R", children=children)))


def _items(prefix: str, count: int) -> tuple[Item, ...]:
    return tuple(Item(f"{prefix}{number}", "x") for number in range(count))


@st.composite
def outlines(draw: st.DrawFn) -> TreeView:
    """Over a random tree: each node hangs below any of the last ones, or at the top."""
    below: list[list[int]] = []
    top: list[int] = []
    path: list[int] = []
    for node in range(draw(st.integers(0, 40))):
        below.append([])
        del path[draw(st.integers(0, len(path))) :]
        (below[path[-1]] if path else top).append(node)
        path.append(node)
    sections = draw(st.lists(st.booleans(), min_size=len(below), max_size=len(below)))

    def item(node: int) -> Item:
        return Item(f"n{node}", "x", children=tuple(map(item, below[node])))

    def section_or_item(node: int) -> Node:
        if sections[node]:
            return Section(f"n{node}", "x", children=tuple(map(section_or_item, below[node])))
        return item(node)

    return _outline(tuple(map(section_or_item, top)))


def _visible(outline: TreeView) -> list[int]:
    parents = outline.tree.parents
    rows = [ROOT]
    for at in range(len(outline.tree)):
        above = parents[at]
        while above >= 0 and not outline.is_folded(above):
            above = parents[above]
        if above < 0:
            rows.append(at)
    return rows


def _shows(outline: TreeView, at: int) -> int:
    """The position itself where it is visible, else the outermost fold that hides it."""
    shown, above = at, at
    while above >= 0 and (above := outline.tree.parents[above]) >= 0:
        if outline.is_folded(above):
            shown = above
    return shown


@given(outlines(), st.data())
def test_the_rows_are_the_visible_nodes_after_any_operations(outline: TreeView, data: st.DataObject) -> None:
    size = len(outline.tree)
    positions = st.integers(0, max(0, size - 1))
    folding: dict[str, Callable[[int], None]] = {
        "fold": outline.fold,
        "unfold": outline.unfold,
        "fold_all": lambda _: outline.fold_all(),
        "unfold_all": lambda _: outline.unfold_all(),
        "fold_as_new": lambda _: outline.fold_as_new(),
        "fold_only": lambda _: outline.fold_only(
            [*(f"n{at}" for at in data.draw(st.sets(positions))), "nowhere"]
        ),
    }
    for verb in data.draw(st.lists(st.sampled_from([*folding, "go_to", "move"]), max_size=12)):
        before = outline.cursor
        if verb == "move":
            by = data.draw(st.integers(-50, 50))
            expected = max(0, min(outline.cursor_row + by, len(outline.rows) - 1))
            outline.move(by)
            assert outline.cursor_row == expected
        elif not size:
            assert outline.rows == [ROOT]
        elif verb == "go_to":
            goal = data.draw(st.integers(ROOT, size - 1))
            outline.go_to(goal)
            assert outline.cursor == goal
        else:
            folding[verb](data.draw(positions))
            assert outline.cursor == _shows(outline, before), verb
        assert outline.rows == _visible(outline), verb
        assert 0 <= outline.cursor_row < len(outline.rows)


@given(outlines(), st.data())
def test_folding_changes_only_its_own_branch(outline: TreeView, data: st.DataObject) -> None:
    size = len(outline.tree)
    branches = [at for at in range(size) if outline.tree.nodes[at].children]
    assert [at for at in range(size) if outline.is_branch(at)] == branches
    assert not outline.is_branch(ROOT)
    outline.fold_all()
    assert [at for at in range(size) if outline.is_folded(at)] == branches
    outline.unfold_all()
    assert not any(outline.folded)
    assert len(outline.rows) == size + 1
    chosen = data.draw(st.sets(st.sampled_from(branches))) if branches else set()
    for at in chosen:
        outline.fold(at)
    assert [at for at in range(size) if outline.is_folded(at)] == sorted(chosen)
    ids = outline.folded_ids
    assert ids == tuple(f"n{at}" for at in sorted(chosen))
    outline.fold_all()
    outline.fold_only(ids)
    assert outline.folded_ids == ids
    for at in chosen:
        outline.unfold(at)
    assert outline.folded_ids == ()


@given(outlines(), st.data())
def test_go_to_unfolds_only_the_ancestors(outline: TreeView, data: st.DataObject) -> None:
    if not len(outline.tree):
        return
    outline.fold_all()
    goal = data.draw(st.integers(0, len(outline.tree) - 1))
    before = set(outline.folded_ids)
    outline.go_to(goal)
    path, at = set(), goal
    while (at := outline.parent(at)) >= 0:
        path.add(f"n{at}")
    assert before - set(outline.folded_ids) == path


@given(outlines(), st.data())
def test_find_wraps_around_and_ignores_folds(outline: TreeView, data: st.DataObject) -> None:
    size = len(outline.tree)
    if not size:
        assert outline.find(lambda _: True, 1) is outline.find(lambda _: True, -1) is None
        return
    wanted = data.draw(st.sets(st.integers(0, size - 1)))
    start = data.draw(st.integers(ROOT, size - 1))
    outline.go_to(start)
    forwards = [at for at in range(size) if at > start] + [at for at in range(size) if at <= start]
    backwards = [at for at in reversed(range(size)) if at < start or start == ROOT]
    backwards += [at for at in reversed(range(size)) if at >= start and start != ROOT]
    outline.fold_all()
    outline.cursor_row = outline.rows.index(_shows(outline, start))
    if outline.cursor == start:
        assert outline.find(wanted.__contains__, 1) == next((at for at in forwards if at in wanted), None)
        assert outline.find(wanted.__contains__, -1) == next((at for at in backwards if at in wanted), None)


def test_a_cursor_in_nested_folds_moves_to_the_outermost() -> None:
    inner = Section("inner", "x", children=_items("i", 2))
    outline = _outline((Section("outer", "x", children=(inner,)), *_items("j", 3)))
    outline.go_to(outline.tree.index_of["i1"])
    outline.fold_all()
    assert outline.tree.nodes[outline.cursor].id == "outer"
    outline.go_to(outline.tree.index_of["i1"])
    outline.fold_only(["outer", "inner"])
    assert outline.tree.nodes[outline.cursor].id == "outer"


def test_a_short_roadmap_is_unfolded_at_first() -> None:
    outline = _outline((Section("s", "x", children=_items("i", 29)),))
    outline.fold_as_new()
    assert outline.folded_ids == ()
    assert len(outline.rows) == 31


def test_a_long_roadmap_shows_its_sections_at_first() -> None:
    deep = Section("deep", "x", children=(Section("deeper", "x", children=_items("d", 5)), *_items("e", 2)))
    items = (Item("item", "x", children=_items("f", 2)), *_items("g", 40))
    outline = _outline((Section("part", "x", children=(deep, Section("other", "x", children=items))), *items))
    outline.fold_as_new()
    assert outline.folded_ids == ("deep", "deeper", "other", "item", "item")
    shown = [outline.tree.nodes[at].id for at in outline.rows[1:]]
    assert shown[:4] == ["part", "deep", "other", "item"]
    assert len(shown) == 3 + 41


# A part of it


@given(outlines(), st.data())
def test_a_filter_shows_matches_with_their_ancestors(outline: TreeView, data: st.DataObject) -> None:
    order, size = outline.tree, len(outline.tree)
    if not size:
        return
    positions = st.sets(st.integers(0, size - 1))
    for at in data.draw(positions):
        outline.fold(at)
    outline.go_to(data.draw(st.integers(ROOT, size - 1)))
    folds = outline.folded_ids
    for wanted in data.draw(st.lists(positions, min_size=1, max_size=3)):
        outline.only(wanted)
        shown = {ROOT, *wanted, *(above for at in wanted for above in _path(outline, at))}
        assert outline.rows == sorted(shown)
        assert outline.wanted == sorted(wanted)
        assert outline.count == len(wanted)
        assert outline.folded_ids == folds
        assert [at for at in range(size) if outline.is_shown(at)] == sorted(shown - {ROOT})
        below = {at: shown & set(range(at + 1, order.subtree_end[at])) for at in shown - {ROOT}}
        assert all(outline.is_branch(at) == bool(those) for at, those in below.items())
    found = outline.find(lambda at: True, 1)
    assert found in shown or (found is None and shown == {ROOT})
    here = data.draw(st.integers(0, size - 1))
    view = outline.view
    outline.go_to(here)
    assert outline.cursor == here
    assert outline.is_wanted(here) is (here in wanted or here not in shown)
    if here in shown:
        outline.fold_all()
        outline.go_back(view)
        assert outline.view == view
    outline.only(None)
    assert outline.wanted is None
    assert set(outline.folded_ids) <= set(folds)
    hidden = {order.nodes[at].id for at in _path(outline, outline.cursor)}
    assert set(folds) - set(outline.folded_ids) <= hidden


def _path(outline: TreeView, at: int) -> list[int]:
    path = []
    while (at := outline.parent(at)) >= 0:
        path.append(at)
    return path
