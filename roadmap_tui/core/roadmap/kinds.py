"""The kind of each node, which decides what is counted, reviewed and ranked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.roadmap.model import Item

if TYPE_CHECKING:
    from roadmap_tui.core.roadmap.model import Node, Resource, Roadmap, Source

SECTION, GROUP, MATERIAL, TOPIC, PROJECT = range(5)
KIND_NAMES: Final = ("section", "group", "material", "topic", "project")  # by kind
_BY_NAME: Final = {name: kind for kind, name in enumerate(KIND_NAMES)}
_MATERIAL_RESOURCES: Final = {"course", "book", "video"}


def is_material(resource: Resource, base_url: str) -> bool:
    """Return True if an item that is only this link is material: a course, book, video or other repository.

    ``base_url`` is that of the roadmap's source, whose own repository is not material.
    """
    is_own = bool(base_url) and resource.url.startswith("/".join(base_url.split("/")[:5]))
    return resource.kind in _MATERIAL_RESOURCES or (resource.kind == "repository" and not is_own)


def node_kinds(roadmap: Roadmap, nodes: Sequence[Node]) -> bytes:
    """Return the kind of each node of a roadmap.

    An item with children and no kind of its own is a group. In a list that was imported before items had
    kinds, an item whose title is its only link may be material.
    """
    items = [node for node in nodes if isinstance(node, Item)]
    guesses = _is_list(roadmap.source, items) and not any(item.kind for item in items)
    base_url = roadmap.source.base_url
    return bytes(
        [
            SECTION
            if not isinstance(node, Item)
            else _BY_NAME.get(node.kind, TOPIC)
            if node.kind
            else GROUP
            if node.children
            else MATERIAL
            if guesses and _is_material_link(node, base_url)
            else TOPIC
            for node in nodes
        ]
    )


def _is_list(source: Source, items: Sequence[Item]) -> bool:
    """Return True for a roadmap that was imported from a list, False for tasks."""
    is_list = source.items == "all" or not (source.items or any(item.ticked for item in items))
    return source.kind == "markdown" and is_list


def _is_material_link(item: Item, base_url: str) -> bool:
    if len(item.resources) != 1:
        return False
    (resource,) = item.resources
    return item.title in (resource.title, resource.url) and is_material(resource, base_url)
