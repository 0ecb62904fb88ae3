"""Writing a note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import Modal

KEEP_AFTER_SECONDS: Final = 1.0


class NoteScreen(Modal[str | None]):
    """An editor for the note of one node; is dismissed with the text to save, None where the reader left.

    ``keep`` is given the text whenever it should be kept as a draft.
    """

    SCOPE = "note"

    def __init__(
        self, keymap: Keymap, title: str, text: str, keep: Callable[[str], None], word: str = ""
    ) -> None:
        super().__init__(keymap)
        self._node_title, self._text, self._word = title, text, word
        self._keep = keep
        self._is_waiting = False

    def compose(self) -> ComposeResult:
        """The editor under the title of the node."""
        with Vertical(id="note", classes="dialog"):
            yield Static(self._node_title, classes="heading", markup=False)
            if self._word:
                yield Static(self._word, classes="word", markup=False)
            editor = TextArea(self._text, compact=True, placeholder="What you want to remember")
            editor.cursor_blink = False
            yield editor
            yield self.hint()

    def on_mount(self) -> None:
        """Begin at the end of what is there."""
        editor = self.query_one(TextArea)
        editor.move_cursor(editor.document.end)
        editor.focus()

    def on_text_area_changed(self) -> None:
        """Keep what is typed before long: the connection may not last."""
        if not self._is_waiting:
            self._is_waiting = True
            self.set_timer(KEEP_AFTER_SECONDS, self.keep_draft)

    def keep_draft(self) -> None:
        """Keep the text as a draft."""
        self._is_waiting = False
        self._keep(self.query_one(TextArea).text)

    def action_save(self) -> None:
        """Close with the text as the note."""
        self.dismiss(self.query_one(TextArea).text)

    def action_leave(self) -> None:
        """Close with the text as a draft."""
        self.keep_draft()
        self.dismiss(None)
