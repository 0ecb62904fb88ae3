"""Days as one names them on a command line: a date, or how far it is from today."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

_STRETCH: Final = re.compile(r"(\d{1,6})([dwmy])", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def since(words: str, today: date) -> date:
    """The day that ``2026-10-03`` is, or that was ``7d``, ``2w``, ``3m``, ``1y`` before today.

    A month before the 31st is the last of a shorter month. Raises ValueError, with the reason, for
    what is none of these, no day of the calendar, or still to come.
    """
    day = _named(words, today, -1)
    if day > today:
        raise ValueError("that day is still to come")
    return day


def until(words: str, today: date) -> date:
    """The day that ``2026-12-06`` is, or that comes ``14d``, ``2w``, ``3m``, ``1y`` after today.

    Raises ValueError, with the reason, for what is none of these or no day of the calendar.
    """
    return _named(words, today, 1)


def _named(words: str, today: date, direction: int) -> date:
    words = words.strip().lower()
    if _DATE.fullmatch(words):
        try:
            return date.fromisoformat(words)
        except ValueError:
            raise ValueError("there is no such day") from None
    match = _STRETCH.fullmatch(words)
    if match is None:
        way = "ago" if direction < 0 else "from now"
        raise ValueError(f"neither a date, as 2026-10-03, nor a time {way}, as 7d, 2w, 3m or 1y")
    try:
        return _away(today, direction * int(match[1]), match[2])
    except (OverflowError, ValueError):
        raise ValueError(f"that is {'before' if direction < 0 else 'after'} all calendars") from None


def _away(today: date, number: int, unit: str) -> date:
    if unit in "dw":
        return today + timedelta(days=number * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 + number * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))
