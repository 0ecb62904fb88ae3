"""The reviews of the next days as a column chart."""

from collections.abc import Sequence
from typing import Final

from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import Span, StyledLine, justify

_HEIGHT: Final = 4
_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"


def review_forecast(counts: Sequence[int], width: int, glyphs: Glyphs) -> list[StyledLine]:
    """Draw one column for each day, today's first; nothing if no review comes due."""
    highest = max(counts, default=0)
    if not highest:
        return []
    label_width = len(str(highest)) + 1
    column = max(1, min(3, (width - label_width) // len(counts)))
    counts = counts[: max(1, width - label_width)]
    lines: list[StyledLine] = []
    for row in range(_HEIGHT - 1, -1, -1):
        drawn = ""
        for count in counts:
            eighths = -(-count * _HEIGHT * 8 // highest) - 8 * row
            filled = max(0, min(8, eighths))
            sign = (
                ("#" if filled >= 4 or (count and row == 0) else " ") if glyphs.is_ascii else _EIGHTHS[filled]
            )
            drawn += (sign * max(1, column - 1)).ljust(column)
        label = str(highest) if row == _HEIGHT - 1 else ""
        lines.append([Span(f"{label:>{label_width - 1}} ", "muted"), Span(drawn.rstrip(), "bar")])
    axis = justify([Span("today")], [Span(f"in {len(counts) - 1} days")], max(18, column * len(counts)))
    return [*lines, [Span(" " * label_width), *(span._replace(style="muted") for span in axis)]]
