"""The keys of the keymap as the toolkit wants them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.binding import Binding, BindingsMap

from roadmap_tui.text.commands import Command
from roadmap_tui.text.keymap import bindable


def bound(commands: Iterable[Command], action: Callable[[Command, int], str]) -> BindingsMap:
    """The bindings of commands.

    ``action`` is given a command and the number of the key, from 1, where it has nine, else 0; it gives
    the toolkit's words for what is done.
    """
    bindings = [
        Binding(
            bindable(key), action(command, number if len(command.keys) == 9 else 0), command.name, show=False
        )
        for command in commands
        for number, key in enumerate(command.keys, 1)
    ]
    return BindingsMap(bindings)
