"""The form for a review question of the reader's own."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.widgets import Input

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.form import FormModal
from roadmap_tui.tui.widgets.text_input import TextInput


class OwnQuestionScreen(FormModal[tuple[str, str] | None]):
    """Asks for a question and its answer; dismissed with them, None if the reader left.

    ``keep`` saves both as a draft if the program has to end.
    """

    SCOPE = "own_question"

    def __init__(self, keymap: Keymap, title: str, keep: Callable[[str, str], None]) -> None:
        super().__init__(keymap)
        self.heading, self._keep = f"Question about {title}", keep

    def compose_body(self) -> ComposeResult:
        yield from self.field("Question", TextInput(id="ask"))
        yield from self.field("Answer", TextInput(id="answer"))

    def save_draft(self) -> None:
        ask, answer = self.text("ask"), self.text("answer")
        if ask or answer:
            self._keep(ask, answer)

    def action_save(self) -> None:
        if ask := self.text("ask"):
            self.dismiss((ask, self.text("answer")))
        else:
            self.query_one("#ask", Input).focus()
