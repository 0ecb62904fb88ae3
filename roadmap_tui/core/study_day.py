"""Study days begin at a configured time, so that a late evening belongs to one day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)


def day_begins(day: date, zone: tzinfo | None, day_start: int) -> datetime:
    """Return when a study day begins, in UTC; ``day_start`` is in minutes after midnight.

    ``zone`` None is the local time zone. At a change of daylight saving time, fold 0 of PEP 495 applies.
    """
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=day_start)
    return wall.astimezone(UTC)


def study_day(moment: datetime, zone: tzinfo | None, day_start: int) -> date:
    """Return the study day of a time in a time zone; a later time never has an earlier day."""
    moment = moment.astimezone(UTC)
    day = (moment.astimezone(zone) - timedelta(minutes=day_start)).date() + _DAY
    while moment < day_begins(day, zone, day_start):
        day -= _DAY
    return day
