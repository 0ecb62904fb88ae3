"""Time spent: how long, and where two stretches of it overlap."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.states import Interval, TimeEntry
from roadmap_tui.core.sanitize import clean

_FORM = r"(?:(?P<h>\d{1,3}) ?(?:h|:) ?)?(?:(?P<m>\d{1,5}) ?(?:m|min)?)?"


class Overlap(NamedTuple):
    """Two stretches that were measured at once, and for how many seconds."""

    one: TimeEntry
    other: TimeEntry
    seconds: int


def end(timing: Interval, now: datetime) -> datetime:
    """When a stretch ended; ``now`` for one that runs."""
    if timing.seconds is None:
        return max(now, timing.start)
    return timing.start + timedelta(seconds=timing.seconds)


def length(timing: Interval, now: datetime) -> int:
    """The seconds of a stretch, until ``now`` for one that runs."""
    return int((end(timing, now) - timing.start).total_seconds())


def overlaps(timed: Iterable[TimeEntry], now: datetime) -> list[Overlap]:
    """The pairs of stretches that overlap, by their start.

    A sweep over the starts: only those that have not ended yet are compared with the next.
    """
    found = []
    open_: list[TimeEntry] = []
    for next_ in sorted(timed, key=lambda one: (one.timing.start, one.timing.id)):
        begin = next_.timing.start
        open_ = [one for one in open_ if end(one.timing, now) > begin]
        for one in open_:
            until = min(end(one.timing, now), end(next_.timing, now))
            if seconds := int((until - begin).total_seconds()):
                found.append(Overlap(one, next_, seconds))
        open_.append(next_)
    return found


def seconds_in(words: str) -> int:
    """The seconds of a stretch of time as people write it: ``45``, ``45m``, ``1h``, ``1h30``, ``1:30``.

    Raises Refused for anything else.
    """
    form = re.fullmatch(_FORM, words.strip().lower(), re.ASCII)
    if form is None or not (form["h"] or form["m"]):
        raise UsageError(
            f"time '{clean(words, 40, one_line=True)}'", "that is no stretch of time", "say 45m or 1h30"
        )
    return int(form["h"] or 0) * 3600 + int(form["m"] or 0) * 60
