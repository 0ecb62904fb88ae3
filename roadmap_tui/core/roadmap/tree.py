"""A roadmap as parallel arrays in preorder, for the outline and everything that counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from roadmap_tui.core.roadmap.kinds import GROUP, MATERIAL, PROJECT, TOPIC, node_kinds
from roadmap_tui.core.roadmap.model import Item, Node, Roadmap, Section

# No node of a file can have this id: it is not a slug.
RETIRED: Final = Section(
    "~retired",
    "Retired",
    summary="Items that left the roadmap and have your progress. They are not counted, and may come back.",
)


class FlatTree:
    """The nodes of a roadmap in preorder, as parallel lists.

    ``nodes[i]`` is at depth ``depths[i]`` (0 at the top) below ``nodes[parents[i]]`` (-1 at the top); its
    descendants are ``nodes[i + 1 : subtree_end[i]]``. The first ``active_count`` nodes are the roadmap's own;
    with ``with_retired``, a section with the retired items follows.
    """

    def __init__(self, roadmap: Roadmap, *, with_retired: bool = False) -> None:
        self._roadmap = roadmap
        self.nodes: list[Node] = []
        self.depths: list[int] = []
        self.parents: list[int] = []
        self.subtree_end: list[int] = []
        self._append(roadmap.children, 0, -1)
        self.active_count = len(self.nodes)
        if with_retired and roadmap.retired:
            self._append((RETIRED._replace(children=roadmap.retired),), 0, -1)

    def __len__(self) -> int:
        return len(self.nodes)

    def _append(self, children: Sequence[Node], depth: int, parent: int) -> None:
        for node in children:
            index = len(self.nodes)
            self.nodes.append(node)
            self.depths.append(depth)
            self.parents.append(parent)
            self.subtree_end.append(index + 1)
            if node.children:
                self._append(node.children, depth + 1, index)
                self.subtree_end[index] = len(self.nodes)

    @cached_property
    def ids(self) -> list[str]:
        """The id of each node."""
        return [node.id for node in self.nodes]

    @cached_property
    def index_of(self) -> Mapping[str, int]:
        """The index of each node by its id."""
        return {node_id: index for index, node_id in enumerate(self.ids)}

    @cached_property
    def kinds(self) -> bytes:
        """The kind of each node, a byte of the module ``kinds``."""
        return node_kinds(self._roadmap, self.nodes)

    @cached_property
    def counts_material(self) -> bool:
        """True if fewer than a fifth of the leaf items are topics or projects: then material counts too."""
        active = self.kinds[: self.active_count]
        counted = active.count(TOPIC) + active.count(PROJECT)
        return counted * 5 < counted + active.count(MATERIAL)

    @cached_property
    def branches(self) -> list[int]:
        """The indexes of the nodes that have children, in preorder."""
        return sorted(set(self.parents) - {-1})

    @property
    def retired(self) -> int:
        """The number of retired nodes, without the section that holds them."""
        return max(0, len(self) - self.active_count - 1)

    def is_item(self, index: int) -> bool:
        """Return True for an item, False for a section."""
        return self.kinds[index] >= GROUP

    def is_uncounted(self, index: int) -> bool:
        """Return True for material that is left out of the counts of topics."""
        return self.kinds[index] == MATERIAL and not self.counts_material

    def has_status(self, index: int) -> bool:
        """Return True for an item that can be marked; False for a section and for a group of items."""
        return self.kinds[index] > GROUP

    def is_active_item(self, node_id: str) -> bool:
        """Return True for the id of an item that is in the roadmap and not retired."""
        index = self.index_of.get(node_id, self.active_count)
        return index < self.active_count and self.is_item(index)

    def children(self, index: int, end: int | None = None) -> Iterator[int]:
        """Yield the indexes of a node's children; for -1, of the top-level nodes before ``end``."""
        end = self.subtree_end[index] if index >= 0 else len(self) if end is None else end
        index += 1
        while index < end:
            yield index
            index = self.subtree_end[index]

    def items(self, start: int = 0, end: int | None = None) -> Iterator[Item]:
        """Yield the items among ``nodes[start:end]``, by default all active ones, in preorder."""
        for node in self.nodes[start : self.active_count if end is None else end]:
            if isinstance(node, Item):
                yield node

    def branch(self, index: int) -> list[Item]:
        """Return the items in the subtree of a node, the node itself included."""
        return list(self.items(index, self.subtree_end[index]))

    def titles_above(self, index: int) -> list[str]:
        """Return the titles of the nodes that contain a node, outermost first."""
        path: list[str] = []
        while (index := self.parents[index]) >= 0:
            path.append(self.nodes[index].title)
        path.reverse()
        return path

    def sections(self, index: int) -> list[Section]:
        """Return the sections that contain a node, outermost first."""
        path: list[Section] = []
        while (index := self.parents[index]) >= 0:
            node = self.nodes[index]
            if isinstance(node, Section):
                path.append(node)
        path.reverse()
        return path
