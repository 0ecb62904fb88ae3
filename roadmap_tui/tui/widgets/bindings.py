"""Converts commands of the keymap to Textual's key bindings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.binding import Binding, BindingsMap

from roadmap_tui.text.commands import Command
from roadmap_tui.text.keymap import bindable


def build_bindings(commands: Iterable[Command], action: Callable[[Command, int], str]) -> BindingsMap:
    """Bind the keys of commands.

    ``action`` returns Textual's action string for a command and, if the command has nine keys, the number of
    the key from 1, otherwise 0.
    """
    return BindingsMap(
        Binding(
            bindable(key), action(command, number if len(command.keys) == 9 else 0), command.name, show=False
        )
        for command in commands
        for number, key in enumerate(command.keys, 1)
        if key
    )
