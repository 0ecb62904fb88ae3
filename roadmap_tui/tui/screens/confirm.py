"""A yes-no question, and a wait screen."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import ProgressBar, Static

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import KeyHints, Modal


class ConfirmScreen(Modal[bool]):
    """Asks a question; dismissed with the answer."""

    SCOPE = "ask"
    RESULTS: ClassVar[dict[str, Any]] = {"yes": True, "no": False}

    def __init__(self, keymap: Keymap, question: str, yes: str, no: str) -> None:
        super().__init__(keymap)
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        with Vertical(id="ask", classes="dialog"):
            yield Static(self._question, markup=False)
            key = self.keymap.key
            yield KeyHints([f"{key('ask.yes')} {self._yes}", f"{key('ask.no')} {self._no}"])


class WaitScreen(ModalScreen[None]):
    """Shows a message and a moving bar, and swallows all keys."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self._message = message

    def compose(self) -> ComposeResult:
        with Vertical(id="wait", classes="dialog"):
            yield Static(self._message, markup=False)
            yield ProgressBar(show_percentage=False, show_eta=False)
