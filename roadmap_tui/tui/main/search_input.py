"""The input line of the incremental search."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from roadmap_tui.text.commands import Command
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.main.search import IncrementalSearch
from roadmap_tui.tui.terminal.textual_private import bindings_of, set_bindings
from roadmap_tui.tui.widgets.bindings import build_bindings
from roadmap_tui.tui.widgets.text_input import TextInput


def _action(command: Command, _: int) -> str:
    return f"screen.find('{command.id.removeprefix('find.')}')"


class _SearchField(TextInput, inherit_bindings=True):
    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        bindings = bindings_of(self).copy()
        for command in keymap.in_scope("find"):
            bindings.key_to_bindings.update(build_bindings([command], _action).key_to_bindings)
        set_bindings(self, bindings)


class SearchInput(Horizontal):
    """A search field after a ``/``, with the position among the matches.

    ``sync`` is called after a change of the query, to show what was found.
    """

    def __init__(self, keymap: Keymap, search: IncrementalSearch, sync: Callable[[], None]) -> None:
        super().__init__(id="find")
        self.field = _SearchField(keymap)
        self._search = search
        self._sync = sync
        self._match_position = Static(id="match-position", markup=False)
        self._sign = Static(f" {keymap.key('find')}", id="sign", markup=False)

    def compose(self) -> ComposeResult:
        yield self._sign
        yield self.field
        yield self._match_position

    def start(self) -> None:
        """Show an empty field with the last query as its placeholder."""
        self._search.start()
        self.display = True
        self.field.placeholder = self._search.last_query
        with self.prevent(Input.Changed):
            self.field.value = ""
        self._match_position.update(self._search.position, layout=False)

    def on_input_changed(self, message: Input.Changed) -> None:
        # Skip a value that was typed further meanwhile: another message is waiting.
        message.stop()
        if self.display and message.value == self.field.value:
            self._search.update(message.value)
            self._match_position.update(self._search.position, layout=False)
            self._sync()

    def accept(self) -> None:
        """Accept the search and hide the input."""
        self._search.accept(self.field.value)
        self.display = False

    def leave(self) -> None:
        """Cancel the search and hide the input."""
        self._search.cancel()
        self.display = False

    def next(self) -> None:
        """Go to the next match."""
        self._move(1)

    def previous(self) -> None:
        """Go to the previous match."""
        self._move(-1)

    def earlier(self) -> None:
        """Go to the previous match; replace an empty input by the last query."""
        if self.field.value:
            self._move(-1)
        elif self._search.last_query:
            self.field.value = self._search.last_query
            self.field.action_end()

    def _move(self, step: int) -> None:
        if self.field.value.strip():
            self._search.move(step)
            self._match_position.update(self._search.position, layout=False)
            self._sync()
