"""Learners that are made up, to judge forecasts by what happened to them.

Nothing here knows how a forecast is made. A learner works through items in their order. How long an item
takes is its estimate, times the learner's own ratio, which grows while the course goes on, times a
log-normal factor of the item. How long a learner studies in a week is log-normal too, and some weeks are
idle. The same seed gives the same learner on every machine.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Final, NamedTuple

START: Final = date(2026, 1, 5)
_ESTIMATES: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)


class Sitting(NamedTuple):
    """Hours spent on an item, by its number, on a day."""

    day: date
    item: int
    hours: float


class Learner(NamedTuple):
    """The estimated hours of each item, every sitting, and the day on which each item was finished."""

    estimates: tuple[float, ...]
    sittings: tuple[Sitting, ...]
    finished: tuple[date, ...]

    def hours_after(self, day: date) -> float:
        """The hours that were spent after a day."""
        return sum(sitting.hours for sitting in self.sittings if sitting.day > day)


def learner(seed: int, items: int = 40) -> Learner:
    """Make up a learner who works until everything is finished."""
    chance = random.Random(seed)
    estimates = tuple(chance.choices(_ESTIMATES, k=items))
    ratio, growth = chance.lognormvariate(0, 0.35), chance.uniform(0, 0.4)
    spread = chance.uniform(0.3, 0.6)
    needed = [
        hours * ratio * (1 + growth * number / items) * chance.lognormvariate(0, spread)
        for number, hours in enumerate(estimates)
    ]
    a_week, idle = chance.uniform(3, 10), chance.uniform(0.05, 0.25)
    sittings: list[Sitting] = []
    finished: list[date] = []
    monday = START
    while len(finished) < items:
        days = sorted(chance.sample(range(7), chance.randint(2, 5)))
        hours = 0.0 if chance.random() < idle else a_week * chance.lognormvariate(0, 0.4)
        for day in days:
            left = hours / len(days)
            while left > 0 and len(finished) < items:
                item = len(finished)
                spent = min(left, needed[item])
                when = monday + timedelta(days=day)
                sittings.append(Sitting(when, item, spent))
                needed[item] -= spent
                left -= spent
                if needed[item] <= 1e-9:
                    finished.append(when)
        monday += timedelta(days=7)
    return Learner(estimates, tuple(sittings), tuple(finished))
