"""Bringing back what a backup, a log or a folder of logs has and this journal lacks."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Final, NamedTuple

from roadmap_tui.core.errors import ReadError, SaveError
from roadmap_tui.core.progress.events import Event, SessionStarted
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.progress.records import InvalidRecord, NewerRecord
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.sanitize import clean
from roadmap_tui.store.files import printable_path
from roadmap_tui.store.log_lines import Logs, lines_of, missing_lines, read_logs, read_regular_file, write_new
from roadmap_tui.store.log_reader import LOG_SUFFIX, is_event, parse

PACKED: Final = f"{LOG_SUFFIX}.gz"
LARGEST: Final = 1 << 30
_GZIP: Final = b"\x1f\x8b"
_STEM: Final = "restored"
_REMEDY: Final = f"give a backup ({PACKED}), a log ({LOG_SUFFIX}), or a folder of them"


class RestoredEvents(NamedTuple):
    """The events of one roadmap that would come back: how many, and the first and last day of them."""

    roadmap: str
    events: int
    first: datetime
    last: datetime


class StateChange(NamedTuple):
    """A node whose state would be another one by that."""

    roadmap: str
    node: str
    before: ItemState
    after: ItemState


class RestorePlan(NamedTuple):
    """What would come back: the lines, and what they come to.

    ``events`` counts what was done, ``newer`` what only a later version understands; ``unread`` are lines
    of the source that are no events, which stay there.
    """

    lines: tuple[bytes, ...]
    events: int
    came: tuple[RestoredEvents, ...]
    changed: tuple[StateChange, ...]
    newer: int
    unread: int


def inspect_backup(source: str, log: str) -> RestorePlan:
    """What would come back from a backup (``.jsonl.gz``), a log, or a folder of either.

    Raises CannotRead, also where there is no event in it.
    """
    there = read_source(source)
    if not any(is_event(line) for lines in there.values() for line in lines):
        raise ReadError(printable_path(source), "there is no event in it", _REMEDY)
    try:
        here = read_logs(log).logs
    except OSError as error:
        raise ReadError("the log", error.strerror or str(error), "`roadmap-tui doctor` says more") from None
    return diff_logs(here, there)


def diff_logs(here: Logs, there: Logs) -> RestorePlan:
    """What some logs have and others lack, and what that comes to."""
    known = _events(here)
    ids = {event.stamp.id: event for event in known}
    lines: list[bytes] = []
    events: list[Event] = []
    newer = unread = 0
    for line in (line for some in missing_lines(here, there).values() for line in some):
        try:
            event = parse(line)
        except NewerRecord:
            newer += 1
        except InvalidRecord:
            unread += 1
            continue
        else:
            # The same event in other bytes is no other event.
            if ids.get(event.stamp.id) == event:
                continue
            ids[event.stamp.id] = event
            events.append(event)
        lines.append(line)
    before, after = Progress(known), Progress(known)
    touched = sorted(after.add(events))
    changed = [StateChange(*key, before.state(*key), after.state(*key)) for key in touched]
    different = tuple([one for one in changed if one.before != one.after])
    came = _came(events)
    count = sum(one.events for one in came)
    # That a session began is worth keeping with what it did, not alone.
    return RestorePlan(tuple(lines) if count + newer else (), count, came, different, newer, unread)


def restore_events(found: RestorePlan, log: str) -> str:
    """Write the lines into a new log; its name, empty where there is nothing to write. Raises CannotSave."""
    if not found.lines:
        return ""
    try:
        return write_new(log, _STEM, found.lines)
    except OSError as error:
        raise SaveError(
            "not restored", error.strerror or str(error), f"look at {printable_path(log)}"
        ) from None


def _came(events: Iterable[Event]) -> tuple[RestoredEvents, ...]:
    times: dict[str, list[datetime]] = {}
    for event in events:
        if not isinstance(event, SessionStarted):
            times.setdefault(event.roadmap, []).append(event.stamp.at)
    return tuple([RestoredEvents(name, len(at), min(at), max(at)) for name, at in sorted(times.items())])


def _events(logs: Logs) -> list[Event]:
    events = []
    for line in {line for lines in logs.values() for line in lines}:
        try:
            events.append(parse(line))
        except InvalidRecord:
            continue
    return events


def read_source(source: str) -> dict[str, list[bytes]]:
    """The lines of every log at a path. Raises CannotRead."""
    path = os.path.abspath(os.path.expanduser(source))
    try:
        if not os.path.isdir(path):
            return {os.path.basename(path): _lines(path)}
        if os.path.isdir(os.path.join(path, "log")):
            path = os.path.join(path, "log")  # a whole data folder
        names = [name for name in sorted(os.listdir(path)) if name.endswith((LOG_SUFFIX, PACKED))]
        if found := dict(_all_lines(path, [name for name in names if name[0] != "."])):
            return found
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ReadError(printable_path(source), clean(why, 200, one_line=True), _REMEDY) from None
    raise ReadError(printable_path(source), "there is no log in it", _REMEDY)


def _all_lines(folder: str, names: list[str]) -> Iterator[tuple[str, list[bytes]]]:
    """The lines of each; one that is damaged must not keep the others from coming back."""
    for name in names:
        with suppress(OSError, ValueError):
            yield name, _lines(os.path.join(folder, name))


def _lines(path: str) -> list[bytes]:
    data = read_regular_file(os.path.realpath(path))
    if data[:2] == _GZIP:
        data = _unpacked(data)
    # What is at its end, torn or not, was nobody's last word: the file is not being written.
    return lines_of(data + b"\n")


def _unpacked(data: bytes) -> bytes:
    """What was packed by gzip; of a file that was cut short, what is left. Raises ValueError."""
    found: list[bytes] = []
    room = LARGEST
    while data[:2] == _GZIP:
        packer = zlib.decompressobj(wbits=31)
        try:
            found.append(packer.decompress(data, room))
        except zlib.error:
            raise ValueError("it is damaged") from None
        room -= len(found[-1])
        if packer.unconsumed_tail or room <= 0:
            raise ValueError("it holds more than 1 GiB")
        data = packer.unused_data
    return b"".join(found)
