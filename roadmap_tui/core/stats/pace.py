"""The pace of completing items, and a forecast of the finish date."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

WEEKS: Final = 4
MIN_WEEKS: Final = 2
MIN_ITEMS: Final = 4
_MAX_DAYS: Final = 50 * 365  # a forecast beyond that is meaningless


class Finish(NamedTuple):
    """The finish date at the pace of all weeks, of the fastest and of the slowest half (None if idle)."""

    expected: date
    earliest: date
    latest: date | None


class Pace(NamedTuple):
    """Items done in each of the last weeks (the last one ends today), and their mean in tenths of an item.

    ``missing`` says why ``finish`` is None.
    """

    weeks: tuple[int, ...]
    per_week_x10: int
    finish: Finish | None
    missing: str

    @property
    def done(self) -> int:
        """The number of items done in these weeks."""
        return sum(self.weeks)


def pace(done_on: Sequence[date], left: int, today: date) -> Pace:
    """Return the pace from the days on which items were done, and the forecast for ``left`` more items.

    The first day is left out, as readers then mark what they knew before.
    """
    first = min(done_on, default=today)
    full = min(WEEKS, (today - first).days // 7)
    counts = [0] * full
    for day in done_on:
        back = (today - day).days // 7
        if 0 <= back < full:  # never the first day, which is before these weeks
            counts[full - 1 - back] += 1
    total = sum(counts)
    tenths = (20 * total + full) // (2 * full) if full else 0
    missing = _missing(total, left, full, (today - first).days if done_on else -1)
    finish = None if missing else _finish(sorted(counts), left, today)
    if not missing and finish is None:
        missing = "at this pace it would take more than fifty years"
    return Pace(tuple(counts), tenths, finish, missing)


def _missing(total: int, left: int, full: int, days: int) -> str:
    """Return the reason why no forecast is possible, "" if one is."""
    if not left:
        return "nothing left to do"
    if days < 0:
        return "nothing done yet"
    if full < MIN_WEEKS:
        when = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
        return f"it needs {MIN_WEEKS} weeks from the first item done, which was {when}"
    if total < MIN_ITEMS:
        return f"it needs {MIN_ITEMS} items in {full} weeks, and there are {total}"
    return ""


def _finish(counts: list[int], left: int, today: date) -> Finish | None:
    half = len(counts) // 2
    expected = _finish_day(left, sum(counts), len(counts), today)
    earliest = _finish_day(left, sum(counts[-half:]), half, today)
    if expected is None or earliest is None:
        return None
    return Finish(expected, earliest, _finish_day(left, sum(counts[:half]), half, today))


def _finish_day(left: int, done: int, weeks: int, today: date) -> date | None:
    """Return when ``left`` items are done at a pace of ``done`` items in some weeks; None if too far off."""
    days = -(-left * weeks * 7 // done) if done else _MAX_DAYS + 1
    return today + timedelta(days=days) if days <= _MAX_DAYS else None
