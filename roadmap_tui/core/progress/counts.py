"""How many items of each branch are done: kept per node, updated along one path to the root."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress
from typing import Final, NamedTuple

from roadmap_tui.core.progress.events import STATUSES, Status
from roadmap_tui.core.roadmap.tree import FlatTree

_COUNTED: Final[tuple[Status, ...]] = ("doing", "done", "skipped")


class Counts(NamedTuple):
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

    def summary(self) -> str:
        """The number in words: what it counts and what it leaves out."""
        words = f"done {self.done} · doing {self.doing} · todo {self.todo}"
        return f"{words} · skipped {self.skipped}, not counted" if self.skipped else words


class StatusCounts:
    """A tally per node of a roadmap, its own item included, and one for the whole without what is retired."""

    def __init__(self, tree: FlatTree, ids: Iterable[str] = (), codes: bytes = b"") -> None:
        """``codes`` are the places in ``STATUSES`` of the nodes' statuses; the later ones are in force."""
        self._tree = tree
        self._codes = bytearray(len(tree))
        kinds = tree.kinds
        for at, code in zip(map(tree.index_of.get, ids), codes, strict=True):
            if at is not None and kinds[at]:
                self._codes[at] = code
        # Counted when it is first asked for: of a large roadmap a screen shows a few dozen branches.
        self._tallies: dict[int, Counts] = {}

    def status(self, at: int) -> Status:
        """The status of the item at a position; sections are always ``todo``."""
        return STATUSES[self._codes[at]]

    def ids_of(self, status: Status) -> list[str]:
        """The ids of the items of a status other than ``todo``, retired ones left out, in reading order."""
        code = STATUSES.index(status)
        wanted = self._codes[: self._tree.active_count].translate(bytes(code == one for one in range(256)))
        return list(compress(self._tree.ids, wanted))

    def set_status(self, at: int, status: Status) -> None:
        """Count the item at ``at`` under another status."""
        self._codes[at] = STATUSES.index(status)
        self._tallies.pop(-1, None)
        while at >= 0:
            self._tallies.pop(at, None)
            at = self._tree.parents[at]

    def counts_for(self, at: int) -> Counts:
        """The tally of the branch at ``at``; of the whole roadmap for -1."""
        tally = self._tallies.get(at)
        if tally is None:
            tally = self._tallies[at] = self._count(at)
        return tally

    def _count(self, at: int) -> Counts:
        order = self._tree
        start, end = (at, order.subtree_end[at]) if at >= 0 else (0, order.active_count)
        doing, done, skipped = (self._codes.count(STATUSES.index(one), start, end) for one in _COUNTED)
        if at >= 0:
            items = order.item_counts[at]
        else:
            items = sum(order.item_counts[one] for one in order.children(-1, end))
        return Counts(items - doing - done - skipped, doing, done, skipped)
