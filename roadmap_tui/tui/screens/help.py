"""The keys, as the keymap has them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

from roadmap_tui.tui.keymap import table
from roadmap_tui.tui.lines import Glyphs, Line, Span, length, spread
from roadmap_tui.tui.widgets.canvas import Canvas, Row

_KEYS_WIDTH = 7
_GAP = 2


def key_lines(width: int) -> list[Line]:
    """The keymap as lines, in two columns where ``width`` has room for them."""
    groups: list[list[Line]] = []
    for group, rows in table():
        lines: list[Line] = [[Span(group, "accent")]]
        lines.extend([Span(f"{keys:<{_KEYS_WIDTH}} ", "key"), Span(sentence)] for keys, sentence in rows)
        groups.append([*lines, []])
    left, right = groups[0], [line for group in groups[1:] for line in group]
    column = max(map(length, left)) + _GAP
    if width < column + max(map(length, right)):
        return [*left, *right][:-1]
    height = max(len(left), len(right)) - 1
    left, right = ([*lines, *([[]] * height)][:height] for lines in (left, right))
    return [spread(a, [], column) + b for a, b in zip(left, right, strict=True)]


class _Table(Canvas):
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        return len(key_lines(width))

    def lay_out(self) -> list[Row]:
        return [Row(line) for line in key_lines(self.size.width)]


class HelpScreen(ModalScreen[None]):
    """Every key and what it does; any of the keys that leave closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "close"),
        Binding("j,down", "scroll(1)", "down"),
        Binding("k,up", "scroll(-1)", "up"),
        Binding("ctrl+d,pagedown,space", "scroll(10)", "page down"),
        Binding("ctrl+u,pageup", "scroll(-10)", "page up"),
    ]

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """The table, scrolled where it does not fit."""
        with Vertical(id="help", classes="dialog"):
            with VerticalScroll(can_focus=False):
                yield _Table(self._glyphs)
            yield Static("j/k scroll   esc close", classes="hint", markup=False)

    def action_scroll(self, by: int) -> None:
        """Move the table by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
