"""Converts commands of the keymap to Textual's key bindings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual import events
from textual.binding import Binding, BindingsMap

from roadmap_tui.text.commands import Command
from roadmap_tui.text.keymap import key_name


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


def describe_unbound(event: events.Key, hint: str) -> str:
    """Return the message about a key without a command; ``hint`` names the key of the help."""
    key = event.character if event.is_printable and event.character else key_name(event.key)
    return f"{key} has no command here{hint}"
