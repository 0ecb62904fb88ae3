"""Writing a note."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea


class Written(NamedTuple):
    """What came of it: the text, and whether it is to be kept as the note or only as a draft."""

    text: str
    keep: bool


class NoteScreen(ModalScreen[Written]):
    """An editor for the note of one node."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Not with priority: what was typed before them has to be in the text first.
        Binding("ctrl+s", "leave(True)", "save"),
        Binding("escape", "leave(False)", "leave"),
    ]

    def __init__(self, title: str, text: str, placeholder: str = "") -> None:
        super().__init__()
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
            yield Static("ctrl+s save   esc keep as a draft", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Begin at the end of what is there."""
        editor = self.query_one(TextArea)
        editor.move_cursor(editor.document.end)
        editor.focus()

    def action_leave(self, keep: bool) -> None:
        """Close the editor."""
        self.dismiss(Written(self.query_one(TextArea).text, keep))
