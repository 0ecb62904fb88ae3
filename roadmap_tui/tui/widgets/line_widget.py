"""A widget that is a list of lines: what is not different is not drawn again."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import NULL_SIZE, Region, Size
from textual.strip import Strip
from textual.widget import Widget

from roadmap_tui.text.styled_text import ASCII, STYLES, Glyphs, StyledLine, to_ascii

CURSOR = "cursor"


class CanvasLine(NamedTuple):
    """A line as it lies on the canvas; ``role`` gives it a background of its own."""

    line: StyledLine
    style: str = ""


class LineWidget(Widget):
    """Lines of spans on a plain ground; ``show`` repaints those that differ from what is there."""

    # Each that a canvas says it uses is styled anew whenever it is: some milliseconds of every start.
    STYLE_CLASSES: ClassVar[tuple[str, ...]] = (*STYLES, CURSOR)
    ALLOW_SELECT = False

    def __init__(self, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._rows: list[CanvasLine] = []
        self._laid_out_for = NULL_SIZE
        self._styles_by_role: dict[tuple[str, str, str], Style] = {}

    @classmethod
    def _get_component_classes(cls) -> frozenset[str]:  # type: ignore[override] # there it is cached
        return frozenset([f"line-widget--{role}" for role in cls.STYLE_CLASSES])

    def render_rows(self) -> list[CanvasLine]:
        """The rows for the size there is now."""
        raise NotImplementedError

    def show(self) -> None:
        """Lay out anew, and repaint the rows that differ from those there are."""
        old = self._rows
        if self.size != self._laid_out_for:
            # Hidden, or not laid out yet: what is shown next, at whatever size, is laid out anew.
            self._laid_out_for = NULL_SIZE
            self.refresh()
            return
        rows = self._rows = self.render_rows()
        for y in range(max(len(old), len(rows))):
            if y >= len(old) or y >= len(rows) or old[y] != rows[y]:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of a region. A new size is met here, so that no frame is drawn without its text."""
        if self.size != self._laid_out_for:
            self._laid_out_for = self.size
            self._rows = self.render_rows()
        return super().render_lines(crop)

    def notify_style_update(self) -> None:
        """Forget the styles of the theme before."""
        self._styles_by_role.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """The strip at a line of the widget."""
        width = self.size.width
        row = self._rows[y] if y < len(self._rows) else CanvasLine([])
        ground = self._style("", row.style)
        segments: list[Segment] = []
        for span in row.line:
            style = self._style(span.style, row.style, span.link)
            text = to_ascii(span.text) if self.glyphs is ASCII else span.text
            if segments and segments[-1].style is style:
                text = segments.pop().text + text
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, ground)

    def _style(self, role: str, ground: str, link: str = "") -> Style:
        style = self._styles_by_role.get((role, ground, link))
        if style is None:
            style = self.rich_style
            # Of sixteen colours none is sure to be read on another: the cursor's row has one for all.
            plain = ground and self.app.native_ansi_color
            for part in (ground, "" if plain else role):
                if part:
                    style += self.get_component_rich_style(f"line-widget--{part}", partial=True)
            if link:
                # Made once for each address: a style made anew gets another id for the same link.
                style = style.update_link(link)
            self._styles_by_role[role, ground, link] = style
        return style


class ScrollText(LineWidget):
    """Lines that fill a width and are as many as they are; ``lines`` is asked for them once a width."""

    def __init__(self, glyphs: Glyphs, lines: Callable[[int], list[StyledLine]]) -> None:
        super().__init__(glyphs)
        self._lines = lines
        self._made: dict[int, list[StyledLine]] = {}

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        """As many rows as there are lines."""
        return len(self._at(width))

    def render_rows(self) -> list[CanvasLine]:
        """All of them; what is out of view is not drawn."""
        return [CanvasLine(line) for line in self._at(self.size.width)]

    def _at(self, width: int) -> list[StyledLine]:
        # A layout asks for several widths, and for each more than once.
        if width not in self._made:
            self._made[width] = self._lines(width)
        return self._made[width]
