"""The input line of the incremental search."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from roadmap_tui.core.sanitize import clean
from roadmap_tui.text.commands import Command
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.terminal.textual_private import bindings_of, set_bindings
from roadmap_tui.tui.widgets.bindings import build_bindings
from roadmap_tui.tui.widgets.text_input import TextInput

# Commands that end the search; keys after them are commands, not text.
_ENDING = ("find.accept", "find.leave")


def _action(command: Command, _: int) -> str:
    return f"screen.{command.id.replace('.', '_')}"


class _SearchField(TextInput, inherit_bindings=True):
    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.has_ended = False
        self._ending_keys: set[str] = set()
        bindings = bindings_of(self).copy()
        for command in keymap.in_scope("find"):
            own = build_bindings([command], _action).key_to_bindings
            bindings.key_to_bindings.update(own)
            if command.id in _ENDING:
                self._ending_keys.update(own)
        set_bindings(self, bindings)

    def on_key(self, event: events.Key) -> None:
        self.has_ended = self.has_ended or event.key in self._ending_keys
        if self.has_ended:
            # A key typed right after Enter bubbles up, so that it acts as a command.
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        self.insert_text_at_cursor(clean(event.text, self.size.width * 8, one_line=True))
        event.stop()
        event.prevent_default()


class SearchInput(Horizontal):
    """A search field after a ``/``, with the position among the matches. Posts Textual's Input messages."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(id="find")
        self.field = _SearchField(keymap)
        self._match_position = Static(id="match-position", markup=False)
        self._sign = Static(f" {keymap.key('find')}", id="sign", markup=False)

    def compose(self) -> ComposeResult:
        yield self._sign
        yield self.field
        yield self._match_position

    def start(self, last_query: str) -> None:
        """Show an empty field with the last query as its placeholder."""
        self.display = True
        self.field.has_ended = False
        self.field.placeholder = last_query
        with self.prevent(Input.Changed):
            self.field.value = ""

    def show_position(self, position: str) -> None:
        """Show which match the cursor is on."""
        self._match_position.update(position, layout=False)
