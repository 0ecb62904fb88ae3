"""Counts of items by status, cached per branch; a changed status invalidates one path to the root.

Topics and projects are counted, material is counted separately, and groups are not counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import compress
from typing import Final

from roadmap_tui.core.progress.statuses import (
    REPORT_ORDER,
    STATUS_INFO,
    STATUS_TABLE,
    STATUSES,
    UNFINISHED,
    Status,
)
from roadmap_tui.core.roadmap.kinds import GROUP, KIND_NAMES, MATERIAL, SECTION
from roadmap_tui.core.roadmap.tree import FlatTree

# Added to the status codes of nodes that are not counted, so that bytes.count counts the others alone.
_NO_STATUS: Final = 0x80
_MATERIAL: Final = 0x40
_COUNTED: Final = tuple(index for index, row in enumerate(STATUS_TABLE) if row.is_counted)


class Counts(tuple[int, ...]):
    """The number of items of each status, in the order of ``STATUSES``; ``Counts(5, done=1)`` builds one.

    The total leaves out statuses that are not counted: a skipped item is neither done nor to be done.
    """

    __slots__ = ()

    def __new__(cls, *numbers: int, **by_status: int) -> Counts:
        """Make counts from numbers in the order of ``STATUSES``, or by status id; missing numbers are 0."""
        values = dict(zip(STATUSES, numbers, strict=False)) | by_status
        return super().__new__(cls, [values.get(status, 0) for status in STATUSES])

    def __add__(self, other: tuple[int, ...]) -> Counts:  # type: ignore[override] # not a concatenation
        return Counts(*map(sum, zip(self, other, strict=True)))

    def of(self, status: Status) -> int:
        """Return the number of items of a status."""
        return self[STATUSES.index(status)]

    @property
    def by_status(self) -> dict[Status, int]:
        """The number of items of each status id, in the order of reports."""
        return {status: self.of(status) for status in REPORT_ORDER}

    @property
    def uncounted(self) -> dict[Status, int]:
        """The statuses outside the total that some item has, with their numbers."""
        return {name: n for name, n in self.by_status.items() if n and not STATUS_INFO[name].is_counted}

    @property
    def done(self) -> int:
        """The number of items done."""
        return self.of("done")

    @property
    def unfinished(self) -> int:
        """The number of items that are not finished."""
        return sum(map(self.of, UNFINISHED))

    @property
    def total(self) -> int:
        """The number of items that count."""
        return sum(self[index] for index in _COUNTED)

    @property
    def percent(self) -> int:
        """Done items of the total, 0 to 100, rounded; 100 only if all are done, 0 only if none is."""
        done, total = self.done, self.total
        if not done:
            return 0
        if done == total:
            return 100
        return min(99, max(1, (200 * done + total) // (2 * total)))

    def summary(self) -> str:
        """Describe the numbers: ``done 3 · in progress 2 · to do 1 · skipped 4, not counted``."""
        parts = [
            f"{STATUS_INFO[name].label} {n}"
            for name, n in self.by_status.items()
            if STATUS_INFO[name].is_counted
        ]
        return " · ".join(parts + [f"{name} {n}, not counted" for name, n in self.uncounted.items()])


class StatusCounts:
    """The status of each item of a tree, and the counts of each branch and of all active items."""

    def __init__(self, tree: FlatTree, ids: Iterable[str] = (), codes: bytes = b"") -> None:
        """``codes`` are the status codes of the nodes ``ids``; for an id given twice the last one counts."""
        self._tree = tree
        offsets = bytearray(len(KIND_NAMES))
        offsets[SECTION] = offsets[GROUP] = _NO_STATUS
        offsets[MATERIAL] = 0 if tree.counts_material else _MATERIAL
        self._offsets = tree.kinds.translate(bytes(offsets).ljust(256))
        self._codes = bytearray(self._offsets)
        for index, code in zip(map(tree.index_of.get, ids), codes, strict=True):
            if index is not None and self._offsets[index] != _NO_STATUS:
                self._codes[index] = self._offsets[index] + code
        # Filled on demand: of a large roadmap a screen shows a few dozen branches.
        self._cache: dict[int, Counts] = {}

    def status(self, index: int) -> Status:
        """Return the status of the item at an index; that of a group follows from its children.

        Sections are always ``todo``.
        """
        code = self._codes[index]
        if code < _NO_STATUS:
            return STATUSES[code & ~_MATERIAL]
        return self._group_status(index) if self._tree.is_item(index) else "todo"

    def _group_status(self, index: int) -> Status:
        counts = self.branch_counts(index)
        if not counts.total:
            return "skipped" if any(counts) else "todo"
        if counts.done == counts.total:
            return "done"
        return "doing" if counts.done or counts.of("doing") else "todo"

    def is_counted(self, node_id: str) -> bool:
        """Return True for the id of an active item that is in the counts."""
        index = self._tree.index_of.get(node_id, self._tree.active_count)
        return index < self._tree.active_count and not self._offsets[index]

    def ids_of(self, status: Status, kinds: Collection[int] | None = None) -> list[str]:
        """Return the ids of the active items with a status, in document order, groups left out.

        ``kinds`` limits them to some kinds.
        """
        code, tree = STATUSES.index(status), self._tree
        has_status = bytearray(256)
        has_status[code] = has_status[code + _MATERIAL] = 1
        found = self._codes[: tree.active_count].translate(has_status)
        if kinds is None:
            return list(compress(tree.ids, found))
        return [tree.ids[i] for i in compress(range(tree.active_count), found) if tree.kinds[i] in kinds]

    def set_status(self, index: int, status: Status) -> None:
        """Set the status of the item at ``index``; that of a group or section cannot be set."""
        if self._offsets[index] == _NO_STATUS:
            return
        self._codes[index] = self._offsets[index] + STATUSES.index(status)
        self._cache.pop(-1, None)
        while index >= 0:
            self._cache.pop(index, None)
            index = self._tree.parents[index]

    def counts_for(self, index: int) -> Counts:
        """Return the counts of the branch at ``index``, of the whole roadmap for -1."""
        counts = self._cache.get(index)
        if counts is None:
            counts = self._cache[index] = self._count(index, 0)
        return counts

    def branch_counts(self, index: int) -> Counts:
        """Return the counts of the branch at ``index``; of its material if it contains only material."""
        counts = self.counts_for(index)
        return counts if any(counts) else self.material_counts(index)

    def material_counts(self, index: int = -1) -> Counts:
        """Return the counts of the material of a branch; all are 0 if it is counted like topics."""
        return self._count(index, _MATERIAL)

    def _count(self, index: int, offset: int) -> Counts:
        tree = self._tree
        start, end = (index, tree.subtree_end[index]) if index >= 0 else (0, tree.active_count)
        return Counts(*[self._codes.count(offset + code, start, end) for code in range(len(STATUSES))])
