"""What can happen: the events of the journal, and the record each one is on disk.

An event never changes once written. Its place in history is ``(clock, id)``, which every
machine orders alike whatever its wall clock says; ``at`` is what that wall clock said.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from roadmap_tui.core.text import clean

VERSION: Final = 1

Status: TypeAlias = Literal["todo", "doing", "done", "skipped"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)

# No event has a clock from here on, so that clocks stay numbers that every reader can hold.
CLOCK_END: Final = 1 << 62
_LONGEST_ID: Final = 200
_LONGEST_URL: Final = 2000


class Stamp(NamedTuple):
    """Who wrote an event and when: its id, its logical clock (milliseconds), its wall-clock time."""

    id: str
    clock: int
    at: datetime


class StatusSet(NamedTuple):
    """One or more items of a roadmap were given a status, in one step."""

    stamp: Stamp
    roadmap: str
    targets: tuple[str, ...]
    title: str
    status: Status


class NoteWritten(NamedTuple):
    """A note was written in place of the ones named by ``bases`` (none: there was no note)."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    text: str
    bases: tuple[str, ...]


class ResourceTicked(NamedTuple):
    """A resource, known by its address, was ticked or unticked."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    url: str
    on: bool


class Undone(NamedTuple):
    """An earlier event was taken back; where that event is itself an undo, it is redone."""

    stamp: Stamp
    roadmap: str
    title: str
    ref: str


class Opened(NamedTuple):
    """A session began to write; readers older than ``min_reader`` must not add to the journal."""

    stamp: Stamp
    app: str
    min_reader: int


Action: TypeAlias = StatusSet | NoteWritten | ResourceTicked
Event: TypeAlias = Action | Undone | Opened


class BadRecord(ValueError):
    """A record that is not an event this version understands."""


class NewerRecord(BadRecord):
    """A record of a later version, or of a kind that only a later version knows."""


def targets(event: Event) -> tuple[str, ...]:
    """The ids of the nodes an event is about; empty for an undo and for an opening."""
    if isinstance(event, StatusSet):
        return event.targets
    if isinstance(event, NoteWritten | ResourceTicked):
        return (event.target,)
    return ()


def order(event: Event) -> tuple[int, str]:
    """The place of an event in history."""
    stamp = event.stamp
    return stamp.clock, stamp.id


def encode(event: Event) -> dict[str, Any]:
    """The record of an event: a JSON object with its keys in the order they are written."""
    stamp = event.stamp
    head: dict[str, Any] = {
        "v": VERSION,
        "id": stamp.id,
        "c": stamp.clock,
        "at": stamp.at.isoformat(timespec="seconds"),
    }
    body: dict[str, Any]
    match event:
        case StatusSet(_, roadmap, (target,), title, status):
            body = {"k": "status", "r": roadmap, "t": target, "title": title, "s": status}
        case StatusSet(_, roadmap, several, title, status):
            body = {"k": "status", "r": roadmap, "t": list(several), "title": title, "s": status}
        case NoteWritten(_, roadmap, target, title, text, bases):
            base = (bases[0] if bases else None) if len(bases) < 2 else list(bases)
            body = {"k": "note", "r": roadmap, "t": target, "title": title, "x": text, "base": base}
        case ResourceTicked(_, roadmap, target, title, url, on):
            body = {"k": "tick", "r": roadmap, "t": target, "title": title, "url": url, "on": on}
        case Undone(_, roadmap, title, ref):
            body = {"k": "undo", "r": roadmap, "title": title, "ref": ref}
        case Opened(_, app, min_reader):
            body = {"k": "open", "app": app, "min_reader": min_reader}
    return head | body


def decode(record: object) -> Event:
    """The event of a record read from a log; its texts are cleaned.

    Raises NewerRecord for what only a later version can mean, BadRecord for anything else
    that is not an event.
    """
    if not isinstance(record, dict):
        raise BadRecord("not an object")
    version, kind = record.get("v"), record.get("k")
    if type(version) is not int or version < 1:
        raise BadRecord("no version")
    # An opening is read whatever its version: it is what tells an older reader to keep its hands off.
    if version > VERSION and kind != "open":
        raise NewerRecord("a later version")
    build = _BUILDERS.get(kind) if isinstance(kind, str) else None
    if build is None:
        raise NewerRecord("unknown kind") if isinstance(kind, str) else BadRecord("no kind")
    return build(_stamp(record), record)


def _stamp(record: dict[str, Any]) -> Stamp:
    clock, at = record.get("c"), record.get("at")
    if type(clock) is not int or not 0 <= clock < CLOCK_END:
        raise BadRecord("no clock")
    try:
        time = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        time = None
    # At either end of the calendar a time can't be told in another zone.
    if time is None or not 1 < time.year < 9999:
        raise BadRecord("no time")
    if time.tzinfo is None:
        raise BadRecord("a time without its offset")
    return Stamp(_name(record.get("id"), "id"), clock, time)


def _name(value: object, key: str) -> str:
    if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable():
        return value
    raise BadRecord(f"no usable {key!r}")


@lru_cache(4096)
def _known_name(value: str) -> str | None:
    """A name that stands in many records: checked once, and kept once."""
    return value if 0 < len(value) <= _LONGEST_ID and value.isprintable() else None


def _roadmap(record: dict[str, Any]) -> str:
    value = record.get("r")
    if isinstance(value, str) and (name := _known_name(value)):
        return name
    raise BadRecord("no usable 'r'")


def _node(value: object) -> str:
    if isinstance(value, str) and (name := _known_name(value)):
        return name
    raise BadRecord("no usable 't'")


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if isinstance(value, str):
        return value
    raise BadRecord(f"no text in {key!r}")


def _target(record: dict[str, Any]) -> str:
    value = record.get("t")
    return "" if value == "" else _node(value)


def _title(record: dict[str, Any]) -> str:
    value = record.get("title")
    return _known_title(value) if isinstance(value, str) else ""


@lru_cache(4096)
def _known_title(value: str) -> str:
    return clean(value, 500, one_line=True)


def _status_set(stamp: Stamp, record: dict[str, Any]) -> StatusSet:
    status = record.get("s")
    if status not in STATUSES:
        raise BadRecord("no such status")
    value = record.get("t")
    several = value if isinstance(value, list) else [value]
    names = tuple([_node(one) for one in several])
    if not names:
        raise BadRecord("no usable 't'")
    return StatusSet(stamp, _roadmap(record), names, _title(record), status)


def _note_written(stamp: Stamp, record: dict[str, Any]) -> NoteWritten:
    base = record.get("base")
    bases = base if isinstance(base, list) else [] if base is None else [base]
    return NoteWritten(
        stamp,
        _roadmap(record),
        _target(record),
        _title(record),
        clean(_text(record, "x")),
        tuple([_name(one, "base") for one in bases]),
    )


def _resource_ticked(stamp: Stamp, record: dict[str, Any]) -> ResourceTicked:
    on, url = record.get("on"), _text(record, "url")
    if not isinstance(on, bool):
        raise BadRecord("neither on nor off")
    # The address is what the resource is known by: one that cleaning would change is nobody's.
    if not url or clean(url, _LONGEST_URL, one_line=True) != url:
        raise BadRecord("no usable 'url'")
    return ResourceTicked(stamp, _roadmap(record), _target(record), _title(record), url, on)


def _undone(stamp: Stamp, record: dict[str, Any]) -> Undone:
    return Undone(stamp, _roadmap(record), _title(record), _name(record.get("ref"), "ref"))


def _opened(stamp: Stamp, record: dict[str, Any]) -> Opened:
    min_reader = record.get("min_reader")
    if type(min_reader) is not int:
        raise BadRecord("no 'min_reader'")
    return Opened(stamp, clean(_text(record, "app"), 100, one_line=True), min_reader)


_BUILDERS: Final[dict[str, Callable[[Stamp, dict[str, Any]], Event]]] = {
    "status": _status_set,
    "note": _note_written,
    "tick": _resource_ticked,
    "undo": _undone,
    "open": _opened,
}
