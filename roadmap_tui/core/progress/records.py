"""Records: the JSON form of events in a log."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from roadmap_tui.core.progress.events import (
    HOURS_OF_WEEK,
    LONGEST_TIME,
    STATUSES,
    CustomItemSet,
    CustomResourceSet,
    Event,
    Excluded,
    GoalSet,
    NeedSet,
    NoteWritten,
    QuestionHidden,
    ResourceTicked,
    ReviewGraded,
    ReviewsPaused,
    RoadmapUpdated,
    SessionStarted,
    Snoozed,
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
    kind, fields = _FORM_OF[type(event)]
    at = stamp.at.isoformat(timespec=timespec)
    record: dict[str, Any] = {"v": VERSION, "id": stamp.id, "c": stamp.clock, "at": at, "k": kind}
    for field, value in zip(fields, event[1:], strict=True):
        if isinstance(value, datetime):
            record[field.key] = value.isoformat(timespec=timespec)
        elif not value and field.is_optional:
            continue
        elif isinstance(value, tuple):
            record[field.key] = list(value) if len(value) > 1 else value[0] if value else None
        else:
            record[field.key] = value
    if stamp.by:
        record["by"] = stamp.by
    return record


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
    if not isinstance(kind, str):
        raise InvalidRecord("no kind")
    form = _FORMS.get(kind)
    if form is None:
        raise NewerRecord("unknown kind")
    clock = record.get("c")
    if type(clock) is not int or not 0 <= clock < CLOCK_END:
        raise InvalidRecord("no clock")
    event_id, at = _name(record.get("id"), "id"), _time(record.get("at"), "at")
    stamp = Stamp(event_id, clock, at, _optional_text(record["by"], "by") if "by" in record else "")
    event_type, fields = form
    event = event_type(stamp, *[decode_value(record.get(key), key) for key, decode_value, _ in fields])
    if isinstance(event, CustomResourceSet) and not (event.url or event.old_url):
        raise InvalidRecord("no usable 'url'")
    return event


# Decoders of one value. Each is given the value, None if it is missing, and its key.


def _time(value: object, _: str) -> datetime:
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


def _node(value: object, key: str) -> str:
    if isinstance(value, str) and (name := _cached_name(value)):
        return name
    raise InvalidRecord(f"no usable {key!r}")


def _node_or_roadmap(value: object, key: str) -> str:
    return "" if value == "" else _node(value, key)


def _nodes(value: object, key: str) -> tuple[str, ...]:
    nodes = tuple([_node(part, key) for part in (value if isinstance(value, list) else [value])])
    if not nodes:
        raise InvalidRecord(f"no usable {key!r}")
    return nodes


def _ref(value: object, key: str) -> str:
    return "" if value is None else _name(value, key)


def _bases(value: object, key: str) -> tuple[str, ...]:
    bases = value if isinstance(value, list) else [] if value is None else [value]
    return tuple([_name(event_id, key) for event_id in bases])


def _title(value: object, _: str) -> str:
    return _cached_title(value) if isinstance(value, str) else ""


@lru_cache(4096)
def _cached_title(value: str) -> str:
    return clean(value, LONGEST_TITLE, one_line=True)


def _raw_text(value: object, key: str) -> str:
    if isinstance(value, str):
        return value
    raise InvalidRecord(f"no text in {key!r}")


def _text(value: object, key: str) -> str:
    return clean(_raw_text(value, key))


def _optional_text(value: object, _: str) -> str:
    return clean(value, 100, one_line=True) if isinstance(value, str) else ""


def _line(value: object, key: str) -> str:
    return clean(_raw_text(value, key), LONGEST_TITLE, one_line=True)


def _app(value: object, key: str) -> str:
    return clean(_raw_text(value, key), 100, one_line=True)


def _url_or_empty(value: object, key: str) -> str:
    url = _raw_text(value, key)
    # The address identifies the resource, so it cannot be cleaned: it must be clean.
    if clean(url, _LONGEST_URL, one_line=True) != url:
        raise InvalidRecord(f"no usable {key!r}")
    return url


def _url(value: object, key: str) -> str:
    if url := _url_or_empty(value, key):
        return url
    raise InvalidRecord(f"no usable {key!r}")


def _safe_url_or_empty(value: object, key: str) -> str:
    url = _url_or_empty(value, key)
    if url and not safe_url(url):
        raise InvalidRecord(f"no usable {key!r}")
    return url


def _kind(value: object, _: str) -> str:
    return value if isinstance(value, str) and value in KINDS else "website"


def _status(value: object, _: str) -> str:
    if isinstance(value, str) and value in STATUSES:
        return value
    raise InvalidRecord("no such status")


def _switch(value: object, _: str) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidRecord("neither on nor off")


def _version(value: object, key: str) -> int:
    if type(value) is int:
        return value
    raise InvalidRecord(f"no {key!r}")


def _number(value: object, key: str, lowest: int, highest: int) -> int:
    if type(value) is int and lowest <= value <= highest:
        return value
    raise InvalidRecord(f"no usable {key!r}")


def _rating(value: object, key: str) -> int:
    return _number(value, key, 1, 4)


def _milliseconds(value: object, key: str) -> int:
    return _number(value, key, 0, LONGEST_TIME * 1000)


def _seconds(value: object, key: str) -> int | None:
    return None if value is None else _number(value, key, 0, LONGEST_TIME)


def _day(value: object, key: str) -> str:
    text = "" if value is None else _raw_text(value, key)
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        raise InvalidRecord(f"no usable {key!r}") from None


def _hours(value: object, key: str) -> float:
    if value is None:
        return 0
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= HOURS_OF_WEEK:
        return value
    raise InvalidRecord(f"no usable {key!r}")


class _Field(NamedTuple):
    """A field of a record; an optional one is left out if it is empty."""

    key: str
    decode: Callable[[object, str], object]
    is_optional: bool = False


_ROADMAP: Final = _Field("r", _node)
_TITLE: Final = _Field("title", _title)
_HEAD: Final = (_ROADMAP, _Field("t", _node), _TITLE)
_QUESTION: Final = _Field("q", _ref, is_optional=True)
_HEAD_OR_ROADMAP: Final = (_ROADMAP, _Field("t", _node_or_roadmap), _TITLE)

# By the kind of the record: the type of its event, and a field for each of the event's after the stamp.
_FORMS: Final[dict[str, tuple[Callable[..., Event], tuple[_Field, ...]]]] = {
    "status": (
        StatusSet,
        (
            *(_ROADMAP, _Field("t", _nodes), _TITLE, _Field("s", _status)),
            _Field("how", _optional_text, is_optional=True),
        ),
    ),
    "note": (NoteWritten, (*_HEAD_OR_ROADMAP, _Field("x", _text), _Field("base", _bases))),
    "tick": (ResourceTicked, (*_HEAD_OR_ROADMAP, _Field("url", _url), _Field("on", _switch))),
    "review": (ReviewGraded, (*_HEAD, _Field("g", _rating), _Field("ms", _milliseconds), _QUESTION)),
    "hide": (QuestionHidden, (*_HEAD, _Field("q", _name), _Field("on", _switch))),
    "time": (
        TimeLogged,
        (
            *(*_HEAD, _Field("s", _seconds), _Field("from", _time)),
            *(_Field("ref", _ref, is_optional=True), _Field("base", _bases, is_optional=True)),
        ),
    ),
    "resource": (
        CustomResourceSet,
        (
            *(*_HEAD_OR_ROADMAP, _Field("url", _safe_url_or_empty), _Field("x", _line)),
            *(_Field("kind", _kind), _Field("was", _url_or_empty)),
        ),
    ),
    "item": (CustomItemSet, (*_HEAD, _Field("x", _line), _Field("under", _node_or_roadmap))),
    "pause": (ReviewsPaused, (_ROADMAP, _TITLE, _Field("until", _time))),
    "snooze": (Snoozed, (*_HEAD, _Field("until", _day))),
    "need": (NeedSet, (*_HEAD, _Field("x", _node), _Field("on", _switch))),
    "goal": (
        GoalSet,
        (
            *_HEAD_OR_ROADMAP,
            _Field("date", _day, is_optional=True),
            _Field("hours", _hours, is_optional=True),
        ),
    ),
    "exclude": (Excluded, (_ROADMAP, _TITLE, _Field("ref", _bases))),
    "update": (
        RoadmapUpdated,
        (
            *(_ROADMAP, _TITLE, _Field("was", _name), _Field("sha256", _name)),
            _Field("new", _bases, is_optional=True),
        ),
    ),
    "undo": (Undone, (_ROADMAP, _TITLE, _Field("ref", _name))),
    "open": (SessionStarted, (_Field("app", _app), _Field("min_reader", _version))),
}
_FORM_OF: Final = {event_type: (kind, fields) for kind, (event_type, fields) in _FORMS.items()}
EVENT_KINDS: Final = tuple(_FORMS)
