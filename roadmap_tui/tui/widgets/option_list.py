"""A list of options with a cursor, and the dialog around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.app import ComposeResult
from textual.geometry import Size

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine
from roadmap_tui.tui.render.dialog import CURSOR_WIDTH, option_row
from roadmap_tui.tui.render.layout import viewport_top
from roadmap_tui.tui.widgets.line_widget import LineWidget
from roadmap_tui.tui.widgets.modal import Answer, Modal

_NOTHING: Final = Span("")


class OptionList(LineWidget):
    """A scrolling list of ``count`` options; ``highlighted`` is the index of the one under the cursor.

    ``render_option`` renders an option for a width. ``empty`` is shown if there are none. ``chrome_rows`` is
    the height of the dialog around the list.
    """

    def __init__(
        self,
        glyphs: Glyphs,
        render_option: Callable[[int, int], StyledLine],
        count: int,
        highlighted: int = 0,
        *,
        empty: Span = _NOTHING,
        max_rows: int = 14,
        chrome_rows: int = 6,
    ) -> None:
        super().__init__(glyphs)
        self.render_option = render_option
        self.count = count
        self.highlighted = highlighted
        self.max_rows, self.chrome_rows = max_rows, chrome_rows
        self._empty = empty
        self._top = 0

    def move(self, by: int) -> None:
        """Move the cursor by a number of options."""
        self.highlighted = max(0, min(self.highlighted + by, self.count - 1))
        self.update_rows()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's API
        return max(1, min(self.count, self.max_rows, viewport.height - self.chrome_rows))

    def render_rows(self) -> list[StyledLine]:
        if not self.count:
            self.cursor_y = -1
            return [[self._empty]]
        height = self.size.height
        self._top = viewport_top(self._top, self.highlighted, height, self.count)
        self.cursor_y = self.highlighted - self._top
        return [self.row(index) for index in range(self._top, min(self._top + height, self.count))]

    def row(self, index: int) -> StyledLine:
        """Render an option with the cursor, or blanks, in front of it."""
        option = self.render_option(index, self.size.width - CURSOR_WIDTH)
        return option_row(option, self.glyphs, is_highlighted=index == self.highlighted)


class OptionListModal(Modal[Answer]):
    """A dialog around an option list."""

    def __init__(self, keymap: Keymap, option_list: OptionList) -> None:
        super().__init__(keymap)
        self.option_list = option_list

    def compose_body(self) -> ComposeResult:
        yield self.option_list

    def action_move(self, direction: str) -> None:
        page, count = self.option_list.size.height, self.option_list.count
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -count, "bottom": count}
        self.option_list.move(moves[direction])
