"""Splits terminal input into keys, whole sequences and pastes; a state machine without I/O.

An escape character is the Escape key or the start of a sequence, and only time tells which. The rules:

- Escape and one of ``INTRODUCERS`` within ``escape_seconds`` start a sequence. If nothing follows within that
  time, they are two keys. A sequence that is not completed is dropped a second after its last byte.
- Escape and any other character are two keys. A lone Escape is a key after ``escape_seconds``.
- An introducer that is next after a lone Escape, within a second, may be the rest of a sequence that a slow
  link split. It is held for ``escape_seconds``: with more of a sequence after it, all of it is dropped, else
  it is a key.
- Strings (OSC, DCS, SOS, PM and APC) are replies of the terminal, to this program or to another: dropped.
"""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple, TypeAlias

ESCAPE: Final = "\x1b"
INTRODUCERS: Final = frozenset("[]OPX^_")
DEFAULT_ESCAPE_SECONDS: Final = 0.1
SEQUENCE_SECONDS: Final = 1.0  # without a byte, until an unfinished sequence is dropped
STRING_SECONDS: Final = 3.0  # in all: what is typed meanwhile must not prolong it
PASTE_SECONDS: Final = 2.0  # without a byte, until a paste without an end is taken as complete
PASTE_LIMIT: Final = 1_000_000  # characters; more are dropped
_LATE_SECONDS: Final = 1.0
_LONGEST_SEQUENCE: Final = 256
_PASTE_START: Final = "\x1b[200~"
_PASTE_END: Final = "\x1b[201~"
# C1 controls are the 8-bit forms of Escape and an introducer.
_C1: Final = {chr(ord(char) + 0x40): char for char in INTRODUCERS}
# CSI: parameters, intermediates and a final character; but "[" alone starts the Linux console's F1 to F5,
# "M" a mouse report of three more characters, and rxvt sends "$" after one parameter.
_is_complete = re.compile(
    r"\x1b\[(?:\[[A-E]|M...|\d+\$|(?![\[M])[ -?]*[@-~])|\x1bO[0-9;]*[@-~]", re.DOTALL
).fullmatch
# What a CSI or SS3 sequence consists of, and what a string starts with: Escape and two other keys may also be
# typed quickly.
_PARTS: Final = {
    "[": re.compile("[ -~]").match,
    "O": re.compile("[0-9;@-~]").match,
    "]": re.compile("[0-9lLI]").match,
    "P": re.compile("[!-?|]").match,
}
_CONSOLE_START: Final = "\x1b[["


class Pasted(NamedTuple):
    """A bracketed paste, cut at ``PASTE_LIMIT``."""

    text: str


# A character typed, "\x1b" for the Escape key, a whole CSI or SS3 sequence, or a paste.
Token: TypeAlias = str | Pasted


class InputTokenizer:
    """Splits input that arrives in any pieces; call ``expire`` when ``deadline`` is over without input."""

    def __init__(self) -> None:
        self.escape_seconds = DEFAULT_ESCAPE_SECONDS
        self.deadline: float | None = None
        self._tokens: list[Token] = []
        self._sequence = ""  # what was read of a sequence
        self._keys = ""  # what it is if nothing more follows
        self._is_late = False  # its Escape was a key already
        self._is_ending = False  # the last character of a string was an escape
        self._start_time = 0.0
        self._escape_time = -math.inf  # of a lone Escape, if it was the last key
        self._pasted: list[str] | None = None
        self._pasted_length = 0
        self._held = ""  # the end of a paste so far, which may be the start of _PASTE_END

    def feed(self, text: str, now: float) -> list[Token]:
        """Parse input that was read at the time ``now``; return the tokens completed by it."""
        if self._sequence and now > self._start_time + STRING_SECONDS:
            self._abandon()
        while text:
            if self._pasted is None:
                self._read(text[0], now)
                text = text[1:]
            else:
                text = self._read_paste(text)
        self._set_deadline(now)
        return self._take_tokens()

    def expire(self, now: float) -> list[Token]:
        """Return the tokens of incomplete input, as nothing followed it until ``deadline``."""
        if self._pasted is not None:
            self._end_paste()
        elif self._keys[:1] == ESCAPE:
            self._escape_time = now
        self._abandon()
        self.deadline = None
        return self._take_tokens()

    def _take_tokens(self) -> list[Token]:
        tokens, self._tokens = self._tokens, []
        return tokens

    def _set_deadline(self, now: float) -> None:
        if self._pasted is not None:
            self.deadline = now + PASTE_SECONDS
        elif not self._sequence:
            self.deadline = None
        elif self._is_only_introducer:
            self.deadline = now + self.escape_seconds
        else:
            self.deadline = now + SEQUENCE_SECONDS

    # Sequences

    def _read(self, char: str, now: float) -> None:
        sequence = self._sequence
        if not sequence:
            is_late = char in INTRODUCERS and now < self._escape_time + _LATE_SECONDS
            self._escape_time = -math.inf
            if char == ESCAPE:
                self._start(ESCAPE, ESCAPE, now)
            elif char in _C1:
                self._start(ESCAPE + _C1[char], "", now)
            elif is_late:
                self._start(ESCAPE + char, char, now, is_late=True)
            else:
                self._tokens.append(char)
        elif sequence == ESCAPE and char in INTRODUCERS:
            self._sequence, self._keys = sequence + char, self._keys + char
        elif sequence != ESCAPE and self._continues(char):
            if len(sequence) < _LONGEST_SEQUENCE:
                self._sequence += char
            if self._sequence == _CONSOLE_START:
                self._keys += char
            self._finish_if_complete(char)
        else:
            was_ending = self._is_ending
            self._abandon()
            if was_ending:
                self._read(ESCAPE, now)
            self._read(char, now)

    def _start(self, sequence: str, keys: str, now: float, *, is_late: bool = False) -> None:
        self._sequence, self._keys, self._is_late, self._start_time = sequence, keys, is_late, now

    @property
    def _is_only_introducer(self) -> bool:
        """True if only the introducer of the sequence was read."""
        return len(self._sequence) <= 2 or self._sequence == _CONSOLE_START

    def _continues(self, char: str) -> bool:
        """Return True if a character continues the sequence."""
        sequence, kind = self._sequence, self._sequence[1]
        if self._is_ending:
            return char == "\\"
        if sequence == _CONSOLE_START:
            return "A" <= char <= "E"
        if sequence.startswith("\x1b[M"):
            return char >= " "
        if len(sequence) > 2 and kind not in "[O":
            return True
        parts = _PARTS.get(kind)
        return bool(parts(char)) if parts else char >= " "

    def _finish_if_complete(self, char: str) -> None:
        sequence = self._sequence
        if sequence[1] in "[O":
            is_too_long = len(sequence) >= _LONGEST_SEQUENCE and char >= "@"
            if not is_too_long and not _is_complete(sequence):
                return
            if sequence == _PASTE_START:
                self._pasted, self._pasted_length = [], 0
            elif not self._is_late and not is_too_long:
                self._tokens.append(sequence)
        elif char == ESCAPE:
            self._is_ending = True
            return
        elif char not in "\a\x9c" and not self._is_ending:
            return
        self._keys = ""
        self._abandon()

    def _abandon(self) -> None:
        """End an incomplete sequence: turn a bare introducer into keys, and drop anything longer."""
        if self._is_only_introducer:
            self._tokens.extend(self._keys)
        self._sequence = self._keys = ""
        self._is_ending = False

    # Pastes

    def _read_paste(self, text: str) -> str:
        """Add text to the current paste; return the text after the end of the paste."""
        text = self._held + text
        end = text.find(_PASTE_END)
        if end >= 0:
            self._append_to_paste(text[:end])
            self._end_paste()
            return text[end + len(_PASTE_END) :]
        held = next((n for n in range(len(_PASTE_END) - 1, 0, -1) if text.endswith(_PASTE_END[:n])), 0)
        self._held = text[len(text) - held :]
        self._append_to_paste(text[: len(text) - held])
        return ""

    def _append_to_paste(self, text: str) -> None:
        if self._pasted is not None:
            self._pasted.append(text[: PASTE_LIMIT - self._pasted_length])
            self._pasted_length += len(self._pasted[-1])

    def _end_paste(self) -> None:
        self._tokens.append(Pasted("".join(self._pasted or ())))
        self._pasted, self._held = None, ""
