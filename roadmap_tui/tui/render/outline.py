"""Renders the rows of the outline, for the first frame and for the widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from roadmap_tui.core.progress.statuses import STATUS_INFO
from roadmap_tui.core.roadmap.model import Item, Section
from roadmap_tui.core.tree_view import TreeView
from roadmap_tui.study.study import Study
from roadmap_tui.text.item_details import counted_reviews
from roadmap_tui.text.styled_text import (
    Glyphs,
    Span,
    StyledLine,
    cells,
    highlight,
    justify,
    length,
    progress_bar,
)

if TYPE_CHECKING:
    from roadmap_tui.core.search.index import SearchResult

_BAR_WIDTH: Final = 10
_MIN_WIDTH_FOR_RECALL: Final = 46
_INDENT: Final = 2
# Beside a title: in a row the cursor, two signs, recall and note; in the header timer and count.
_ROW_ROOM: Final = 6 + 13
_HEADER_ROOM: Final = 28


class RowRenderer:
    """Renders nodes as rows, with cursor, selection and search matches.

    ``selected`` are the indexes of the selected items. ``found`` is the search result to highlight;
    ``dim_others`` dims all other rows while the search is being typed.
    """

    def __init__(self, study: Study, tree_view: TreeView, glyphs: Glyphs) -> None:
        self.study = study
        self.glyphs = glyphs
        self.selected: set[int] = set()
        self.found: SearchResult | None = None
        self.dim_others = False
        self.change_tree(tree_view)

    def change_tree(self, tree_view: TreeView) -> None:
        """Set the tree to render."""
        self.tree_view = tree_view
        self._count_width = 2 * len(str(self.study.counts_at().total)) + 1
        self._natural_widths: dict[int, int] = {}  # by limit

    def natural_width(self, limit: int) -> int:
        """Return the width at which no title is truncated; ``limit`` if it is not below that."""
        if limit not in self._natural_widths:
            tree, width = self.study.tree, cells(self.study.roadmap.title) + _HEADER_ROOM
            for depth, node in zip(tree.depths, tree.nodes, strict=True):
                width = max(width, _INDENT * depth + cells(node.title) + _ROW_ROOM)
                if width >= limit:
                    break
            self._natural_widths[limit] = min(width, limit)
        return self._natural_widths[limit]

    def line(self, row: int, width: int) -> StyledLine:
        """Render a row, exactly ``width`` cells wide."""
        index = self.tree_view.rows[row]
        glyphs = self.glyphs
        cursor = second = Span(" ")
        if row == self.tree_view.cursor_row:
            # On a slow link it has no style: that takes the fewest bytes to draw and to erase.
            if self.study.settings.slow_link:
                cursor = second = Span(">")
            else:
                cursor = Span(glyphs.cursor, "accent")
        if index in self.selected:
            second = Span(glyphs.selected, "accent")
        if index < 0:
            return self._fill(-1, [cursor, second], Span("About this roadmap", "muted"), [], width)
        node = self.study.tree.nodes[index]
        head = [cursor, second, Span(" " * self._indent(index, width))]
        if isinstance(node, Section):
            return self._section(index, node, head, width)
        return self._item(index, node, head, width)

    def fold_sign_columns(self, row: int, width: int) -> range:
        """Return the columns of a row's fold sign and the blank after it; empty if it has no sign."""
        index = self.tree_view.rows[row]
        if index < 0 or not self.tree_view.is_branch(index):
            return range(0)
        start = 2 + self._indent(index, width)
        return range(start, start + 2)

    def _indent(self, index: int, width: int) -> int:
        return min(_INDENT * self.study.tree.depths[index], max(0, width // 3))

    def _fold_sign(self, index: int) -> Span:
        if not self.tree_view.is_branch(index):
            return Span("  ", "muted")
        is_folded = self.tree_view.is_folded(index)
        return Span(f"{self.glyphs.folded if is_folded else self.glyphs.unfolded} ", "muted")

    def _section(self, index: int, node: Section, head: StyledLine, width: int) -> StyledLine:
        counts = self.study.counts.branch_counts(index)
        is_done = counts.total > 0 and counts.done == counts.total
        text = f"{counts.done}/{counts.total}" if counts.total else ""
        right = [Span(f" {text:>{self._count_width}} ", "done" if is_done else "muted")]
        left = [*head, self._fold_sign(index)]
        # A bar says something once there is progress, and never takes room from a title.
        room = width - length(left) - length(right) - cells(node.title)
        if counts.done and room > _BAR_WIDTH + 3 and not self.study.settings.slow_link:
            right = [Span(" "), *progress_bar(counts.done, counts.total, _BAR_WIDTH, self.glyphs), *right]
        if self.study.state(node.id).notes:
            right.insert(0, Span(f" {self.glyphs.note}", "muted"))
        title = Span(node.title, "strong" if self.study.tree.depths[index] == 0 else "")
        return self._fill(index, left, title, right, width)

    def _item(self, index: int, item: Item, head: StyledLine, width: int) -> StyledLine:
        status = self.study.status_at(index)
        sign = Span(self.glyphs.of(status) + " ", STATUS_INFO[status].style)
        if self.study.ranking.is_ready(index):
            sign = Span(self.glyphs.ready + " ", "muted")
        reviews = counted_reviews(self.study) if status == "done" else None
        is_due = reviews is not None and reviews.is_due(item.id)
        if is_due:
            sign = Span(self.glyphs.due + " ", "accent")
        if not self.study.is_saved(item.id):
            is_saving = self.study.journal.is_saving
            sign = Span(self.glyphs.unsaved + " ", "muted" if is_saving else "error")
        style = STATUS_INFO[status].title_style
        if not self.tree_view.is_wanted(index):
            style = "faint"
        signs = [self._fold_sign(index), sign] if item.children else [sign]
        right = [Span(f" {self.glyphs.note} ", "muted")] if self.study.state(item.id).notes else [Span(" ")]
        if (goal := self.study.progress.goal(self.study.source.id)) and goal.target == item.id:
            right.insert(0, Span(f" {self.glyphs.goal}", "accent"))
        if item.id in self.study.new_items:
            right.insert(0, Span(" new", "accent"))
        if is_due and reviews is not None and width >= _MIN_WIDTH_FOR_RECALL:
            right.insert(0, Span(f" {reviews.recall(item.id) or 0:.0%} due", "accent"))
        return self._fill(index, [*head, *signs], Span(item.title, style), right, width)

    def _fill(self, index: int, left: StyledLine, title: Span, right: StyledLine, width: int) -> StyledLine:
        """Join the parts of a row, with the matches of the current search highlighted."""
        found, ranges = self.found, []
        hidden = self._matches_below(index)
        if hidden:
            right = [Span(f" {hidden}{self.glyphs.match}", "accent"), *right]
        if found is not None and index in found:
            from roadmap_tui.core.search.index import highlight_ranges  # not for the first frame

            ranges = highlight_ranges(title.text, found.terms)
            if not ranges:
                title = title._replace(style="strong")
                if not hidden:
                    right = [Span(f" {self.glyphs.match}", "accent"), *right]
        elif self.dim_others and not hidden:
            left, right = (
                [span._replace(style=span.style and "faint") for span in line] for line in (left, right)
            )
            title = title._replace(style="faint")
        room = max(1, width - length(left) - length(right))
        return justify(
            [*left, *highlight(title.text, ranges, title.style, room, self.glyphs.ellipsis)], right, width
        )

    def _matches_below(self, index: int) -> int:
        """Count the matches that a folded branch hides."""
        if self.found is None or index < 0 or not self.tree_view.is_folded(index):
            return 0
        return self.found.between(index + 1, self.study.tree.subtree_end[index])
