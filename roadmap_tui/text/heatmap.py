"""The heatmap: a year of days as a grid, one column per week, shaded by how much was done."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from roadmap_tui.core.humanize import MONTHS
from roadmap_tui.core.stats.activity import ActiveDay, quartiles
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import Span, StyledLine

MARGIN: Final = 3
_MIN_WEEKS: Final = 8  # fewer are not wider than the legend
_CELL_WIDTH: Final = 2  # a shade and a space, without which weeks are hard to distinguish
WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# From nothing to most; they differ without colors.
_SHADES: Final = "·░▒▓█"
_ASCII_SHADES: Final = ".-+%#"
# The indexes of the shades for a number of levels: those that differ most.
SHADES_OF_LEVELS: Final = ((0,), (0, 4), (0, 2, 4), (0, 1, 2, 4), (0, 1, 2, 3, 4))


def weeks_in(width: int, first: date | None, today: date) -> int:
    """Return the number of weeks shown: since that of the ``first`` day, at most 53, or as many as fit."""
    room = min(53, max(1, (width + 1 - MARGIN) // _CELL_WIDTH))
    if first is None:
        return room
    monday = today - timedelta(days=today.weekday())
    return min(room, max(_MIN_WEEKS, -(-(monday - first).days // 7) + 1))


def heatmap(
    days: Sequence[ActiveDay], today: date, width: int, glyphs: Glyphs, since: date | None = None
) -> list[StyledLine]:
    """Draw the weeks since the first active day, as many as fit: months, seven lines of days, and a legend.

    Days before ``since``, or before the first active day, and days after today are left blank.
    """
    weeks = weeks_in(width, days[0].day if days else None, today)
    first = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    if days:
        first = max(first, days[0].day - timedelta(days=days[0].day.weekday()))
    start = since or (days[0].day if days else first)
    totals = {day.day: day.total for day in days if first <= day.day <= today}
    limits = quartiles(totals.values())
    all_shades = _ASCII_SHADES if glyphs.is_ascii else _SHADES
    shades = [all_shades[index] for index in SHADES_OF_LEVELS[len(limits) + bool(totals)]]
    lines: list[StyledLine] = [_months(first, weeks)]
    for weekday, name in enumerate(WEEKDAYS):
        line = [Span(f"{name} ", "muted")]
        for week in range(weeks):
            day = first + timedelta(days=7 * week + weekday)
            level = bisect_left(limits, totals[day]) + 1 if day in totals else 0
            shade = shades[level] if start <= day <= today else " "
            style = _style(level, len(shades)) if level else "faint"
            line.append(Span(shade + " " * (week < weeks - 1), style))
        lines.append(line)
    return [*lines, _legend(limits, shades)] if totals else lines


def _style(level: int, count: int) -> str:
    """Return the style of a level of activity, 1 to ``count`` - 1: the greens that differ most."""
    return f"heat-{SHADES_OF_LEVELS[count - 1][level]}"


def month_starts(first: date, weeks: int) -> Iterator[tuple[int, str]]:
    """Yield the week and name of each month that begins in the weeks, the first week's month first."""
    sundays = [first + timedelta(days=7 * week + 6) for week in range(weeks)]
    starts = [week for week in range(1, weeks) if sundays[week].day <= 7]
    if starts[:1] != [1]:  # else there is no room for both names
        starts.insert(0, 0)
    return ((week, MONTHS[sundays[week].month - 1]) for week in starts)


def level_names(limits: Sequence[int]) -> Iterator[str]:
    """Yield what each level stands for: ``nothing``, ``1``, ``2–3``, ``4 or more``."""
    yield "nothing"
    low = 1
    for high in limits:
        yield str(high) if high == low else f"{low}–{high}"
        low = high + 1
    yield f"{low} or more"


def _months(first: date, weeks: int) -> StyledLine:
    """Write each month's name above the week of its first day, the first week's month at the left edge."""
    text = ""
    for week, name in month_starts(first, weeks):
        column = MARGIN + _CELL_WIDTH * week
        if column + len(name) < MARGIN + _CELL_WIDTH * weeks:
            text = f"{text:<{column}}{name}"
    return [Span(text, "muted")]


def _legend(limits: Sequence[int], shades: Sequence[str]) -> StyledLine:
    line: StyledLine = [Span(" " * MARGIN)]
    for level, name in enumerate(level_names(limits)):
        gap, style = ("   ", _style(level, len(shades))) if level else ("", "faint")
        line += [Span(f"{gap}{shades[level]} ", style), Span(name, "muted")]
    return line
