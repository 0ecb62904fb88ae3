"""The snapshot: a disposable SQLite file with the folded state of a long journal, for a fast start.

It has one row per node with what every start needs, the actions that decide the node's state (read on
demand), and the newest events for undo and for merging what other machines write. If it is missing, stale,
damaged or from another version, the logs are folded again. Short logs have none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, get_args
from zlib import crc32

from roadmap_tui import __version__
from roadmap_tui.core.progress.events import (
    STATUSES,
    Action,
    CustomItemSet,
    Event,
    ReviewGraded,
    ReviewsPaused,
    SessionStarted,
    Stamp,
    StatusSet,
    TimeLogged,
    Undone,
    sort_key,
    targets,
)
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.progress.records import EVENT_KINDS, VERSION, InvalidRecord, decode, encode
from roadmap_tui.core.progress.states import (
    Interval,
    ItemState,
    Key,
    Note,
    Review,
    fold_events,
    key_events,
)
from roadmap_tui.core.roadmap.model import Resource
from roadmap_tui.store.files import atomic_write, read_regular
from roadmap_tui.store.log_reader import BadLine, LogReader, ReadOffset

if TYPE_CHECKING:
    from sqlite3 import Connection

MIN_EVENTS: Final = 2000  # fewer are folded as fast as a snapshot is read
RECENT_EVENTS: Final = 400
_MAX_BYTES: Final = 1 << 30
_FILE: Final = "snapshot.sqlite"
# SQLite's user_version, a number it leaves to the application: here the checksum of the rest of the file.
_CHECKSUM: Final = slice(60, 64)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SCHEMA: Final = """
CREATE TABLE meta (json TEXT);
CREATE TABLE recent (record TEXT);
CREATE TABLE node (
    roadmap TEXT, target TEXT, clock INTEGER, status TEXT, since INTEGER, last_grade INTEGER,
    is_annotated INTEGER, is_custom INTEGER, is_timed INTEGER, PRIMARY KEY (roadmap, target)
) WITHOUT ROWID;
CREATE TABLE history (
    roadmap TEXT, target TEXT, records TEXT, PRIMARY KEY (roadmap, target)
) WITHOUT ROWID;
"""


def fingerprint() -> str:
    """Return a text that differs between program versions and between field lists of stored values."""
    types = (Stamp, *get_args(Event), ItemState, Note, Review, Interval, Resource)
    fields = [(stored.__name__, stored._fields) for stored in types]
    return f"{__version__} {VERSION} {EVENT_KINDS} {STATUSES} {fields}"


def load(reader: LogReader, folder: str | None) -> SnapshotProgress | None:
    """Open the snapshot and let the reader continue behind it; None if there is no usable one.

    An unusable one is deleted: the log may be short by now, and then nobody would replace it.
    """
    path = os.path.join(folder or "", _FILE)
    if folder is None or not os.path.exists(path):
        return None
    progress = _open(path, reader)
    if progress is None:
        with suppress(OSError):
            os.unlink(path)
    return progress


def _open(path: str, reader: LogReader) -> SnapshotProgress | None:
    import sqlite3

    try:
        data = read_regular(path, _MAX_BYTES)
        if data[_CHECKSUM] != _checksum(data):
            return None
        database = sqlite3.connect(
            f"file:{_quote(path)}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
    except (OSError, sqlite3.Error):
        return None
    with suppress(sqlite3.Error, ValueError, TypeError, LookupError):
        meta = json.loads(database.execute("SELECT json FROM meta").fetchone()[0])
        if meta["fingerprint"] == fingerprint():
            offsets = {name: ReadOffset(*offset) for name, offset in meta["offsets"].items()}
            bad_lines = [BadLine(*line) for line in meta["bad_lines"]]
            limits = {name: offset.offset for name, offset in offsets.items()}
            progress = SnapshotProgress(database, meta, lambda: LogReader(reader.folder, limits).read())
            # Last, because from then on the reader skips what the snapshot stands for.
            if reader.resume_from(offsets, bad_lines, needs_newer=meta["needs_newer"]):
                return progress
    database.close()
    return None


def save(reader: LogReader, progress: Progress, folder: str | None) -> None:
    """Write the snapshot of a complete progress, if it can be exact and the folder is writable."""
    offsets = reader.read_offsets() if folder is not None else None
    if folder is None or offsets is None:
        return
    with suppress(OSError, InvalidRecord):
        meta = {
            "offsets": offsets,
            "bad_lines": [line for line in reader.bad_lines if line.line],
            "needs_newer": reader.needs_newer,
        }
        data = _serialize(progress, meta)
        atomic_write(os.path.join(folder, _FILE), data, durable=False)


def _serialize(progress: Progress, meta: dict[str, Any]) -> bytes:
    """Return the bytes of a snapshot. Raises InvalidRecord if it could not be exact."""
    import sqlite3

    events = progress.events()
    if not all(_has_clock_in_id(event.stamp) for event in events):
        raise InvalidRecord("another event could have the same id")
    recent = _recent_ids(progress, events)
    older = [event for event in events if event.stamp.id not in recent]
    meta |= {"fingerprint": fingerprint(), "count": len(older)}
    meta["position"] = sort_key(older[-1]) if older else (-1, "")
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(_SCHEMA)
        database.execute("INSERT INTO meta VALUES (?)", [json.dumps(meta)])
        records = [[_to_json([event])] for event in events if event.stamp.id in recent]
        database.executemany("INSERT INTO recent VALUES (?)", records)
        keys = dict.fromkeys(
            (event.roadmap, target)
            for event in older
            if not isinstance(event, Undone | SessionStarted)
            for target in targets(event)
        )
        for key in keys:
            row, actions = _node_row(progress, key, recent)
            database.execute("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            database.execute("INSERT INTO history VALUES (?, ?, ?)", [*key, _to_json(actions)])
        database.commit()
        data = bytearray(database.serialize())
    finally:
        database.close()
    data[_CHECKSUM] = _checksum(data)
    return bytes(data)


def _recent_ids(progress: Progress, events: list[Event]) -> set[str]:
    """Return the ids of the events to store as events: the newest, and what undos need of the others."""
    recent = {event.stamp.id for event in events[-RECENT_EVENTS:]}
    recent.update(event.stamp.id for event in events if isinstance(event, ReviewsPaused))
    undos = [event for event in events if isinstance(event, Undone)]
    for undo in undos:
        if undo.stamp.id in recent and (target := progress.undo_target(undo)):
            recent.add(target)
    recent.update(undo.stamp.id for undo in undos if (progress.undo_target(undo) or undo.stamp.id) in recent)
    recent.update(undo.stamp.id for undo in undos if progress.undo_target(undo) is None)
    return recent


def _node_row(progress: Progress, key: Key, recent: set[str]) -> tuple[tuple[Any, ...], list[Action]]:
    """Return the columns of a node, without its recent events, and its actions to store."""
    everything = progress.active_actions(*key)
    actions = [action for action in everything if action.stamp.id not in recent]
    compact = key_events(actions)
    # Never lose what a later version of the fold may derive from the events left out.
    if fold_events(compact) == fold_events(actions) and not _has_old_recent(everything, recent):
        actions = compact
    state = fold_events(actions)
    grades = [_seconds(review.at) for review in state.reviews]
    row = (
        *key,
        progress.clock(*key),
        state.status,
        None if state.since is None else _seconds(state.since),
        max(grades, default=None),
        bool(state.notes or state.resources),
        any(isinstance(action, CustomItemSet) for action in actions),
        any(isinstance(action, TimeLogged) for action in actions),
    )
    return row, actions


def _has_old_recent(actions: list[Action], recent: set[str]) -> bool:
    """Return True if a recent event comes before another one: then compacting could change the history."""
    is_recent = [action.stamp.id in recent for action in actions]
    return is_recent != sorted(is_recent)


def _has_clock_in_id(stamp: Stamp) -> bool:
    """Return True if no event with another clock can have this id, as for all ids this program makes."""
    return stamp.id.startswith(f"{stamp.clock:012x}-")


def _to_json(events: Iterable[Event]) -> str:
    """Serialize events. Raises InvalidRecord if one would not be read back as it is."""
    records = []
    for event in events:
        record = encode(event, "auto")  # other writers may use fractions of a second
        if decode(record) != event:
            raise InvalidRecord("a field would be lost")
        records.append(record)
    return json.dumps(records, separators=(",", ":"))


def _seconds(moment: datetime) -> int:
    """Return the whole seconds since 1970, rounded down."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def _checksum(data: bytes | bytearray) -> bytes:
    """Return the CRC-32 of a file without its checksum; it detects damage, not forgery."""
    view = memoryview(data)
    return crc32(view[_CHECKSUM.stop :], crc32(view[: _CHECKSUM.start])).to_bytes(4, "big")


def _quote(path: str) -> str:
    """Escape a path for a ``file:`` URI as SQLite's documentation describes."""
    return os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


class SnapshotProgress(Progress):
    """A progress that starts from a snapshot and reads older actions of a node on demand.

    It behaves as a Progress of all events. For whole histories, and for events or undos about the time
    before the snapshot, it calls ``read_all``, which must return the events that the snapshot was made of.
    """

    def __init__(
        self, database: Connection, meta: dict[str, Any], read_all: Callable[[], Iterable[Event]]
    ) -> None:
        self._database: Connection | None = database
        self._is_complete = False
        self._older_count: int = meta["count"]
        self._position: tuple[int, str] = tuple(meta["position"])
        self._read_all = read_all
        self._older: dict[Key, list[Action]] = {}
        super().__init__()
        super().add(
            event for (text,) in database.execute("SELECT record FROM recent") for event in _from_json(text)
        )

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
        return self._is_complete

    def add(self, events: Iterable[Event]) -> set[Key]:
        """Add events; return the ``(roadmap, node id)`` of every node whose state may have changed."""
        events = list(events)
        return super().add(events) if self.is_complete or self._can_apply(events) else self.load_all(events)

    def load_all(self, events: Iterable[Event] = ()) -> set[Key]:
        """Fold all events again, and new ones with them; return every key."""
        if self._is_complete:
            return set()
        before, known = set(self.nodes()), [*self._events.values(), *events]
        self._close()
        self._is_complete, self._older_count, self._older = True, 0, {}
        self._reset()
        super().add(self._read_all())
        super().add(known)
        return before | set(self._by_node)

    def _can_apply(self, events: list[Event]) -> bool:
        """Return True if no event is older than the snapshot's end or acts on one that is not in memory."""
        fresh: dict[str, Event] = {}
        for event in events:
            event_id = event.stamp.id
            known = self._events.get(event_id) or fresh.get(event_id)
            if known is not None:
                if known != event:
                    return False
                continue
            if not _has_clock_in_id(event.stamp) or sort_key(event) <= self._position:
                return False
            if isinstance(event, Undone) and event.ref not in self._events and event.ref not in fresh:
                return False
            fresh[event_id] = event
        return True

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Query the snapshot; if it can no longer be read, fold the logs and return nothing.

        Callers therefore query first and look at the events in memory afterwards.
        """
        if self._database is None:
            return []
        from sqlite3 import Error

        try:
            return self._database.execute(query, values).fetchall()
        except Error:  # such as ESTALE, after another host replaced the file on NFS
            self._close()
            self.load_all()
            return []

    def _actions(self, key: Key) -> list[Action]:
        older = self._older.get(key)
        if older is None:
            rows = self._rows("SELECT records FROM history WHERE roadmap = ? AND target = ?", *key)
            older = self._older[key] = [action for (text,) in rows for action in _from_json(text)]
        actions = super()._actions(key)
        return sorted([*older, *actions], key=sort_key) if older else actions

    def _recent(self, roadmap: str) -> list[Action | Undone]:
        """Return a roadmap's events after the last one that is only in the snapshot."""
        return [event for event in super().history(roadmap) if sort_key(event) > self._position]

    def nodes(self) -> list[Key]:
        """Return the ``(roadmap, node id)`` of every node that has events."""
        older = [(roadmap, target) for roadmap, target in self._rows("SELECT roadmap, target FROM node")]
        return list(dict.fromkeys([*older, *super().nodes()]))

    def ids_with_events(self, roadmap: str) -> list[str]:
        """Return the ids of a roadmap's nodes that have events."""
        rows = self._rows("SELECT target FROM node WHERE roadmap = ?", roadmap)
        return list(dict.fromkeys([*(target for (target,) in rows), *super().ids_with_events(roadmap)]))

    def annotated_ids(self, roadmap: str) -> list[str]:
        """Return the ids of a superset of the nodes that have notes or custom resources."""
        rows = self._rows("SELECT target FROM node WHERE roadmap = ? AND is_annotated", roadmap)
        return list(dict.fromkeys([*(target for (target,) in rows), *super().ids_with_events(roadmap)]))

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
        """Return ids of nodes that were done before ``moment`` and never reviewed, if known without folding.

        ``moment`` must be a whole second. Callers fold the states of all other nodes.
        """
        rows = self._rows(
            "SELECT target FROM node"
            " WHERE roadmap = ? AND status = 'done' AND last_grade IS NULL AND since < ?",
            roadmap,
            _seconds(moment),
        )
        return {target for (target,) in rows if (roadmap, target) not in self._by_node}

    def clock(self, roadmap: str, target: str) -> int:
        """Return the highest clock of the events about a node, 0 without events."""
        rows = self._rows("SELECT clock FROM node WHERE roadmap = ? AND target = ?", roadmap, target)
        older: int = rows[0][0] if rows else 0
        return max(older, super().clock(roadmap, target))

    def review_grades(self, since: datetime) -> list[ReviewGraded]:
        """Return the active grades of all roadmaps from ``since`` on, in no particular order."""
        keys = self._rows("SELECT roadmap, target FROM node WHERE last_grade >= ?", _seconds(since))
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

    def _custom_item_ids(self, roadmap: str) -> set[str]:
        rows = self._rows("SELECT target FROM node WHERE roadmap = ? AND is_custom", roadmap)
        return super()._custom_item_ids(roadmap).union(target for (target,) in rows)

    def _timed_keys(self) -> set[Key]:
        rows = self._rows("SELECT roadmap, target FROM node WHERE is_timed")
        return super()._timed_keys().union((roadmap, target) for roadmap, target in rows)

    def active_actions(self, roadmap: str, target: str) -> list[Action]:
        """Return the active actions about a node, oldest first."""
        self.load_all()
        return super().active_actions(roadmap, target)

    def history(self, roadmap: str) -> list[Action | Undone]:
        """Return every event of a roadmap, oldest first."""
        self.load_all()
        return super().history(roadmap)

    def undoable(self, roadmap: str) -> tuple[Action, int] | None:
        """Return the last active action, which undo takes back, and the clock that the undo must exceed."""
        return self._last_active(self._recent(roadmap)) or super().undoable(roadmap)

    def redoable(self, roadmap: str) -> tuple[Undone, Action, int] | None:
        """Return the undo that redo takes back, its action, and the clock that the redo must exceed."""
        recent = self._recent(roadmap)
        # Events before the last action do not matter.
        if all(isinstance(event, Undone) for event in recent):
            return super().redoable(roadmap)
        return self._last_undone(recent)


def _from_json(text: str) -> list[Any]:
    return [decode(record) for record in json.loads(text)]
