"""Parse days on the command line: a date, or a distance from today."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

_DISTANCE: Final = re.compile(r"(\d{1,6})([dwmy])", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def since(text: str, today: date) -> date:
    """Parse ``2026-10-03``, or ``7d``, ``2w``, ``3m``, ``1y`` before today. Raises ValueError."""
    day = _parse(text, today, -1)
    if day > today:
        raise ValueError("that day is in the future")
    return day


def until(text: str, today: date) -> date:
    """Parse ``2026-12-06``, or ``14d``, ``2w``, ``3m``, ``1y`` after today. Raises ValueError."""
    return _parse(text, today, 1)


def _parse(text: str, today: date, direction: int) -> date:
    text = text.strip().lower()
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError("there is no such day") from None
    match = _DISTANCE.fullmatch(text)
    if match is None:
        direction_word = "ago" if direction < 0 else "from now"
        raise ValueError(f"neither a date, as 2026-10-03, nor a time {direction_word}, as 7d, 2w, 3m or 1y")
    try:
        return _add(today, direction * int(match[1]), match[2])
    except (OverflowError, ValueError):
        raise ValueError(f"that is {'before' if direction < 0 else 'after'} all calendars") from None


def _add(today: date, number: int, unit: str) -> date:
    if unit in "dw":
        return today + timedelta(days=number * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 + number * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))
