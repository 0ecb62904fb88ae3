"""Time spent on items: timers recorded in the journal, and time entered by hand."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import LONGEST_TIME, TIMER, StatusSet, TimeLogged
from roadmap_tui.core.progress.states import TimeEntry
from roadmap_tui.core.progress.time_tracking import Overlap, length, overlaps
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.study.event_store import Change, EventStore


class TimeTracker:
    """The timers of all roadmaps in a journal; new ones are started on items of one roadmap.

    Methods that write raise SaveError, and UsageError for invalid arguments.
    """

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def running(self) -> list[TimeEntry]:
        """Return the running timers, oldest first: there are two if two machines each started one."""
        return self._store.progress.running_entries()

    def seconds(self, node_id: str) -> int:
        """Return the seconds spent on an item, including a running timer."""
        now = self._store.now()
        return sum(length(interval, now) for interval in self._store.state(node_id).timings)

    def recent_totals(self, days: int) -> dict[tuple[str, str, str], int]:
        """Return the seconds by (roadmap, item, title) since ``days`` study days ago, today included."""
        store, now = self._store, self._store.now()
        first = store.day(now) - timedelta(days=days - 1)
        since = datetime.combine(first, time(), UTC) - timedelta(days=2)  # before it in every time zone
        totals: dict[tuple[str, str, str], int] = {}
        for entry in store.progress.time_entries_since(since):
            if store.day(entry.timing.start) >= first:
                key = entry.roadmap, entry.target, entry.title
                totals[key] = totals.get(key, 0) + length(entry.timing, now)
        return totals

    def overlaps(self) -> list[Overlap]:
        """Return the overlapping intervals measured on several machines, by their start."""
        measured = [entry for entry in self._store.progress.time_entries() if not entry.timing.by_hand]
        return overlaps(measured, self._store.now())

    def latest(self, node_id: str) -> TimeEntry | None:
        """Return the interval on an item that began last, None if there is none."""
        intervals = self._store.state(node_id).timings
        last = max(intervals, key=lambda interval: (interval.start, interval.id), default=None)
        return last and TimeEntry(self._store.source.id, node_id, self._store.title(node_id), last)

    def last_activity(self, entry: TimeEntry) -> datetime:
        """Return the time of the last event since a timer started; its start if there was none."""
        start = entry.timing.start
        times = (event.stamp.at for event in self._store.progress.history(entry.roadmap))
        return max((moment for moment in times if moment > start), default=start)

    def start(self, node_id: str) -> list[Change]:
        """Start the timer of an item and stop all others; an item to do is set to in progress.

        One undo reverts the start and the status.
        """
        store = self._store
        self._require_item(node_id)
        self._require_saved()
        running = self.running()
        if any(entry.roadmap == store.source.id and entry.target == node_id for entry in running):
            raise UsageError("timer", "it is already running", "stop it first")
        changes = [self._set_length(entry, self._length(entry)) for entry in running]
        roadmap, title, at = store.source.id, store.title(node_id), store.now().replace(microsecond=0)
        status = store.pending_status(node_id) or store.state(node_id).status
        if status == "todo" and store.tree.has_status(store.tree.index_of[node_id]):
            stamp = store.next_stamp(node_id)._replace(at=at)
            changes.append(store.write(StatusSet(stamp, roadmap, (node_id,), title, "doing", TIMER)))
        stamp = store.next_stamp(node_id)._replace(at=at)
        return [*changes, store.write(TimeLogged(stamp, roadmap, node_id, title, None, at))]

    def stop(self, entry: TimeEntry) -> Change:
        """Stop a running timer; time above the maximum for one entry does not count."""
        return self.correct(entry, self._length(entry))

    def _length(self, entry: TimeEntry) -> int:
        return min(length(entry.timing, self._store.now()), LONGEST_TIME)

    def correct(self, entry: TimeEntry, seconds: int) -> Change:
        """Set the length of an interval, 0 to discard it; stops it if it is running."""
        if not 0 <= seconds <= LONGEST_TIME:
            days, minutes = LONGEST_TIME // (24 * 3600), round(seconds / 60)
            why = f"{minutes // 60} h {minutes % 60:02} at a stretch"
            raise UsageError("time", why, f"give {days} days at most")
        self._require_saved()
        return self._set_length(entry, seconds)

    def _set_length(self, entry: TimeEntry, seconds: int) -> Change:
        store, (roadmap, target, title, interval) = self._store, entry
        known = (other.timing for other in store.progress.time_entries())
        heads = next((other.heads for other in known if other.id == interval.id), ())
        stamp = store.journal.next_stamp(store.progress.clock(roadmap, target))
        event = TimeLogged(stamp, roadmap, target, title, seconds, interval.start, interval.id, heads)
        return store.write(event)

    def add(self, node_id: str, seconds: int) -> Change:
        """Log time spent on an item that ended now."""
        self._require_item(node_id)
        if not 0 < seconds <= LONGEST_TIME:
            raise UsageError("time", "not a duration", "give minutes, 1 or more")
        store = self._store
        stamp = store.next_stamp(node_id)
        start = stamp.at - timedelta(seconds=seconds)
        return store.write(TimeLogged(stamp, store.source.id, node_id, store.title(node_id), seconds, start))

    def _require_saved(self) -> None:
        """Raise SaveError if changes of timers are not saved: the next one depends on them."""
        if any(isinstance(event, TimeLogged) for event in self._store.journal.pending):
            self._store.require_saved("the timer works again after it was saved")

    def _require_item(self, node_id: str) -> None:
        if not node_id or not isinstance(self._store.node(node_id), Item):
            raise UsageError("timer", "sections have no time", "select an item")
