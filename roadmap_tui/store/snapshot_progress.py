"""A progress that starts from a snapshot instead of all events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final
from zlib import decompress

from roadmap_tui.core.progress.events import (
    STATUSES,
    Action,
    Event,
    Excluded,
    ReviewGraded,
    Stamp,
    StatusSet,
    Undone,
    copied_id,
    sort_key,
)
from roadmap_tui.core.progress.fold import status_changes
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.records import decode
from roadmap_tui.core.progress.states import Interval, Key, StatusChange, TimeEntry

if TYPE_CHECKING:
    from sqlite3 import Connection

    from roadmap_tui.core.review.schedule import Card

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SnapshotProgress(Progress):
    """A progress that starts from a snapshot and reads older actions of a node on demand.

    It behaves as a Progress of all events. For whole histories, and for events or undos about the time
    before the snapshot, it calls ``read_all``, which must return the events that the snapshot was made of.
    """

    def __init__(
        self, database: Connection, meta: dict[str, Any], read_all: Callable[[], Iterable[Event]]
    ) -> None:
        self._database: Connection | None = database
        self._older_count: int = meta["count"]
        self._position: tuple[int, str] = tuple(meta["position"])
        self._read_all = read_all
        # The arguments of the scheduler whose cards are stored, None if none are.
        self.review: tuple[float, int] | None = tuple(meta["review"]) if meta["review"] else None
        self._older: dict[Key, list[Action]] = {}
        self._changed: set[Key] = set()  # by events that are not in the snapshot
        super().__init__()
        super().add(_from_json(database.execute("SELECT records FROM recent").fetchone()[0]))
        self._timed.update((roadmap, target) for roadmap, target in meta["timed"])
        self._running: list[Key] = [(roadmap, target) for roadmap, target in meta["running"]]
        self._placed.update((roadmap, target) for roadmap, target in meta["placed"])
        for roadmap, target in meta["custom"]:
            self._custom_ids.setdefault(roadmap, set()).add(target)

    def __len__(self) -> int:
        return len(self._events) + self._older_count

    def __del__(self) -> None:
        self._close()

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    @property
    def is_complete(self) -> bool:
        """True if every event is in memory by now."""
        return self._database is None

    def add(self, events: Iterable[Event]) -> set[Key]:
        """Add events; return the ``(roadmap, node id)`` of every node whose state may have changed."""
        events = list(events)
        if not self.is_complete and not self._can_apply(events):
            return self.load_all(events)
        changed = super().add(events)
        self._changed |= changed
        return changed

    def load_all(self, events: Iterable[Event] = ()) -> set[Key]:
        """Fold all events again, and new ones with them; return every key."""
        if self.is_complete:
            return set()
        before, known = set(self.nodes()), [*self._events.values(), *events]
        self._close()
        self._older_count, self._older = 0, {}
        self._reset()
        super().add(self._read_all())
        super().add(known)
        return before | set(self._by_node)

    def _can_apply(self, events: list[Event]) -> bool:
        """Return True if all events are newer than the snapshot, and those that they refer to are in memory.

        What is excluded must not change either: that is folded again from all events.
        """
        fresh: dict[str, Event] = {}
        refs = {ref for exclusion in self._exclusions for ref in exclusion.refs}
        for event in events:
            event_id = event.stamp.id
            known = self._events.get(event_id) or fresh.get(event_id)
            if known is not None:
                if known != event:
                    return False
                continue
            if not has_clock_in_id(event.stamp) or sort_key(event) <= self._position:
                return False
            if event_id in refs or copied_id(event) or isinstance(self._base_action(event), Excluded):
                return False
            if isinstance(event, Undone) and event.ref not in self._events and event.ref not in fresh:
                return False
            fresh[event_id] = event
        return True

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Query the snapshot; return nothing once all events are in memory."""
        return self._database.execute(query, values).fetchall() if self._database else []

    def _actions(self, key: Key) -> list[Action]:
        older = self._older.get(key)
        if older is None:
            rows = self._rows("SELECT records FROM history WHERE roadmap = ? AND target = ?", *key)
            older = [action for (records,) in rows for action in _from_json(decompress(records))]
            self._older[key] = older
        actions = super()._actions(key)
        return sorted([*older, *actions], key=sort_key) if older else actions

    def nodes(self) -> list[Key]:
        """Return the ``(roadmap, node id)`` of every node that has events."""
        older = [(roadmap, target) for roadmap, target in self._rows("SELECT roadmap, target FROM node")]
        return list(dict.fromkeys([*older, *super().nodes()]))

    def ids_with_events(self, roadmap: str) -> list[str]:
        """Return the ids of a roadmap's nodes that have events."""
        rows = self._rows("SELECT target FROM node WHERE roadmap = ?", roadmap)
        newer = [target for name, target in self._by_node if name == roadmap]
        return list(dict.fromkeys([*(target for (target,) in rows), *newer]))

    def annotated_ids(self, roadmap: str) -> list[str]:
        """Return the ids of a superset of the nodes that have notes or custom resources."""
        rows = self._rows("SELECT target FROM node WHERE roadmap = ? AND is_annotated", roadmap)
        newer = [target for name, target in self._by_node if name == roadmap]
        return list(dict.fromkeys([*(target for (target,) in rows), *newer]))

    def status_codes(self, roadmap: str) -> tuple[list[str], bytes]:
        """Return node ids and their indexes in ``STATUSES``; every other node is ``todo``."""
        statuses = dict(self._rows("SELECT target, status FROM node WHERE roadmap = ?", roadmap))
        for event in super().history(roadmap):
            if not isinstance(event, StatusSet) or not self.is_active(event):
                continue
            for target in event.targets:
                # An event from before the snapshot's end may have been followed by one that is not in memory.
                is_last = sort_key(event) > self._position
                statuses[target] = event.status if is_last else self.state(roadmap, target).status
        codes = {status: code for code, status in enumerate(STATUSES)}
        return list(statuses), bytes([codes[status] for status in statuses.values()])

    def done_before(self, roadmap: str, moment: datetime) -> set[str]:
        """Return ids of nodes that were done before ``moment`` and not reviewed since, if that is stored.

        ``moment`` must be a whole second. Callers fold the states of all other nodes.
        """
        rows = self._rows(
            "SELECT target FROM card WHERE roadmap = ? AND newest < ?", roadmap, whole_seconds(moment)
        )
        return {target for (target,) in rows if (roadmap, target) not in self._changed}

    def stored_cards(self, roadmap: str) -> dict[str, Card]:
        """Return the review cards that a snapshot has of a roadmap's items, by item id."""
        from roadmap_tui.core.review.schedule import Card

        day = date.fromordinal
        return {
            target: Card(day(due), day(last) if last else None, *memory)
            for target, due, last, *memory in self._rows(
                "SELECT target, due, last, stability, difficulty, lapses, is_placed FROM card"
                " WHERE roadmap = ?",
                roadmap,
            )
            if (roadmap, target) not in self._changed
        }

    def status_since(self, roadmap: str, target: str) -> datetime | None:
        """Return when the status of a node was set, None without one."""
        query = "SELECT since, statuses = 'null' FROM node JOIN summary USING (roadmap, target)"
        rows = self._rows(f"{query} WHERE roadmap = ? AND target = ?", roadmap, target)
        if not rows or rows[0][1]:
            return super().status_since(roadmap, target)
        if newer := status_changes(self._newer((roadmap, target))):
            return newer[-1].at
        return datetime.fromisoformat(rows[0][0]) if rows[0][0] else None

    def _summary(self, key: Key) -> list[list[Any] | None]:
        """Return a node's status changes and reviews as of the snapshot; None for one that is not stored."""
        rows = self._rows("SELECT statuses, reviews FROM summary WHERE roadmap = ? AND target = ?", *key)
        return [json.loads(column) for column in rows[0]] if rows else [[], []]

    def _newer(self, key: Key) -> Iterator[Action]:
        """Yield a node's active actions that are in memory, in the order of history."""
        return filter(self.is_active, super()._actions(key))

    def status_changes(self, roadmap: str, target: str) -> list[StatusChange]:
        """Return the active changes of a node's status, oldest first."""
        older, _ = self._summary((roadmap, target))
        if older is None:
            return status_changes(self.active_actions(roadmap, target))
        changes = [StatusChange(status, datetime.fromisoformat(at), how) for status, at, how in older]
        return [*changes, *status_changes(self._newer((roadmap, target)))]

    def reviews(self, roadmap: str, target: str) -> list[tuple[datetime, int]]:
        """Return time and rating of each review of a node, in the order of history."""
        _, older = self._summary((roadmap, target))
        if older is None:
            return super().reviews(roadmap, target)
        reviews = [(datetime.fromisoformat(at), rating) for at, rating in older]
        newer = (action for action in self._newer((roadmap, target)) if isinstance(action, ReviewGraded))
        return [*reviews, *((grade.stamp.at, grade.rating) for grade in newer)]

    def timings(self, roadmap: str, target: str) -> list[Interval]:
        """Return the logged intervals of a node."""
        return [entry.timing for entry in self._entries_of((roadmap, target))]

    def clock(self, roadmap: str, target: str) -> int:
        """Return the highest clock of the events about a node, 0 without events."""
        rows = self._rows("SELECT clock FROM node WHERE roadmap = ? AND target = ?", roadmap, target)
        older: int = rows[0][0] if rows else 0
        return max(older, super().clock(roadmap, target))

    def running_entries(self) -> list[TimeEntry]:
        """Return the intervals whose timers are running, of all roadmaps, sorted by their start."""
        if self.is_complete:
            return super().running_entries()
        keys = {*self._running, *(self._changed & self._timed)}
        entries = (entry for key in keys for entry in self._entries_of(key))
        return sorted(filter(attrgetter("is_running"), entries), key=attrgetter("by_start"))

    def time_entries_since(self, moment: datetime) -> list[TimeEntry]:
        """Return the logged intervals that start at ``moment``, a whole second, or later; sorted."""
        rows = self._rows("SELECT roadmap, target FROM logged WHERE newest >= ?", whole_seconds(moment))
        keys = {*rows, *(self._changed & self._timed)}
        entries = (entry for key in keys for entry in self._entries_of(key) if entry.timing.start >= moment)
        return (
            super().time_entries_since(moment)
            if self.is_complete
            else sorted(entries, key=attrgetter("by_start"))
        )

    def _entries_of(self, key: Key) -> list[TimeEntry]:
        if self.is_complete or key in self._changed:
            return super()._entries_of(key)
        rows = self._rows("SELECT entries FROM logged WHERE roadmap = ? AND target = ?", *key)
        if not rows:
            return []
        time = datetime.fromisoformat
        return [
            TimeEntry(*key, title, Interval(first_id, time(start), seconds, by_hand, tuple(heads)))
            for title, first_id, start, seconds, by_hand, heads in json.loads(rows[0][0])
        ]

    def review_grades(self, since: datetime) -> list[ReviewGraded]:
        """Return the active grades of all roadmaps from ``since`` on, in no particular order."""
        keys = self._rows("SELECT roadmap, target FROM node WHERE last_grade >= ?", whole_seconds(since))
        older = {
            action.stamp.id: action
            for roadmap, target in keys
            for action in self._actions((roadmap, target))
            if isinstance(action, ReviewGraded) and action.stamp.at >= since
        }
        return [
            *super().review_grades(since),
            *(grade for grade_id, grade in older.items() if grade_id not in self._events),
        ]

    def review_times(self, since: datetime) -> list[int]:
        """Return the milliseconds of the active grades from ``since``, a whole second, on, in no order."""
        older = self._rows("SELECT ms FROM grade WHERE at >= ?", whole_seconds(since))
        return [*(ms for (ms,) in older), *(grade.ms for grade in super().review_grades(since))]

    def active_actions(self, roadmap: str, target: str) -> list[Action]:
        """Return the active actions about a node, oldest first."""
        self.load_all()
        return super().active_actions(roadmap, target)

    def events_by(self, author: str) -> list[Event]:
        """Return the events that an assistant wrote, oldest first."""
        self.load_all()
        return super().events_by(author)

    def history(self, roadmap: str) -> list[Action | Undone]:
        """Return every event of a roadmap, oldest first."""
        self.load_all()
        return super().history(roadmap)

    def _newest_first(self, roadmap: str) -> Iterator[Action | Undone]:
        """Yield the events of a roadmap, those with the highest clocks first."""
        for event in super()._newest_first(roadmap):
            if sort_key(event) <= self._position:
                break
            yield event
        self.load_all()
        older = super()._newest_first(roadmap)
        yield from (event for event in older if sort_key(event) <= self._position)


def has_clock_in_id(stamp: Stamp) -> bool:
    """Return True if no event with another clock can have this id, as for all ids this program makes."""
    return stamp.id.startswith(f"{stamp.clock:012x}-")


def whole_seconds(moment: datetime) -> int:
    """Return the whole seconds since 1970, rounded down."""
    return (moment - EPOCH) // timedelta(seconds=1)


def _from_json(text: str | bytes) -> list[Any]:
    return [decode(record) for record in json.loads(text)]
