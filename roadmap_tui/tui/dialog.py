"""What every dialog has: its commands from the keymap, and a line at its foot that names them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol, TypeVar

from textual.binding import Binding, BindingsMap
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from roadmap_tui.tui.keymap import Command, Keymap, bindable

Answer = TypeVar("Answer")
Opened = TypeVar("Opened", bound=Screen[Any])


class Shown(Protocol):
    """Is given each dialog before it opens, and gives it back."""

    def __call__(self, dialog: Opened, /) -> Opened:
        """The dialog, which is about to open."""


def bound(commands: Iterable[Command]) -> BindingsMap:
    """The bindings of commands: each an action of its name, given the number of the key if it has nine."""
    bindings = []
    for command in commands:
        action = command.id.rpartition(".")[2]
        for number, key in enumerate(command.keys, 1):
            argument = f"({number})" if len(command.keys) == 9 else ""
            bindings.append(Binding(bindable(key), f"{action}{argument}", command.name, show=False))
    return BindingsMap(bindings)


class Dialog(ModalScreen[Answer]):
    """A typed question over the main screen. ``NAME`` is what its commands are called by in the keymap."""

    NAME: ClassVar[str]

    class KeysAsked(Message):
        """The keys of a dialog are to be shown; ``name`` is what it is called by in the keymap."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.keymap = keymap
        self._bindings = bound(keymap.of(self.NAME))
        # What every dialog has gives way to its own.
        for key, bindings in bound(keymap.of("dialog")).key_to_bindings.items():
            self._bindings.key_to_bindings.setdefault(key, bindings)

    def action_keys(self) -> None:
        """Ask for the keys."""
        self.post_message(self.KeysAsked(self.NAME))

    def hint(self) -> Static:
        """The line at the foot."""
        words = "   ".join(f"{key} {name}" for key, name in self.keymap.hint(self.NAME))
        return Static(words, classes="hint", markup=False)
