"""Counts of items by status, cached per branch; a changed status invalidates one path to the root."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
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
from roadmap_tui.core.roadmap.tree import FlatTree

_TODO: Final = STATUSES.index("todo")
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

    @classmethod
    def from_statuses(cls, statuses: Iterable[Status]) -> Counts:
        """Count statuses."""
        return cls(**Counter(statuses))

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
        """The number of items of an unfinished status."""
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
    """The status of each item of a tree, and the counts of each branch and of the active whole."""

    def __init__(self, tree: FlatTree, ids: Iterable[str] = (), codes: bytes = b"") -> None:
        """``codes`` are the status codes of the nodes ``ids``; for an id given twice the last one counts."""
        self._tree = tree
        self._codes = bytearray(len(tree))
        kinds = tree.kinds
        for index, code in zip(map(tree.index_of.get, ids), codes, strict=True):
            if index is not None and kinds[index]:
                self._codes[index] = code
        # Filled on demand: of a large roadmap a screen shows a few dozen branches.
        self._cache: dict[int, Counts] = {}

    def status(self, index: int) -> Status:
        """Return the status of the item at an index; sections are always ``todo``."""
        return STATUSES[self._codes[index]]

    def ids_of(self, status: Status) -> list[str]:
        """Return the ids of the active items with a status, which must not be ``todo``, in document order."""
        code = STATUSES.index(status)
        has_status = self._codes[: self._tree.active_count].translate(bytes(code == n for n in range(256)))
        return list(compress(self._tree.ids, has_status))

    def set_status(self, index: int, status: Status) -> None:
        """Set the status of the item at ``index``."""
        self._codes[index] = STATUSES.index(status)
        self._cache.pop(-1, None)
        while index >= 0:
            self._cache.pop(index, None)
            index = self._tree.parents[index]

    def counts_for(self, index: int) -> Counts:
        """Return the counts of the branch at ``index``, of the whole roadmap for -1."""
        counts = self._cache.get(index)
        if counts is None:
            counts = self._cache[index] = self._count(index)
        return counts

    def _count(self, index: int) -> Counts:
        tree = self._tree
        start, end = (index, tree.subtree_end[index]) if index >= 0 else (0, tree.active_count)
        if index >= 0:
            items = tree.item_counts[index]
        else:
            items = sum(tree.item_counts[child] for child in tree.children(-1, end))
        numbers = [self._codes.count(code, start, end) for code in range(len(STATUSES))]
        numbers[_TODO] = 0  # sections have this code too
        numbers[_TODO] = items - sum(numbers)
        return Counts(*numbers)
