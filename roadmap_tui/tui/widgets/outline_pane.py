"""The outline pane: the visible rows of a tree of any size."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from roadmap_tui.text.styled_text import StyledLine
from roadmap_tui.tui.render.layout import viewport_top
from roadmap_tui.tui.render.outline import RowRenderer
from roadmap_tui.tui.widgets.line_widget import Pane


class OutlinePane(Pane):
    """Shows the rows around the cursor.

    While ``is_resizing`` the viewport is computed from the top, so that the steps of a resize do not move it.
    """

    @dataclass
    class Pressed(Message):
        """Posted when a row is clicked; ``row`` is its index, ``on_sign`` True on its fold sign."""

        row: int
        on_sign: bool = False

    def __init__(self, renderer: RowRenderer, id: str | None = None) -> None:
        super().__init__(renderer.glyphs, id=id)
        self._renderer = renderer
        self._top = 0
        self.is_resizing = True

    @property
    def cursor_line(self) -> int:
        """The line of the pane that the cursor row is on."""
        return self._renderer.tree_view.cursor_row - self._top

    def render_rows(self) -> list[StyledLine]:
        width, height = self.size
        renderer, tree_view = self._renderer, self._renderer.tree_view
        is_slow = renderer.study.settings.slow_link
        count, cursor = len(tree_view.rows), tree_view.cursor_row
        top = 0 if self.is_resizing else self._top
        self._top = viewport_top(top, cursor, height, count, leaps=is_slow)
        visible = range(self._top, min(self._top + height, count))
        self.cursor_y = -1 if is_slow else cursor - self._top
        return [renderer.line(row, width) for row in visible]

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        row = self._top + offset.y if offset is not None else -1
        if offset is not None and row < len(self._renderer.tree_view.rows):
            on_sign = offset.x in self._renderer.fold_sign_columns(row, self.size.width)
            self.post_message(self.Pressed(row, on_sign=on_sign))
