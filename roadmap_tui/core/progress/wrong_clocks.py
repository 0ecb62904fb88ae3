"""Find events with a wrong clock, but not correct ones whose clock had to exceed it."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

from roadmap_tui.core.progress.events import Action, Event, SessionStarted, Undone, has_wrong_clock, sort_key

# A program that finds such a clock takes the next higher one; some of those are never written.
_MAX_GAP: Final = 1000
_MS_PER_YEAR: Final = 31_556_952_000


def find_wrong_clocks(events: Iterable[Event]) -> list[Action | Undone]:
    """Return the events whose clock is over a year ahead of their time for no valid reason.

    An event is honest if the clock right below its own is that of another event, which it had to exceed, or
    if the one right above is that of the next event of the same session.
    """
    wrong = {event.stamp.id: event for event in events if has_wrong_clock(event)}
    by_session: dict[str, list[int]] = {}
    for event in sorted(wrong.values(), key=sort_key):
        by_session.setdefault(_session(event), []).append(event.stamp.clock)
    clocks = sorted(event.stamp.clock for event in wrong.values())
    found: list[Action | Undone] = []
    for event in wrong.values():
        clock = event.stamp.clock
        has_next = _has_any(by_session[_session(event)], clock + 1, clock + _MAX_GAP)
        if isinstance(event, SessionStarted) or has_next or _has_any(clocks, clock - _MAX_GAP, clock - 1):
            continue
        found.append(event)
    return found


def clock_year(event: Event) -> int:
    """Return the year of an event's logical clock."""
    return 1970 + event.stamp.clock // _MS_PER_YEAR


def _session(event: Event) -> str:
    return event.stamp.id.rpartition("-")[0].partition("-")[2] or event.stamp.id


def _has_any(clocks: Sequence[int], lowest: int, highest: int) -> bool:
    index = bisect_left(clocks, lowest)
    return index < len(clocks) and clocks[index] <= highest
