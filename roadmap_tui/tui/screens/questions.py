"""Questions answered by a key, and a wait screen."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import ProgressBar, Static

from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import Answer, KeyHints, Modal

TimerAction: TypeAlias = Literal["keep", "whole", "edit", "discard"]


class _QuestionScreen(Modal[Answer]):
    """Asks a question; ``answers`` maps commands of the scope to their labels."""

    def __init__(self, keymap: Keymap, heading: str, question: str, answers: dict[str, str]) -> None:
        super().__init__(keymap)
        self.heading, self._question, self._answers = heading, question, answers

    def compose_body(self) -> ComposeResult:
        yield Static(self._question, markup=False)

    def hints(self) -> Static:
        key = self.keymap.key
        return KeyHints(
            [f"{key(f'{self.SCOPE}.{command}')} {name}" for command, name in self._answers.items()]
        )


class ConfirmScreen(_QuestionScreen[bool]):
    """Asks a question; dismissed with True for yes."""

    SCOPE = "ask"
    RESULTS: ClassVar[dict[str, Any]] = {"yes": True, "no": False}

    def __init__(self, keymap: Keymap, question: str, yes: str, no: str) -> None:
        super().__init__(keymap, "", question, {"yes": yes, "no": no})

    def stops_quit(self) -> bool:
        return True


class StaleTimerScreen(_QuestionScreen[TimerAction | None]):
    """Asks whether to keep, edit or discard the time of an old running timer; None: let it run.

    ``proposed`` is the time that Enter keeps, "" to enter one instead; ``whole`` is all the time until now.
    """

    SCOPE = "timer"
    RESULTS: ClassVar[dict[str, Any]] = {
        **{name: name for name in ("keep", "whole", "edit", "discard")},
        "leave": None,
    }

    def __init__(self, keymap: Keymap, title: str, text: str, proposed: str, whole: str) -> None:
        self._has_proposal = bool(proposed)
        answers = {"keep": f"keep {proposed}" if proposed else "enter the time"}
        if proposed != whole:
            answers["whole"] = f"keep {whole}"
        answers |= {"edit": "edit", "discard": "discard", "leave": "let it run"}
        super().__init__(keymap, f"Timer on {title}", text, answers)

    def action_finish(self, command: str) -> None:
        super().action_finish(command if command != "keep" or self._has_proposal else "edit")


class WaitScreen(ModalScreen[None]):
    """Shows a message and a moving bar, and ignores all keys."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self._message = message

    def compose(self) -> ComposeResult:
        with Vertical(id="wait", classes="dialog"):
            yield Static(self._message, markup=False)
            yield ProgressBar(show_percentage=False, show_eta=False)
