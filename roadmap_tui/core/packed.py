"""A large roadmap in a form that is read without making its nodes: arrays, and texts in small pieces.

It is for what was decoded once and is kept for the next time, by this program, on this machine. What it
was made from stays the truth; whoever keeps it sees to that it is whole, and was made from the same.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple, overload

from roadmap_tui.core.pieces import Pieces, joined, numbers, packed, parted
from roadmap_tui.core.roadmap.model import (
    Branch,
    FlatTree,
    Item,
    Node,
    Nodes,
    Resource,
    Roadmap,
    Section,
    Source,
)


def pack(roadmap: Roadmap) -> bytes:
    """The roadmap as ``unpack`` reads it."""
    order = FlatTree(roadmap, with_retired=True)
    head = roadmap._replace(children=(), retired=())
    return joined(
        [
            json.dumps([head, order.active_count]).encode(),
            order.kinds,
            bytes(order.depths),
            array("i", order.parents).tobytes(),
            array("i", order.subtree_end).tobytes(),
            array("i", order.item_counts).tobytes(),
            "\n".join(order.ids).encode(),
            "\n".join(order.titles).encode(),
            json.dumps(order.prerequisite_lists).encode(),
            *packed([_texts(node) for node in order.nodes], _json),
        ]
    )


def unpack(data: memoryview) -> Roadmap:
    """The roadmap that was packed; its nodes are made when they are asked for.

    For what was never packed, on a machine like this, anything may be raised.
    """
    first, kinds, depths, parents, ends, counts, ids, titles, needs, lengths, pieces, _ = parted(data)
    head, live = json.loads(bytes(first))
    order = FlatTree.__new__(FlatTree)
    order.active_count = live
    order.depths = bytes(depths)
    order.parents, order.subtree_end = numbers("i", parents), numbers("i", ends)
    texts = Pieces(lengths, pieces, json.loads)
    parts = _Parts(bytes(kinds), numbers("i", counts), ids, titles, needs, texts)
    order.nodes = _PackedNodes(parts, order, len(kinds))
    id, title, summary, note, source, resources, _, _ = head
    children = Branch(order, -1, live)
    retired: Sequence[Item] = Branch(order, live) if len(kinds) > live else ()
    return Roadmap(id, title, summary, note, Source(*source), _resources(resources), children, retired)


class _Parts(NamedTuple):
    kinds: bytes
    item_counts: array[int]
    ids: memoryview
    titles: memoryview
    needs: memoryview
    texts: Pieces


class _PackedNodes(Nodes):
    def __init__(self, parts: _Parts, tree: FlatTree, count: int) -> None:
        self._parts = parts
        self._tree = tree  # of all the nodes there are, though these here may be fewer
        self._count = count
        self.kinds = parts.kinds[:count]

    def head(self, count: int) -> Nodes:
        return _PackedNodes(self._parts, self._tree, count)

    @cached_property
    def item_counts(self) -> Sequence[int]:  # type: ignore[override] # it is made when it is asked for
        return self._parts.item_counts[: self._count]

    @cached_property
    def ids(self) -> Sequence[str]:  # type: ignore[override] # as above
        return str(self._parts.ids, "utf-8").split("\n")[: self._count]

    @cached_property
    def titles(self) -> Sequence[str]:  # type: ignore[override] # as above
        return str(self._parts.titles, "utf-8").split("\n")[: self._count]

    @property
    def prerequisite_lists(self) -> Sequence[tuple[int, Sequence[str]]]:  # type: ignore[override] # as above
        return [(at, names) for at, names in json.loads(bytes(self._parts.needs)) if at < self._count]

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Node: ...
    @overload
    def __getitem__(self, index: slice) -> list[Node]: ...
    def __getitem__(self, index: int | slice) -> Node | list[Node]:
        if isinstance(index, slice):
            return [self._node(at) for at in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return self._node(index % self._count)

    def _node(self, at: int) -> Node:
        id, title, summary, note, resources, needs, ticked = self._parts.texts[at]
        children: Sequence[Any] = Branch(self._tree, at) if self._tree.subtree_end[at] > at + 1 else ()
        links = _resources(resources) if resources else ()
        if self._parts.kinds[at]:
            return Item(id, title, summary, note, tuple(needs), ticked, links, children)
        return Section(id, title, summary, note, links, children)


def _texts(node: Node) -> list[Any]:
    needs, ticked = (node.prerequisites, node.ticked) if isinstance(node, Item) else ((), False)
    return [node.id, node.title, node.summary, node.note, node.resources, needs, ticked]


def _json(texts: Sequence[Any]) -> str:
    return json.dumps(texts, separators=(",", ":"))


def _resources(kept: list[list[str]]) -> tuple[Resource, ...]:
    return tuple([Resource(*fields) for fields in kept])
