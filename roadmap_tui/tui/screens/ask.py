"""A question with two answers, and a wait."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import ProgressBar, Static


class AskScreen(ModalScreen[bool]):
    """Asks, and is dismissed with the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes"),
        Binding("n,escape", "answer(False)", "no"),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """The question over the two answers."""
        with Vertical(id="ask", classes="dialog"):
            yield Static(self._question, markup=False)
            yield Static(f"y {self._yes}   n {self._no}", classes="hint", markup=False)

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)


class WaitScreen(ModalScreen[None]):
    """Says what is being waited for. Keys go nowhere meanwhile."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """The words, over a bar that moves."""
        with Vertical(id="wait", classes="dialog"):
            yield Static(self._words, markup=False)
            yield ProgressBar(show_percentage=False, show_eta=False)
