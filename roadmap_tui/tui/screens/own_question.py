"""The form for a review question of the reader's own."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import Modal
from roadmap_tui.tui.widgets.text_input import TextInput


class OwnQuestionScreen(Modal[tuple[str, str] | None]):
    """Asks for a question and its answer; dismissed with them, None if the reader left.

    ``keep`` saves both as a draft if the program has to end.
    """

    SCOPE = "own_question"

    def __init__(self, keymap: Keymap, title: str, keep: Callable[[str, str], None]) -> None:
        super().__init__(keymap)
        self.heading, self._keep = title, keep

    def compose_body(self) -> ComposeResult:
        for label, name in (("Question", "ask"), ("Answer", "answer")):
            with Horizontal(classes="field"):
                yield Static(label, classes="label", markup=False)
                yield TextInput(id=name)

    def _texts(self) -> tuple[str, str]:
        ask, answer = (self.query_one(f"#{name}", Input).value.strip() for name in ("ask", "answer"))
        return ask, answer

    def save_draft(self) -> None:
        ask, answer = self._texts()
        if ask or answer:
            self._keep(ask, answer)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if message.input.id == "answer":
            self.action_save()
        else:
            self.focus_next()

    def action_next(self) -> None:
        self.focus_next()

    def action_previous(self) -> None:
        self.focus_previous()

    def action_save(self) -> None:
        ask, answer = self._texts()
        if ask:
            self.dismiss((ask, answer))
        else:
            self.query_one("#ask", Input).focus()
