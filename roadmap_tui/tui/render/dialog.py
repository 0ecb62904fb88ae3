"""Parts of dialogs that the first frame shows before Textual is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, cells

CURSOR_WIDTH: Final = 2


def option_row(option: StyledLine, glyphs: Glyphs, *, is_highlighted: bool) -> StyledLine:
    """Put the cursor, or blanks, in front of an option of a list."""
    return [Span(f"{glyphs.cursor if is_highlighted else ' '} ", "accent"), *option]


def fit_hints(hints: Iterable[str], width: int) -> str:
    """Join the key hints that fit into a width; none of them is truncated."""
    line = ""
    for hint in hints:
        longer = f"{line}   {hint}" if line else hint
        line = longer if cells(longer) <= width else line
    return line
