"""The outline: which rows of a roadmap are visible, and where the cursor is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection

from roadmap_tui.core.roadmap import Preorder, Section

# The first row stands for the roadmap itself; as a position in the preorder it is before all others.
ROOT = -1
_ROWS_TO_OPEN = 30


class Outline:
    """A flat list of visible rows; nothing is kept for a hidden one but a bit.

    ``rows`` are positions in the preorder, in order, ``ROOT`` first. ``cursor`` is an index in ``rows``.
    """

    def __init__(self, order: Preorder) -> None:
        self.order = order
        self.folded = bytearray(len(order))
        self.cursor = 0
        self.rows: list[int] = [ROOT, *range(len(order))]

    @property
    def at(self) -> int:
        """The position of the row under the cursor."""
        return self.rows[self.cursor]

    def is_branch(self, at: int) -> bool:
        """Whether anything stands below a position."""
        return at >= 0 and self.order.ends[at] > at + 1

    def is_folded(self, at: int) -> bool:
        """Whether what stands below a position is hidden."""
        return bool(self.folded[at])

    # Where the cursor goes

    def move(self, by: int) -> None:
        """Move the cursor by rows, as far as there are any."""
        self.cursor = max(0, min(self.cursor + by, len(self.rows) - 1))

    def go_to(self, at: int) -> None:
        """Put the cursor on a position, unfolding what hides it."""
        if at >= 0:
            hidden = [above for above in self._above(at) if self.folded[above]]
            for above in hidden:
                self.folded[above] = 0
            if hidden:
                self.rows = [ROOT, *self._visible(0, len(self.order))]
        self.cursor = bisect_left(self.rows, at)

    def parent(self, at: int) -> int:
        """The position a row hangs below, ``ROOT`` for those at the top."""
        return self.order.parents[at] if at >= 0 else ROOT

    def find(self, wanted: Callable[[int], bool], step: int) -> int | None:
        """The nearest position after (``step`` 1) or before (-1) the cursor that is wanted, folded or not.

        The search goes round at the end; None where nothing is wanted.
        """
        size = len(self.order)
        start = self.at if self.at >= 0 or step > 0 else size
        for distance in range(1, size + 1):
            at = (start + step * distance) % size
            if wanted(at):
                return at
        return None

    # What is visible

    def fold(self, at: int) -> None:
        """Hide what stands below a position; a cursor inside comes out onto it."""
        if not self.is_branch(at) or self.folded[at]:
            return
        here = self.at
        self.folded[at] = 1
        row = bisect_left(self.rows, at)
        stop = bisect_left(self.rows, self.order.ends[at], row)
        del self.rows[row + 1 : stop]
        self._keep(at if at < here < self.order.ends[at] else here)

    def unfold(self, at: int) -> None:
        """Show what stands below a position."""
        if not self.is_branch(at) or not self.folded[at]:
            return
        here = self.at
        self.folded[at] = 0
        row = bisect_left(self.rows, at)
        if row < len(self.rows) and self.rows[row] == at:
            self.rows[row + 1 : row + 1] = self._visible(at + 1, self.order.ends[at])
        self._keep(here)

    def fold_only(self, ids: Collection[str]) -> None:
        """Fold the branches of these ids and no others."""
        self.folded = bytearray(len(self.order))
        for node_id in ids:
            at = self.order.position.get(node_id, ROOT)
            if self.is_branch(at):
                self.folded[at] = 1
        self._refresh()

    def fold_all(self) -> None:
        """Fold every branch."""
        ends = self.order.ends
        self.folded = bytearray(ends[at] > at + 1 for at in range(len(ends)))
        self._refresh()

    def unfold_all(self) -> None:
        """Unfold every branch."""
        self.folded = bytearray(len(self.order))
        self._refresh()

    def fold_as_new(self) -> None:
        """Fold for a first look: where not all fits on a page, the sections that hold items."""
        self.folded = bytearray(len(self.order))
        if len(self.order) > _ROWS_TO_OPEN:
            for at, node in enumerate(self.order.nodes):
                inner = any(isinstance(child, Section) for child in node.children)
                self.folded[at] = self.is_branch(at) and not (inner and self.order.depths[at] == 0)
        self._refresh()

    @property
    def folded_ids(self) -> tuple[str, ...]:
        """The ids of the folded branches, in order."""
        return tuple(node.id for node, folded in zip(self.order.nodes, self.folded, strict=True) if folded)

    def _refresh(self) -> None:
        here = self.at
        self.rows = [ROOT, *self._visible(0, len(self.order))]
        for above in self._above(here):
            if self.folded[above]:
                here = above
        self._keep(here)

    def _keep(self, at: int) -> None:
        self.cursor = min(bisect_left(self.rows, at), len(self.rows) - 1)

    def _above(self, at: int) -> list[int]:
        """The positions that a position hangs below, nearest first."""
        path = []
        while at >= 0 and (at := self.order.parents[at]) >= 0:
            path.append(at)
        return path

    def _visible(self, start: int, stop: int) -> list[int]:
        rows, at = [], start
        folded, ends = self.folded, self.order.ends
        while at < stop:
            rows.append(at)
            at = ends[at] if folded[at] else at + 1
        return rows
