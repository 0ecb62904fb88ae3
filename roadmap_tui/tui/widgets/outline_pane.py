"""The outline pane: the visible rows of a roadmap, of any size."""

from __future__ import annotations

from textual import events
from textual.message import Message

from roadmap_tui.tui.render.outline import RowRenderer, viewport_top
from roadmap_tui.tui.widgets.line_widget import CURSOR, CanvasLine, LineWidget


class OutlinePane(LineWidget):
    """Draws the rows around the cursor; posts a message when one is clicked."""

    class Pressed(Message):
        """A row was clicked; ``row`` is its index in the outline, ``on_sign``: on its fold sign."""

        def __init__(self, row: int, *, on_sign: bool = False) -> None:
            super().__init__()
            self.row = row
            self.on_sign = on_sign

    class Scrolled(Message):
        """The wheel was turned over the outline, by a number of rows."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, rows: RowRenderer, id: str | None = None) -> None:
        super().__init__(rows.glyphs, id=id)
        self._source = rows
        self._top = 0
        self._settling = True

    def begin_resize(self, *, over: bool) -> None:
        """A new size comes, in several steps; until that is ``over``, none of them moves the rows."""
        self._settling = not over

    @property
    def cursor_line(self) -> int:
        """The line of the pane on which the cursor's row is."""
        return self._source.outline.cursor_row - self._top

    def render_rows(self) -> list[CanvasLine]:
        """The rows around the cursor."""
        width, height = self.size
        outline = self._source.outline
        is_slow = self._source.study.settings.slow_link
        top = 0 if self._settling else self._top
        self._top = viewport_top(top, outline.cursor_row, height, len(outline.rows), leaps=is_slow)
        last = min(self._top + height, len(outline.rows))
        lit = -1 if is_slow else outline.cursor_row
        return [
            CanvasLine(self._source.line(row, width), CURSOR if row == lit else "")
            for row in range(self._top, last)
        ]

    def on_click(self, event: events.Click) -> None:
        """Say which row was clicked."""
        row = self._top + event.y
        if row < len(self._source.outline.rows):
            on_sign = event.x in self._source.sign_cells(row, self.size.width)
            self.post_message(self.Pressed(row, on_sign=on_sign))

    def on_mouse_scroll_down(self) -> None:
        """Move on."""
        self.post_message(self.Scrolled(3))

    def on_mouse_scroll_up(self) -> None:
        """Move back."""
        self.post_message(self.Scrolled(-3))
