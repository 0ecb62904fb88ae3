"""The question what to do with a timer that another session left running."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import KeyHints, Modal

TimerAction: TypeAlias = Literal["keep", "edit", "discard"]


class StaleTimerScreen(Modal[TimerAction | None]):
    """Asks what to do with a timer; dismissed with None to let it run.

    ``duration`` is the time that would be kept.
    """

    SCOPE = "timer"
    RESULTS: ClassVar[dict[str, Any]] = {"keep": "keep", "edit": "edit", "discard": "discard", "leave": None}

    def __init__(self, keymap: Keymap, title: str, text: str, duration: str) -> None:
        super().__init__(keymap)
        self._heading, self._text, self._duration = title, text, duration

    def compose(self) -> ComposeResult:
        key = self.keymap.key
        names = {
            "keep": f"keep {self._duration}",
            "edit": "edit",
            "discard": "discard",
            "leave": "let it run",
        }
        with Vertical(id="timer", classes="dialog"):
            yield Static(self._heading, classes="heading", markup=False)
            yield Static(self._text, markup=False)
            yield KeyHints([f"{key(f'timer.{command}')} {name}" for command, name in names.items()])
