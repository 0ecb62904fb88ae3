"""The heatmap as an SVG image, for light and dark pages."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from roadmap_tui.core.humanize import MONTHS
from roadmap_tui.core.stats.activity import ActiveDay, quartiles
from roadmap_tui.text.heatmap import SHADES_OF_LEVELS, WEEKDAYS, level_names, month_starts

_WEEKS: Final = 53
_STEP: Final = 14  # pixels from one day to the next
_CELL: Final = 11
_LEFT, _TOP = 32, 24
_WIDTH: Final = _LEFT + _WEEKS * _STEP + 8
_HEIGHT: Final = _TOP + 7 * _STEP + 32
# Nothing, then the levels up to most.
_LIGHT: Final = ("#e5e8ec", "#b3d1f2", "#73aae6", "#3479c6", "#174a87")
_DARK: Final = ("#2a3038", "#1f4470", "#2f6cb0", "#5b9fe6", "#b5d8ff")


def heatmap_svg(days: Sequence[ActiveDay], today: date) -> str:
    """Draw the activity of the last 53 weeks; the colors follow the reader's light or dark mode."""
    first = today - timedelta(days=today.weekday() + 7 * (_WEEKS - 1))
    totals = {day.day: day.total for day in days if first <= day.day <= today}
    limits = quartiles(totals.values())
    shown = SHADES_OF_LEVELS[len(limits) + bool(totals)]
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    title = f"Activity from {_long(first)} to {_long(today)}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
        f'<title id="title">{title}</title>',
        "<style>",
        "text { font: 11px system-ui, sans-serif; fill: #57606a }",
        *(f".l{level} {{ fill: {color} }}" for level, color in enumerate(_LIGHT)),
        "@media (prefers-color-scheme: dark) {",
        "text { fill: #a3adb8 }",
        *(f".l{level} {{ fill: {color} }}" for level, color in enumerate(_DARK)),
        "}",
        "</style>",
    ]
    lines += [_text(_LEFT + week * _STEP, _TOP - 8, name) for week, name in month_starts(first, _WEEKS)]
    for weekday, name in enumerate(WEEKDAYS):
        lines.append(_text(4, _TOP + weekday * _STEP + 9, name))
        for week in range(_WEEKS):
            day = first + timedelta(days=7 * week + weekday)
            if day <= today:
                total = totals.get(day, 0)
                level = shown[bisect_left(limits, total) + 1 if total else 0]
                lines.append(
                    _cell(_LEFT + week * _STEP, _TOP + weekday * _STEP, level, f"{_long(day)}: {total}")
                )
    x, y = _LEFT, _TOP + 7 * _STEP + 10
    for level, name in zip(shown, level_names(limits) if totals else ("nothing",), strict=True):
        lines += [_cell(x, y, level, ""), _text(x + _STEP + 2, y + 9, name)]
        x += _STEP + 2 + 7 * len(name) + 12
    return "\n".join([*lines, "</svg>", ""])


def _cell(x: int, y: int, level: int, title: str) -> str:
    inner = f"><title>{title}</title></rect>" if title else "/>"
    return f'<rect class="l{level}" x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" rx="2"{inner}'


def _text(x: int, y: int, text: str) -> str:
    return f'<text x="{x}" y="{y}">{text}</text>'


def _long(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
