"""The outline: which rows of a roadmap are visible, and where the cursor is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from roadmap_tui.core.roadmap.tree import FlatTree

# The first row stands for the roadmap itself; as a position in the preorder it is before all others.
ROOT = -1
_ROWS_TO_OPEN = 30


class SavedView(NamedTuple):
    """What an outline shows at a time, to come back to."""

    at: int
    folded: bytes
    rows: list[int]


class TreeView:
    """A flat list of visible rows; nothing is kept for a hidden one but a bit.

    ``rows`` are tree indexes in order, ``ROOT`` first; ``cursor_row`` is an index into ``rows``.
    """

    # Where only some positions are shown: those, with what they hang below, and the folds before.
    _shown: bytearray | None = None
    _wanted: bytearray = bytearray()
    _folded_before: bytearray = bytearray()

    def __init__(self, tree: FlatTree) -> None:
        self.tree = tree
        self.folded = bytearray(len(tree))
        self.cursor_row = 0
        self.rows: list[int] = [ROOT, *range(len(tree))]

    @property
    def cursor(self) -> int:
        """The position of the row under the cursor."""
        return self.rows[self.cursor_row]

    def is_branch(self, at: int) -> bool:
        """Whether anything that is shown stands below a position."""
        if at < 0 or self.tree.subtree_end[at] == at + 1:
            return False
        return self._shown is None or self._shown.find(1, at + 1, self.tree.subtree_end[at]) >= 0

    def is_folded(self, at: int) -> bool:
        """Whether what stands below a position is hidden."""
        return bool(self.folded[at])

    # Where the cursor goes

    def move(self, by: int) -> None:
        """Move the cursor by rows, as far as there are any."""
        self.cursor_row = max(0, min(self.cursor_row + by, len(self.rows) - 1))

    def go_to(self, at: int) -> None:
        """Put the cursor on a position, unfolding what hides it, and showing it whatever else is not."""
        if at >= 0:
            hidden = [above for above in self._above(at) if self.folded[above]]
            for above in hidden:
                self.folded[above] = 0
            was_shown = self.is_shown(at)
            if not was_shown:
                self._show((at,))
            if hidden or not was_shown:
                self.rows = [ROOT, *self._visible(0, len(self.tree))]
        self.cursor_row = bisect_left(self.rows, at)

    def parent(self, at: int) -> int:
        """The position a row hangs below, ``ROOT`` for those at the top."""
        return self.tree.parents[at] if at >= 0 else ROOT

    def find(self, wanted: Callable[[int], bool], step: int) -> int | None:
        """The nearest position after (``step`` 1) or before (-1) the cursor that is wanted, folded or not.

        Where only some are shown, it is one of those. The search goes round at the end; None where nothing
        is wanted.
        """
        size = len(self.tree)
        start = self.cursor if self.cursor >= 0 or step > 0 else size
        for distance in range(1, size + 1):
            at = (start + step * distance) % size
            if (self._shown is None or self._shown[at]) and wanted(at):
                return at
        return None

    @property
    def view(self) -> SavedView:
        """What is shown now."""
        return SavedView(self.cursor, bytes(self.folded), self.rows.copy())

    def go_back(self, view: SavedView) -> None:
        """Show what was shown then, the cursor where it was; the positions shown have to be the same."""
        self.folded = bytearray(view.folded)
        self.rows = view.rows.copy()
        self._matched(view.at)

    # A part of it

    def only(self, positions: Iterable[int] | None) -> None:
        """Show only these positions and what they hang below, all unfolded; None shows everything again.

        The folds of the whole come back with it, but for what would hide the cursor.
        """
        here = self.cursor
        if self._shown is not None:
            self.folded = self._folded_before
        self._shown = None
        if positions is None:
            self.rows = [ROOT, *self._visible(0, len(self.tree))]
            self.go_to(here)
            return
        self._folded_before = self.folded
        self.folded = bytearray(len(self.tree))
        self._shown, self._wanted = bytearray(len(self.tree)), bytearray(len(self.tree))
        self._show(positions)
        self._refresh()

    def _show(self, positions: Iterable[int]) -> None:
        shown, wanted, parents = self._shown, self._wanted, self.tree.parents
        if shown is None:
            return
        for position in positions:
            at = position
            wanted[at] = 1
            while at >= 0 and not shown[at]:
                shown[at] = 1
                at = parents[at]

    def is_shown(self, at: int) -> bool:
        """Whether a position is shown, or would be if it were not folded."""
        return at < 0 or self._shown is None or bool(self._shown[at])

    def is_wanted(self, at: int) -> bool:
        """Whether a position is shown for itself, and not for what hangs below it."""
        return at < 0 or self._shown is None or bool(self._wanted[at])

    @property
    def count(self) -> int:
        """How many positions are shown for themselves."""
        return len(self.tree) if self._shown is None else self._wanted.count(1)

    @property
    def wanted(self) -> list[int] | None:
        """The positions that are shown for themselves; None where everything is."""
        return None if self._shown is None else [at for at, on in enumerate(self._wanted) if on]

    # What is visible

    def fold(self, at: int) -> None:
        """Hide what stands below a position; a cursor inside comes out onto it."""
        if not self.is_branch(at) or self.folded[at]:
            return
        here = self.cursor
        self.folded[at] = 1
        row = bisect_left(self.rows, at)
        stop = bisect_left(self.rows, self.tree.subtree_end[at], row)
        del self.rows[row + 1 : stop]
        self._matched(at if at < here < self.tree.subtree_end[at] else here)

    def unfold(self, at: int) -> None:
        """Show what stands below a position."""
        if not self.is_branch(at) or not self.folded[at]:
            return
        here = self.cursor
        self.folded[at] = 0
        row = bisect_left(self.rows, at)
        if row < len(self.rows) and self.rows[row] == at:
            self.rows[row + 1 : row + 1] = self._visible(at + 1, self.tree.subtree_end[at])
        self._matched(here)

    def fold_only(self, ids: Collection[str]) -> None:
        """Fold the branches of these ids and no others."""
        self.folded = bytearray(len(self.tree))
        for node_id in ids:
            at = self.tree.index_of.get(node_id, ROOT)
            if self.is_branch(at):
                self.folded[at] = 1
        self._refresh()

    def fold_all(self) -> None:
        """Fold every branch."""
        self.folded = bytearray(len(self.tree))
        for at in self.tree.branches:
            self.folded[at] = 1
        self._refresh()

    def unfold_all(self) -> None:
        """Unfold every branch."""
        self.folded = bytearray(len(self.tree))
        self._refresh()

    def fold_as_new(self) -> None:
        """Fold for a first look: where not all fits on a page, the sections that hold items."""
        self.folded = bytearray(len(self.tree))
        if len(self.tree) > _ROWS_TO_OPEN:
            order = self.tree
            for at in order.branches:
                at_top = order.depths[at] == 0
                self.folded[at] = not (at_top and any(not order.is_item(one) for one in order.children(at)))
        self._refresh()

    @property
    def folded_ids(self) -> tuple[str, ...]:
        """The ids of the folded branches, in order; of the whole where only a part is shown."""
        ids, folded = self.tree.ids, self.folded if self._shown is None else self._folded_before
        return tuple([ids[at] for at in self.tree.branches if folded[at]])

    def _refresh(self) -> None:
        here = self.cursor
        self.rows = [ROOT, *self._visible(0, len(self.tree))]
        for above in self._above(here):
            if self.folded[above]:
                here = above
        self._matched(here)

    def _matched(self, at: int) -> None:
        self.cursor_row = min(bisect_left(self.rows, at), len(self.rows) - 1)

    def _above(self, at: int) -> list[int]:
        """The positions that a position hangs below, nearest first."""
        path = []
        while at >= 0 and (at := self.tree.parents[at]) >= 0:
            path.append(at)
        return path

    def _visible(self, start: int, stop: int) -> list[int]:
        rows, at = [], start
        folded, ends, shown = self.folded, self.tree.subtree_end, self._shown
        while at < stop:
            if shown is not None and not shown[at]:
                at = ends[at]
                continue
            rows.append(at)
            at = ends[at] if folded[at] else at + 1
        return rows
