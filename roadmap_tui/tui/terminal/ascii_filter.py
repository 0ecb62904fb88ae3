"""Reduces the whole screen to ASCII, Textual's own widgets included."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from roadmap_tui.text.styled_text import to_ascii

# A scrollbar cell that is partly filled keeps only its background.
_BLOCKS: Final = dict.fromkeys(range(0x2580, 0x25A0), " ")


class AsciiOnly(LineFilter):
    """Converts every text to ASCII of the same width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's API
        """Return the segments with their texts in ASCII."""
        return [
            segment if segment.control else Segment(to_ascii(segment.text.translate(_BLOCKS)), segment.style)
            for segment in segments
        ]
