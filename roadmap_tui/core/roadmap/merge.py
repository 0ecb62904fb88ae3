"""Merge two versions of a roadmap that were changed independently, keeping every id with progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.model import Node, Roadmap
from roadmap_tui.core.roadmap.retired import as_leaf, with_former
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.update import UpdateResult, update_roadmap

_MAX_FOLLOWED: Final = 100  # ids that are tried one by one, each with a whole update


def is_same_source(one: Roadmap, other: Roadmap) -> bool:
    """Return True if two roadmaps have the same address or content, or most items in common."""
    if one.source.origin == other.source.origin and "://" in one.source.origin:
        return True
    if one.source.sha256 and one.source.sha256 == other.source.sha256:
        return True
    ours, theirs = (
        {(item.id, item.title.casefold()) for item in FlatTree(roadmap).items()} for roadmap in (one, other)
    )
    return 2 * len(ours & theirs) > min(len(ours), len(theirs))


def merge_versions(old: Roadmap, new: Roadmap, has_progress: Callable[[str], bool]) -> Roadmap:
    """Return the content of ``new`` with the ids of ``old``, and retired items for all other progress."""
    merged = with_former(_update_with_shared_ids(old, new, has_progress).roadmap, new)
    known = set(_nodes_by_id(merged))
    lost = [item for item in new.retired if item.id not in known]
    return keep_items_with_progress(merged._replace(retired=(*merged.retired, *lost)), new, has_progress)


def keep_items_with_progress(
    roadmap: Roadmap, other: Roadmap, has_progress: Callable[[str], bool]
) -> Roadmap:
    """Add to a roadmap, as retired items, the nodes with progress that only another version has."""
    known = set(_nodes_by_id(roadmap))
    lost = [
        as_leaf(node)
        for node_id, node in _nodes_by_id(other).items()
        if node_id not in known and has_progress(node_id)
    ]
    known |= {item.id for item in lost}
    retired = [
        item._replace(prerequisites=tuple([name for name in item.prerequisites if name in known]))
        for item in (*roadmap.retired, *lost)
    ]
    kept = roadmap._replace(retired=tuple(retired))
    # Otherwise the version of another machine must stay as it is: a change here would be sent back.
    return with_former(kept, other) if lost else kept


def _update_with_shared_ids(old: Roadmap, new: Roadmap, has_progress: Callable[[str], bool]) -> UpdateResult:
    """Update ``old`` to ``new``; an id that both have stays with one item even if its title changed."""
    accepted: dict[str, str] = {}
    result = update_roadmap(old, new, has_progress=has_progress)
    new_ids = {item.id for item in FlatTree(new).items()}
    removed = [match.id for match in (*result.retired, *result.dropped) if match.id in new_ids]
    for node_id in removed[:_MAX_FOLLOWED]:
        attempt = accepted | {node_id: node_id}
        try:
            result = update_roadmap(old, new, has_progress=has_progress, accepted=attempt)
        except UsageError:
            continue
        accepted = attempt
    return result


def _nodes_by_id(roadmap: Roadmap) -> Mapping[str, Node]:
    retired = FlatTree(roadmap._replace(children=roadmap.retired))
    return {node.id: node for node in (*FlatTree(roadmap).nodes, *retired.nodes)}
