"""A list of options with a cursor, and the dialog around it."""

from __future__ import annotations

from typing import Final

from textual.geometry import Size

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine
from roadmap_tui.tui.render.layout import viewport_top
from roadmap_tui.tui.widgets.line_widget import CURSOR, CanvasLine, LineWidget
from roadmap_tui.tui.widgets.modal import Answer, Modal

CURSOR_WIDTH: Final = 2


class OptionListBase(LineWidget):
    """A scrolling list; ``highlighted`` is the index of the option under the cursor."""

    CHROME_ROWS = 6  # rows of the dialog around the list
    MAX_ROWS = 14

    def __init__(self, glyphs: Glyphs, highlighted: int = 0) -> None:
        super().__init__(glyphs)
        self.highlighted = highlighted
        self._top = 0

    @property
    def count(self) -> int:
        """The number of options."""
        raise NotImplementedError

    def option(self, index: int, width: int) -> StyledLine:
        """Render an option without the cursor."""
        raise NotImplementedError

    def move(self, by: int) -> None:
        """Move the cursor by a number of options."""
        self.highlighted = max(0, min(self.highlighted + by, self.count - 1))
        self.update_rows()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's API
        return max(1, min(self.count, self.MAX_ROWS, viewport.height - self.CHROME_ROWS))

    def render_rows(self) -> list[CanvasLine]:
        width, height = self.size
        self._top = viewport_top(self._top, self.highlighted, height, self.count)
        visible = range(self._top, min(self._top + height, self.count))
        return [self.row(self.option(index, width - CURSOR_WIDTH), index) for index in visible]

    def row(self, line: StyledLine, index: int) -> CanvasLine:
        """Put the cursor, or blanks, in front of the option of an index."""
        is_highlighted = index == self.highlighted
        cursor = Span(f"{self.glyphs.cursor if is_highlighted else ' '} ", "accent")
        return CanvasLine([cursor, *line], CURSOR if is_highlighted else "")


class OptionListModal(Modal[Answer]):
    """A dialog around an option list."""

    def __init__(self, keymap: Keymap, option_list: OptionListBase) -> None:
        super().__init__(keymap)
        self.option_list = option_list

    def action_move(self, direction: str) -> None:
        page, count = self.option_list.size.height, self.option_list.count
        moves = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -count, "bottom": count}
        self.option_list.move(moves[direction])
