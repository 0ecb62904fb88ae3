"""The view state of an outline: visible rows, cursor, folds and filter."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import NamedTuple

from roadmap_tui.core.roadmap.tree import FlatTree

# The index of the first row, which is the roadmap itself.
ROOT = -1
_MAX_UNFOLDED_ROWS = 30


class SavedView(NamedTuple):
    """A copy of the cursor, the folds and the rows, for ``go_back``."""

    cursor: int
    folded: bytes
    rows: list[int]


class TreeView:
    """The visible rows of a tree: their indexes (``ROOT`` first), and the cursor as an index into them."""

    # While a filter is on: the matches with their ancestors, the matches alone, and the folds before it.
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
        """The tree index of the row under the cursor."""
        return self.rows[self.cursor_row]

    def is_branch(self, index: int) -> bool:
        """Return True if a node has children that the filter shows."""
        if index < 0 or self.tree.subtree_end[index] == index + 1:
            return False
        return self._shown is None or self._shown.find(1, index + 1, self.tree.subtree_end[index]) >= 0

    def is_folded(self, index: int) -> bool:
        """Return True if the children of a node are hidden."""
        return bool(self.folded[index])

    # Cursor

    def move(self, by: int) -> None:
        """Move the cursor by a number of rows, clamped to the ends."""
        self.cursor_row = max(0, min(self.cursor_row + by, len(self.rows) - 1))

    def go_to(self, index: int) -> None:
        """Put the cursor on a node, unfolding its ancestors; a filter shows the node from then on."""
        if index >= 0:
            folded = [ancestor for ancestor in self._ancestors(index) if self.folded[ancestor]]
            for ancestor in folded:
                self.folded[ancestor] = 0
            if not self.is_shown(index):
                self._show((index,))
                folded.append(index)
            if folded:
                self.rows = self._all_rows()
        self.cursor_row = bisect_left(self.rows, index)

    def parent(self, index: int) -> int:
        """Return the index of a node's parent, ``ROOT`` for a top node."""
        return self.tree.parents[index] if index >= 0 else ROOT

    def find(self, wanted: Callable[[int], bool], step: int) -> int | None:
        """Return the next (``step`` 1) or previous (-1) shown index for which ``wanted`` is true, or None."""
        size = len(self.tree)
        start = self.cursor if self.cursor >= 0 or step > 0 else size
        for distance in range(1, size + 1):
            index = (start + step * distance) % size
            if (self._shown is None or self._shown[index]) and wanted(index):
                return index
        return None

    @property
    def view(self) -> SavedView:
        """The current view, to restore later."""
        return SavedView(self.cursor, bytes(self.folded), self.rows.copy())

    def go_back(self, view: SavedView) -> None:
        """Restore a view that was saved under the same filter."""
        self.folded = bytearray(view.folded)
        self.rows = view.rows.copy()
        self._set_cursor(view.cursor)

    # Filter

    def only(self, positions: Iterable[int] | None) -> None:
        """Show only these nodes and their ancestors, unfolded; None removes the filter."""
        cursor = self.cursor
        if self._shown is not None:
            self.folded = self._folded_before
        self._shown = None
        if positions is None:
            self.rows = self._all_rows()
            self.go_to(cursor)
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
        for match in positions:
            index = match
            wanted[index] = 1
            while index >= 0 and not shown[index]:
                shown[index] = 1
                index = parents[index]

    def is_shown(self, index: int) -> bool:
        """Return True if the filter shows a node, folded or not."""
        return index < 0 or self._shown is None or bool(self._shown[index])

    def is_wanted(self, index: int) -> bool:
        """Return True if a node matches the filter, not only one of its descendants."""
        return index < 0 or self._shown is None or bool(self._wanted[index])

    @property
    def count(self) -> int:
        """The number of nodes that match the filter."""
        return len(self.tree) if self._shown is None else self._wanted.count(1)

    @property
    def wanted(self) -> list[int] | None:
        """The indexes of the nodes that match the filter, None without a filter."""
        return None if self._shown is None else [index for index, on in enumerate(self._wanted) if on]

    # Folds

    def fold(self, index: int) -> None:
        """Hide the children of a node; a cursor on a descendant moves to the node."""
        if not self.is_branch(index) or self.folded[index]:
            return
        cursor = self.cursor
        self.folded[index] = 1
        row = bisect_left(self.rows, index)
        stop = bisect_left(self.rows, self.tree.subtree_end[index], row)
        del self.rows[row + 1 : stop]
        self._set_cursor(index if index < cursor < self.tree.subtree_end[index] else cursor)

    def unfold(self, index: int) -> None:
        """Show the children of a node."""
        if not self.is_branch(index) or not self.folded[index]:
            return
        cursor = self.cursor
        self.folded[index] = 0
        row = bisect_left(self.rows, index)
        if row < len(self.rows) and self.rows[row] == index:
            self.rows[row + 1 : row + 1] = self._visible(index + 1, self.tree.subtree_end[index])
        self._set_cursor(cursor)

    def fold_only(self, ids: Iterable[str]) -> None:
        """Fold the branches with these ids and unfold all others."""
        indexes = (self.tree.index_of.get(node_id, ROOT) for node_id in ids)
        self._set_folds(index for index in indexes if self.is_branch(index))

    def fold_all(self) -> None:
        """Fold every branch."""
        self._set_folds(self.tree.branches)

    def unfold_all(self) -> None:
        """Unfold every branch."""
        self._set_folds(())

    def fold_as_new(self) -> None:
        """Set the initial folds: in a roadmap longer than a page, the sections that contain items."""
        tree = self.tree

        def has_sections(index: int) -> bool:
            return tree.depths[index] == 0 and not all(map(tree.is_item, tree.children(index)))

        folded = [index for index in tree.branches if not has_sections(index)]
        self._set_folds(folded if len(tree) > _MAX_UNFOLDED_ROWS else ())

    def _set_folds(self, indexes: Iterable[int]) -> None:
        self.folded = bytearray(len(self.tree))
        for index in indexes:
            self.folded[index] = 1
        self._refresh()

    @property
    def folded_ids(self) -> tuple[str, ...]:
        """The ids of the folded branches, in order; under a filter, as before it was applied."""
        ids, folded = self.tree.ids, self.folded if self._shown is None else self._folded_before
        return tuple([ids[index] for index in self.tree.branches if folded[index]])

    def _refresh(self) -> None:
        cursor = self.cursor
        self.rows = self._all_rows()
        for ancestor in self._ancestors(cursor):
            if self.folded[ancestor]:
                cursor = ancestor
        self._set_cursor(cursor)

    def _set_cursor(self, index: int) -> None:
        self.cursor_row = min(bisect_left(self.rows, index), len(self.rows) - 1)

    def _ancestors(self, index: int) -> list[int]:
        """Return the indexes of a node's ancestors, nearest first."""
        path = []
        while index >= 0 and (index := self.tree.parents[index]) >= 0:
            path.append(index)
        return path

    def _all_rows(self) -> list[int]:
        return [ROOT, *self._visible(0, len(self.tree))]

    def _visible(self, start: int, stop: int) -> list[int]:
        rows, index = [], start
        folded, ends, shown = self.folded, self.tree.subtree_end, self._shown
        while index < stop:
            is_shown = shown is None or shown[index]
            if is_shown:
                rows.append(index)
            index = index + 1 if is_shown and not folded[index] else ends[index]
        return rows
