"""The time spent on items: a timer that runs in the journal, and minutes by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import LONGEST_TIME, TimeLogged
from roadmap_tui.core.progress.states import Interval, TimeEntry
from roadmap_tui.core.progress.time_tracking import Overlap, length, overlaps
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.study.event_store import Change, EventStore
from roadmap_tui.text.format import format_duration


class TimeTracker:
    """The timers of all roadmaps of a journal, and the verbs for those of one.

    A timer that runs is an event without an end: a session that dies loses nothing of it. Every verb
    raises CannotSave where it can't be written, and Refused for what makes no sense.
    """

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def running(self) -> list[TimeEntry]:
        """The timers that run, of any roadmap, the oldest first: two where two machines began one each."""
        return [one for one in self._store.progress.time_entries() if one.timing.seconds is None]

    def seconds(self, node_id: str) -> int:
        """How long an item was studied, in seconds; a timer that runs counts until now."""
        now = self._store.now()
        return sum(length(timing, now) for timing in self._store.state(node_id).timings)

    def since(self, days: int) -> dict[tuple[str, str, str], int]:
        """The seconds on each (roadmap, item, title) in the last so many study days, today included.

        A stretch counts to the study day on which it began.
        """
        ledger, now = self._store, self._store.now()
        first = ledger.day(now) - timedelta(days=days - 1)
        spent: dict[tuple[str, str, str], int] = {}
        for one in ledger.progress.time_entries():
            if ledger.day(one.timing.start) >= first:
                key = one.roadmap, one.target, one.title
                spent[key] = spent.get(key, 0) + length(one.timing, now)
        return spent

    def overlaps(self) -> list[Overlap]:
        """What was measured at once, on several machines, by its start; minutes by hand were not measured."""
        measured = [one for one in self._store.progress.time_entries() if not one.timing.by_hand]
        return overlaps(measured, self._store.now())

    def last(self, node_id: str) -> Interval | None:
        """The stretch on an item that began last."""
        return max(self._store.state(node_id).timings, key=lambda one: (one.start, one.id), default=None)

    def last_activity(self, timed: TimeEntry) -> datetime:
        """When the reader last did anything while a timer ran; its start where there was nothing."""
        history = self._store.progress.history(timed.roadmap)
        return max(
            (one.stamp.at for one in history if one.stamp.at > timed.timing.start), default=timed.timing.start
        )

    def start(self, node_id: str) -> list[Change]:
        """Start the timer of an item. What ran until now is stopped: one can do only one thing at a time."""
        ledger = self._store
        self._require_item(node_id)
        if any(one.roadmap == ledger.source.id and one.target == node_id for one in self.running()):
            raise UsageError("timer", "it runs already", "stop it first")
        done = [self.stop(one) for one in self.running()]
        stamp = ledger.journal.next_stamp(ledger.min_clock((node_id,)))
        title = ledger.title(node_id)
        begun = TimeLogged(stamp, ledger.source.id, node_id, title, stamp.at, None)
        return [*done, ledger.write(begun)]

    def stop(self, timed: TimeEntry) -> Change:
        """End a timer that runs, now; one that was forgotten for longer than can be, at the longest."""
        return self.correct(timed, min(length(timed.timing, self._store.now()), LONGEST_TIME))

    def correct(self, timed: TimeEntry, seconds: int) -> Change:
        """Say how long a stretch really was, in seconds; none, to discard it. A timer ends by that."""
        if not 0 <= seconds <= LONGEST_TIME:
            days = LONGEST_TIME // (24 * 3600)
            raise UsageError("time", f"{format_duration(seconds)} at a stretch", f"give {days} days at most")
        ledger, (roadmap, target, title, timing) = self._store, timed
        known = (one.timing for one in ledger.progress.time_entries())
        heads = next((one.heads for one in known if one.id == timing.id), ())
        stamp = ledger.journal.next_stamp(ledger.progress.clock(roadmap, target))
        return ledger.write(
            TimeLogged(stamp, roadmap, target, title, timing.start, seconds, timing.id, heads)
        )

    def add(self, node_id: str, seconds: int) -> Change:
        """Log time that was spent on an item until now, in seconds."""
        self._require_item(node_id)
        if not 0 < seconds <= LONGEST_TIME:
            raise UsageError("time", "that is no stretch of time", "give minutes, 1 or more")
        ledger = self._store
        stamp = ledger.journal.next_stamp(ledger.min_clock((node_id,)))
        start = stamp.at - timedelta(seconds=seconds)
        return ledger.write(
            TimeLogged(stamp, ledger.source.id, node_id, ledger.title(node_id), start, seconds)
        )

    def timed(self, node_id: str, timing: Interval) -> TimeEntry:
        """A stretch on an item of this roadmap, with what it was spent on."""
        ledger = self._store
        return TimeEntry(ledger.source.id, node_id, ledger.title(node_id), timing)

    def _require_item(self, node_id: str) -> None:
        if not node_id or not isinstance(self._store.node(node_id), Item):
            raise UsageError("timer", "time is spent on items, not on sections", "go to an item")
