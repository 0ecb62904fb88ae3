"""What there is to do today."""

from __future__ import annotations

from itertools import pairwise

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.widgets import Static

from roadmap_tui.study.today import Line, Today
from roadmap_tui.text.format import hours
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, cells, cut, spread
from roadmap_tui.text.styled_text import Line as Drawn
from roadmap_tui.tui.render.outline import window
from roadmap_tui.tui.widgets.line_widget import Row
from roadmap_tui.tui.widgets.option_list import MARK, Menu, MenuDialog

_WHY_SHARE = 2  # of the width, at most, for the reason


def rows(today: Today) -> list[str | Line]:
    """The page from top to bottom: headings, and lines that open their item."""
    found: list[str | Line] = []
    for heading, lines in today.groups:
        if lines:
            found += ["", heading] if found else [heading]
            found += lines
    return found


class _Page(Menu):
    def __init__(self, today: Today, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.rows = rows(today)
        self.spots = [at for at, row in enumerate(self.rows) if isinstance(row, Line)]
        self._signs = {
            "Timed now": (glyphs.timer, "doing"),
            "Due for review": ("?", "accent"),
            "Doing": (glyphs.doing, "doing"),
            "Ready": (glyphs.todo, "muted"),
            "Done today": (glyphs.done, "done"),
        }

    @property
    def count(self) -> int:
        return len(self.spots)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        return max(1, len(self.rows))

    @property
    def chosen(self) -> Line | None:
        """The line under the cursor."""
        row = self.rows[self.spots[self.here]] if self.spots else None
        return row if isinstance(row, Line) else None

    def leap(self, step: int) -> None:
        """Move the cursor to the first line of the next group, or of the one before."""
        firsts = [0] + [n + 1 for n, (a, b) in enumerate(pairwise(self.spots)) if b - a > 1]
        beyond = (
            [at for at in firsts if at > self.here] if step > 0 else [at for at in firsts if at < self.here]
        )
        if beyond:
            self.here = beyond[0] if step > 0 else beyond[-1]
            self.show()

    def lay_out(self) -> list[Row]:
        width, height = self.size
        if not self.spots:
            return [Row([Span("Nothing to do: everything is done or skipped.")])]
        cursor = self.spots[self.here]
        # A heading belongs to its first line.
        top = 0 if self.here == 0 else self._top
        self._top = window(top, cursor, height, len(self.rows))
        drawn = []
        heading = ""
        for at, row in enumerate(self.rows[: self._top + height]):
            if isinstance(row, str):
                heading = row or heading
                line = Row([Span(row, "accent")] if row else [])
            else:
                line = self.drawn(self._told(row, heading, width - MARK), here=at == cursor)
            if at >= self._top:
                drawn.append(line)
        return drawn

    def _told(self, row: Line, heading: str, room: int) -> Drawn:
        sign, role = self._signs[heading]
        # What there is no room for is the end of the roadmap's title, not the reason.
        why = f"{row.why} {self.glyphs.dot} {row.elsewhere}" if row.elsewhere else row.why
        why = cut(why, (room + MARK) // _WHY_SHARE, self.glyphs.ellipsis)
        title = cut(row.title, max(1, room - cells(why) - 5), self.glyphs.ellipsis)
        return spread([Span(f"{sign} ", role), Span(title)], [Span(f"  {why} ", "muted")], room)


class TodayScreen(MenuDialog[Line | None]):
    """Shows a day; is dismissed with the line to open, None for none."""

    NAME = "today"

    def __init__(self, keymap: Keymap, today: Today, day: str, glyphs: Glyphs) -> None:
        self._page = _Page(today, glyphs)
        super().__init__(keymap, self._page)
        told = [f"{today.due_later} more due, another day"] if today.due_later else []
        told += [f"reviewed {today.reviewed}"] if today.reviewed else []
        told += [f"studied {hours(today.seconds)}"] if today.seconds else []
        self._heading = f" {glyphs.dot} ".join([f"Today, {day}", *told])

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
