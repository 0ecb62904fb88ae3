"""What a row of the outline says; the first frame and the widget both draw from here."""

from __future__ import annotations

from typing import Final

from roadmap_tui.core.progress.statuses import STATUS_INFO
from roadmap_tui.core.roadmap.model import Item, Section
from roadmap_tui.core.search.index import SearchResult, highlight_ranges
from roadmap_tui.core.tree_view import TreeView
from roadmap_tui.study.study import Study
from roadmap_tui.text.styled_text import (
    Glyphs,
    Span,
    StyledLine,
    cells,
    highlight,
    justify,
    progress_bar,
)

_BAR: Final = 10
_ROOM_FOR_BAR: Final = 46
_INDENT: Final = 2


def viewport_top(top: int, cursor: int, height: int, count: int, *, leaps: bool = False) -> int:
    """The first of ``height`` rows to show: near ``top``, and with the cursor not at the very edge.

    One that ``leaps`` stays where it is as long as the cursor is in it, and then has it in the middle.
    """
    if leaps:
        top = top if top <= cursor < top + height else cursor - height // 2
        return max(0, min(top, count - height))
    margin = min(2, (height - 1) // 3)
    top = min(top, cursor - margin)
    top = max(top, cursor + margin - height + 1)
    return max(0, min(top, count - height))


class RowRenderer:
    """Turns positions of a study's outline into lines."""

    def __init__(self, study: Study, outline: TreeView, glyphs: Glyphs) -> None:
        self.study = study
        self.outline = outline
        self.glyphs = glyphs
        self.selected: set[int] = set()
        # What was looked for, and whether all else stands back meanwhile.
        self.found: SearchResult | None = None
        self.dims = False
        whole = study.counts_at().total
        self._count_width = 2 * len(str(whole)) + 1

    def line(self, row: int, width: int) -> StyledLine:
        """The row of that index, exactly ``width`` cells wide; the cursor's row is marked at its left."""
        at = self.outline.rows[row]
        glyphs = self.glyphs
        is_slow = self.study.settings.slow_link
        mark, gap = Span(" "), Span(" ")
        if row == self.outline.cursor_row:
            # What has no style of its own takes the fewest bytes to draw and to take away.
            mark, gap = (Span(">"), Span(">")) if is_slow else (Span(glyphs.cursor, "accent"), gap)
        pick = Span(glyphs.selected, "accent") if at in self.selected else gap
        if at < 0:
            return self._fill(-1, [mark, pick], Span("About this roadmap", "muted"), [], width)
        node = self.study.tree.nodes[at]
        indent = Span(" " * self._indent(at, width))
        if isinstance(node, Section):
            return self._section(at, node, [mark, pick, indent], width)
        return self._item(at, node, [mark, pick, indent], width)

    def sign_cells(self, row: int, width: int) -> range:
        """The columns of a row's fold sign and of the blank behind it; none where it has no sign."""
        at = self.outline.rows[row]
        if at < 0 or not self.outline.is_branch(at):
            return range(0)
        start = 2 + self._indent(at, width)
        return range(start, start + 2)

    def _indent(self, at: int, width: int) -> int:
        return min(_INDENT * self.study.tree.depths[at], max(0, width // 3))

    def _fold_sign(self, at: int) -> str:
        if not self.outline.is_branch(at):
            return " "
        return self.glyphs.folded if self.outline.is_folded(at) else self.glyphs.unfolded

    def _section(self, at: int, node: Section, head: StyledLine, width: int) -> StyledLine:
        tally = self.study.counts_at(at)
        finished = tally.total > 0 and tally.done == tally.total
        count = f"{tally.done}/{tally.total}" if tally.total else ""
        right = [Span(f" {count:>{self._count_width}} ", "done" if finished else "muted")]
        if width >= _ROOM_FOR_BAR and tally.total and not self.study.settings.slow_link:
            right = [Span(" "), *progress_bar(tally.done, tally.total, _BAR, self.glyphs), *right]
        top = self.study.tree.depths[at] == 0
        sign = Span(self._fold_sign(at) + " ", "muted")
        if self.study.state(node.id).notes:
            right.insert(0, Span(f" {self.glyphs.note}", "muted"))
        return self._fill(at, [*head, sign], Span(node.title, "strong" if top else ""), right, width)

    def _item(self, at: int, item: Item, head: StyledLine, width: int) -> StyledLine:
        status = self.study.status_at(at)
        sign = Span(self.glyphs.of(status) + " ", STATUS_INFO[status].style)
        if not self.study.is_saved(item.id):
            sign = Span(self.glyphs.unsaved + " ", "error")
        role = STATUS_INFO[status].title_style
        if not self.outline.is_wanted(at):
            role = "faint"
        signs = [sign]
        if item.children:
            signs.insert(0, Span(self._fold_sign(at) + " ", "muted"))
        right = [Span(f" {self.glyphs.note} ", "muted")] if self.study.state(item.id).notes else [Span(" ")]
        return self._fill(at, [*head, *signs], Span(item.title, role), right, width)

    def _fill(self, at: int, left: StyledLine, title: Span, right: StyledLine, width: int) -> StyledLine:
        found, stretches = self.found, []
        hidden = self._found_below(at)
        if hidden:
            right = [Span(f" {hidden}{self.glyphs.match}", "accent"), *right]
        if found is not None and at in found:
            stretches = highlight_ranges(title.text, found.terms)
            if not stretches:
                title = title._replace(style="strong")
            if not stretches and not hidden:
                right = [Span(f" {self.glyphs.match}", "accent"), *right]
        elif self.dims and not hidden:
            left, right = (
                [span._replace(style=span.style and "faint") for span in line] for line in (left, right)
            )
            title = title._replace(style="faint")
        used = sum(cells(span.text) for span in (*left, *right))
        room = max(1, width - used)
        words = highlight(title.text, stretches, title.style, room, self.glyphs.ellipsis)
        return justify([*left, *words], right, width)

    def _found_below(self, at: int) -> int:
        """How many matches a folded branch hides."""
        if self.found is None or at < 0 or not self.outline.is_folded(at):
            return 0
        return self.found.between(at + 1, self.study.tree.subtree_end[at])
