"""An address as a QR code, for the camera of a phone."""

from __future__ import annotations

from typing import Final

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

# Of no theme: cameras want dark on light.
_INK: Final = Style.parse("#000000 on #ffffff")
_SOLID: Final = Style.parse("#000000 on #000000")
_PLAIN: Final = Style()
_REVERSE: Final = Style(reverse=True)
HINT_ROWS: Final = 1


class _Code(Widget):
    ALLOW_SELECT = False

    def __init__(self, drawing: QrDrawing, *, reversed_is_light: bool | None) -> None:
        super().__init__()
        self._drawing = drawing
        self._ink, self._solid = _INK, _SOLID
        if reversed_is_light is not None:
            light, dark = (_REVERSE, _PLAIN) if reversed_is_light else (_PLAIN, _REVERSE)
            self._ink, self._solid = light, dark

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - as asked
        return self._drawing.columns

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        return self._drawing.rows

    def render_line(self, y: int) -> Strip:
        """A line of the code; in ASCII the signs vanish in their ground, so that a module is one block."""
        line = self._drawing.lines[y] if y < len(self._drawing.lines) else ""
        pieces = line.replace("# ", "#\0 ").replace(" #", " \0#").split("\0")
        return Strip(
            [
                Segment(" " * len(piece), self._solid) if "#" in piece else Segment(piece, self._ink)
                for piece in pieces
            ]
        )


class QrScreen(Modal[bool]):
    """Shows a code until it is closed; the answer is whether there was room for it all the time.

    ``reversed_is_light`` is for a terminal without colours: whether its ground is the dark one of its two.
    """

    SCOPE = "qr"

    def __init__(
        self, keymap: Keymap, drawing: QrDrawing, host: str, *, reversed_is_light: bool | None = None
    ) -> None:
        super().__init__(keymap)
        self._reversed_is_light = reversed_is_light
        self._drawing = drawing
        self._host = host

    def hint(self) -> Static:
        """Where the code leads to, and the key that closes it."""
        close = f"{self.keymap.key('qr.close')} close"
        where = self._host if cells(self._host) <= self._drawing.columns - len(close) - 5 else ""
        return Static(f"{where}   {close}".strip(), classes="hint", markup=False)

    def compose(self) -> ComposeResult:
        """The code over the hint, without a frame: a code needs all the rows there are."""
        with Vertical(id="code", classes="dialog"):
            yield _Code(self._drawing, reversed_is_light=self._reversed_is_light)
            yield self.hint()

    def on_resize(self, event: events.Resize) -> None:
        """A code of which a part is not shown is none."""
        width, height = event.size
        if width >= self._drawing.columns and height >= self._drawing.rows + HINT_ROWS:
            return
        # Sizes come faster than a screen goes.
        if self.is_current:
            self.dismiss(False)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(True)
