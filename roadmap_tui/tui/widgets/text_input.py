"""A single-line text input."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.widgets import Input

from roadmap_tui.core.sanitize import clean


class TextInput(Input):
    """Textual's Input without blinking, which pastes several lines as one."""

    def __init__(self, text: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(text, placeholder=placeholder, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    @property
    def cursor_screen_offset(self) -> Offset:
        """The screen position of the caret; corrects Textual's, which is off by one at the end of text."""
        return super().cursor_screen_offset - Offset(int(self.cursor_at_end), 0)

    def on_paste(self, event: events.Paste) -> None:
        text = clean(event.text)
        # Blanks around a single line were meant.
        self.replace(clean(text, one_line=True) if "\n" in text else text, *self.selection)
        event.stop()
        event.prevent_default()
