"""Converts commands of the keymap to Textual's key bindings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.binding import Binding, BindingsMap

from roadmap_tui.text.commands import Command


def build_bindings(commands: Iterable[Command], action: Callable[[Command, int], str]) -> BindingsMap:
    """Bind the keys of commands to the action strings that ``action`` returns for them.

    It is passed the number of the key, from 1, if the command has nine keys, otherwise 0.
    """
    return BindingsMap(
        Binding(
            "comma" if key == "," else key,  # Textual splits keys at commas
            action(command, number if len(command.keys) == 9 else 0),
            command.name,
            show=False,
        )
        for command in commands
        for number, key in enumerate(command.keys, 1)
        if key
    )
