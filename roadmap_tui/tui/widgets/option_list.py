"""A list to choose from, and the dialog around it."""

from __future__ import annotations

from textual.geometry import Size

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine
from roadmap_tui.tui.render.outline import viewport_top
from roadmap_tui.tui.widgets.line_widget import CURSOR, CanvasLine, LineWidget
from roadmap_tui.tui.widgets.modal import Answer, Modal

MARK = 2  # the cells in front of each line, for the cursor's mark


class OptionListBase(LineWidget):
    """Lines of which as many are in sight as there is room for; the cursor is on the one at ``here``."""

    AROUND = 6  # the rows of a dialog that are not of its list
    MOST = 14  # rows, however many lines there are

    def __init__(self, glyphs: Glyphs, here: int = 0) -> None:
        super().__init__(glyphs)
        self.here = here
        self._top = 0

    @property
    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, at: int, room: int) -> StyledLine:
        """A line, without the mark of the cursor."""
        raise NotImplementedError

    def move(self, by: int) -> None:
        """Move the cursor by so many lines, as far as there are any."""
        self.here = max(0, min(self.here + by, self.count - 1))
        self.show()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        """A row a line, up to what there is room for."""
        return max(1, min(self.count, self.MOST, viewport.height - self.AROUND))

    def render_rows(self) -> list[CanvasLine]:
        """The lines around the cursor."""
        width, height = self.size
        self._top = viewport_top(self._top, self.here, height, self.count)
        shown = range(self._top, min(self._top + height, self.count))
        return [self.drawn(self.line(at, width - MARK), here=at == self.here) for at in shown]

    def drawn(self, line: StyledLine, *, here: bool) -> CanvasLine:
        """A line with the mark in front of it, or room for that."""
        mark = Span(f"{self.glyphs.cursor if here else ' '} ", "accent")
        return CanvasLine([mark, *line], CURSOR if here else "")


class OptionListModal(Modal[Answer]):
    """Asks for one of the lines of a menu, or for what is set there."""

    def __init__(self, keymap: Keymap, menu: OptionListBase) -> None:
        super().__init__(keymap)
        self.menu = menu

    def action_down(self) -> None:
        """Go to the next line."""
        self.menu.move(1)

    def action_up(self) -> None:
        """Go to the one before."""
        self.menu.move(-1)

    def action_page_down(self) -> None:
        """Go on by a page."""
        self.menu.move(self.menu.size.height)

    def action_page_up(self) -> None:
        """Go back by a page."""
        self.menu.move(-self.menu.size.height)

    def action_top(self) -> None:
        """Go to the first line."""
        self.menu.move(-self.menu.count)

    def action_bottom(self) -> None:
        """Go to the last line."""
        self.menu.move(self.menu.count)
