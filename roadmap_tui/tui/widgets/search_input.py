"""The line in which one types what to find."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from roadmap_tui.core.sanitize import clean
from roadmap_tui.text.commands import Command
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.bindings import bound
from roadmap_tui.tui.widgets.text_input import TextInput

# Those that end the typing; what follows them is not text any more.
_ENDS = ("find.accept", "find.leave")


def _action(command: Command, _: int) -> str:
    return f"screen.{command.id.replace('.', '_')}"


class _Line(TextInput, inherit_bindings=True):
    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.is_ended = False
        self._ends: set[str] = set()
        self._bindings = self._bindings.copy()
        for command in keymap.in_scope("find"):
            own = bound([command], _action).key_to_bindings
            self._bindings.key_to_bindings.update(own)
            if command.id in _ENDS:
                self._ends.update(own)

    async def _on_key(self, event: events.Key) -> None:
        self.is_ended = self.is_ended or event.key in self._ends
        if self.is_ended:
            # Typed in one go with the end: it bubbles up, and is a command when it gets there.
            event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        self.insert_text_at_cursor(clean(event.text, self.size.width * 8, one_line=True))
        event.stop()
        event.prevent_default()


class SearchInput(Horizontal):
    """A line to type in behind a ``/``, and which match one is at. It posts what Textual's Input does."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(id="find")
        self.line = _Line(keymap)
        self._tally = Static(id="tally", markup=False)
        self._sign = Static(f" {keymap.key('find')}", id="sign", markup=False)

    def compose(self) -> ComposeResult:
        """The sign, the line, the tally."""
        yield self._sign
        yield self.line
        yield self._tally

    def begin(self, last: str) -> None:
        """Be empty, but for a faint word on what was looked for last."""
        self.display = True
        self.line.is_ended = False
        self.line.placeholder = last
        with self.prevent(Input.Changed):
            self.line.value = ""

    def show(self, tally: str) -> None:
        """Say which match one is at."""
        self._tally.update(tally, layout=False)
