"""The list of keys."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from roadmap_tui.core.search.index import fold
from roadmap_tui.text.keymap import Keymap, KeyRow, spell_arrows
from roadmap_tui.text.styled_text import ASCII, Glyphs, Span, StyledLine, cells, justify, truncate, wrap
from roadmap_tui.tui.widgets.modal import PageModal
from roadmap_tui.tui.widgets.text_input import TextInput

_MIN_KEYS_WIDTH, _MAX_KEYS_WIDTH = 7, 18
_MIN_TEXT_WIDTH = 36  # two columns are used if the text of each is at least this wide
_GAP = 3
_CURSOR_WIDTH = 2

Groups: TypeAlias = list[tuple[str, list[KeyRow]]]


class KeyTable:
    """Groups of keys with a cursor, in two columns if the width allows; ``tops`` has the line of each row."""

    def __init__(self, groups: Groups, glyphs: Glyphs) -> None:
        self._all = groups
        self._glyphs = glyphs
        self.selected = 0
        self.tops: dict[int, int] = {}
        self.search("")

    def search(self, query: str) -> None:
        """Show only the rows that contain all words of a query, with the cursor on the first."""
        words, self.groups, self.selected = fold(query).split(), [], 0
        for name, rows in self._all:
            texts = {row: fold(f"{row.keys} {row.help} {name}") for row in rows}
            if found := [row for row in rows if all(word in texts[row] for word in words)]:
                self.groups.append((name, found))
        self.rows = [row for _, rows in self.groups for row in rows]

    def move(self, by: int) -> None:
        """Move the cursor by a number of rows."""
        self.selected = max(0, min(self.selected + by, len(self.rows) - 1))

    def lines(self, width: int) -> list[StyledLine]:
        """Render the groups for a width."""
        self.tops.clear()
        if not self.rows:
            return [[Span("No match", "muted")]]
        widest = max(_MIN_KEYS_WIDTH, *(cells(row.keys) for row in self.rows))
        keys_width = min(_MAX_KEYS_WIDTH, width // 3, widest) + 1
        column = (width - _GAP) // 2
        if column < keys_width + _MIN_TEXT_WIDTH:
            return self._column(self.groups, 0, keys_width, width)
        # Split where the longer column is shortest. The order is down, then across.
        sizes = [len(self._column([group], 0, keys_width, column)) + 1 for group in self.groups]
        split = min(range(1, len(sizes) + 1), key=lambda n: max(sum(sizes[:n]), sum(sizes[n:])))
        self.tops.clear()
        left = self._column(self.groups[:split], 0, keys_width, column)
        first = sum(len(rows) for _, rows in self.groups[:split])
        right = self._column(self.groups[split:], first, keys_width, column)
        return [justify(a or [], [], column + _GAP) + (b or []) for a, b in zip_longest(left, right)]

    def _column(self, groups: Groups, number: int, keys_width: int, width: int) -> list[StyledLine]:
        """Render groups below each other: headings and wrapped rows; ``number`` is that of the first row."""
        lines: list[StyledLine] = []
        for name, rows in groups:
            lines += [[]] if lines else []
            lines.append([Span(truncate(name, width), "accent")])
            for row in rows:
                self.tops[number] = len(lines)
                cursor = Span(f"{self._glyphs.cursor} " if number == self.selected else "  ", "accent")
                number += 1
                texts = wrap(row.help, max(1, width - keys_width - _CURSOR_WIDTH))
                for key, text in zip_longest(wrap(row.keys, keys_width - 1), texts, fillvalue=""):
                    lines.append([cursor, *justify([Span(key, "key")], [], keys_width), Span(text)])
                    cursor = Span("  ")
        return lines


class HelpScreen(PageModal[str | None]):
    """Shows the keys of a screen or dialog; dismissed with the id of a command to run, or None."""

    SCOPE = "help"
    RESULTS: ClassVar[dict[str, Any]] = {}
    AUTO_FOCUS: ClassVar[str | None] = ""  # the input is hidden until a search starts

    def __init__(self, keymap: Keymap, glyphs: Glyphs, groups: Groups) -> None:
        if glyphs is ASCII:
            groups = [
                (name, [row._replace(keys=spell_arrows(row.keys)) for row in rows]) for name, rows in groups
            ]
        self.table = KeyTable(groups, glyphs)
        super().__init__(keymap, glyphs, self.table.lines)
        self._field = TextInput(placeholder="Search the keys")
        self._field.display = False

    def compose_body(self) -> ComposeResult:
        yield self._field
        yield from super().compose_body()

    def action_find(self) -> None:
        self._field.display = True
        self._field.focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        message.stop()
        self.table.search(message.value)
        self._show()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_run()

    def action_run(self) -> None:
        if self.table.rows:
            self.dismiss(self.table.rows[self.table.selected].id)

    def action_close(self) -> None:
        if self._field.display:
            self._field.value = ""
            self._field.display = False
            self.set_focus(None)
        else:
            self.dismiss(None)

    def action_move(self, direction: str) -> None:
        page, count = max(1, self.query_one(VerticalScroll).size.height - 1), len(self.table.rows)
        rows = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -count, "bottom": count}
        self.table.move(rows[direction])
        self._show()

    def _show(self) -> None:
        """Draw the table again, and scroll so that the cursor is in view."""
        self.text.reset()
        scroll, top = self.query_one(VerticalScroll), self.table.tops.get(self.table.selected, 0)
        y, height = scroll.scroll_offset.y, scroll.size.height
        target = 0 if self.table.selected == 0 else max(top - height + 1, min(y, top))
        scroll.scroll_to(y=target, animate=False, immediate=True)
