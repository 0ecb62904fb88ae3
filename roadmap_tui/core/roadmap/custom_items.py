"""Insert the reader's custom items and resources into a roadmap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Final

from roadmap_tui.core.progress.states import CustomItem
from roadmap_tui.core.roadmap.model import Item, Node, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree

PREFIX: Final = "own-"
CUSTOM_SECTION: Final = Section(
    "own-items",
    "Yours",
    summary="Items that you added to the roadmap itself, or to a section that has left it.",
)


def with_custom_items(roadmap: Roadmap, custom: Iterable[CustomItem]) -> Roadmap:
    """Add custom items at the end of their sections; a new section is for items without one."""
    by_parent: dict[str, list[Item]] = {}
    for item in custom:
        by_parent.setdefault(item.parent, []).append(Item(item.id, item.title))
    children = _insert(roadmap.children, by_parent)
    if remaining := [item for items in by_parent.values() for item in items]:
        taken, base = FlatTree(roadmap).index_of, CUSTOM_SECTION.id
        names = (f"{base}-{n}" if n > 1 else base for n in count(1))
        section_id = next(name for name in names if name not in taken)
        children = (*children, CUSTOM_SECTION._replace(id=section_id, children=tuple(remaining)))
    return roadmap._replace(children=children)


def _insert(nodes: Sequence[Node], by_parent: dict[str, list[Item]]) -> tuple[Node, ...]:
    """Insert items below their sections, and remove them from ``by_parent``."""
    result: list[Node] = []
    for node in nodes:
        if by_parent and isinstance(node, Section):
            items = by_parent.pop(node.id, [])
            node = node._replace(children=(*_insert(node.children, by_parent), *items))  # noqa: PLW2901
        result.append(node)
    return tuple(result)


def with_resources(roadmap: Roadmap, custom: Mapping[str, tuple[Resource, ...]]) -> Roadmap:
    """Add custom resources by node id ("" for the roadmap)."""

    def insert(nodes: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            node._replace(resources=node.resources + custom.get(node.id, ()), children=insert(node.children))
            for node in nodes
        )

    resources = roadmap.resources + custom.get("", ())
    return roadmap._replace(resources=resources, children=insert(roadmap.children))
