"""A roadmap as its author wrote it: sections, items, resources.

The values are named tuples rather than dataclasses: they are as immutable, and cost
a fifth to define, which counts in a program that is started at every prompt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

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
    children: tuple[Item, ...] = ()


class Section(NamedTuple):
    """A heading with what stands below it; it has no state of its own."""

    id: str
    title: str
    summary: str = ""
    note: str = ""
    resources: tuple[Resource, ...] = ()
    children: tuple[Section | Item, ...] = ()


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
    children: tuple[Node, ...] = ()
    retired: tuple[Item, ...] = ()


# Its id is none that a file can have.
RETIRED: Final = Section(
    "~retired",
    "Retired",
    summary="Items that left the roadmap and have your progress. They are not counted, and may come back.",
)


class Preorder:
    """A roadmap laid out flat in reading order, as parallel lists.

    ``nodes[i]`` stands at depth ``depths[i]`` (0 at the top) below ``nodes[parents[i]]``
    (-1 at the top); its descendants are ``nodes[i + 1 : ends[i]]``. ``live`` is how many of them are
    the roadmap's own: where retired items are wanted, they stand behind those, in a section of theirs.
    """

    def __init__(self, roadmap: Roadmap, *, with_retired: bool = False) -> None:
        self.nodes: list[Node] = []
        self.depths: list[int] = []
        self.parents: list[int] = []
        self.ends: list[int] = []
        self._place(roadmap.children, 0, -1)
        self.live = len(self.nodes)
        if with_retired and roadmap.retired:
            self._place((RETIRED._replace(children=roadmap.retired),), 0, -1)
        self.position: dict[str, int] = {node.id: i for i, node in enumerate(self.nodes)}

    def __len__(self) -> int:
        return len(self.nodes)

    def _place(self, children: tuple[Node, ...], depth: int, parent: int) -> None:
        nodes, depths, parents, ends = self.nodes, self.depths, self.parents, self.ends
        for node in children:
            here = len(nodes)
            nodes.append(node)
            depths.append(depth)
            parents.append(parent)
            ends.append(here + 1)
            if node.children:
                self._place(node.children, depth + 1, here)
                ends[here] = len(nodes)

    def items(self, start: int = 0, end: int | None = None) -> Iterator[Item]:
        """The items among ``nodes[start:end]``, by default all that are not retired, in reading order."""
        for node in self.nodes[start : self.live if end is None else end]:
            if isinstance(node, Item):
                yield node

    def branch(self, at: int) -> list[Item]:
        """The items of the branch at ``at``: the node itself, if it is one, and all below it."""
        return list(self.items(at, self.ends[at]))

    def sections(self, at: int) -> list[Section]:
        """The sections that hold ``nodes[at]``, outermost first."""
        path: list[Section] = []
        while (at := self.parents[at]) >= 0:
            node = self.nodes[at]
            if isinstance(node, Section):
                path.append(node)
        path.reverse()
        return path
