"""What is pasted, kept apart from what is typed."""

from __future__ import annotations

from typing import Final

_BEGIN: Final = "\x1b[200~"
_END: Final = "\x1b[201~"


class PasteSanitizer:
    """Keeps escapes out of bracketed pastes, which not every terminal does.

    Textual's parser takes what follows one there for keys: a text that was pasted would give commands.
    """

    def __init__(self) -> None:
        self._is_inside = False
        self._before = ""  # what was passed on last, as far as a paste may begin with it
        self._held = ""  # what a paste may end with

    def feed(self, typed: str) -> str:
        """The next piece of the input, with U+FFFD for each escape in a paste; what is held comes later."""
        text, self._held = self._held + typed, ""
        passed = []
        while text:
            take = self._pasted if self._is_inside else self._typed
            piece, text = take(text)
            passed.append(piece)
        return "".join(passed)

    def _typed(self, text: str) -> tuple[str, str]:
        # Nothing is held back: an escape may be a key of its own.
        known = self._before + text
        at = known.find(_BEGIN)
        if at < 0:
            self._before = known[1 - len(_BEGIN) :]
            return text, ""
        self._is_inside, self._before = True, ""
        end = at + len(_BEGIN) - len(known)
        return (text[:end], text[end:]) if end else (text, "")

    def _pasted(self, text: str) -> tuple[str, str]:
        at = text.find(_END)
        if at >= 0:
            self._is_inside = False
            return _harmless(text[:at]) + _END, text[at + len(_END) :]
        held = next((n for n in range(len(_END) - 1, 0, -1) if text.endswith(_END[:n])), 0)
        self._held = text[len(text) - held :]
        return _harmless(text[: len(text) - held]), ""


def _harmless(text: str) -> str:
    return text.replace("\x1b", "\ufffd")
