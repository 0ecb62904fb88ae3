"""A year of days as a grid: a column a week, a row a weekday, a sign the heavier the more was done."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from roadmap_tui.core.stats import ActiveDay
from roadmap_tui.text.format import MONTHS
from roadmap_tui.text.styled_text import ASCII, Glyphs, Span, StyledLine

MARGIN: Final = 3
_CELL: Final = 2  # a sign and a space: without it the eye can't tell the weeks apart
_WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# From nothing to most. Their weight alone tells them apart, whatever the colours.
_SIGNS: Final = "·░▒▓█"
_ASCII_SIGNS: Final = ".-+%#"
# Which of them are used for so many levels: those that differ most.
_USED: Final = {0: (), 1: (4,), 2: (2, 4), 3: (1, 2, 4), 4: (1, 2, 3, 4)}


def weeks_in(width: int) -> int:
    """The weeks shown in a width: a year and the week that is under way, or half of that."""
    room = (width + 1 - MARGIN) // _CELL
    return next((weeks for weeks in (53, 26) if weeks <= room), max(1, room))


def heatmap(
    days: Sequence[ActiveDay], today: date, width: int, glyphs: Glyphs, since: date | None = None
) -> list[StyledLine]:
    """The last weeks as lines: the months, seven days, and what the signs mean.

    Days before ``since`` are not asked about, and those after today are not known: both are empty.
    """
    weeks = weeks_in(width)
    first = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    totals = {day.day: day.total for day in days if first <= day.day <= today}
    steps = _steps(list(totals.values()))
    every = _ASCII_SIGNS if glyphs is ASCII else _SIGNS
    signs = [every[0], *(every[at] for at in _USED[len(steps) + bool(totals)])]
    lines: list[StyledLine] = [_months(first, weeks)]
    for weekday in range(7):
        line = [Span(f"{_WEEKDAYS[weekday]} ", "muted")]
        for week in range(weeks):
            day = first + timedelta(days=7 * week + weekday)
            level = bisect_left(steps, totals[day]) + 1 if day in totals else 0
            sign = signs[level] if (since or first) <= day <= today else " "
            line.append(Span(sign + " " * (week < weeks - 1), "bar" if level else "faint"))
        lines.append(line)
    return [*lines, _legend(steps, signs)] if totals else lines


def _steps(totals: list[int]) -> list[int]:
    """The highest count of each level but the last: a quarter of the days each, as far as they differ."""
    ordered = sorted(totals)
    last = len(ordered) - 1
    steps = sorted({ordered[(last * quarter) // 4] for quarter in (1, 2, 3)}) if ordered else []
    return [step for step in steps if step < ordered[-1]]


def _months(first: date, weeks: int) -> StyledLine:
    """The name of each month above the week of its first day, and of the one under way at the left edge."""
    begun = [0]
    for week in range(1, weeks):
        sunday = first + timedelta(days=7 * week + 6)
        if sunday.day <= 7:
            begun.append(week)
    if len(begun) > 1 and begun[1] == 1:
        del begun[0]  # there is room for one of the two
    text = ""
    for week in begun:
        name = MONTHS[(first + timedelta(days=7 * week + 6)).month - 1]
        column = MARGIN + _CELL * week
        if column + len(name) < MARGIN + _CELL * weeks:
            text = f"{text:<{column}}{name}"
    return [Span(text, "muted")]


def _legend(steps: list[int], signs: Sequence[str]) -> StyledLine:
    line: StyledLine = [Span(" " * MARGIN), Span(f"{signs[0]} ", "faint"), Span("nothing", "muted")]
    low = 1
    for level, step in enumerate(steps, 1):
        span = str(step) if step == low else f"{low}–{step}"
        line += [Span(f"   {signs[level]} ", "bar"), Span(span, "muted")]
        low = step + 1
    return [*line, Span(f"   {signs[len(steps) + 1]} ", "bar"), Span(f"{low} or more", "muted")]
