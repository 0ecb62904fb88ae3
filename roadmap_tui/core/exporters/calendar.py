"""Export a plan as an iCalendar file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from roadmap_tui.core.errors import UsageError


class CalendarEntry(NamedTuple):
    """An all-day entry; ``id`` is unique in its calendar and stays the same in later exports."""

    id: str
    title: str
    text: str
    start: date
    end: date


def to_calendar(roadmap: str, title: str, entries: Iterable[CalendarEntry], now: datetime) -> bytes:
    """Return the calendar of a roadmap, given by id and title. Raises UsageError without icalendar."""
    try:
        from icalendar import Calendar, Event
    except ImportError:
        remedy = "pip install 'roadmap-tui[calendar]'"
        raise UsageError("calendar", "the library icalendar is not installed", remedy) from None
    calendar = Calendar()
    calendar.add("prodid", "-//roadmap-tui//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.id}@{roadmap}.roadmap-tui")
        event.add("dtstamp", now)
        event.add("summary", entry.title)
        event.add("description", entry.text)
        event.add("dtstart", entry.start)
        event.add("dtend", entry.end + timedelta(days=1))  # the first day after it
        event.add("transp", "TRANSPARENT")  # it does not block the day
        calendar.add_component(event)
    return bytes(calendar.to_ical())
