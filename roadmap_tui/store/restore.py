"""Restore events that a backup, a log or a folder of logs has and this journal lacks."""

import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import Final, NamedTuple

from roadmap_tui.core.errors import ReadError, SaveError
from roadmap_tui.core.progress.events import Event, SessionStarted
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.records import InvalidRecord, NewerRecord
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.sanitize import clean
from roadmap_tui.store.files import printable_path
from roadmap_tui.store.log_lines import Logs, lines_of, missing_lines, read_chunks, read_logs, write_new
from roadmap_tui.store.log_reader import LOG_SUFFIX, is_event, parse

BACKUP_SUFFIX: Final = f"{LOG_SUFFIX}.gz"
_PIECE_BYTES: Final = 1 << 20
_GZIP_MAGIC: Final = b"\x1f\x8b"
_STEM: Final = "restored"
_REMEDY: Final = f"give a backup ({BACKUP_SUFFIX}), a log ({LOG_SUFFIX}), or a folder of them"


class RestoredEvents(NamedTuple):
    """The events of one roadmap to be restored: their number, and the first and last time."""

    roadmap: str
    events: int
    first: datetime
    last: datetime


class StateChange(NamedTuple):
    """A node whose state the restore changes."""

    roadmap: str
    node: str
    before: ItemState
    after: ItemState


class RestorePlan(NamedTuple):
    """The lines to restore, and their effect.

    ``events`` counts the reader's events, ``newer`` records of later versions, and ``unread`` the lines of
    the source that are not events; those are not restored.
    """

    lines: tuple[bytes, ...]
    events: int
    restored: tuple[RestoredEvents, ...]
    changed: tuple[StateChange, ...]
    newer: int
    unread: int


def inspect_backup(source: str, log: str) -> RestorePlan:
    """Plan restoring a backup, a log, or a folder of them. Raises ReadError, also if it has no event."""
    other = read_source(source)
    if not any(is_event(line) for lines in other.values() for line in lines):
        raise ReadError(printable_path(source), "it contains no events", _REMEDY)
    try:
        local = read_logs(log, everything=True).logs
    except OSError as error:
        raise ReadError("the log", error.strerror or str(error), "`roadmap-tui doctor` says more") from None
    return diff_logs(local, other)


def diff_logs(local: Logs, other: Logs) -> RestorePlan:
    """Plan adding to ``local`` the lines that only ``other`` has."""
    known = _events(local)
    ids = {event.stamp.id: event for event in known}
    lines: list[bytes] = []
    events: list[Event] = []
    newer = unread = 0
    for line in (line for some in missing_lines(local, other).values() for line in some):
        try:
            event = parse(line)
        except NewerRecord:
            newer += 1
        except InvalidRecord:
            unread += 1
            continue
        else:
            # Skip the same event in a different encoding.
            if ids.get(event.stamp.id) == event:
                continue
            ids[event.stamp.id] = event
            events.append(event)
        lines.append(line)
    before, after = Progress(known), Progress(known)
    changed = [StateChange(*key, before.state(*key), after.state(*key)) for key in sorted(after.add(events))]
    different = tuple([one for one in changed if one.before != one.after])
    restored = _summarize(events)
    count = sum(one.events for one in restored)
    # A session start is only worth restoring together with events.
    return RestorePlan(tuple(lines) if count + newer else (), count, restored, different, newer, unread)


def restore_events(plan: RestorePlan, log: str) -> str:
    """Write the lines to a new log and return its name, or "" if there are none. Raises SaveError."""
    if not plan.lines:
        return ""
    try:
        return write_new(log, _STEM, plan.lines)
    except OSError as error:
        raise SaveError(
            "not restored", error.strerror or str(error), f"look at {printable_path(log)}"
        ) from None


def _summarize(events: Iterable[Event]) -> tuple[RestoredEvents, ...]:
    times: dict[str, list[datetime]] = {}
    for event in events:
        if not isinstance(event, SessionStarted):
            times.setdefault(event.roadmap, []).append(event.stamp.at)
    return tuple([RestoredEvents(name, len(at), min(at), max(at)) for name, at in sorted(times.items())])


def _events(logs: Logs) -> list[Event]:
    events = []
    for line in {line for lines in logs.values() for line in lines}:
        with suppress(InvalidRecord):
            events.append(parse(line))
    return events


def read_source(source: str) -> dict[str, list[bytes]]:
    """Return the lines of each log at a path; skips damaged ones in a folder. Raises ReadError."""
    path = os.path.abspath(os.path.expanduser(source))
    try:
        if not os.path.isdir(path):
            return {os.path.basename(path): _read_lines(path)}
        if os.path.isdir(os.path.join(path, "log")):
            path = os.path.join(path, "log")  # a whole data folder
        suffixes = LOG_SUFFIX, BACKUP_SUFFIX
        names = [name for name in sorted(os.listdir(path)) if name.endswith(suffixes) and name[0] != "."]
        found = {}
        for name in names:
            with suppress(OSError, ValueError):
                found[name] = _read_lines(os.path.join(path, name))
        if found:
            return found
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ReadError(printable_path(source), clean(why, 200, one_line=True), _REMEDY) from None
    raise ReadError(printable_path(source), "it contains no logs", _REMEDY)


def _read_lines(path: str) -> list[bytes]:
    chunks = read_chunks(os.path.realpath(path))
    first = next(chunks, b"")
    chunks = chain((first,), chunks)
    # Nobody is writing to this file, so its last line counts even without a newline.
    return lines_of(chain(_decompress(chunks) if first[:2] == _GZIP_MAGIC else chunks, (b"\n",)))


def _decompress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress gzip data piece by piece; of a truncated file, as much as possible. Raises ValueError."""
    decompressor = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        data = chunk
        while data:
            if decompressor.eof:
                if data[:2] != _GZIP_MAGIC:
                    return
                decompressor = zlib.decompressobj(wbits=31)
            try:
                yield decompressor.decompress(data, _PIECE_BYTES)
            except zlib.error:
                raise ValueError("it is damaged") from None
            data = decompressor.unconsumed_tail or decompressor.unused_data
