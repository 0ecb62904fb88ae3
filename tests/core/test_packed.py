"""A packed roadmap answers every question as the one it was made from does. A second."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap_tui.core.exporters.html import to_html
from roadmap_tui.core.packed import pack, unpack
from roadmap_tui.core.roadmap.format import decode, encode
from roadmap_tui.core.roadmap.model import KINDS, FlatTree, Item, Node, Resource, Roadmap, Section, Source

TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=12)
LINES = TEXTS.map(lambda text: " ".join(text.split()))
TITLES = LINES.filter(bool)
RESOURCES = st.lists(
    st.builds(Resource, TITLES, st.just("https://a.b/c"), st.sampled_from(KINDS), LINES, TEXTS), max_size=3
).map(tuple)


@st.composite
def roadmaps(draw: st.DrawFn) -> Roadmap:
    """Any tree, with anything in it, some of it retired; larger than what is packed in one piece."""
    count = draw(st.one_of(st.integers(0, 12), st.integers(60, 200)))
    names = iter(range(count))
    rich = draw(st.integers(0, 3))
    items: list[str] = []

    def node(depth: int, *, in_item: bool) -> Node | None:
        number = next(names, None)
        if number is None:
            return None
        name, title = f"n-{number}", draw(TITLES) if number < 5 else f"Title {number}"
        has_more = number % 4 < rich
        summary, note = (draw(TEXTS), draw(TEXTS)) if has_more else ("", "")
        resources = draw(RESOURCES) if has_more else ()
        is_item = in_item or draw(st.booleans())
        needs = tuple(draw(st.lists(st.sampled_from(items), max_size=2, unique=True))) if items else ()
        children = below(depth + 1, in_item=is_item) if depth < 4 and draw(st.booleans()) else ()
        if is_item:
            items.append(name)
            these = tuple(child for child in children if isinstance(child, Item))
            return Item(name, title, summary, note, needs, number % 3 == 0, resources, these)
        return Section(name, title, summary, note, resources, children)

    def below(depth: int, *, in_item: bool) -> tuple[Node, ...]:
        found: list[Node] = []
        for _ in range(draw(st.integers(0, 8 if depth else 200))):
            one = node(depth, in_item=in_item)
            if one is None:
                break
            found.append(one)
        return tuple(found)

    children = below(0, in_item=False)
    retired = tuple(Item(f"gone-{number}", draw(TITLES)) for number in range(draw(st.integers(0, 3))))
    source = Source("markdown", draw(LINES), "0" * 64)
    return Roadmap("r", draw(TITLES), draw(TEXTS), "", source, draw(RESOURCES), children, retired)


@settings(max_examples=60, deadline=None)
@given(roadmaps(), st.booleans())
def test_packed_and_unpacked_it_is_the_same(roadmap: Roadmap, with_retired: bool) -> None:
    back = unpack(memoryview(pack(roadmap)))
    assert back == roadmap
    assert roadmap == back
    old, new = (FlatTree(one, with_retired=with_retired) for one in (roadmap, back))
    assert len(old) == len(new)
    assert old.active_count == new.active_count
    for name in ("nodes", "depths", "parents", "ends", "ids", "titles", "branches", "item_counts"):
        assert list(getattr(new, name)) == list(getattr(old, name)), name
    assert new.kinds == old.kinds
    assert new.index_of == old.index_of
    assert {name: list(at) for name, at in new.dependents.items()} == old.dependents
    assert [(at, tuple(names)) for at, names in new.prerequisite_lists] == list(old.prerequisite_lists)
    assert list(new.items()) == list(old.items())
    for at in range(len(old)):
        assert new.nodes[at] == new.nodes[at - len(old)] == old.nodes[at]
        assert new.sections(at) == old.sections(at)
        assert new.branch(at) == old.branch(at)
        assert tuple(new.nodes[at].children[1:3]) == tuple(old.nodes[at].children[1:3])
    assert encode(back) == encode(roadmap)


def test_whatever_goes_through_a_roadmap_goes_through_a_packed_one() -> None:
    children = (Section("s", "Chapter", children=(Item("a", "A", children=(Item("b", "B"),)),)),)
    roadmap = Roadmap("r", "R", children=children, retired=(Item("c", "C"),))
    back = unpack(memoryview(pack(roadmap)))
    assert decode(encode(back), "r") == roadmap
    assert to_html(back, {"b": "done"}) == to_html(roadmap, {"b": "done"})
    with pytest.raises(IndexError):
        FlatTree(back).nodes[3]


def test_other_children_than_it_was_packed_with_are_laid_out_as_they_are() -> None:
    chapter = Section("s", "Chapter", children=(Item("a", "A"), Item("b", "B")))
    roadmap = Roadmap("r", "R", children=(chapter,), retired=(Item("c", "C"),))
    back = unpack(memoryview(pack(roadmap)))
    for other in (
        back._replace(children=back.retired),
        back._replace(children=back.children[0].children),
        back._replace(retired=()),
        back._replace(retired=(Item("d", "D"),)),
        back._replace(children=(*back.children, Item("e", "E"))),
    ):
        plain = other._replace(children=tuple(other.children), retired=tuple(other.retired))
        for with_retired in (False, True):
            found = FlatTree(other, with_retired=with_retired)
            assert list(found.ids) == list(FlatTree(plain, with_retired=with_retired).ids)
            assert found.active_count == FlatTree(plain).active_count
