"""A large roadmap in a form that is read without making its nodes: arrays, and texts in small pieces.

It is for what was decoded once and is kept for the next time, by this program, on this machine. What it
was made from stays the truth; whoever keeps it sees to that it is whole, and was made from the same.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple, overload

from roadmap_tui.core.roadmap import (
    Branch,
    Item,
    Node,
    Nodes,
    Preorder,
    Resource,
    Roadmap,
    Section,
    Source,
)

# As many nodes as are read together: enough to be packed well, few enough to be unpacked for one row.
_PIECE: Final = 64
_PIECES_KEPT: Final = 32
# Numbers are kept as this machine holds them.
_MACHINE: Final = f"{sys.byteorder} {array('i').itemsize}"


def pack(roadmap: Roadmap) -> bytes:
    """The roadmap as ``unpack`` reads it."""
    order = Preorder(roadmap, with_retired=True)
    count = len(order)
    texts = [_texts(node) for node in order.nodes]
    # The fastest level: it is written while somebody waits.
    pieces = [
        zlib.compress(json.dumps(texts[at : at + _PIECE], separators=(",", ":")).encode(), 1)
        for at in range(0, count, _PIECE)
    ]
    head = roadmap._replace(children=(), retired=())
    parts = [
        json.dumps([head, order.live]).encode(),
        order.kinds,
        bytes(order.depths),
        array("i", order.parents).tobytes(),
        array("i", order.ends).tobytes(),
        array("i", order.item_counts).tobytes(),
        "\n".join(order.ids).encode(),
        "\n".join(order.titles).encode(),
        json.dumps(order.needs).encode(),
        array("i", map(len, pieces)).tobytes(),
        b"".join(pieces),
    ]
    lengths = json.dumps([_MACHINE, *map(len, parts)]).encode()
    return b"".join([lengths, b"\n", *parts])


def unpack(data: bytes) -> Roadmap:
    """The roadmap that was packed; its nodes are made when they are asked for.

    Raises ValueError for what another machine packed. For what was never packed anything may be raised.
    """
    end = data.index(b"\n")
    machine, *sizes = json.loads(data[:end])
    if machine != _MACHINE:
        raise ValueError(machine)
    parts: list[bytes] = []
    at = end + 1
    for size in sizes:
        parts.append(data[at : at + size])
        at += size
    first, kinds, depths, parents, ends, counts, ids, titles, needs, piece_lengths, pieces = parts
    head, live = json.loads(first)
    order = Preorder.__new__(Preorder)
    order.live = live
    order.depths, order.parents, order.ends = depths, array("i", parents), array("i", ends)
    packed = _Packed(kinds, array("i", counts), ids, titles, needs, array("i", piece_lengths), pieces)
    order.nodes = _PackedNodes(packed, order, len(kinds))
    id, title, summary, note, source, resources, _, _ = head
    children = Branch(order, -1, live)
    retired: Sequence[Item] = Branch(order, live) if len(kinds) > live else ()
    return Roadmap(id, title, summary, note, Source(*source), _resources(resources), children, retired)


class _Packed(NamedTuple):
    kinds: bytes
    item_counts: array[int]
    ids: bytes
    titles: bytes
    needs: bytes
    piece_lengths: array[int]
    pieces: bytes


class _PackedNodes(Nodes):
    def __init__(self, packed: _Packed, order: Preorder, count: int) -> None:
        self._packed = packed
        self._order = order  # of all the nodes there are, though these here may be fewer
        self._count = count
        self.kinds = packed.kinds[:count]
        self._unpacked: dict[int, list[Any]] = {}

    def head(self, count: int) -> Nodes:
        return _PackedNodes(self._packed, self._order, count)

    @cached_property
    def item_counts(self) -> Sequence[int]:  # type: ignore[override] # it is made when it is asked for
        return self._packed.item_counts[: self._count]

    @cached_property
    def ids(self) -> Sequence[str]:  # type: ignore[override] # as above
        return self._packed.ids.decode().split("\n")[: self._count]

    @cached_property
    def titles(self) -> Sequence[str]:  # type: ignore[override] # as above
        return self._packed.titles.decode().split("\n")[: self._count]

    @property
    def needs(self) -> Sequence[tuple[int, Sequence[str]]]:  # type: ignore[override] # as above
        return [(at, names) for at, names in json.loads(self._packed.needs) if at < self._count]

    @cached_property
    def _offsets(self) -> list[int]:
        offsets = [0]
        for length in self._packed.piece_lengths:
            offsets.append(offsets[-1] + length)
        return offsets

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
        id, title, summary, note, resources, needs, ticked = self._piece(at // _PIECE)[at % _PIECE]
        children: Sequence[Any] = Branch(self._order, at) if self._order.ends[at] > at + 1 else ()
        links = _resources(resources) if resources else ()
        if self._packed.kinds[at]:
            return Item(id, title, summary, note, tuple(needs), ticked, links, children)
        return Section(id, title, summary, note, links, children)

    def _piece(self, number: int) -> list[Any]:
        piece = self._unpacked.get(number)
        if piece is None:
            if len(self._unpacked) >= _PIECES_KEPT:
                self._unpacked.clear()
            start, end = self._offsets[number : number + 2]
            piece = self._unpacked[number] = json.loads(zlib.decompress(self._packed.pieces[start:end]))
        return piece


def _texts(node: Node) -> list[Any]:
    needs, ticked = (node.prerequisites, node.ticked) if isinstance(node, Item) else ((), False)
    return [node.id, node.title, node.summary, node.note, node.resources, needs, ticked]


def _resources(kept: list[list[str]]) -> tuple[Resource, ...]:
    return tuple([Resource(*fields) for fields in kept])
