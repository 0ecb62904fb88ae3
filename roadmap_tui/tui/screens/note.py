"""Writing a note."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from roadmap_tui.tui.dialog import Dialog
from roadmap_tui.tui.keymap import Keymap


class Written(NamedTuple):
    """What came of it: the text, and whether it is to be kept as the note or only as a draft."""

    text: str
    keep: bool


class NoteScreen(Dialog[Written]):
    """An editor for the note of one node."""

    NAME = "note"

    def __init__(self, keymap: Keymap, title: str, text: str, placeholder: str = "") -> None:
        super().__init__(keymap)
        self._node_title = title
        self._text = text
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """The editor under the title of the node."""
        with Vertical(id="note", classes="dialog"):
            yield Static(self._node_title, classes="heading", markup=False)
            editor = TextArea(self._text, compact=True, placeholder=self._placeholder)
            editor.cursor_blink = False
            yield editor
            yield self.hint()

    def on_mount(self) -> None:
        """Begin at the end of what is there."""
        editor = self.query_one(TextArea)
        editor.move_cursor(editor.document.end)
        editor.focus()

    def action_save(self) -> None:
        """Keep the text as the note."""
        self.dismiss(Written(self.query_one(TextArea).text, keep=True))

    def action_leave(self) -> None:
        """Keep the text as a draft."""
        self.dismiss(Written(self.query_one(TextArea).text, keep=False))
