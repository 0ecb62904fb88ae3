"""On which days something was done, reviewed or timed, and how long that went on without a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from roadmap_tui.core.progress.events import Action, StatusSet
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.progress.states import Key

_DAY = timedelta(days=1)


class ActiveDay(NamedTuple):
    """A study day with something on it: items done, items graded, stretches of time.

    ``first`` and ``last`` are the moments of the first and the last of these.
    """

    day: date
    done: int
    reviewed: int
    timed: int
    first: datetime
    last: datetime

    @property
    def total(self) -> int:
        """How much there was, of any kind."""
        return self.done + self.reviewed + self.timed


class Streak(NamedTuple):
    """Days in a row: how many up to today (or yesterday, as today may still come), and the most ever."""

    now: int = 0
    longest: int = 0


class Completion(NamedTuple):
    """An item became done (``by`` 1), or was no longer (-1), on a study day."""

    day: date
    at: datetime
    delta: int


def local_study_day(at: datetime, day_start: int) -> date:
    """The study day on the clock of whoever wrote ``at``; ``day_start`` is in minutes after midnight.

    It is ``study_day`` for a fixed offset, which every written time has, at a fifth of the cost.
    """
    return (at - _shift(day_start)).date()


@lru_cache(maxsize=4)
def _shift(day_start: int) -> timedelta:
    return timedelta(minutes=day_start)


def completions(actions: Iterable[Action], day_start: int) -> list[Completion]:
    """When an item became done and when it was no longer, by the actions about it, oldest first."""
    found: list[Completion] = []
    done = False
    for action in actions:
        if isinstance(action, StatusSet) and (action.status == "done") != done:
            done = not done
            at = action.stamp.at
            found.append(Completion(local_study_day(at, day_start), at, 1 if done else -1))
    return found


def all_completions(progress: Progress, day_start: int) -> dict[Key, list[Completion]]:
    """The turns of every item of every roadmap."""
    return {key: completions(progress.active_actions(*key), day_start) for key in progress.nodes()}


def active_days(
    progress: Progress, turned: Mapping[Key, list[Completion]], day_start: int, today: date
) -> list[ActiveDay]:
    """The days with something on them, in all roadmaps, in order; ``turned`` has the turns of all.

    Each event is of the study day that its own clock showed. An item that became done and was set back
    on one day was not done on it; one set back later was. In no zone is it more than two days later
    than here: what is, a wrong clock wrote, and is left out.
    """
    end = today + 2 * _DAY
    moments: dict[date, tuple[list[int], list[datetime]]] = {}
    for kind, day, at in _activities(progress, turned, day_start):
        known = moments.get(day)
        if known is None:
            if day > end:
                continue
            known = moments[day] = [0, 0, 0], []
        known[0][kind] += 1
        known[1].append(at)
    return [
        ActiveDay(day, done, reviewed, timed, min(times), max(times))
        for day, ((done, reviewed, timed), times) in sorted(moments.items())
    ]


_DONE, _REVIEWED, _TIMED = range(3)


def _activities(
    progress: Progress, turned: Mapping[Key, list[Completion]], day_start: int
) -> Iterator[tuple[int, date, datetime]]:
    for key, own_turns in turned.items():
        state = progress.state(*key)
        net: dict[date, int] = {}
        last: dict[date, datetime] = {}
        for turn in own_turns:
            net[turn.day] = net.get(turn.day, 0) + turn.delta
            last[turn.day] = turn.at
        for day, by in net.items():
            if by > 0:
                yield _DONE, day, last[day]
        for review in state.reviews:
            yield _REVIEWED, local_study_day(review.at, day_start), review.at
        for timing in state.timings:
            yield _TIMED, local_study_day(timing.start, day_start), timing.start


def streak(days: Sequence[ActiveDay], today: date, now: datetime) -> Streak:
    """The days in a row among days in order. A today on which nothing was done yet breaks nothing."""
    longest = run = 0
    before: ActiveDay | None = None
    for day in days:
        run = run + 1 if before and _follows(before, day.day, day.first) else 1
        longest = max(longest, run)
        before = day
    alive = before is not None and _follows(before, today, now)
    return Streak(run if alive else 0, longest)


def _follows(before: ActiveDay, day: date, at: datetime) -> bool:
    """Whether no day was missed between an active day and a day on which it was then ``at``.

    A date that nobody had, because the reader crossed the date line eastwards or hurried ahead of the
    clock, was not missed: there is none in less than a day of real time, or where the one day had not
    ended before the other began.
    """
    if day - before.day <= _DAY:
        return True
    if at - before.last < _DAY:
        return True
    ended = datetime.combine(before.day + _DAY, time(), before.last.tzinfo)
    return datetime.combine(day, time(), at.tzinfo) <= ended
