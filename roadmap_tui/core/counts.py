"""How many items of each branch are done: kept per node, updated along one path to the root."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import Final, NamedTuple

from roadmap_tui.core.events import STATUSES, Status
from roadmap_tui.core.roadmap import Preorder

_COUNTED: Final[tuple[Status, ...]] = ("done", "doing", "skipped")


class Tally(NamedTuple):
    """Items by status. Skipped ones are not counted: they are neither done nor to be done."""

    todo: int = 0
    doing: int = 0
    done: int = 0
    skipped: int = 0

    @property
    def total(self) -> int:
        """The items that count."""
        return self.todo + self.doing + self.done

    @property
    def percent(self) -> int:
        """Done of those that count, 0 to 100, rounded; 100 only at the end, 0 only at the start."""
        if not self.done:
            return 0
        if self.done == self.total:
            return 100
        return min(99, max(1, (200 * self.done + self.total) // (2 * self.total)))

    def explained(self) -> str:
        """The number in words: what it counts and what it leaves out."""
        words = f"done {self.done} · doing {self.doing} · todo {self.todo}"
        return f"{words} · skipped {self.skipped}, not counted" if self.skipped else words


class Counts:
    """A tally per node of a roadmap, its own item included, and one for the whole without what is retired."""

    def __init__(self, order: Preorder, statuses: Mapping[int, Status] = MappingProxyType({})) -> None:
        """``statuses`` are those to begin with, by position, of items that are not still to do."""
        self._order = order
        # The items of each status before each position: of a branch, the difference of two of them.
        marks = {status: bytearray(len(order)) for status in _COUNTED} if statuses else {}
        for at, status in statuses.items():
            marks[status][at] = 1
        self._before = {status: array("i", accumulate(some, initial=0)) for status, some in marks.items()}
        self._items = order.item_counts
        self._by_status: dict[Status, dict[int, int]] = {status: {} for status in STATUSES}
        self._whole = sum(self._items[at] for at in order.below(-1, order.live))

    def move(self, at: int, old: Status, new: Status) -> None:
        """Count the item at ``at`` under another status."""
        gains, losses = self._by_status[new], self._by_status[old]
        parents = self._order.parents
        counted = at < self._order.live
        while at >= 0 or counted:
            gains[at] = gains.get(at, 0) + 1
            losses[at] = losses.get(at, 0) - 1
            if at < 0:
                return
            at = parents[at]

    def at(self, at: int) -> Tally:
        """The tally of the branch at ``at``; of the whole roadmap for -1."""
        done, doing, skipped = (self._count(at, s) for s in _COUNTED)
        items = self._items[at] if at >= 0 else self._whole
        return Tally(items - done - doing - skipped, doing, done, skipped)

    def _count(self, at: int, status: Status) -> int:
        moved = self._by_status[status].get(at, 0)
        before = self._before.get(status)
        if before is None:
            return moved
        start, end = (at, self._order.ends[at]) if at >= 0 else (0, self._order.live)
        return moved + before[end] - before[start]
