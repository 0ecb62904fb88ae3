"""Lengths and overlaps of logged intervals, and parsing of durations."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.states import Interval, TimeEntry
from roadmap_tui.core.sanitize import clean

_DURATION = r"(?:(?P<h>\d{1,3}) ?(?:h|:) ?)?(?:(?P<m>\d{1,5}) ?(?:m|min)?)?"


class Overlap(NamedTuple):
    """Two intervals that overlap, and for how many seconds."""

    one: TimeEntry
    other: TimeEntry
    seconds: int


def end(timing: Interval, now: datetime) -> datetime:
    """Return the end of an interval, ``now`` while its timer runs."""
    if timing.seconds is None:
        return max(now, timing.start)
    return timing.start + timedelta(seconds=timing.seconds)


def length(timing: Interval, now: datetime) -> int:
    """Return the seconds of an interval, up to ``now`` while its timer runs."""
    return int((end(timing, now) - timing.start).total_seconds())


def overlaps(timed: Iterable[TimeEntry], now: datetime) -> list[Overlap]:
    """Return the pairs of intervals that overlap, sorted by start."""
    found = []
    open_: list[TimeEntry] = []
    for entry in sorted(timed, key=lambda entry: (entry.timing.start, entry.timing.id)):
        start = entry.timing.start
        open_ = [earlier for earlier in open_ if end(earlier.timing, now) > start]
        for earlier in open_:
            until = min(end(earlier.timing, now), end(entry.timing, now))
            if seconds := int((until - start).total_seconds()):
                found.append(Overlap(earlier, entry, seconds))
        open_.append(entry)
    return found


def seconds_in(text: str) -> int:
    """Parse a duration into seconds: ``45``, ``45m``, ``1h``, ``1h30``, ``1:30``. Raises UsageError."""
    match = re.fullmatch(_DURATION, text.strip().lower(), re.ASCII)
    if match is None or not (match["h"] or match["m"]):
        what = f"time '{clean(text, 40, one_line=True)}'"
        raise UsageError(what, "not a duration", "try 45m")
    return int(match["h"] or 0) * 3600 + int(match["m"] or 0) * 60
