"""A dialog with one line of text."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import Modal
from roadmap_tui.tui.widgets.text_input import TextInput


class InputScreen(Modal[str | None]):
    """Asks for a line of text; dismissed with it, None if the reader left.

    ``subtitle`` is shown below the line. ``replaces`` selects the initial text, so that typing replaces it.
    """

    SCOPE = "line"

    def __init__(
        self,
        keymap: Keymap,
        title: str,
        placeholder: str,
        text: str = "",
        subtitle: str = "",
        *,
        replaces: bool = False,
    ) -> None:
        super().__init__(keymap)
        self.heading, self._placeholder, self._text, self._subtitle = title, placeholder, text, subtitle
        self._replaces = replaces

    def compose_body(self) -> ComposeResult:
        yield TextInput(self._text, placeholder=self._placeholder)
        if self._subtitle:
            yield Static(self._subtitle, classes="subtitle", markup=False)

    def on_mount(self) -> None:
        field = self.query_one(Input)
        field.action_end()
        if self._replaces:
            field.action_select_all()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.dismiss(message.value)

    def action_keep(self) -> None:
        self.dismiss(self.query_one(Input).value)
