"""One roadmap of two versions that went different ways, with every id that anything may hang on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.model import Item, Node, Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.update import UpdateResult, update_roadmap

_FOLLOWED: Final = 100  # renamed items that are looked at one by one


def is_same_source(one: Roadmap, other: Roadmap) -> bool:
    """Whether two roadmaps of one id were made from the same source, as far as can be told.

    They were if they say so, by its address or by what it held. Paths differ from machine to machine:
    so does a roadmap that has more than half of the items of the other one, by id and title.
    """
    if one.source.origin == other.source.origin and "://" in one.source.origin:
        return True
    if one.source.sha256 and one.source.sha256 == other.source.sha256:
        return True
    ours, theirs = (
        {(item.id, item.title.casefold()) for item in FlatTree(roadmap).items()} for roadmap in (one, other)
    )
    return 2 * len(ours & theirs) > min(len(ours), len(theirs))


def merge_versions(old: Roadmap, new: Roadmap, has_progress: Callable[[str], bool]) -> Roadmap:
    """The text of ``new``, with the ids of both.

    What only ``old`` has is retired if the reader did something with it. So is an id of ``new`` that the
    reader did something under, where the same item has another one in ``old``.
    """
    united = _follow_renamed(old, new, has_progress).roadmap
    known = set(_nodes(united))
    lost = [item for item in new.retired if item.id not in known]
    return keep_items_with_progress(united._replace(retired=(*united.retired, *lost)), new, has_progress)


def keep_items_with_progress(
    roadmap: Roadmap, other: Roadmap, has_progress: Callable[[str], bool]
) -> Roadmap:
    """A roadmap with what only another version of it has, retired, if the reader did something with it."""
    known = set(_nodes(roadmap))
    lost = [
        _without_children(node)
        for node_id, node in _nodes(other).items()
        if node_id not in known and has_progress(node_id)
    ]
    retired = (*roadmap.retired, *lost)
    known |= {item.id for item in lost}
    return roadmap._replace(
        retired=tuple([item._replace(prerequisites=_known(item, known)) for item in retired])
    )


def _follow_renamed(old: Roadmap, new: Roadmap, has_progress: Callable[[str], bool]) -> UpdateResult:
    """``new`` under the ids of ``old``; an id that both have stays with one item, whatever its titles say."""
    accepted: dict[str, str] = {}
    result = update_roadmap(old, new, has_progress=has_progress)
    both = {item.id for item in FlatTree(new).items()}
    gone = [match.id for match in (*result.retired, *result.dropped) if match.id in both]
    for node_id in gone[:_FOLLOWED]:
        try:
            result = update_roadmap(
                old, new, has_progress=has_progress, accepted={**accepted, node_id: node_id}
            )
        except UsageError:
            continue
        accepted[node_id] = node_id
    return result


def _nodes(roadmap: Roadmap) -> Mapping[str, Node]:
    order = FlatTree(roadmap)
    retired = FlatTree(roadmap._replace(children=roadmap.retired))
    return {node.id: node for node in (*order.nodes, *retired.nodes)}


def _without_children(node: Node) -> Item:
    if isinstance(node, Item):
        return node._replace(children=())
    return Item(node.id, node.title, node.summary, node.note, resources=node.resources)


def _known(item: Item, known: set[str]) -> tuple[str, ...]:
    return tuple([name for name in item.prerequisites if name in known])
