"""How fast items are done, and when all of them will be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

WEEKS: Final = 4
FEWEST_WEEKS: Final = 2
FEWEST_ITEMS: Final = 4
_FARTHEST: Final = 50 * 365  # days: beyond that a date is no forecast


class Finish(NamedTuple):
    """When all will be done: at the pace of all the weeks, of the fastest half of them, of the slowest.

    ``latest`` is None where nothing was done in the slowest.
    """

    expected: date
    earliest: date
    latest: date | None


class Pace(NamedTuple):
    """Items done in each of the last weeks, oldest first; the last ends today.

    ``tenths`` is their mean in tenths of an item. ``finish`` is None where there is none to tell;
    ``why`` says then what is missing for it.
    """

    weeks: tuple[int, ...]
    per_week_x10: int
    finish: Finish | None
    missing: str

    @property
    def done(self) -> int:
        """The items done in all these weeks."""
        return sum(self.weeks)


def pace(done_on: Sequence[date], left: int, today: date) -> Pace:
    """The pace by the days on which the items that are done became so, with ``left`` still to be done.

    Weeks are counted back from today, at most four. The very first day is in none of them: on it one
    marks what one knew before. The range is not a confidence interval, which so few weeks can't give:
    it says what comes of the slower and of the faster half of them.
    """
    first = min(done_on, default=today)
    full = min(WEEKS, (today - first).days // 7)
    counts = [0] * full
    for day in done_on:
        back = (today - day).days // 7
        if day > first and 0 <= back < full:
            counts[full - 1 - back] += 1
    total = sum(counts)
    tenths = (20 * total + full) // (2 * full) if full else 0
    why = _missing(total, left, full, (today - first).days if done_on else -1)
    finish = None if why else _finish(sorted(counts), left, today)
    if not why and finish is None:
        why = "at this pace it would take more than fifty years"
    return Pace(tuple(counts), tenths, finish, why)


def _missing(total: int, left: int, full: int, days: int) -> str:
    """Why there is no date to tell, empty where there is one."""
    if not left:
        return "nothing is left to do"
    if days < 0:
        return "nothing is done yet"
    if full < FEWEST_WEEKS:
        that = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
        return f"it takes {FEWEST_WEEKS} weeks from the first item done, which was {that}"
    if total < FEWEST_ITEMS:
        return f"it takes {FEWEST_ITEMS} items in {full} weeks, and there are {total}"
    return ""


def _finish(counts: list[int], left: int, today: date) -> Finish | None:
    half = len(counts) // 2
    expected = _after(left, sum(counts), len(counts), today)
    earliest = _after(left, sum(counts[-half:]), half, today)
    if expected is None or earliest is None:
        return None
    return Finish(expected, earliest, _after(left, sum(counts[:half]), half, today))


def _after(left: int, done: int, weeks: int, today: date) -> date | None:
    """The day on which ``left`` are done at the pace of ``done`` in so many weeks."""
    days = -(-left * weeks * 7 // done) if done else _FARTHEST + 1
    return today + timedelta(days=days) if days <= _FARTHEST else None
