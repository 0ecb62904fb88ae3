"""Resolve the prerequisites that a source names by titles or ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.roadmap.titles import normalize_title
from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from roadmap_tui.core.roadmap.model import Node


def add_prerequisites(
    nodes: Sequence[Node], needs: Mapping[str, tuple[int, list[str]]]
) -> tuple[tuple[Node, ...], list[str]]:
    """Set the prerequisites of items; return the nodes, and a warning for each name that is left out.

    Such names become notes.

    ``needs`` has a line and names by item id. A name is an id or a title that one item has. A prerequisite
    that closes a cycle is left out.
    """
    items = list(_items(nodes))
    ids_of: dict[str, list[str]] = {}
    for item in items:
        ids_of.setdefault(normalize_title(item.title), []).append(item.id)
    known = {item.id for item in items}
    found: dict[str, list[str]] = {}
    unknown: dict[str, list[str]] = {}
    warnings: list[str] = []
    for item_id, (line, names) in needs.items():
        for name in names:
            matches = [name] if name in known else ids_of.get(normalize_title(name), [])
            if len(matches) != 1:
                unknown.setdefault(item_id, []).append(name)
                warnings.append(
                    f"line {line + 1}: no single item is called {name!r}; not made a prerequisite"
                )
            elif matches[0] == item_id or _leads_to(found, matches[0], item_id):
                warnings.append(f"line {line + 1}: the prerequisite {name!r} would go in a circle; left out")
            elif matches[0] not in found.setdefault(item_id, []):
                found[item_id].append(matches[0])
    return _with(nodes, found, unknown), warnings


def _items(nodes: Sequence[Node]) -> Iterator[Item]:
    for node in nodes:
        if isinstance(node, Item):
            yield node
        yield from _items(node.children)


def _leads_to(prerequisites: Mapping[str, list[str]], start: str, target: str) -> bool:
    stack, seen = [start], {start}
    while stack:
        for item_id in prerequisites.get(stack.pop(), ()):
            if item_id == target:
                return True
            if item_id not in seen:
                seen.add(item_id)
                stack.append(item_id)
    return False


def _with(
    nodes: Sequence[Node], prerequisites: Mapping[str, list[str]], unknown: Mapping[str, list[str]]
) -> tuple[Node, ...]:
    result: list[Node] = []
    for node in nodes:
        children = _with(node.children, prerequisites, unknown)
        if isinstance(node, Item):
            items = tuple(child for child in children if isinstance(child, Item))
            names = ", ".join(unknown.get(node.id, ()))
            note = clean("\n".join(filter(None, (node.note, names and f"Prerequisites: {names}"))))
            needs = tuple(prerequisites.get(node.id, ()))
            result.append(node._replace(children=items, prerequisites=needs, note=note))
        else:
            result.append(node._replace(children=children))
    return tuple(result)
