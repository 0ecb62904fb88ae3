"""Numbers, dates and durations formatted for people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def capitalize(text: str) -> str:
    """Capitalize the first letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def pluralize(count: int, noun: str) -> str:
    """Format a count with its noun: ``1 item``, ``2,000 items``, ``3 entries``, ``2 addresses``."""
    if count != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}{'es' if noun.endswith('ss') else 's'}"
    return f"{count:,} {noun}"


def format_duration(seconds: int) -> str:
    """Format a duration: ``20 s`` below a minute, then in minutes, rounded: ``48 min``, ``1 h 05``."""
    if 0 < seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02}"


def format_hours(hours: float) -> str:
    """Format estimated hours, rounded: ``25 min`` below one hour, ``2.5 h`` below ten, ``19 h``."""
    if hours < 0.95:
        return f"{max(5, round(hours * 12) * 5)} min" if hours else "0 h"
    return f"{round(hours * 2) / 2:g} h" if hours < 10 else f"{hours:,.0f} h"


def strip_parenthesis(title: str) -> str:
    """Shorten a title to the part before its first parenthesis."""
    return title.split(" (", maxsplit=1)[0].rstrip(":")


def format_date(day: date, today: date) -> str:
    """Format a date: ``12 Oct``, with the year unless it is the current one."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.day} {MONTHS[day.month - 1]}{year}"


def format_datetime(at: datetime, now: datetime) -> str:
    """Format the date of ``at`` in its own time zone, which is the day the reader saw."""
    return format_date(at.date(), now.date())


def format_days(days: int) -> str:
    """Format an interval briefly: ``9 d`` (under 60 days), ``3 mo`` (under two years) or ``2.5 y``."""
    if days < 60:
        return f"{days} d"
    return f"{days / 30.44:.0f} mo" if days < 730 else f"{days / 365.25:.1f} y"
