"""Roadmaps for tests, written down as their author sees them, and what must hold of any reconciliation.

An outline is ``{"Section": [...]}``, ``"item"``, ``("item", url, …)`` or, for an item with others below it,
``{"- item": [...]}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import count

from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Item, Node, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.titles import normalize_title
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.update import UpdateResult, update_roadmap
from roadmap_tui.core.roadmap.validation import decode


class Linked(dict[str, list[object]]):
    """A node with others below it that has addresses of its own."""

    def __init__(self, below: dict[str, list[object]], urls: tuple[str, ...]) -> None:
        super().__init__(below)
        self.urls = urls


def roadmap(*outline: object) -> Roadmap:
    """A fresh import: its ids are numbers in reading order, so that none can be right by accident."""
    number = count(1)

    def node(written: object) -> Node:
        name = f"n{next(number)}"
        if isinstance(written, str):
            return Item(name, written)
        if isinstance(written, tuple):
            title, *urls = written
            return Item(name, title, resources=tuple([Resource(url, url) for url in urls]))
        assert isinstance(written, dict)
        links = tuple([Resource(url, url) for url in written.urls]) if isinstance(written, Linked) else ()
        ((title, below),) = written.items()
        children = tuple([node(child) for child in below])
        if title.startswith("- "):
            items = tuple([child for child in children if isinstance(child, Item)])
            return Item(name, title[2:], resources=links, children=items)
        return Section(name, title, resources=links, children=children)

    children = tuple([node(written) for written in outline])
    return Roadmap("fresh", "Fresh", children=children)


def published(*outline: object) -> Roadmap:
    """A roadmap as it is kept: each id tells where its node stood, as in ``chapter-of-part-of-item``."""
    taken: set[str] = set()

    def named(node: Node, above: str) -> Node:
        slug = above + "-".join(re.findall("[a-z0-9]+", normalize_title(node.title)))
        name, number = slug, 2
        while name in taken:
            name, number = f"{slug}-{number}", number + 1
        taken.add(name)
        children = [named(child, f"{name}-of-") for child in node.children]
        if isinstance(node, Section):
            return node._replace(id=name, children=tuple(children))
        return node._replace(id=name, children=tuple([one for one in children if isinstance(one, Item)]))

    fresh = roadmap(*outline)
    return fresh._replace(id="kept", children=tuple([named(node, "") for node in fresh.children]))


def everything(_: str) -> bool:
    return True


def nothing(_: str) -> bool:
    return False


def among(ids: Iterable[str]) -> Callable[[str], bool]:
    known = frozenset(ids)
    return lambda name: name in known


def nodes(roadmap: Roadmap) -> dict[str, Node]:
    return {node.id: node for node in FlatTree(roadmap).nodes}


def items(roadmap: Roadmap) -> dict[str, Item]:
    return {item.id: item for item in FlatTree(roadmap).items()}


def where(roadmap: Roadmap) -> dict[str, str]:
    """Where each id stands, by titles."""
    order = FlatTree(roadmap)
    found: dict[str, str] = {}
    for at, node in enumerate(order.nodes):
        titles = [node.title]
        while (at := order.parents[at]) >= 0:
            titles.append(order.nodes[at].title)
        found[node.id] = "/".join(reversed(titles))
    return found


def retired_ids(result: UpdateResult) -> list[str]:
    return [item.id for item in result.roadmap.retired]


def update(old: Roadmap, new: Roadmap, **accepted: str) -> UpdateResult:
    """Reconcile with progress everywhere, and check what must hold whatever happens."""
    result = update_roadmap(old, new, has_progress=everything, accepted=accepted)
    check(old, new, result)
    return result


def check(old: Roadmap, new: Roadmap, result: UpdateResult) -> None:
    live, before = nodes(result.roadmap), nodes(old)
    gone = {item.id for item in result.roadmap.retired}
    assert [node.title for node in live.values()] == [node.title for node in nodes(new).values()]
    assert not gone & set(live)
    assert decode(encode(result.roadmap), "r") == result.roadmap
    earlier = {item.id for item in old.retired}
    assert set(before) | earlier <= set(live) | gone | {match.id for match in result.dropped} | {
        name for name, node in before.items() if isinstance(node, Section)
    }
    assert not {match.id for match in result.new} & (set(before) | earlier)
    names = [match.id for match in (*result.kept, *result.new, *result.returned)]
    assert sorted(names) == sorted(items(result.roadmap))
