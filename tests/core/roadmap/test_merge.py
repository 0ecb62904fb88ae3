"""Merging two versions of a roadmap that were changed independently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.merge import is_same_source, merge_versions
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section, Source
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.validation import decode


def roadmap(*titles: str, **fields: object) -> Roadmap:
    items = tuple(Item(title.lower().replace(" ", "-"), title) for title in titles)
    return Roadmap("plan", "Plan", children=items)._replace(**fields)  # type: ignore[arg-type]


def all_ids(one: Roadmap) -> set[str]:
    return {item.id for item in (*FlatTree(one).items(), *one.retired)}


def test_the_newer_text_wins_and_items_with_progress_stay() -> None:
    old = roadmap("Sets", "Maps", "Logic", "Proofs")
    new = roadmap("Sets", "Trees", "Maps")
    merged = merge_versions(old, new, {"logic", "trees"}.__contains__)
    assert [item.id for item in FlatTree(merged).items()] == ["sets", "trees", "maps"]
    assert [item.id for item in merged.retired] == ["logic"]


def test_estimates_and_replaced_addresses_survive_a_merge() -> None:
    link = Resource("Link", "https://a.org", was=("https://old.org",), minutes=30)
    ours = roadmap(
        children=(Item("sets", "Sets", resources=(link,), hours=2.5, level=1), Item("maps", "Maps"))
    )
    plain = roadmap(children=(Item("sets", "Sets", resources=(link._replace(was=(), minutes=0),)),))
    for old, new in ((ours, plain), (plain, ours)):
        merged = merge_versions(old, new, lambda _: False)
        assert merged.children[0] == ours.children[0]
        assert decode(encode(merged), "x") == merged


def test_both_ids_of_an_item_are_kept_if_both_have_progress() -> None:
    old = roadmap(children=(Item("a-1", "Sets"), Item("maps", "Maps")))
    new = roadmap(children=(Section("s", "S", children=(Item("a-2", "Sets"), Item("maps", "Maps"))),))
    merged = merge_versions(old, new, {"a-1", "a-2"}.__contains__)
    assert {"a-1", "a-2"} <= all_ids(merged)
    assert "a-2" not in all_ids(merge_versions(old, new, {"a-1"}.__contains__))


def test_an_accepted_rename_is_followed() -> None:
    old = roadmap(children=(Item("detection", "Object detection (U-Net)"), Item("sets", "Sets")))
    new = roadmap(children=(Item("detection", "YOLO and friends"), Item("sets", "Sets")))
    merged = merge_versions(old, new, {"detection"}.__contains__)
    assert next((item.id, item.title) for item in FlatTree(merged).items()) == (
        "detection",
        "YOLO and friends",
    )
    assert not merged.retired


def test_items_retired_on_either_side_stay_retired() -> None:
    old = roadmap("Sets", retired=(Item("logic", "Logic"),))
    new = roadmap("Sets", retired=(Item("trees", "Trees", prerequisites=("gone", "sets")),))
    merged = merge_versions(old, new, {"logic", "trees"}.__contains__)
    assert {item.id for item in merged.retired} == {"logic", "trees"}
    assert decode(encode(merged), "x") == merged


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Source(origin="https://a.org/x"), Source(origin="https://a.org/x"), True),
        (Source(origin="/a/x.md"), Source(origin="/a/x.md"), False),  # a path of another machine
        (Source(sha256="12"), Source(sha256="12"), True),
        (Source(), Source(), False),
    ],
)
def test_the_same_source_is_recognized_by_address_or_content(one: Source, other: Source, same: bool) -> None:
    assert is_same_source(roadmap("A", source=one), roadmap("B", source=other)) is same


def test_the_same_source_is_recognized_by_most_of_its_items() -> None:
    assert is_same_source(roadmap("A", "B", "C"), roadmap("B", "C", "D"))
    assert not is_same_source(roadmap("A", "B", "C"), roadmap("C", "D", "E"))
    assert not is_same_source(roadmap(), roadmap())


_titles = st.lists(st.sampled_from(["Sets", "Maps", "Logic", "Trees", "Naive sets", "Graphs"]), unique=True)


@given(
    _titles, _titles, _titles, _titles, st.sets(st.sampled_from(["sets", "maps", "logic", "trees", "graphs"]))
)
def test_no_id_with_progress_is_ever_lost(
    one: list[str], other: list[str], gone: list[str], past: list[str], done: set[str]
) -> None:
    def with_retired(live: list[str], retired: list[str]) -> Roadmap:
        plan = roadmap(*(title for title in live if title not in retired))
        return plan._replace(retired=tuple(FlatTree(roadmap(*retired)).items()))

    old, new = with_retired(one, gone), with_retired(other, past)
    merged = merge_versions(old, new, done.__contains__)
    assert (all_ids(old) | all_ids(new)) & done <= all_ids(merged)
    assert decode(encode(merged), "x") == merged
    assert [item.title for item in FlatTree(merged).items()] == [item.title for item in FlatTree(new).items()]
