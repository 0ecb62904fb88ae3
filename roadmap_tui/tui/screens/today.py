"""What there is to do today."""

from __future__ import annotations

from itertools import pairwise

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.widgets import Static

from roadmap_tui.core.humanize import format_duration
from roadmap_tui.study.today import Today, TodayEntry
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, cells, justify, truncate
from roadmap_tui.text.styled_text import StyledLine as Drawn
from roadmap_tui.text.today import format_reason, headed_groups
from roadmap_tui.tui.render.outline import viewport_top
from roadmap_tui.tui.widgets.line_widget import CanvasLine
from roadmap_tui.tui.widgets.option_list import MARK, OptionListBase, OptionListModal

_WHY_SHARE = 2  # of the width, at most, for the reason


def rows(today: Today) -> list[str | TodayEntry]:
    """The page from top to bottom: headings, and lines that open their item."""
    found: list[str | TodayEntry] = []
    for heading, lines in headed_groups(today):
        if lines:
            found += ["", heading] if found else [heading]
            found += lines
    return found


class _Page(OptionListBase):
    def __init__(self, today: Today, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.rows = rows(today)
        self._now = today.now
        self.spots = [at for at, row in enumerate(self.rows) if isinstance(row, TodayEntry)]
        self._signs = {
            "Timed now": (glyphs.timer, "doing"),
            "Due for review": ("?", "accent"),
            "Doing": (glyphs.of("doing"), "doing"),
            "Ready": (glyphs.of("todo"), "muted"),
            "Done today": (glyphs.of("done"), "done"),
        }

    @property
    def count(self) -> int:
        return len(self.spots)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        return max(1, len(self.rows))

    @property
    def chosen(self) -> TodayEntry | None:
        """The line under the cursor."""
        row = self.rows[self.spots[self.here]] if self.spots else None
        return row if isinstance(row, TodayEntry) else None

    def leap(self, step: int) -> None:
        """Move the cursor to the first line of the next group, or of the one before."""
        firsts = [0] + [n + 1 for n, (a, b) in enumerate(pairwise(self.spots)) if b - a > 1]
        beyond = (
            [at for at in firsts if at > self.here] if step > 0 else [at for at in firsts if at < self.here]
        )
        if beyond:
            self.here = beyond[0] if step > 0 else beyond[-1]
            self.show()

    def render_rows(self) -> list[CanvasLine]:
        width, height = self.size
        if not self.spots:
            return [CanvasLine([Span("Nothing to do: everything is done or skipped.")])]
        cursor = self.spots[self.here]
        # A heading belongs to its first line.
        top = 0 if self.here == 0 else self._top
        self._top = viewport_top(top, cursor, height, len(self.rows))
        drawn = []
        heading = ""
        for at, row in enumerate(self.rows[: self._top + height]):
            if isinstance(row, str):
                heading = row or heading
                line = CanvasLine([Span(row, "accent")] if row else [])
            else:
                line = self.drawn(self._told(row, heading, width - MARK), here=at == cursor)
            if at >= self._top:
                drawn.append(line)
        return drawn

    def _told(self, row: TodayEntry, heading: str, room: int) -> Drawn:
        sign, role = self._signs[heading]
        # What there is no room for is the end of the roadmap's title, not the reason.
        why = format_reason(row.reason, self._now)
        why = f"{why} {self.glyphs.separator} {row.other_roadmap}" if row.other_roadmap else why
        why = truncate(why, (room + MARK) // _WHY_SHARE, self.glyphs.ellipsis)
        title = truncate(row.title, max(1, room - cells(why) - 5), self.glyphs.ellipsis)
        return justify([Span(f"{sign} ", role), Span(title)], [Span(f"  {why} ", "muted")], room)


class TodayScreen(OptionListModal[TodayEntry | None]):
    """Shows a day; is dismissed with the line to open, None for none."""

    SCOPE = "today"

    def __init__(self, keymap: Keymap, today: Today, day: str, glyphs: Glyphs) -> None:
        self._page = _Page(today, glyphs)
        super().__init__(keymap, self._page)
        told = [f"{today.due_later} more due, another day"] if today.due_later else []
        told += [f"reviewed {today.reviewed}"] if today.reviewed else []
        told += [f"studied {format_duration(today.seconds)}"] if today.seconds else []
        self._heading = f" {glyphs.separator} ".join([f"Today, {day}", *told])

    def compose(self) -> ComposeResult:
        """The page under the day."""
        with Vertical(id="today", classes="dialog"):
            yield Static(self._heading, classes="heading", markup=False)
            yield self._page
            yield self.hint()

    def action_open(self) -> None:
        """Close with the line under the cursor."""
        self.dismiss(self._page.chosen)

    def action_next_group(self) -> None:
        """Go to the next group."""
        self._page.leap(1)

    def action_previous_group(self) -> None:
        """Go to the group before."""
        self._page.leap(-1)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)
