"""The heatmap: a year of days as a grid, one column per week, shaded by how much was done."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from roadmap_tui.core.humanize import MONTHS
from roadmap_tui.core.stats.activity import ActiveDay
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import Span, StyledLine

MARGIN: Final = 3
_MIN_WEEKS: Final = 8  # fewer are not wider than the legend
_CELL_WIDTH: Final = 2  # a shade and a space, without which weeks are hard to distinguish
_WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# From nothing to most; they differ without colors.
_SHADES: Final = "·░▒▓█"
_ASCII_SHADES: Final = ".-+%#"
# The indexes of the shades for a number of levels: those that differ most.
_SHADES_OF_LEVELS: Final = ((0,), (0, 4), (0, 2, 4), (0, 1, 2, 4), (0, 1, 2, 3, 4))


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

    Days before ``since`` and after today are left blank.
    """
    weeks = weeks_in(width, days[0].day if days else None, today)
    first = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    totals = {day.day: day.total for day in days if first <= day.day <= today}
    thresholds = _thresholds(list(totals.values()))
    all_shades = _ASCII_SHADES if glyphs.is_ascii else _SHADES
    shades = [all_shades[index] for index in _SHADES_OF_LEVELS[len(thresholds) + bool(totals)]]
    lines: list[StyledLine] = [_months(first, weeks)]
    for weekday, name in enumerate(_WEEKDAYS):
        line = [Span(f"{name} ", "muted")]
        for week in range(weeks):
            day = first + timedelta(days=7 * week + weekday)
            level = bisect_left(thresholds, totals[day]) + 1 if day in totals else 0
            shade = shades[level] if (since or first) <= day <= today else " "
            style = _style(level, len(shades)) if level else "faint"
            line.append(Span(shade + " " * (week < weeks - 1), style))
        lines.append(line)
    return [*lines, _legend(thresholds, shades)] if totals else lines


def _style(level: int, count: int) -> str:
    """Return the style of a level of activity, 1 to ``count`` - 1: the greens that differ most."""
    return f"heat-{_SHADES_OF_LEVELS[count - 1][level]}"


def _thresholds(totals: list[int]) -> list[int]:
    """Return the highest total of each level but the last; levels are quartiles, equal ones merged."""
    ordered = sorted(totals)
    last = len(ordered) - 1
    quartiles = sorted({ordered[(last * quarter) // 4] for quarter in (1, 2, 3)}) if ordered else []
    return [total for total in quartiles if total < ordered[-1]]


def _months(first: date, weeks: int) -> StyledLine:
    """Write each month's name above the week of its first day, the first week's month at the left edge."""
    sundays = [first + timedelta(days=7 * week + 6) for week in range(weeks)]
    starts = [week for week in range(1, weeks) if sundays[week].day <= 7]
    if starts[:1] != [1]:  # else there is no room for both names
        starts.insert(0, 0)
    text = ""
    for week in starts:
        name = MONTHS[sundays[week].month - 1]
        column = MARGIN + _CELL_WIDTH * week
        if column + len(name) < MARGIN + _CELL_WIDTH * weeks:
            text = f"{text:<{column}}{name}"
    return [Span(text, "muted")]


def _legend(thresholds: list[int], shades: Sequence[str]) -> StyledLine:
    line: StyledLine = [Span(" " * MARGIN), Span(f"{shades[0]} ", "faint"), Span("nothing", "muted")]
    low = 1
    for level, (shade, high) in enumerate(zip(shades[1:], thresholds, strict=False), 1):
        line += [
            Span(f"   {shade} ", _style(level, len(shades))),
            Span(str(high) if high == low else f"{low}–{high}", "muted"),
        ]
        low = high + 1
    top = len(thresholds) + 1
    return [*line, Span(f"   {shades[top]} ", _style(top, len(shades))), Span(f"{low} or more", "muted")]
