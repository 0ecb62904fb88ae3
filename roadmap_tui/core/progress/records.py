"""Records: the JSON form of events in a log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from roadmap_tui.core.progress.events import (
    LONGEST_TIME,
    STATUSES,
    CustomItemSet,
    CustomResourceSet,
    Event,
    NoteWritten,
    ResourceTicked,
    ReviewGraded,
    ReviewsPaused,
    SessionStarted,
    Stamp,
    StatusSet,
    TimeLogged,
    Undone,
)
from roadmap_tui.core.roadmap.model import KINDS
from roadmap_tui.core.sanitize import LONGEST_TITLE, clean, safe_url

VERSION: Final = 1

# Clocks are below this, so that every JSON reader can represent them.
CLOCK_END: Final = 1 << 62
_LONGEST_ID: Final = 200
_LONGEST_URL: Final = 2000


class InvalidRecord(ValueError):
    """A record that this version cannot decode."""


class NewerRecord(InvalidRecord):
    """A record of a later version, or of an unknown kind."""


def encode(event: Event, timespec: str = "seconds") -> dict[str, Any]:
    """Return the record of an event, a JSON object with its keys in the order they are written.

    ``timespec`` is the precision of its times, as for ``datetime.isoformat``.
    """
    stamp = event.stamp
    head: dict[str, Any] = {
        "v": VERSION,
        "id": stamp.id,
        "c": stamp.clock,
        "at": stamp.at.isoformat(timespec=timespec),
    }
    body: dict[str, Any]
    match event:
        case StatusSet(_, roadmap, (target,), title, status):
            body = {"k": "status", "r": roadmap, "t": target, "title": title, "s": status}
        case StatusSet(_, roadmap, node_ids, title, status):
            body = {"k": "status", "r": roadmap, "t": list(node_ids), "title": title, "s": status}
        case NoteWritten(_, roadmap, target, title, text, bases):
            body = {
                "k": "note",
                "r": roadmap,
                "t": target,
                "title": title,
                "x": text,
                "base": _encode_bases(bases),
            }
        case ResourceTicked(_, roadmap, target, title, url, on):
            body = {"k": "tick", "r": roadmap, "t": target, "title": title, "url": url, "on": on}
        case ReviewGraded(_, roadmap, target, title, rating, ms):
            body = {"k": "review", "r": roadmap, "t": target, "title": title, "g": rating, "ms": ms}
        case TimeLogged(_, roadmap, target, title, start, seconds, ref, bases):
            start_text = start.isoformat(timespec=timespec)
            body = {"k": "time", "r": roadmap, "t": target, "title": title, "s": seconds, "from": start_text}
            body |= {"ref": ref} if ref else {}
            body |= {"base": _encode_bases(bases)} if bases else {}
        case CustomResourceSet(_, roadmap, target, title, url, name, kind, old_url):
            body = {"k": "resource", "r": roadmap, "t": target, "title": title, "url": url, "x": name}
            body |= {"kind": kind, "was": old_url}
        case CustomItemSet(_, roadmap, target, title, name, parent):
            body = {"k": "item", "r": roadmap, "t": target, "title": title, "x": name, "under": parent}
        case ReviewsPaused(_, roadmap, title, until):
            body = {"k": "pause", "r": roadmap, "title": title, "until": until.isoformat(timespec=timespec)}
        case Undone(_, roadmap, title, ref):
            body = {"k": "undo", "r": roadmap, "title": title, "ref": ref}
        case SessionStarted(_, app, min_reader):
            body = {"k": "open", "app": app, "min_reader": min_reader}
    return head | body


def decode(record: object) -> Event:
    """Return the event of a record; its texts are cleaned.

    Raises NewerRecord for a record of a later version, InvalidRecord for anything else that is no event.
    """
    if not isinstance(record, dict):
        raise InvalidRecord("not an object")
    version, kind = record.get("v"), record.get("k")
    if type(version) is not int or version < 1:
        raise InvalidRecord("no version")
    # Read in every version: it says whether this version may write to the journal.
    if version > VERSION and kind != "open":
        raise NewerRecord("a later version")
    decoder = _DECODERS.get(kind) if isinstance(kind, str) else None
    if decoder is None:
        raise NewerRecord("unknown kind") if isinstance(kind, str) else InvalidRecord("no kind")
    return decoder(_stamp(record), record)


def _stamp(record: dict[str, Any]) -> Stamp:
    clock = record.get("c")
    if type(clock) is not int or not 0 <= clock < CLOCK_END:
        raise InvalidRecord("no clock")
    time = _time(record.get("at"))
    return Stamp(_name(record.get("id"), "id"), clock, time)


def _time(value: object) -> datetime:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        time = None
    # At the ends of the calendar, a time cannot be converted to another zone.
    if time is None or not 1 < time.year < 9999:
        raise InvalidRecord("no time")
    if time.tzinfo is None:
        raise InvalidRecord("a time without its offset")
    return time


def _name(value: object, key: str) -> str:
    if isinstance(value, str) and _is_name(value):
        return value
    raise InvalidRecord(f"no usable {key!r}")


def _is_name(value: str) -> bool:
    # Names may be shown to the user. Our writers make none that cleaning would change.
    return (
        0 < len(value) <= _LONGEST_ID
        and value.isprintable()
        and (value.isascii() or clean(value, one_line=True) == value)
    )


@lru_cache(4096)
def _cached_name(value: str) -> str | None:
    """Validate and intern a name that is repeated in many records."""
    return value if _is_name(value) else None


def _interned(value: object, key: str) -> str:
    if isinstance(value, str) and (name := _cached_name(value)):
        return name
    raise InvalidRecord(f"no usable {key!r}")


def _roadmap(record: dict[str, Any]) -> str:
    return _interned(record.get("r"), "r")


def _node(value: object) -> str:
    return _interned(value, "t")


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if isinstance(value, str):
        return value
    raise InvalidRecord(f"no text in {key!r}")


def _target(record: dict[str, Any]) -> str:
    value = record.get("t")
    return "" if value == "" else _node(value)


def _title(record: dict[str, Any]) -> str:
    value = record.get("title")
    return _cached_title(value) if isinstance(value, str) else ""


@lru_cache(4096)
def _cached_title(value: str) -> str:
    return clean(value, LONGEST_TITLE, one_line=True)


def _status_set(stamp: Stamp, record: dict[str, Any]) -> StatusSet:
    status = record.get("s")
    if status not in STATUSES:
        raise InvalidRecord("no such status")
    value = record.get("t")
    values = value if isinstance(value, list) else [value]
    names = tuple([_node(name) for name in values])
    if not names:
        raise InvalidRecord("no usable 't'")
    return StatusSet(stamp, _roadmap(record), names, _title(record), status)


def _note_written(stamp: Stamp, record: dict[str, Any]) -> NoteWritten:
    return NoteWritten(
        stamp,
        _roadmap(record),
        _target(record),
        _title(record),
        clean(_text(record, "x")),
        _bases(record),
    )


def _encode_bases(bases: tuple[str, ...]) -> str | list[str] | None:
    return (bases[0] if bases else None) if len(bases) < 2 else list(bases)


def _bases(record: dict[str, Any]) -> tuple[str, ...]:
    base = record.get("base")
    bases = base if isinstance(base, list) else [] if base is None else [base]
    return tuple([_name(event_id, "base") for event_id in bases])


def _resource_ticked(stamp: Stamp, record: dict[str, Any]) -> ResourceTicked:
    on, url = record.get("on"), _url(record, "url")
    if not isinstance(on, bool):
        raise InvalidRecord("neither on nor off")
    if not url:
        raise InvalidRecord("no usable 'url'")
    return ResourceTicked(stamp, _roadmap(record), _target(record), _title(record), url, on)


def _url(record: dict[str, Any], key: str) -> str:
    url = _text(record, key)
    # The address identifies the resource, so it cannot be cleaned: it must be clean.
    if clean(url, _LONGEST_URL, one_line=True) != url:
        raise InvalidRecord(f"no usable {key!r}")
    return url


def _number(record: dict[str, Any], key: str, most: int) -> int:
    value = record.get(key)
    if type(value) is int and 0 <= value <= most:
        return value
    raise InvalidRecord(f"no usable {key!r}")


def _review_graded(stamp: Stamp, record: dict[str, Any]) -> ReviewGraded:
    rating = _number(record, "g", 4)
    if not rating:
        raise InvalidRecord("no usable 'g'")
    ms = _number(record, "ms", LONGEST_TIME * 1000)
    return ReviewGraded(stamp, _roadmap(record), _node(record.get("t")), _title(record), rating, ms)


def _time_logged(stamp: Stamp, record: dict[str, Any]) -> TimeLogged:
    seconds = None if record.get("s") is None else _number(record, "s", LONGEST_TIME)
    ref = record.get("ref")
    return TimeLogged(
        stamp,
        _roadmap(record),
        _node(record.get("t")),
        _title(record),
        _time(record.get("from")),
        seconds,
        "" if ref is None else _name(ref, "ref"),
        _bases(record),
    )


def _custom_resource_set(stamp: Stamp, record: dict[str, Any]) -> CustomResourceSet:
    url, old_url, kind = _url(record, "url"), _url(record, "was"), record.get("kind")
    if (url and not safe_url(url)) or not (url or old_url):
        raise InvalidRecord("no usable 'url'")
    return CustomResourceSet(
        stamp,
        _roadmap(record),
        _target(record),
        _title(record),
        url,
        clean(_text(record, "x"), LONGEST_TITLE, one_line=True),
        kind if isinstance(kind, str) and kind in KINDS else "website",
        old_url,
    )


def _custom_item_set(stamp: Stamp, record: dict[str, Any]) -> CustomItemSet:
    parent = record.get("under")
    return CustomItemSet(
        stamp,
        _roadmap(record),
        _node(record.get("t")),
        _title(record),
        clean(_text(record, "x"), LONGEST_TITLE, one_line=True),
        "" if parent == "" else _node(parent),
    )


def _reviews_paused(stamp: Stamp, record: dict[str, Any]) -> ReviewsPaused:
    return ReviewsPaused(stamp, _roadmap(record), _title(record), _time(record.get("until")))


def _undone(stamp: Stamp, record: dict[str, Any]) -> Undone:
    return Undone(stamp, _roadmap(record), _title(record), _name(record.get("ref"), "ref"))


def _session_started(stamp: Stamp, record: dict[str, Any]) -> SessionStarted:
    min_reader = record.get("min_reader")
    if type(min_reader) is not int:
        raise InvalidRecord("no 'min_reader'")
    return SessionStarted(stamp, clean(_text(record, "app"), 100, one_line=True), min_reader)


_DECODERS: Final[dict[str, Callable[[Stamp, dict[str, Any]], Event]]] = {
    "status": _status_set,
    "note": _note_written,
    "tick": _resource_ticked,
    "review": _review_graded,
    "time": _time_logged,
    "resource": _custom_resource_set,
    "item": _custom_item_set,
    "pause": _reviews_paused,
    "undo": _undone,
    "open": _session_started,
}
EVENT_KINDS: Final = tuple(_DECODERS)
