"""Forecast the hours left and the finish date, with 80% prediction intervals."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from math import exp, log, sqrt
from typing import Final, NamedTuple

# A range extends so many standard deviations to both sides: 80 % of a normal distribution.
_Z: Final = 1.2816
# Before there is data, by logarithm: how readers differ from the estimates, items from each other, the time
# of items without an estimate, and how a reader's ratio changes from now on.
_READERS: Final = 0.35
_ITEMS: Final = 0.45
_UNESTIMATED: Final = 0.8
_DRIFT: Final = 0.15
_PRIOR_HOURS: Final = 10.0  # the data count fully when there are many more hours than these
_PRIOR_ITEMS: Final = 5
_RECENCY: Final = 0.95  # the weight of an item relative to the one finished after it
_WEEKS: Final = 0.6  # the variation of the hours of a week, relative to their mean
_PRIOR_WEEKS: Final = 4
_LONGEST: Final = 50 * 365  # days; a later date is meaningless


class Range(NamedTuple):
    """An expected number of hours with its 80% prediction interval."""

    low: float
    expected: float
    high: float


class Ratio(NamedTuple):
    """The ratio of logged to estimated hours, computed from a number of finished items.

    ``variance`` is that of the ratio's logarithm, ``spread`` the standard deviation of an item's.
    """

    value: float = 1.0
    items: int = 0
    variance: float = _READERS**2
    spread: float = _ITEMS


class Effort(NamedTuple):
    """The total hours of an item (``is_estimated``: inferred by the program) and the hours spent on it."""

    hours: float
    is_estimated: bool = False
    spent: float = 0.0

    def left(self, ratio: Ratio) -> float:
        """Return the hours that the reader still needs: never less than a tenth of the whole estimate."""
        hours = self.hours if self.is_estimated else self.hours * ratio.value
        return max(hours - self.spent, hours / 10)


class WeeklyHours(NamedTuple):
    """The mean hours of study in a week, from a number of full weeks; 0 weeks if the reader entered them."""

    hours: float
    weeks: int = 0
    variation: float = _WEEKS


class FinishRange(NamedTuple):
    """The expected finish date with its 80% prediction interval."""

    earliest: date
    expected: date
    latest: date


def own_ratio(finished: Sequence[tuple[float, float]]) -> Ratio:
    """Return the ratio of logged to estimated hours of finished items, oldest first, shrunk towards 1.

    Some hours are added to both sides, so that a few items change little. Recent items count more.
    """
    pairs = [(hours, min(max(logged, hours / 8), hours * 8)) for hours, logged in finished]
    weights = [_RECENCY**age for age in range(len(pairs) - 1, -1, -1)]
    estimated = _PRIOR_HOURS + sum(weight * hours for weight, (hours, _) in zip(weights, pairs, strict=True))
    logged = _PRIOR_HOURS + sum(weight * hours for weight, (_, hours) in zip(weights, pairs, strict=True))
    value = logged / estimated
    squares = sum(log(spent / hours / value) ** 2 for hours, spent in pairs)
    spread = sqrt((squares + _PRIOR_ITEMS * _ITEMS**2) / (len(pairs) + _PRIOR_ITEMS))
    noise = sum((weight * hours * spread) ** 2 for weight, (hours, _) in zip(weights, pairs, strict=True))
    variance = (noise + (_PRIOR_HOURS * _READERS) ** 2) / estimated**2
    return Ratio(value, len(pairs), variance, spread)


def hours_left(efforts: Iterable[Effort], ratio: Ratio) -> Range:
    """Return the hours left for some unfinished items."""
    total = scaled = noise = 0.0
    for effort in efforts:
        left = effort.left(ratio)
        total += left
        scaled += 0 if effort.is_estimated else left
        noise += (left * (_UNESTIMATED if effort.is_estimated else ratio.spread)) ** 2
    if not total:
        return Range(0, 0, 0)
    share = scaled / total
    deviation = sqrt(noise / total**2 + share**2 * (ratio.variance + _DRIFT**2))
    return Range(total * exp(-_Z * deviation), total, total * exp(_Z * deviation))


def weekly_hours(weeks: Sequence[float]) -> WeeklyHours:
    """Return the mean of the hours of some full weeks."""
    mean = sum(weeks) / len(weeks) if weeks else 0.0
    if not mean:
        return WeeklyHours(0, len(weeks))
    squares = sum((hours / mean - 1) ** 2 for hours in weeks)
    variation = sqrt((squares + _PRIOR_WEEKS * _WEEKS**2) / (len(weeks) + _PRIOR_WEEKS))
    return WeeklyHours(mean, len(weeks), variation)


def finish(left: Range, pace: WeeklyHours, today: date) -> FinishRange | None:
    """Return when the hours left are done at a pace; None without a pace, or in more than fifty years."""
    if not left.expected or not pace.hours:
        return None
    weeks = left.expected / pace.hours
    deviation = sqrt(
        (log(left.high / left.expected) / _Z) ** 2
        + pace.variation**2 * (1 / (pace.weeks or _PRIOR_WEEKS) + 1 / max(1.0, weeks))
    )
    days = [round(7 * weeks * factor) for factor in (exp(-_Z * deviation), 1, exp(_Z * deviation))]
    if days[1] > _LONGEST:
        return None
    return FinishRange(*(today + timedelta(days=min(number, _LONGEST)) for number in days))


def median(numbers: Iterable[float]) -> float:
    """Return the median of at least one number."""
    # Without the module statistics, which takes longer to import than everything here.
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2
