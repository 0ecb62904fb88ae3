"""Typing one line."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import Modal
from roadmap_tui.tui.widgets.text_input import TextInput


class InputScreen(Modal[str | None]):
    """Asks for one line; is dismissed with it, None where the reader left.

    ``replaces`` is for a text that is rather typed anew than changed.
    """

    SCOPE = "line"

    def __init__(
        self,
        keymap: Keymap,
        title: str,
        placeholder: str,
        text: str = "",
        word: str = "",
        *,
        replaces: bool = False,
    ) -> None:
        super().__init__(keymap)
        self._heading, self._placeholder, self._text, self._word = title, placeholder, text, word
        self._replaces = replaces

    def compose(self) -> ComposeResult:
        """The line under what it is for."""
        with Vertical(id="line", classes="dialog"):
            yield Static(self._heading, classes="heading", markup=False)
            yield TextInput(self._text, placeholder=self._placeholder)
            if self._word:
                yield Static(self._word, classes="word", markup=False)
            yield self.hint()

    def on_mount(self) -> None:
        """Begin at the end of what is there; what is there to be replaced goes with the first letter."""
        line = self.query_one(Input)
        line.action_end()
        if self._replaces:
            line.action_select_all()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Close with the line."""
        message.stop()
        self.dismiss(message.value)

    def action_keep(self) -> None:
        """Close with the line."""
        self.dismiss(self.query_one(Input).value)

    def action_leave(self) -> None:
        """Close without it."""
        self.dismiss(None)
