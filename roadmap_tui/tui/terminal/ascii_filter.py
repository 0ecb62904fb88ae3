"""Nothing but ASCII for a terminal that has no more: also what the toolkit's own widgets draw."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from roadmap_tui.text.styled_text import to_ascii

# Of a cell of a scrollbar that is filled in part, the ground is left.
_BLOCKS: Final = dict.fromkeys(range(0x2580, 0x25A0), " ")


class AsciiOnly(LineFilter):
    """Puts every text into ASCII, as wide as it was."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - as asked
        """The segments with what ASCII has for their texts."""
        return [
            segment if segment.control else Segment(to_ascii(segment.text.translate(_BLOCKS)), segment.style)
            for segment in segments
        ]
