"""Asking about a timer that another session left running."""

from __future__ import annotations

from typing import Literal, TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import KeyHints, Modal

TimerAction: TypeAlias = Literal["keep", "edit", "discard"]


class StaleTimerScreen(Modal[TimerAction | None]):
    """Tells of a timer; is dismissed with what to do with it, None to let it run."""

    SCOPE = "timer"

    def __init__(self, keymap: Keymap, title: str, words: str, keep: str) -> None:
        super().__init__(keymap)
        self._heading, self._words, self._keep = title, words, keep

    def compose(self) -> ComposeResult:
        """What is known of it, over what can be done."""
        with Vertical(id="timer", classes="dialog"):
            yield Static(self._heading, classes="heading", markup=False)
            yield Static(self._words, markup=False)
            yield self.hint()

    def hint(self) -> Static:
        """The line at the foot, with how long there is to keep."""
        key = self.keymap.key
        keep = f"{key('timer.keep')} keep {self._keep}"
        rest = ("edit", "edit"), ("discard", "discard"), ("leave", "let it run")
        return KeyHints([keep, *(f"{key(f'timer.{name}')} {does}" for name, does in rest)])

    def action_keep(self) -> None:
        """End it now and keep the time."""
        self.dismiss("keep")

    def action_edit(self) -> None:
        """Say how long it really was."""
        self.dismiss("edit")

    def action_discard(self) -> None:
        """Drop the time."""
        self.dismiss("discard")

    def action_leave(self) -> None:
        """Let it run."""
        self.dismiss(None)
