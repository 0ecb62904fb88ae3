"""The content of the Today page, for the first frame and for the dialog."""

from __future__ import annotations

from typing import Final

from roadmap_tui.core.humanize import format_date, format_duration, strip_parenthesis
from roadmap_tui.study.today import Today, TodayEntry
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, cells, justify, truncate
from roadmap_tui.text.today import format_reason, headed_groups
from roadmap_tui.tui.render.dialog import CURSOR_WIDTH

MAX_WIDTH: Final = 100  # app.tcss has the same number
NOTHING: Final = Span("Everything is done or skipped.")


class TodayPage:
    """The entries of a day under their headings.

    ``lines`` are from top to bottom: a heading, "" between groups, or the index of an entry. ``headings`` has
    the heading above each entry.
    """

    def __init__(self, today: Today, glyphs: Glyphs) -> None:
        self._now = today.now
        self._glyphs = glyphs
        self.heading = _facts(today, glyphs)
        self.entries: list[TodayEntry] = []
        self.lines: list[str | int] = []
        self.headings: list[str] = []
        for heading, entries in headed_groups(today):
            if not entries:
                continue
            self.lines += ["", heading] if self.lines else [heading]
            self.lines += range(len(self.entries), len(self.entries) + len(entries))
            self.headings += [heading] * len(entries)
            self.entries += entries
        self._signs = {
            "running": (glyphs.timer, "doing"),
            "due": ("?", "accent"),
            "doing": (glyphs.of("doing"), "doing"),
            "ready": (glyphs.ready, "muted"),
            "done": (glyphs.of("done"), "done"),
            "reviewed": (glyphs.of("done"), "done"),
        }

    def option(self, index: int, width: int) -> StyledLine:
        """Render an entry for a width, without the cursor."""
        entry = self.entries[index]
        sign, style = self._signs[entry.reason.kind]
        reason, title = format_reason(entry.reason, self._now), entry.title
        if entry.other_roadmap:
            reason = f"{reason} {self._glyphs.separator} {entry.other_roadmap}"
        # What is too long loses its parenthesis, then all but its first reason, and is truncated only then.
        room = width - 5
        if cells(title) + cells(reason) > room:
            title = strip_parenthesis(title)
        if cells(title) + cells(reason) > room and not entry.other_roadmap:
            reason = reason.partition(" · ")[0]
        if cells(title) + cells(reason) > room:
            # At most half the width for the reason; the roadmap at its end is truncated first.
            reason = truncate(reason, (width + CURSOR_WIDTH) // 2, self._glyphs.ellipsis)
            title = truncate(title, max(1, room - cells(reason)), self._glyphs.ellipsis)
        return justify([Span(f"{sign} ", style), Span(title)], [Span(f"  {reason} ", "muted")], width)


def _facts(today: Today, glyphs: Glyphs) -> str:
    """Describe the day in one line."""
    facts = [f"{today.now:%A} {format_date(today.now.date(), today.now.date())}"]
    facts += [f"{today.due_later} more due another day"] if today.due_later else []
    facts += [f"reviewed {today.reviewed}"] if today.reviewed else []
    facts += [f"{format_duration(today.seconds)} today"] if today.seconds else []
    week = today.week_seconds > today.seconds
    facts += [f"{format_duration(today.week_seconds)} this week"] if week else []
    return f" {glyphs.separator} ".join(facts)
