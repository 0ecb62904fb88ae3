"""The Today screen: what is due, in progress, ready and done."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar, Final, NamedTuple

from textual.geometry import Size

from roadmap_tui.core.humanize import format_date, format_duration, strip_parenthesis
from roadmap_tui.study.today import Today, TodayEntry
from roadmap_tui.text.commands import MOVE, PROGRAM, Command
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, cells, justify, shorten_title, truncate
from roadmap_tui.text.today import format_reason, headed_groups
from roadmap_tui.tui.render.layout import viewport_top
from roadmap_tui.tui.terminal.textual_private import bindings_of
from roadmap_tui.tui.widgets.bindings import build_bindings
from roadmap_tui.tui.widgets.option_list import CURSOR_WIDTH, OptionList, OptionListModal

_NOT_ABOUT_ENTRIES: Final = {MOVE, PROGRAM}


def _main_command(command: Command, number: int) -> str:  # noqa: ARG001 - a number selects a resource
    return f"main('{command.id}')"


class _TodayList(OptionList):
    """Headings and entries; the cursor stops at entries only."""

    def __init__(self, today: Today, glyphs: Glyphs) -> None:
        self._now = today.now
        self.entries: list[TodayEntry] = []
        self._lines: list[str | int] = []  # from top to bottom: a heading, or the index of an entry
        self.headings: list[str] = []  # the heading above each entry
        for heading, entries in headed_groups(today):
            if not entries:
                continue
            self._lines += ["", heading] if self._lines else [heading]
            self._lines += range(len(self.entries), len(self.entries) + len(entries))
            self.headings += [heading] * len(entries)
            self.entries += entries
        empty = Span("Everything is done or skipped.")
        super().__init__(glyphs, self._option, len(self.entries), empty=empty)
        self._signs = {
            "running": (glyphs.timer, "doing"),
            "due": ("?", "accent"),
            "doing": (glyphs.of("doing"), "doing"),
            "ready": (glyphs.ready, "muted"),
            "done": (glyphs.of("done"), "done"),
            "reviewed": (glyphs.of("done"), "done"),
        }

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's API
        return max(1, len(self._lines))

    def move_group(self, step: int) -> None:
        """Move the cursor to the first entry of the next or previous group."""
        firsts = [0] + [index for index, (a, b) in enumerate(pairwise(self.headings), 1) if a != b]
        if step > 0:
            self.highlighted = min((f for f in firsts if f > self.highlighted), default=self.highlighted)
        else:
            self.highlighted = max((f for f in firsts if f < self.highlighted), default=0)
        self.update_rows()

    def render_rows(self) -> list[StyledLine]:
        height = self.size.height
        if not self.entries:
            return super().render_rows()
        # With the first entry the heading above it is visible too.
        top = 0 if self.highlighted == 0 else self._top
        cursor = self._lines.index(self.highlighted)
        self._top = viewport_top(top, cursor, height, len(self._lines))
        self.cursor_y = cursor - self._top
        return [
            self.row(line) if isinstance(line, int) else [Span(line, "accent")] if line else []
            for line in self._lines[self._top : self._top + height]
        ]

    def _option(self, index: int, width: int) -> StyledLine:
        entry = self.entries[index]
        sign, style = self._signs[entry.reason.kind]
        reason = format_reason(entry.reason, self._now)
        # A title that is too long without its parenthesis takes the room of all but the first reason.
        for text in (reason, reason.partition(" · ")[0]):
            if entry.other_roadmap:
                text = f"{text} {self.glyphs.separator} {entry.other_roadmap}"  # noqa: PLW2901 - the rest of it
            # At most half the width for the reason; the roadmap at its end is truncated first.
            shown = truncate(text, (width + CURSOR_WIDTH) // 2, self.glyphs.ellipsis)
            room = max(1, width - cells(shown) - 5)
            if cells(strip_parenthesis(entry.title)) <= room:
                break
        title = shorten_title(entry.title, room, self.glyphs.ellipsis)
        return justify([Span(f"{sign} ", style), Span(title)], [Span(f"  {shown} ", "muted")], width)


class TodayResult(NamedTuple):
    """A command for an entry (``open``, or one of the main screen), and the position of the entry."""

    command: str
    entry: TodayEntry
    position: int


class TodayScreen(OptionListModal[TodayResult | str | None]):
    """Shows the day's entries; other keys of the main screen apply to the entry under the cursor.

    Dismissed with a ``TodayResult``, "spare_time" to fill some minutes, or None for the outline.
    """

    SCOPE = "today"
    RESULTS: ClassVar[dict[str, Any]] = {"close": None, "spare_time": "spare_time"}
    BOX_CLASSES = "dialog screen-list"

    def __init__(self, keymap: Keymap, today: Today, glyphs: Glyphs, position: int = 0) -> None:
        self._entries = _TodayList(today, glyphs)
        super().__init__(keymap, self._entries)
        self._entries.highlighted = max(0, min(position, len(self._entries.entries) - 1))
        commands = [command for command in keymap.in_scope() if command.section not in _NOT_ABOUT_ENTRIES]
        bindings = bindings_of(self).key_to_bindings
        for key, found in build_bindings(commands, _main_command).key_to_bindings.items():
            bindings.setdefault(key, found)
        facts = [f"{today.now:%A} {format_date(today.now.date(), today.now.date())}"]
        facts += [f"{today.due_later} more due another day"] if today.due_later else []
        facts += [f"reviewed {today.reviewed}"] if today.reviewed else []
        facts += [f"{format_duration(today.seconds)} today"] if today.seconds else []
        week = today.week_seconds > today.seconds
        facts += [f"{format_duration(today.week_seconds)} this week"] if week else []
        self.heading = f" {glyphs.separator} ".join(facts)

    def action_open(self) -> None:
        if self._entries.entries:
            self.action_main("open")
        else:
            self.dismiss(None)

    def action_main(self, command: str) -> None:
        """Dismiss with a command for the entry under the cursor."""
        if self._entries.entries:
            position = self._entries.highlighted
            self.dismiss(TodayResult(command, self._entries.entries[position], position))

    def action_next_group(self) -> None:
        self._entries.move_group(1)

    def action_previous_group(self) -> None:
        self._entries.move_group(-1)
