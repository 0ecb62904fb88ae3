"""Pairs of measurements, one of ours and one of what it is measured against, and what they come to."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from statistics import median
from typing import NamedTuple, TypeVar

Pair = tuple[float, float]
Ours = TypeVar("Ours")
Theirs = TypeVar("Theirs")

# How far over a limit `--check` lets pass: what another machine or a busy one can make of it.
TIME, TAIL, SIZE, YEAR = 1.6, 4.0, 1.15, 3.0


def interleaved(
    ours: Callable[[], Ours], theirs: Callable[[], Theirs], count: int, *, is_warm: bool = False
) -> list[tuple[Ours, Theirs]]:
    """Pairs measured in turns, AB BA AB: a slow phase hits both alike. One more before fills the caches."""
    if not is_warm:
        ours(), theirs()
    found: list[tuple[Ours, Theirs]] = []
    for number in range(count):
        if number % 2:
            second = theirs()
            found.append((ours(), second))
        else:
            found.append((ours(), theirs()))
    return found


def quantile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Line(NamedTuple):
    """A line of the table: the pairs in ``unit``, and the ratio that is the limit (None: there is none)."""

    what: str
    pairs: list[Pair]
    unit: str
    limit: float | None
    tolerance: float = TIME

    @property
    def ratio(self) -> float:
        """The ratio of the medians."""
        return _ratio(self.pairs)

    @property
    def spread(self) -> tuple[float, float]:
        """Where that ratio lies in 95 of 100 draws of as many pairs."""
        rng = random.Random(1)
        drawn = [_ratio(rng.choices(self.pairs, k=len(self.pairs))) for _ in range(1000)]
        return quantile(drawn, 0.025), quantile(drawn, 0.975)

    @property
    def verdict(self) -> str:
        """Whether the limit is kept; ``unsure`` where the spread reaches below it and the ratio does not."""
        if self.limit is None:
            return ""
        return "ok" if self.ratio <= self.limit else "MISSED" if self.spread[0] > self.limit else "unsure"

    @property
    def is_far_off(self) -> bool:
        """Whether the limit is missed by more than its tolerance, by the kinder end of the spread."""
        return self.limit is not None and min(self.ratio, *self.spread) > self.limit * self.tolerance

    def __str__(self) -> str:
        ours, theirs = (median(side) for side in zip(*self.pairs, strict=True))
        low, high = self.spread
        ratio = f"{_short(self.ratio)} [{_short(low)}–{_short(high)}]"
        limit = "" if self.limit is None else f"{self.limit:g}"
        numbers = f"{_short(ours):>8} {self.unit:<3} {_short(theirs):>8} {self.unit:<3}"
        return f"{self.what:<50} {numbers} {ratio:<22} {limit:>6}  {self.verdict}".rstrip()


HEADER = f"{'what':<50} {'ours':>8}     {'against':>8}     {'ratio [low–high]':<22} {'limit':>6}"


def _ratio(pairs: list[Pair]) -> float:
    ours, theirs = (median(side) for side in zip(*pairs, strict=True))
    return ours / theirs if theirs else float(ours > 0)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def far_off(lines: list[Line]) -> Iterator[str]:
    """The names of the lines that are far off."""
    return (line.what for line in lines if line.is_far_off)
