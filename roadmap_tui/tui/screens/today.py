"""The Today screen: what is due, in progress, ready and done."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar, Final, NamedTuple

from textual.geometry import Size

from roadmap_tui.study.today import Today, TodayEntry
from roadmap_tui.text.commands import MOVE, PROGRAM, Command
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine
from roadmap_tui.tui.render.layout import viewport_top
from roadmap_tui.tui.render.today import NOTHING, TodayPage
from roadmap_tui.tui.terminal.textual_private import bindings_of
from roadmap_tui.tui.widgets.bindings import build_bindings
from roadmap_tui.tui.widgets.option_list import OptionList, OptionListModal

_NOT_ABOUT_ENTRIES: Final = {MOVE, PROGRAM}


def _main_command(command: Command, number: int) -> str:  # noqa: ARG001 - a number selects a resource
    return f"main('{command.id}')"


class _TodayList(OptionList):
    """Headings and entries; the cursor stops at entries only."""

    def __init__(self, page: TodayPage, glyphs: Glyphs) -> None:
        self._page = page
        super().__init__(glyphs, page.option, len(page.entries), empty=NOTHING)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's API
        return max(1, len(self._page.lines))

    def move_group(self, step: int) -> None:
        """Move the cursor to the first entry of the next or previous group."""
        firsts = [0] + [index for index, (a, b) in enumerate(pairwise(self._page.headings), 1) if a != b]
        if step > 0:
            self.highlighted = min((f for f in firsts if f > self.highlighted), default=self.highlighted)
        else:
            self.highlighted = max((f for f in firsts if f < self.highlighted), default=0)
        self.update_rows()

    def render_rows(self) -> list[StyledLine]:
        height = self.size.height
        if not self.count:
            return super().render_rows()
        # With the first entry the heading above it is visible too.
        top = 0 if self.highlighted == 0 else self._top
        cursor = self._page.lines.index(self.highlighted)
        self._top = viewport_top(top, cursor, height, len(self._page.lines))
        self.cursor_y = cursor - self._top
        return [
            self.row(line) if isinstance(line, int) else [Span(line, "accent")] if line else []
            for line in self._page.lines[self._top : self._top + height]
        ]


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
        page = TodayPage(today, glyphs)
        self._page, self._entries = page, _TodayList(page, glyphs)
        super().__init__(keymap, self._entries)
        self.heading = page.heading
        self._entries.highlighted = max(0, min(position, len(page.entries) - 1))
        commands = [command for command in keymap.in_scope() if command.section not in _NOT_ABOUT_ENTRIES]
        bindings = bindings_of(self).key_to_bindings
        for key, found in build_bindings(commands, _main_command).key_to_bindings.items():
            bindings.setdefault(key, found)

    def action_open(self) -> None:
        if self._page.entries:
            self.action_main("open")
        else:
            self.dismiss(None)

    def action_main(self, command: str) -> None:
        """Dismiss with a command for the entry under the cursor."""
        if self._page.entries:
            position = self._entries.highlighted
            self.dismiss(TodayResult(command, self._page.entries[position], position))

    def action_next_group(self) -> None:
        self._entries.move_group(1)

    def action_previous_group(self) -> None:
        self._entries.move_group(-1)
