"""Numbers as a chart of columns."""

from collections.abc import Sequence
from typing import Final

from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import Span, StyledLine, justify

_HEIGHT: Final = 4
_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"


def column_chart(
    values: Sequence[int], width: int, glyphs: Glyphs, top: str, axis: tuple[str, str]
) -> list[StyledLine]:
    """Draw one column for each value that fits; nothing if all are 0.

    ``top`` labels the height of the highest value, ``axis`` the first and the last column.
    """
    label_width = len(top) + 1
    values = values[: max(1, width - label_width)]
    highest = max(values, default=0)
    if not highest:
        return []
    column = max(1, min(3, (width - label_width) // len(values)))
    lines: list[StyledLine] = []
    for row in range(_HEIGHT - 1, -1, -1):
        drawn = ""
        for value in values:
            eighths = -(-value * _HEIGHT * 8 // highest) - 8 * row
            filled = max(0, min(8, eighths))
            sign = (
                ("#" if filled >= 4 or (value and row == 0) else " ") if glyphs.is_ascii else _EIGHTHS[filled]
            )
            drawn += (sign * max(1, column - 1)).ljust(column)
        label = top if row == _HEIGHT - 1 else ""
        lines.append([Span(f"{label:>{label_width - 1}} ", "muted"), Span(drawn.rstrip(), "bar")])
    first, last = axis
    room = max(len(first) + len(last) + 2, column * len(values))
    labels = justify([Span(first, "muted")], [Span(last, "muted")], room)
    return [*lines, [Span(" " * label_width), *labels]]
