"""The keys, as the keymap has them."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Size

from roadmap_tui.tui.dialog import Dialog
from roadmap_tui.tui.keymap import Keymap
from roadmap_tui.tui.lines import Glyphs, Line, Span, cells, length, spread
from roadmap_tui.tui.widgets.canvas import Canvas, Row

_KEYS_WIDTH = 7
_GAP = 2


def key_lines(keymap: Keymap, width: int) -> list[Line]:
    """The keys of the main screen as lines, in two columns where ``width`` has room for them."""
    groups: list[list[Line]] = []
    table = keymap.table("")
    keys_width = max(_KEYS_WIDTH, *(cells(keys) for _, rows in table for keys, _ in rows))
    for group, rows in table:
        lines: list[Line] = [[Span(group, "accent")]]
        lines.extend(
            [Span(keys + " " * (keys_width - cells(keys) + 1), "key"), Span(sentence)]
            for keys, sentence in rows
        )
        groups.append([*lines, []])
    left, right = min(_splits(groups), key=lambda columns: max(map(len, columns)))
    column = max(map(length, left)) + _GAP
    if width < column + max(map(length, right)):
        return [*left, *right][:-1]
    height = max(len(left), len(right)) - 1
    left, right = ([*lines, *([[]] * height)][:height] for lines in (left, right))
    return [spread(a, [], column) + b for a, b in zip(left, right, strict=True)]


def _splits(groups: list[list[Line]]) -> Iterator[tuple[list[Line], list[Line]]]:
    """The ways to put groups into two columns, in their order."""
    for at in range(1, len(groups)):
        yield (
            [line for group in groups[:at] for line in group],
            [line for group in groups[at:] for line in group],
        )


class _Table(Canvas):
    def __init__(self, keymap: Keymap, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self._keymap = keymap

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        return len(key_lines(self._keymap, width))

    def lay_out(self) -> list[Row]:
        return [Row(line) for line in key_lines(self._keymap, self.size.width)]


class HelpScreen(Dialog[None]):
    """Every key and what it does; any of the keys that leave closes it."""

    NAME = "help"

    def __init__(self, keymap: Keymap, glyphs: Glyphs) -> None:
        super().__init__(keymap)
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """The table, scrolled where it does not fit."""
        with Vertical(id="help", classes="dialog"):
            with VerticalScroll(can_focus=False):
                yield _Table(self.keymap, self._glyphs)
            yield self.hint()

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_down(self) -> None:
        """Scroll by a line."""
        self._scroll(1)

    def action_up(self) -> None:
        """Scroll back by a line."""
        self._scroll(-1)

    def action_page_down(self) -> None:
        """Scroll by a page."""
        self._scroll(10)

    def action_page_up(self) -> None:
        """Scroll back by a page."""
        self._scroll(-10)

    def _scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
