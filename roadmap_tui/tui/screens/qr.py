"""A URL as a QR code, to be read by a phone."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import cells
from roadmap_tui.tui.render.qr import QrDrawing
from roadmap_tui.tui.widgets.modal import Modal

# Independent of the theme: cameras need dark on light.
_DARK_ON_LIGHT: Final = Style.parse("#000000 on #ffffff")
_SOLID: Final = Style.parse("#000000 on #000000")
_PLAIN: Final = Style()
_REVERSE: Final = Style(reverse=True)
HINT_ROWS: Final = 1


class _QrCode(Widget):
    ALLOW_SELECT = False

    def __init__(self, drawing: QrDrawing, *, reversed_is_light: bool | None) -> None:
        super().__init__()
        self._drawing = drawing
        if reversed_is_light is None:
            self._light, self._dark = _DARK_ON_LIGHT, _SOLID
        else:
            self._light, self._dark = (_REVERSE, _PLAIN) if reversed_is_light else (_PLAIN, _REVERSE)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - Textual's API
        return self._drawing.columns

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's API
        return self._drawing.rows

    def render_line(self, y: int) -> Strip:
        """Render a line; ``#``, a dark module in ASCII, becomes a blank on a dark background."""
        line = self._drawing.lines[y] if y < len(self._drawing.lines) else ""
        pieces = line.replace("# ", "#\0 ").replace(" #", " \0#").split("\0")
        return Strip(
            [
                Segment(" " * len(piece), self._dark) if "#" in piece else Segment(piece, self._light)
                for piece in pieces
            ]
        )


class QrScreen(Modal[bool]):
    """Shows a QR code; dismissed with False if the terminal became too small for it.

    ``reversed_is_light`` is for a terminal without colors: whether reverse video is the lighter of its two.
    """

    SCOPE = "qr"
    RESULTS: ClassVar[dict[str, Any]] = {"close": True}

    def __init__(
        self, keymap: Keymap, drawing: QrDrawing, host: str, *, reversed_is_light: bool | None = None
    ) -> None:
        super().__init__(keymap)
        self._reversed_is_light = reversed_is_light
        self._drawing = drawing
        self._host = host

    def hints(self) -> Static:
        """Return the host and the key that closes the dialog; only the key if there is no room."""
        close = f"{self.keymap.key('qr.close')} close"
        host = self._host if cells(self._host) <= self._drawing.columns - len(close) - 5 else ""
        return Static(f"{host}   {close}".strip(), classes="hint", markup=False)

    def compose(self) -> ComposeResult:
        # No border: a code needs all available rows.
        with Vertical(id="code", classes="dialog"):
            yield _QrCode(self._drawing, reversed_is_light=self._reversed_is_light)
            yield self.hints()

    def on_resize(self, event: events.Resize) -> None:
        """Close the dialog if the code is no longer visible as a whole."""
        width, height = event.size
        if width >= self._drawing.columns and height >= self._drawing.rows + HINT_ROWS:
            return
        # Several sizes may arrive before the screen is removed.
        if self.is_current:
            self.dismiss(False)
