"""A roadmap with the items that its reader added."""

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


def with_custom_items(roadmap: Roadmap, own: Iterable[CustomItem]) -> Roadmap:
    """The roadmap with own items at the end of the sections they were put under.

    Those of the root, and those whose section is gone, stand in a section of their own at the end.
    """
    under: dict[str, list[Item]] = {}
    for one in own:
        under.setdefault(one.parent, []).append(Item(one.id, one.title))
    children = _filled(roadmap.children, under)
    homeless = [item for items in under.values() for item in items]
    if homeless:
        taken = FlatTree(roadmap).index_of
        free = next(
            name
            for n in count(1)
            if (name := f"{CUSTOM_SECTION.id}-{n}" if n > 1 else CUSTOM_SECTION.id) not in taken
        )
        children = (*children, CUSTOM_SECTION._replace(id=free, children=tuple(homeless)))
    return roadmap._replace(children=children)


def _filled(nodes: Sequence[Node], under: dict[str, list[Item]]) -> tuple[Node, ...]:
    """The nodes with what is ``under`` their sections, which is taken out of there."""
    filled: list[Node] = []
    for node in nodes:
        if under and isinstance(node, Section):
            own = under.pop(node.id, [])
            children = (*_filled(node.children, under), *own)
            filled.append(node._replace(children=children))
        else:
            filled.append(node)
    return tuple(filled)


def with_resources(roadmap: Roadmap, own: Mapping[str, tuple[Resource, ...]]) -> Roadmap:
    """The roadmap with more resources at some of its nodes, the roadmap itself under the empty id."""

    def filled(nodes: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            node._replace(resources=node.resources + own.get(node.id, ()), children=filled(node.children))
            for node in nodes
        )

    return roadmap._replace(resources=roadmap.resources + own.get("", ()), children=filled(roadmap.children))
