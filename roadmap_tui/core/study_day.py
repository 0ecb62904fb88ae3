"""Days of study: one begins at an hour of the reader's choice, so that a late evening is one day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)


def day_begins(day: date, zone: tzinfo | None, day_start: int) -> datetime:
    """The moment, in UTC, at which a study day begins; ``day_start`` is in minutes after midnight.

    ``zone`` None is the machine's own. Where a change of the clocks goes over that minute twice, it is
    the first; where it leaves it out, it comes as much later (PEP 495, fold 0).
    """
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=day_start)
    return wall.astimezone(UTC)


def study_day(at: datetime, zone: tzinfo | None, day_start: int) -> date:
    """The study day of a moment: the last that has begun, in this zone. Later is never an earlier day.

    ``zone`` is ``at.tzinfo`` where the day is the one that was on the clock of whoever wrote ``at``.
    """
    at = at.astimezone(UTC)
    day = (at.astimezone(zone) - timedelta(minutes=day_start)).date() + _DAY
    while at < day_begins(day, zone, day_start):
        day -= _DAY
    return day
