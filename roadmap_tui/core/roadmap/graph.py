"""The prerequisite graph of a roadmap: the roadmap's own edges and those that the reader added or removed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.roadmap.tree import FlatTree

Requirements: TypeAlias = Mapping[str, Sequence[str]]  # by item id


class Edge(NamedTuple):
    """An item and one of its prerequisites; ``on`` is False if the reader removed the prerequisite."""

    item: str
    prerequisite: str
    on: bool = True


class PrerequisiteGraph:
    """The effective prerequisites of a tree's items, by id; they have no cycle.

    ``changes`` are the reader's edges, applied in this order to those of the roadmap. ``left_out`` are the
    edges that would close a cycle. An item that requires one of its own ancestors requires the ancestor's
    prerequisites instead. A group requires its children, and they require what the group does.
    """

    def __init__(self, tree: FlatTree, changes: Iterable[Edge] = ()) -> None:
        self._tree = tree
        self.left_out: list[Edge] = []
        self._edges: dict[str, dict[str, None]] = {}
        nested = [item for item in tree.items() if item.children]
        self._groups = {
            item.id: [child.id for child in item.children]
            for item in nested
            if not tree.has_status(tree.index_of[item.id])
        }
        own = list(self._own_edges())
        self.has_own_edges = any(tree.is_active_item(edge.item) for edge in own)
        for edge in own:
            self._edges.setdefault(edge.item, {})[edge.prerequisite] = None
        # The format refuses cycles, except those that only nesting makes.
        if (
            nested
            and own
            and is_cyclic({name: self.required(name) for name in {*self._edges, *self._groups}})
        ):
            self._edges = {}
            for edge in own:
                self._change(edge)
        for edge in changes:
            self._change(edge)

    def _own_edges(self) -> Iterator[Edge]:
        tree = self._tree
        for index, node in enumerate(tree.nodes):
            if isinstance(node, Item):
                for name in dict.fromkeys([*self._own_prerequisites(index), *self._inherited(index)]):
                    if tree.is_active_item(name):
                        yield Edge(node.id, name)

    def _inherited(self, index: int) -> Iterator[str]:
        """Yield the prerequisites of the groups that contain an item, except items of the group itself."""
        tree = self._tree
        while (index := tree.parents[index]) >= 0 and tree.is_item(index):
            if tree.ids[index] in self._groups:
                for name in self._own_prerequisites(index):
                    if not index <= tree.index_of.get(name, -1) < tree.subtree_end[index]:
                        yield name

    def _own_prerequisites(self, index: int) -> list[str]:
        """Return an item's prerequisites in the roadmap; replace an ancestor by its own prerequisites."""
        tree, ancestors = self._tree, {}
        above = tree.parents[index]
        while above >= 0 and tree.is_item(above):
            ancestors[tree.ids[above]] = above
            above = tree.parents[above]
        node, found = tree.nodes[index], []
        for name in node.prerequisites if isinstance(node, Item) else ():
            found += self._own_prerequisites(ancestors[name]) if name in ancestors else [name]
        return found

    def _change(self, edge: Edge) -> None:
        """Add an edge unless it closes a cycle, or remove it."""
        if not edge.on:
            self._edges.get(edge.item, {}).pop(edge.prerequisite, None)
        elif self._tree.is_active_item(edge.item) and self._tree.is_active_item(edge.prerequisite):
            if self.chain(edge.prerequisite, edge.item):
                self.left_out.append(edge)
            else:
                self._edges.setdefault(edge.item, {})[edge.prerequisite] = None

    def prerequisites(self, item_id: str) -> list[str]:
        """Return the ids of the items that an item requires."""
        return list(self._edges.get(item_id, ()))

    def required(self, item_id: str) -> list[str]:
        """Return the prerequisites of an item, and the children of a group."""
        return [*self._edges.get(item_id, ()), *self._groups.get(item_id, ())]

    @cached_property
    def _dependents(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item in self._tree.items():
            for name in self._edges.get(item.id, ()):
                found.setdefault(name, []).append(item.id)
        return found

    def dependents(self, item_id: str) -> list[str]:
        """Return the ids of the active items that require an item, in tree order."""
        return self._dependents.get(item_id, [])

    def unlock_counts(self, is_wanted: Callable[[str], bool]) -> dict[str, int]:
        """Return the number of wanted items that require each item, directly or indirectly."""
        names = {*self._edges, *self._groups}
        required = {name: self.required(name) for name in names}
        required |= {other: [] for others in required.values() for other in others if other not in required}
        below = dict.fromkeys(required, 0)  # bits, one for each wanted item
        order = [name for level in levels(required) for name in level]
        for position, name in enumerate(reversed(order)):
            is_counted = name not in self._groups and is_wanted(name)
            bits = below[name] | is_counted << position
            for other in required[name]:
                below[other] |= bits
        return {name: bits.bit_count() for name, bits in below.items()}

    def chain(self, start: str, end: str) -> list[str]:
        """Return the ids from one item to another that it requires, directly or not; empty if it does not."""
        came_from = {start: ""}
        pending = [start]
        while pending:
            name = pending.pop()
            if name == end:
                path = [name]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            for other in self.required(name):
                if other not in came_from:
                    came_from[other] = name
                    pending.append(other)
        return []

    def path(self, item_id: str) -> dict[str, list[str]]:
        """Map an item, and each item that must be known before it, to the items that it requires.

        Groups are replaced by what they require, except ``item_id`` itself.
        """
        found: dict[str, list[str]] = {}
        pending = [item_id]
        while pending:
            name = pending.pop()
            if name not in found:
                found[name] = self.required_items(name)
                pending += found[name]
        return {name: found[name] for name in sorted(found, key=self._tree.index_of.__getitem__)}

    def follows_order(self, item_id: str) -> bool:
        """Return True if an item ("" for all) has no prerequisites, so that tree order is used instead."""
        return not (self.has_own_edges or (self.required(item_id) if item_id else any(self._edges.values())))

    def path_or_order(self, item_id: str) -> dict[str, list[str]]:
        """Return the path to an item ("" for the path to all items).

        Where the order of the roadmap counts, each item requires the one before it.
        """
        if item_id and not self.follows_order(item_id):
            return self.path(item_id)
        tree = self._tree
        counted = range(tree.active_count)
        names = [
            tree.ids[index] for index in counted if tree.has_status(index) and not tree.is_uncounted(index)
        ]
        if not self.follows_order(item_id):
            wanted = set(names)
            return {name: [other for other in self.required_items(name) if other in wanted] for name in names}
        if item_id:
            names = [name for name in names if tree.index_of[name] < tree.index_of[item_id]] + [item_id]
        return {name: names[max(0, number - 1) : number] for number, name in enumerate(names)}

    def required_items(self, item_id: str) -> list[str]:
        """Return the ids that an item requires; replace each group by the items that it requires."""
        found: dict[str, None] = {}
        pending = self.required(item_id)[::-1]
        while pending:
            name = pending.pop()
            if name in self._groups:
                pending += self.required(name)[::-1]
            else:
                found[name] = None
        return list(found)


def levels(requirements: Requirements) -> list[list[str]]:
    """Return the ids in topological levels: each only requires items of earlier levels. Keeps their order.

    The ids of a cycle, and those that require one of them, are left out.
    """
    dependents: dict[str, list[str]] = {}
    missing: dict[str, int] = {}
    for name, names in requirements.items():
        required: Collection[str] = [other for other in names if other in requirements]
        if len(required) > 1:
            required = set(required)
        missing[name] = len(required)
        for other in required:
            dependents.setdefault(other, []).append(name)
    position = {name: number for number, name in enumerate(requirements)}
    level = [name for name, count in missing.items() if not count]
    found: list[list[str]] = []
    while level:
        found.append(level)
        freed = []
        for name in level:
            for other in dependents.get(name, ()):
                missing[other] -= 1
                if not missing[other]:
                    freed.append(other)
        level = sorted(freed, key=position.__getitem__)
    return found


def is_cyclic(requirements: Requirements) -> bool:
    """Return True if an item requires itself, directly or through others."""
    return sum(map(len, levels(requirements))) < len(requirements)


def reduce(requirements: Requirements, order: Iterable[str]) -> dict[str, list[str]]:
    """Drop the requirements that follow from others (the transitive reduction of an acyclic graph).

    ``order`` are the ids in a topological order.
    """
    if all(len(names) < 2 for names in requirements.values()):
        return {name: list(names) for name, names in requirements.items()}
    # Sets of items as bits: with sets of ids a long chain would take gigabytes.
    bit: dict[str, int] = {}
    above: dict[str, int] = {}  # everything that an item requires, directly or not
    reduced: dict[str, list[str]] = {}
    for name in order:
        required = [other for other in requirements[name] if other in bit]
        implied = 0
        for other in required:
            implied |= above[other]
        reduced[name] = [other for other in required if not implied & bit[other]]
        for other in reduced[name]:
            implied |= bit[other]
        above[name], bit[name] = implied, 1 << len(bit)
    return {name: reduced[name] for name in requirements}
