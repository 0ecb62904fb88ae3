"""The snapshot: a disposable SQLite file with the folded state of a long journal, for a fast start.

It has one row per node with what every start needs, the actions that decide the node's state (read on
demand), and the newest events for undo and for merging what other machines write. If it is missing, stale,
damaged or from another version, the logs are folded again. Short logs have none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, get_args
from zlib import compress, crc32

from roadmap_tui import __version__
from roadmap_tui.core.progress.events import (
    PLACEMENT,
    STATUSES,
    Action,
    CustomItemSet,
    Event,
    Excluded,
    GoalSet,
    NeedSet,
    ReviewsPaused,
    RoadmapUpdated,
    SessionStarted,
    Snoozed,
    Stamp,
    StatusSet,
    TimeLogged,
    Undone,
    copied_id,
    sort_key,
    targets,
)
from roadmap_tui.core.progress.fold import status_changes
from roadmap_tui.core.progress.progress import Progress
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
from roadmap_tui.store.snapshot_progress import EPOCH, SnapshotProgress, has_clock_in_id, whole_seconds

if TYPE_CHECKING:
    from roadmap_tui.core.review.schedule import Scheduler

RECENT_EVENTS: Final = 128  # decoded at each start; older ones that arrive later mean a new snapshot
_MAX_BYTES: Final = 1 << 30
# They are folded by themselves, not by node.
_KEPT_WHOLE: Final = (ReviewsPaused, NeedSet, GoalSet, RoadmapUpdated, Snoozed, Excluded)
# SQLite's user_version, a number it leaves to the application: here the checksum of the rest of the file.
_CHECKSUM: Final = slice(60, 64)
_SCHEMA: Final = """
CREATE TABLE meta (json TEXT);
CREATE TABLE recent (records TEXT);
CREATE TABLE node (
    roadmap TEXT, target TEXT, clock INTEGER, status TEXT, since TEXT, last_grade INTEGER,
    is_annotated INTEGER, PRIMARY KEY (roadmap, target)
) WITHOUT ROWID;
CREATE TABLE card (
    roadmap TEXT, target TEXT, due INTEGER, last INTEGER, stability REAL, difficulty REAL,
    lapses INTEGER, is_placed INTEGER, newest INTEGER, PRIMARY KEY (roadmap, target)
) WITHOUT ROWID;
CREATE TABLE logged (
    roadmap TEXT, target TEXT, newest INTEGER, entries TEXT, PRIMARY KEY (roadmap, target)
) WITHOUT ROWID;
CREATE TABLE summary (
    roadmap TEXT, target TEXT, statuses TEXT, reviews TEXT, PRIMARY KEY (roadmap, target)
) WITHOUT ROWID;
CREATE TABLE grade (at INTEGER, ms INTEGER);
CREATE INDEX grade_at ON grade (at);
CREATE TABLE history (
    roadmap TEXT, target TEXT, records BLOB, PRIMARY KEY (roadmap, target)
) WITHOUT ROWID;
"""


def fingerprint() -> str:
    """Return a text that differs between versions of the program and FSRS, and between stored formats."""
    from roadmap_tui.core.review.schedule import Card
    from roadmap_tui.store.installed import version

    types = (Stamp, *get_args(Event), ItemState, Note, Review, Interval, Resource, Card)
    fields = [(stored.__name__, stored._fields) for stored in types]
    kept_whole = [stored.__name__ for stored in _KEPT_WHOLE]
    fsrs = version("fsrs")  # its algorithm and default parameters made the cards
    return f"{__version__} {VERSION} {EVENT_KINDS} {STATUSES} {fields} {kept_whole} {fsrs} {_SCHEMA}"


def load(reader: LogReader, path: str) -> SnapshotProgress | None:
    """Open the snapshot and make the reader resume after it; None if it is not usable.

    An unusable one is deleted: the log may be short by now, and then nobody would replace it.
    """
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
    except OSError:
        return None
    database = sqlite3.connect(":memory:", check_same_thread=False)
    with suppress(sqlite3.Error, ValueError, TypeError, LookupError):
        database.deserialize(data)
        meta = json.loads(database.execute("SELECT json FROM meta").fetchone()[0])
        if meta["fingerprint"] == fingerprint():
            offsets = {name: ReadOffset(*offset) for name, offset in meta["offsets"].items()}
            bad_lines = [BadLine(*line) for line in meta["bad_lines"]]
            limits = {name: offset.offset for name, offset in offsets.items()}
            progress = SnapshotProgress(database, meta, lambda: LogReader(reader.folder, limits).read())
            # Last, because from then on the reader skips the lines that the snapshot covers.
            if reader.resume_from(offsets, bad_lines, needs_newer=meta["needs_newer"]):
                return progress
    database.close()
    return None


def save(reader: LogReader, progress: Progress, path: str, review: tuple[float, int] | None = None) -> None:
    """Write a snapshot of a complete progress; do nothing if it would be inexact or on an error.

    ``review`` has the arguments of the scheduler whose cards are stored; None stores none.
    """
    if (offsets := reader.read_offsets()) is None:
        return
    with suppress(OSError, InvalidRecord):
        meta = {
            "offsets": offsets,
            "bad_lines": [line for line in reader.bad_lines if line.line],
            "needs_newer": reader.needs_newer,
            "review": review,
        }
        data = _serialize(progress, meta)
        atomic_write(path, data, durable=False)


def _serialize(progress: Progress, meta: dict[str, Any]) -> bytes:
    """Serialize a snapshot. Raises InvalidRecord if events would be read back differently."""
    import sqlite3

    events = progress.events()
    if not all(has_clock_in_id(event.stamp) for event in events):
        raise InvalidRecord("another event could have the same id")
    recent = _recent_ids(progress, events)
    older = [event for event in events if event.stamp.id not in recent]
    meta |= {"fingerprint": fingerprint(), "count": len(older)}
    meta["position"] = sort_key(older[-1]) if older else (-1, "")
    folded = [event for event in older if not progress.is_excluded(event)]
    meta["custom"] = _keys(event for event in folded if isinstance(event, CustomItemSet))
    meta["timed"] = _keys(event for event in folded if isinstance(event, TimeLogged))
    meta["running"] = [entry[:2] for entry in progress.running_entries()]
    meta["placed"] = _keys(
        event for event in older if isinstance(event, StatusSet) and event.how == PLACEMENT
    )
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(_SCHEMA)
        database.execute("INSERT INTO meta VALUES (?)", [json.dumps(meta)])
        records = _to_json(event for event in events if event.stamp.id in recent)
        database.execute("INSERT INTO recent VALUES (?)", [records])
        for key in _keys(event for event in folded if not isinstance(event, Undone | SessionStarted)):
            row, actions, summary = _node_rows(progress, key, recent)
            database.execute("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            database.execute("INSERT INTO summary VALUES (?, ?, ?, ?)", [*key, *map(json.dumps, summary)])
            # Compressed, because the whole file is read and checked at each start.
            compressed = compress(_to_json(actions).encode(), 1)
            database.execute("INSERT INTO history VALUES (?, ?, ?)", [*key, compressed])
        database.executemany("INSERT INTO logged VALUES (?, ?, ?, ?)", _logged_rows(progress, events))
        older_grades = (grade for grade in progress.review_grades(EPOCH) if grade.stamp.id not in recent)
        grades = [(whole_seconds(grade.stamp.at), grade.ms) for grade in older_grades]
        database.executemany("INSERT INTO grade VALUES (?, ?)", grades)
        if meta["review"] is not None:
            from roadmap_tui.core.review.schedule import Scheduler

            rows = _card_rows(progress, Scheduler(*meta["review"]))
            database.executemany("INSERT INTO card VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        database.commit()
        data = bytearray(database.serialize())
    finally:
        database.close()
    data[_CHECKSUM] = _checksum(data)
    return bytes(data)


def _keys(actions: Iterable[Action]) -> list[Key]:
    """Return the distinct nodes that actions are about."""
    return list(dict.fromkeys((action.roadmap, target) for action in actions for target in targets(action)))


def _recent_ids(progress: Progress, events: list[Event]) -> set[str]:
    """Return the ids of the events to store in full: the newest, _KEPT_WHOLE, linked undos and actions."""
    recent = {event.stamp.id for event in events[-RECENT_EVENTS:]}
    recent.update(event.stamp.id for event in events if isinstance(event, _KEPT_WHOLE))
    recent.update(ref for event in events if isinstance(event, Excluded) for ref in event.refs)
    recent.update(event.stamp.id for event in events if copied_id(event) in recent)  # they replace those
    undos = [event for event in events if isinstance(event, Undone)]
    for undo in undos:
        if undo.stamp.id in recent and (target := progress.undo_target(undo)):
            recent.add(target)
    recent.update(undo.stamp.id for undo in undos if (progress.undo_target(undo) or undo.stamp.id) in recent)
    recent.update(undo.stamp.id for undo in undos if progress.undo_target(undo) is None)
    return recent


def _node_rows(
    progress: Progress, key: Key, recent: set[str]
) -> tuple[tuple[Any, ...], list[Action], tuple[Any, Any]]:
    """Return the columns of a node, its actions to store, and its status changes and reviews for statistics.

    All are without its recent events. The last two are None if a recent event comes before an older one.
    """
    everything = progress.active_actions(*key)
    actions = [action for action in everything if action.stamp.id not in recent]
    compact = key_events(actions)
    changes = [(status, at.isoformat(), how) for status, at, how in status_changes(actions)]
    # Never lose what a later version of the fold may derive from the events left out.
    # If a recent event comes before an older one, compacting could change the history.
    is_recent = [action.stamp.id in recent for action in everything]
    is_sorted = is_recent == sorted(is_recent)
    if fold_events(compact) == fold_events(actions) and is_sorted:
        actions = compact
    state = fold_events(actions)
    grades = [whole_seconds(review.at) for review in state.reviews]
    row = (
        *key,
        progress.clock(*key),
        state.status,
        state.since and state.since.isoformat(),
        max(grades, default=None),
        bool(state.notes or state.resources),
    )
    reviews = [(review.at.isoformat(), review.rating) for review in state.reviews]
    return row, actions, (changes, reviews) if is_sorted else (None, None)


def _logged_rows(progress: Progress, events: list[Event]) -> list[tuple[str, str, int, str]]:
    """Return the newest start and the logged intervals by node, for ``SnapshotProgress.time_entries``."""
    by_node: dict[Key, list[Any]] = {
        key: [] for key in _keys(event for event in events if isinstance(event, TimeLogged))
    }
    newest = dict.fromkeys(by_node, 0)
    for roadmap, target, title, (first_id, start, *rest) in progress.time_entries():
        by_node[roadmap, target].append([title, first_id, start.isoformat(), *rest])
        newest[roadmap, target] = whole_seconds(start)
    return [(*key, newest[key], json.dumps(entries)) for key, entries in by_node.items()]


def _card_rows(progress: Progress, scheduler: Scheduler) -> Iterator[tuple[Any, ...]]:
    """Yield the review card of each done node, and when it was done or reviewed last."""
    for key in progress.nodes():
        state = progress.state(*key)
        card = scheduler.card(state)
        if card is not None and state.since is not None:
            newest = max([state.since, *(review.at for review in state.reviews)])
            last = card.last and card.last.toordinal()
            yield *key, card.due.toordinal(), last, *card[2:], whole_seconds(newest)


def _to_json(events: Iterable[Event]) -> str:
    """Serialize events. Raises InvalidRecord if one would be read back differently."""
    records = []
    for event in events:
        record = encode(event, "auto")  # other writers may use fractions of a second
        if decode(record) != event:
            raise InvalidRecord("a field would be lost")
        records.append(record)
    return json.dumps(records, separators=(",", ":"))


def _checksum(data: bytes | bytearray) -> bytes:
    """Return the CRC-32 of a file without its checksum; it detects damage, not forgery."""
    view = memoryview(data)
    return crc32(view[_CHECKSUM.stop :], crc32(view[: _CHECKSUM.start])).to_bytes(4, "big")
