"""Makes bracketed pastes harmless."""

from __future__ import annotations

from typing import Final

_BEGIN: Final = "\x1b[200~"
_END: Final = "\x1b[201~"


class PasteSanitizer:
    """Replaces escapes in bracketed pastes by U+FFFD; not every terminal removes them.

    Textual's parser reads what follows such an escape as keys, so that pasted text could run commands.
    """

    def __init__(self) -> None:
        self._is_pasting = False
        self._tail = ""  # the end of the last input, which may be the start of _BEGIN
        self._held = ""  # the end of a paste so far, which may be the start of _END

    def feed(self, data: str) -> str:
        """Return the input with escapes replaced; a possible start of the end mark is held until the next."""
        text, self._held = self._held + data, ""
        output = []
        while text:
            piece, text = self._pasted(text) if self._is_pasting else self._typed(text)
            output.append(piece)
        return "".join(output)

    def _typed(self, text: str) -> tuple[str, str]:
        """Split at the start of a paste. Nothing is held back: an escape may be the Escape key."""
        context = self._tail + text
        index = context.find(_BEGIN)
        if index < 0:
            self._tail = context[1 - len(_BEGIN) :]
            return text, ""
        self._is_pasting, self._tail = True, ""
        end = index + len(_BEGIN) - len(context)
        return (text[:end], text[end:]) if end else (text, "")

    def _pasted(self, text: str) -> tuple[str, str]:
        """Split at the end of the paste, with the paste sanitized."""
        index = text.find(_END)
        if index >= 0:
            self._is_pasting = False
            return _sanitize(text[:index]) + _END, text[index + len(_END) :]
        held = next((n for n in range(len(_END) - 1, 0, -1) if text.endswith(_END[:n])), 0)
        self._held = text[len(text) - held :]
        return _sanitize(text[: len(text) - held]), ""


def _sanitize(text: str) -> str:
    return text.replace("\x1b", "\ufffd")
