"""The note editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.widgets import Static, TextArea

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import Modal

AUTOSAVE_SECONDS: Final = 1.0


class NoteScreen(Modal[str | None]):
    """An editor for a note; dismissed with the text to save, None if the reader left.

    ``save`` saves the text as a draft: at most ``AUTOSAVE_SECONDS`` after each change, as the connection may
    be lost, and when the reader leaves.
    """

    SCOPE = "note"
    RESULTS: ClassVar[dict[str, Any]] = {}

    def __init__(
        self, keymap: Keymap, title: str, text: str, save: Callable[[str], None], subtitle: str = ""
    ) -> None:
        super().__init__(keymap)
        self.heading, self._text, self._subtitle = title, text, subtitle
        self._save = save
        self._is_waiting = False

    def compose_body(self) -> ComposeResult:
        if self._subtitle:
            yield Static(self._subtitle, classes="subtitle", markup=False)
        editor = TextArea(self._text, compact=True, placeholder="Your note")
        editor.cursor_blink = False
        yield editor

    def on_mount(self) -> None:
        editor = self.query_one(TextArea)
        editor.move_cursor(editor.document.end)
        editor.focus()

    def on_text_area_changed(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self.set_timer(AUTOSAVE_SECONDS, self.save_draft)

    def save_draft(self) -> None:
        self._is_waiting = False
        self._save(self.query_one(TextArea).text)

    def action_save(self) -> None:
        self.dismiss(self.query_one(TextArea).text)

    def stops_quit(self) -> bool:
        self.action_leave()
        return True

    def action_leave(self) -> None:
        self.save_draft()
        self.dismiss(None)
