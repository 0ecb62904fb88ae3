"""A widget that shows styled lines and redraws only those that changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import NULL_SIZE, Region, Size
from textual.message import Message
from textual.strip import Strip

from roadmap_tui.text.styled_text import ASCII, HEAT_STYLES, STYLES, Glyphs, StyledLine, to_ascii
from roadmap_tui.tui.terminal.textual_private import PrivateWidget

CURSOR = "cursor"


class LineWidget(PrivateWidget):
    """A widget whose ``rows`` come from ``render_rows``; call ``update_rows`` after a change."""

    # Textual computes each component style at every start, so widgets list only those they use.
    STYLE_CLASSES: ClassVar[tuple[str, ...]] = (*STYLES, CURSOR)
    ALLOW_SELECT = False

    def __init__(self, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.rows: list[StyledLine] = []
        self.cursor_y = -1  # the row that has the background of the cursor
        self._rendered_size = NULL_SIZE
        self._style_cache: dict[tuple[str, str, str], Style] = {}

    @classmethod
    def component_classes(cls) -> frozenset[str]:
        return frozenset([f"line-widget--{style}" for style in cls.STYLE_CLASSES])

    def render_rows(self) -> list[StyledLine]:
        """Render all rows for the current size; set ``cursor_y`` if one of them is the cursor's."""
        raise NotImplementedError

    def update_rows(self) -> None:
        """Render the rows again, and redraw those that differ."""
        if self.size != self._rendered_size:
            # Hidden or not laid out yet: ``render_lines`` renders the rows for the next size.
            self._rendered_size = NULL_SIZE
            self.refresh()
            return
        old, old_cursor_y = self.rows, self.cursor_y
        new = self.rows = self.render_rows()
        for y in range(max(len(old), len(new))):
            if old[y : y + 1] != new[y : y + 1] or (y == old_cursor_y) != (y == self.cursor_y):
                self.refresh(Region(0, y, self.size.width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        # Rendering here for a new size means that no frame is drawn without its text.
        if self.size != self._rendered_size:
            self._rendered_size = self.size
            self.rows = self.render_rows()
        return super().render_lines(crop)

    def notify_style_update(self) -> None:
        self._style_cache.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        line = self.rows[y] if y < len(self.rows) else []
        background = CURSOR if y == self.cursor_y else ""
        segments: list[Segment] = []
        for span in line:
            style = self._style(span.style, background, span.link)
            text = to_ascii(span.text) if self.glyphs is ASCII else span.text
            if segments and segments[-1].style is style:
                text = segments.pop().text + text
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(self.size.width, self._style("", background))

    def _style(self, name: str, background: str, link: str = "") -> Style:
        style = self._style_cache.get((name, background, link))
        if style is None:
            style = self.rich_style
            # Of 16 colors no pair is certain to be readable, so the cursor row has one color for all text.
            if background and self.app.native_ansi_color:
                name = ""
            for part in (background, name):
                if part:
                    style += self.get_component_rich_style(f"line-widget--{part}", partial=True)
            if link:
                # Cached per URL: Rich gives every new style with a link another link id.
                style = style.update_link(link)
            self._style_cache[name, background, link] = style
        return style


class Pane(LineWidget):
    """A part of the main screen that reports the mouse wheel."""

    @dataclass
    class Scrolled(Message):
        """Posted when the mouse wheel is turned by a number of lines over ``pane``."""

        pane: Pane
        by: int

    def on_mouse_scroll_down(self) -> None:
        self.post_message(self.Scrolled(self, 3))

    def on_mouse_scroll_up(self) -> None:
        self.post_message(self.Scrolled(self, -3))


class TextLines(LineWidget):
    """Lines that ``render_text`` renders for a size."""

    def __init__(
        self, glyphs: Glyphs, render_text: Callable[[Size], list[StyledLine]], id: str | None = None
    ) -> None:
        super().__init__(glyphs, id=id)
        self._render_text = render_text

    def render_rows(self) -> list[StyledLine]:
        return self._render_text(self.size)


class FittedLines(TextLines):
    """Lines whose number is the height of the widget; they are rendered for the size of the screen."""

    def fit(self, size: Size) -> None:
        """Set the height to the number of lines of the text for a screen of this size."""
        self._take_rows(len(self._render_text(size)))

    def render_rows(self) -> list[StyledLine]:
        return self._render_text(Size(self.size.width, self.screen.size.height))

    def update_rows(self) -> None:
        super().update_rows()
        if not self.size:  # not laid out yet
            self.fit(self.screen.size)
        elif self.size == self._rendered_size:
            self._take_rows(len(self.rows))

    def on_resize(self) -> None:
        self.fit(self.screen.size)

    def _take_rows(self, count: int) -> None:
        height = self.styles.height
        if height is None or height.value != count:
            self.styles.height = count


class ScrollText(LineWidget):
    """Text of full height, for a scrolling container; ``lines`` renders it for a given width."""

    STYLE_CLASSES: ClassVar[tuple[str, ...]] = (*STYLES, *HEAT_STYLES, CURSOR)

    def __init__(self, glyphs: Glyphs, lines: Callable[[int], list[StyledLine]]) -> None:
        super().__init__(glyphs)
        self._render_text = lines
        self._cache: dict[int, list[StyledLine]] = {}  # layout asks for several widths, several times

    def reset(self) -> None:
        """Render the lines again, because their content changed."""
        self._cache.clear()
        self.refresh(layout=True)
        self.update_rows()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's API
        return len(self._lines(width))

    def render_rows(self) -> list[StyledLine]:
        return self._lines(self.size.width)

    def _lines(self, width: int) -> list[StyledLine]:
        if width not in self._cache:
            self._cache[width] = self._render_text(width)
        return self._cache[width]
