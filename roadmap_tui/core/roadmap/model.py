"""A roadmap as its author wrote it: sections, items, resources.

The values are named tuples rather than dataclasses: they are as immutable, and cost
a fifth to define, which counts in a program that is started at every prompt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias

KINDS = (
    "book",
    "course",
    "video",
    "paper",
    "docs",
    "article",
    "repository",
    "tool",
    "dataset",
    "project",
    "website",
)
TOPICS = "roadmap.sh"  # the kind of a source whose items' ids end in the ids of its nodes


class Resource(NamedTuple):
    """Something to read, watch or try; ``kind`` is one of ``KINDS``."""

    title: str
    url: str
    kind: str = "website"
    by: str = ""
    note: str = ""


class Item(NamedTuple):
    """Something to learn. ``ticked`` is the source author's mark, never the reader's."""

    id: str
    title: str
    summary: str = ""
    note: str = ""
    prerequisites: tuple[str, ...] = ()
    ticked: bool = False
    resources: tuple[Resource, ...] = ()
    children: Sequence[Item] = ()


class Section(NamedTuple):
    """A heading with what stands below it; it has no state of its own."""

    id: str
    title: str
    summary: str = ""
    note: str = ""
    resources: tuple[Resource, ...] = ()
    children: Sequence[Section | Item] = ()


Node: TypeAlias = Section | Item


class Source(NamedTuple):
    """What a roadmap was made from, and how.

    ``origin`` is the path or address to fetch it from again; ``items``, ``strict`` (``yes`` or empty)
    and ``base_url`` are the options it was read with, so that a later version is read alike.
    """

    kind: str = ""
    name: str = ""
    sha256: str = ""
    origin: str = ""
    items: str = ""
    strict: str = ""
    base_url: str = ""


class Roadmap(NamedTuple):
    """A whole roadmap; ``retired`` keeps items that have left the source."""

    id: str
    title: str
    summary: str = ""
    note: str = ""
    source: Source = Source()
    resources: tuple[Resource, ...] = ()
    children: Sequence[Node] = ()
    retired: Sequence[Item] = ()


# Its id is none that a file can have.
RETIRED: Final = Section(
    "~retired",
    "Retired",
    summary="Items that left the roadmap and have your progress. They are not counted, and may come back.",
)


class FlatTree:
    """A roadmap laid out flat in reading order, as parallel sequences.

    ``nodes[i]`` stands at depth ``depths[i]`` (0 at the top) below ``nodes[parents[i]]``
    (-1 at the top); its descendants are ``nodes[i + 1 : ends[i]]``. ``live`` is how many of them are
    the roadmap's own: where retired items are wanted, they stand behind those, in a section of theirs.

    A roadmap may be so large that making all its nodes would take longer than everything else: then
    ``nodes`` makes each when it is asked for, and the other questions are answered without them.
    """

    nodes: Sequence[Node]
    depths: Sequence[int]
    parents: Sequence[int]
    subtree_end: Sequence[int]

    def __init__(self, roadmap: Roadmap, *, with_retired: bool = False) -> None:
        whole = _laid_out(roadmap)
        if whole is not None:
            self._adopt(whole, with_retired=with_retired)
            return
        self.nodes, self.depths, self.parents, self.subtree_end = [], [], [], []
        self._place(roadmap.children, 0, -1, (self.nodes, self.depths, self.parents, self.subtree_end))
        self.active_count = len(self.nodes)
        if with_retired and roadmap.retired:
            retired = RETIRED._replace(children=roadmap.retired)
            self._place((retired,), 0, -1, (self.nodes, self.depths, self.parents, self.subtree_end))

    def _adopt(self, whole: FlatTree, *, with_retired: bool) -> None:
        """Be the same as another, or as that without what is retired."""
        self.active_count = whole.active_count
        if with_retired or len(whole) == whole.active_count:
            vars(self).update(vars(whole))
            return
        end = self.active_count
        self.nodes = whole.nodes.head(end) if isinstance(whole.nodes, Nodes) else whole.nodes[:end]
        self.depths, self.parents, self.subtree_end = (
            whole.depths[:end],
            whole.parents[:end],
            whole.subtree_end[:end],
        )

    def __len__(self) -> int:
        return len(self.subtree_end)

    def _place(
        self,
        children: Sequence[Node],
        depth: int,
        parent: int,
        lists: tuple[list[Node], list[int], list[int], list[int]],
    ) -> None:
        nodes, depths, parents, ends = lists
        for node in children:
            here = len(nodes)
            nodes.append(node)
            depths.append(depth)
            parents.append(parent)
            ends.append(here + 1)
            if node.children:
                self._place(node.children, depth + 1, here, lists)
                ends[here] = len(nodes)

    @cached_property
    def ids(self) -> Sequence[str]:
        """The id of each node."""
        return self.nodes.ids if isinstance(self.nodes, Nodes) else [node.id for node in self.nodes]

    @cached_property
    def titles(self) -> Sequence[str]:
        """The title of each node."""
        return self.nodes.titles if isinstance(self.nodes, Nodes) else [node.title for node in self.nodes]

    @cached_property
    def index_of(self) -> Mapping[str, int]:
        """Where the node of an id stands."""
        return dict(zip(self.ids, range(len(self)), strict=True))

    @cached_property
    def kinds(self) -> bytes:
        """For each node 1 if it is an item, 0 if it is a section."""
        if isinstance(self.nodes, Nodes):
            return self.nodes.kinds
        return bytes([isinstance(node, Item) for node in self.nodes])

    @cached_property
    def branches(self) -> Sequence[int]:
        """The positions of the nodes that have any below them, in reading order."""
        return sorted(set(self.parents) - {-1})

    @cached_property
    def item_counts(self) -> Sequence[int]:
        """How many items each branch has, its own node included."""
        if isinstance(self.nodes, Nodes):
            return self.nodes.item_counts
        counts = list(self.kinds)
        for at in range(len(counts) - 1, -1, -1):
            if (parent := self.parents[at]) >= 0:
                counts[parent] += counts[at]
        return counts

    @property
    def retired(self) -> int:
        """How many items left the source, the section that holds them not counted."""
        return max(0, len(self) - self.active_count - 1)

    @cached_property
    def dependents(self) -> Mapping[str, Sequence[int]]:
        """The positions of the items that have the item of an id as a prerequisite, retired ones left out."""
        found: dict[str, list[int]] = {}
        for at, names in self.prerequisite_lists:
            if at < self.active_count:
                for name in names:
                    found.setdefault(name, []).append(at)
        return found

    @property
    def prerequisite_lists(self) -> Sequence[tuple[int, Sequence[str]]]:
        """The items that have prerequisites: their positions, and the ids of those."""
        if isinstance(self.nodes, Nodes):
            return self.nodes.prerequisite_lists
        return [
            (at, node.prerequisites)
            for at, node in enumerate(self.nodes)
            if isinstance(node, Item) and node.prerequisites
        ]

    def is_item(self, at: int) -> bool:
        """Whether an item stands at a position, and not a section."""
        return self.kinds[at] == 1

    def children(self, at: int, end: int | None = None) -> Iterator[int]:
        """The positions right below ``at``; for -1 those at the top, before ``end``."""
        end = self.subtree_end[at] if at >= 0 else len(self) if end is None else end
        at += 1
        while at < end:
            yield at
            at = self.subtree_end[at]

    def items(self, start: int = 0, end: int | None = None) -> Iterator[Item]:
        """The items among ``nodes[start:end]``, by default all that are not retired, in reading order."""
        for at in range(start, self.active_count if end is None else end):
            if self.kinds[at]:
                node = self.nodes[at]
                if isinstance(node, Item):
                    yield node

    def branch(self, at: int) -> list[Item]:
        """The items of the branch at ``at``: the node itself, if it is one, and all below it."""
        return list(self.items(at, self.subtree_end[at]))

    def sections(self, at: int) -> list[Section]:
        """The sections that hold ``nodes[at]``, outermost first."""
        path: list[Section] = []
        while (at := self.parents[at]) >= 0:
            node = self.nodes[at]
            if isinstance(node, Section):
                path.append(node)
        path.reverse()
        return path


class Nodes(Sequence[Node]):
    """Nodes that are made when they are asked for, and what can be told of them before."""

    ids: Sequence[str]
    titles: Sequence[str]
    kinds: bytes
    item_counts: Sequence[int]
    prerequisite_lists: Sequence[tuple[int, Sequence[str]]]

    def head(self, count: int) -> Nodes:
        """The first of them."""
        raise NotImplementedError


class Branch(Sequence[Any]):
    """The children of a node that are made when they are asked for; equal to a tuple of the same ones."""

    def __init__(self, tree: FlatTree, at: int, end: int | None = None) -> None:
        self.tree = tree
        self._at = at
        self._end = end

    @cached_property
    def _places(self) -> list[int]:
        return list(self.tree.children(self._at, self._end))

    @property
    def is_top(self) -> bool:
        """Whether these are the roadmap's own children, and no node's."""
        return self._at < 0

    def __len__(self) -> int:
        return len(self._places)

    def __bool__(self) -> bool:
        return next(self.tree.children(self._at, self._end), None) is not None

    def __getitem__(self, index: int | slice) -> Any:
        nodes = self.tree.nodes
        if isinstance(index, slice):
            return tuple([nodes[at] for at in self._places[index]])
        return nodes[self._places[index]]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Branch) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def _laid_out(roadmap: Roadmap) -> FlatTree | None:
    """The layout that all nodes of a roadmap, retired ones too, are made from; None where there is none."""
    children, retired = roadmap.children, roadmap.retired
    if not isinstance(children, Branch) or not children.is_top:
        return None
    if isinstance(retired, Branch):
        return children.tree if retired.tree is children.tree else None
    return children.tree if not retired and len(children.tree) == children.tree.active_count else None
