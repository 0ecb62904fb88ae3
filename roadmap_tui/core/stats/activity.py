"""Days with activity (done, reviewed or timed) and streaks of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from roadmap_tui.core.progress.events import PLACEMENT
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.states import Key

_DAY = timedelta(days=1)


class ActiveDay(NamedTuple):
    """A study day with the number of items done, reviews and timed intervals, and the first and last time."""

    day: date
    done: int
    reviewed: int
    timed: int
    first: datetime
    last: datetime

    @property
    def total(self) -> int:
        """The number of activities."""
        return self.done + self.reviewed + self.timed


class Streak(NamedTuple):
    """The current streak in days (it may end yesterday: today is not over) and the longest one."""

    now: int = 0
    longest: int = 0


class Completion(NamedTuple):
    """A study day on which an item was marked done (``delta`` 1) or reopened (-1).

    What a placement marked was known before: it counts as done, but not as work of that day.
    """

    day: date
    at: datetime
    delta: int
    is_placed: bool = False


def local_study_day(moment: datetime, day_start: int) -> date:
    """Return the study day of a recorded time, five times faster than ``study_day``.

    It is the same day for times with a fixed offset, as all recorded ones are.
    """
    return (moment - _shift(day_start)).date()


@lru_cache(maxsize=4)
def _shift(day_start: int) -> timedelta:
    return timedelta(minutes=day_start)


def all_completions(progress: Progress, day_start: int) -> dict[Key, list[Completion]]:
    """Return the completions of all items of all roadmaps, in the order of their events.

    If the clock of a completion was ahead, a later event about it has an earlier time: it then cancels the
    completion, or corrects its time.
    """
    completions: dict[Key, list[Completion]] = {}
    for key in progress.nodes():
        found = completions[key] = []
        done = False
        for status, at, how in progress.status_changes(*key):
            moment = at
            day, is_placed = local_study_day(moment, day_start), how == PLACEMENT
            is_ahead = bool(found) and found[-1].delta > 0 and found[-1].day > day
            if (status == "done") != done:
                done = not done
                if not done and is_ahead:
                    day, moment = found[-1].day, found[-1].at
                found.append(Completion(day, moment, 1 if done else -1, is_placed))
            elif done and is_ahead:
                found[-1] = found[-1]._replace(day=day, at=moment)
    return completions


def active_days(
    progress: Progress,
    by_item: Mapping[Key, list[Completion]],
    reviews: Mapping[Key, list[tuple[datetime, int]]],
    day_start: int,
    today: date,
) -> list[ActiveDay]:
    """Return the active days of all roadmaps in order.

    Not counted are items done and set back on one day, and days after tomorrow: the clock was wrong.
    """
    end = today + 2 * _DAY
    days: dict[date, tuple[list[int], list[datetime]]] = {}
    for kind, day, moment in _activities(progress, by_item, reviews, day_start):
        if day <= end:
            counts, times = days.setdefault(day, ([0, 0, 0], []))
            counts[kind] += 1
            times.append(moment)
    return [
        ActiveDay(day, done, reviewed, timed, min(times), max(times))
        for day, ((done, reviewed, timed), times) in sorted(days.items())
    ]


_DONE, _REVIEWED, _TIMED = range(3)


def _activities(
    progress: Progress,
    by_item: Mapping[Key, list[Completion]],
    reviews: Mapping[Key, list[tuple[datetime, int]]],
    day_start: int,
) -> Iterator[tuple[int, date, datetime]]:
    for key, item_completions in by_item.items():
        net: dict[date, int] = {}
        last: dict[date, datetime] = {}
        for completion in item_completions:
            if completion.is_placed:
                continue
            net[completion.day] = net.get(completion.day, 0) + completion.delta
            last[completion.day] = completion.at
        for day, delta in net.items():
            if delta > 0:
                yield _DONE, day, last[day]
        for at, _ in reviews[key]:
            yield _REVIEWED, local_study_day(at, day_start), at
        for timing in progress.timings(*key):
            yield _TIMED, local_study_day(timing.start, day_start), timing.start


def streak(days: Sequence[ActiveDay], today: date, now: datetime) -> Streak:
    """Return the streaks in ordered days; an inactive today does not end the current one yet."""
    longest = run = 0
    before: ActiveDay | None = None
    for day in days:
        run = run + 1 if before and _follows(before, day.day, day.first) else 1
        longest = max(longest, run)
        before = day
    alive = before is not None and _follows(before, today, now)
    return Streak(run if alive else 0, longest)


def _follows(before: ActiveDay, day: date, moment: datetime) -> bool:
    """Return True if no day was missed between an active day and ``day``, active at ``moment``.

    Dates that are skipped by travelling over the date line do not count: then less than a day has passed, or
    the first day had not ended (in its time zone) when the other began.
    """
    if day - before.day <= _DAY or moment - before.last < _DAY:
        return True
    ended = datetime.combine(before.day + _DAY, time(), before.last.tzinfo)
    return datetime.combine(day, time(), moment.tzinfo) <= ended


def quartiles(totals: Iterable[int]) -> list[int]:
    """Return the highest total of each quarter of the days but the last; equal ones are merged."""
    ordered = sorted(totals)
    last = len(ordered) - 1
    found = sorted({ordered[(last * quarter) // 4] for quarter in (1, 2, 3)}) if ordered else []
    return [total for total in found if total < ordered[-1]]
