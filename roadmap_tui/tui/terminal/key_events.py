"""Converts the tokens of terminal input to Textual's messages."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.keys import key_to_character
from textual.message import Message
from textual.messages import InBandWindowResize

from roadmap_tui.tui.terminal.textual_private import SequenceParser, key_name
from roadmap_tui.tui.terminal.tokenizer import ESCAPE, Pasted, Token

_IGNORED: Final = (events.Resize, InBandWindowResize, events.AppFocus, events.AppBlur)
# Terminals with the kitty protocol report shift with keys that mean the same without it.
_WITHOUT_SHIFT: Final = {"enter", "backspace", "space", "escape"}


class EventParser:
    """Converts tokens to messages; drops tokens that Textual does not know or fails to parse.

    So are reports of the terminal's size, which anything may have sent: the kernel knows it. And so are those
    of its focus: Textual would take the focus from a text field, and the next paste would be lost.
    """

    def __init__(self) -> None:
        self._parser = SequenceParser()

    def messages(self, token: Token) -> list[Message]:
        """Return the messages of a token."""
        if isinstance(token, Pasted):
            return [events.Paste(token.text)]
        if token == ESCAPE:
            return [events.Key("escape", ESCAPE)]
        return [
            plain
            for message in self._parser.messages(token)
            if not isinstance(message, _IGNORED)
            for plain in (plain_keys(message) if isinstance(message, events.Key) else [message])
        ]


def plain_keys(event: events.Key) -> list[events.Key]:
    """Return a key as every terminal can send it: alt and a key are Escape and that key."""
    *modifiers, key = event.key.split("+")
    held = set(modifiers)
    escape = [events.Key("escape", ESCAPE)] if held & {"alt", "meta"} else []
    held -= {"alt", "meta"}
    if key in _WITHOUT_SHIFT:
        held.discard("shift")
    character = event.character
    if held <= {"shift"} and character is None:
        character = key_to_character(key)
        character = character if character and character.isprintable() else None
        if character and held and character.upper() != character:
            character, held = character.upper(), set()
            key = key_name(character)
    if not escape and len(held) == len(modifiers) and character == event.character:
        return [event]
    return [*escape, events.Key("+".join([*(name for name in modifiers if name in held), key]), character)]
