"""A dialog with several labeled fields."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from roadmap_tui.tui.widgets.modal import Answer, Modal


class FormModal(Modal[Answer]):
    """A form: Enter goes to the next field, and saves in the last one."""

    def field(self, label: str, widget: Widget) -> ComposeResult:
        """Yield a field with its label in front."""
        with Horizontal(classes="field"):
            yield Static(label, classes="label", markup=False)
            yield widget

    def text(self, name: str) -> str:
        """Return the stripped text of the field with this id."""
        return self.query_one(f"#{name}", Input).value.strip()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if message.input is self.focus_chain[-1]:
            self.action_save()
        else:
            self.focus_next()

    def action_next(self) -> None:
        self.focus_next()

    def action_previous(self) -> None:
        self.focus_previous()

    def action_save(self) -> None:
        raise NotImplementedError
