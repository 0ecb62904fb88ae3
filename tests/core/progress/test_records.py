from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.progress.events import (
    Event,
    NoteWritten,
    ResourceTicked,
    SessionStarted,
    StatusSet,
    sort_key,
    targets,
)
from roadmap_tui.core.progress.records import CLOCK_END, InvalidRecord, NewerRecord, decode, encode
from roadmap_tui.core.sanitize import clean
from tests.journals import any_event, mark

STATUS = {
    "v": 1,
    "id": "018bcfe56800-0a1b2c3d-1",
    "c": 1700000000000,
    "at": "2023-11-14T23:13:20+01:00",
    "k": "status",
    "r": "maths",
    "t": "vectors",
    "title": "Vectors",
    "s": "done",
}
NOTE = STATUS | {"k": "note", "x": "words", "base": None}
TICK = STATUS | {"k": "tick", "url": "https://example.org/", "on": True}
UNDO = STATUS | {"k": "undo", "ref": "a-1-1"}
NEED = STATUS | {"k": "need", "x": "matrices", "on": True}
GOAL = STATUS | {"k": "goal", "date": "2027-02-01", "hours": 2.5}
OPEN = STATUS | {"k": "open", "app": "roadmap-tui 1", "min_reader": 1}


@given(any_event)
def test_decoding_an_encoded_event_gives_an_equal_event(event: Event) -> None:
    record = json.loads(json.dumps(encode(event)))
    again = decode(record)
    assert type(again) is type(event)
    assert again == event
    assert again.stamp.at.utcoffset() == event.stamp.at.utcoffset()


@pytest.mark.parametrize(
    "record", [STATUS, NOTE, TICK, NEED, GOAL, UNDO, OPEN], ids=lambda record: str(record["k"])
)
def test_the_examples_are_events(record: dict[str, Any]) -> None:
    assert sort_key(decode(record)) == (STATUS["c"], STATUS["id"])


def test_records_have_the_documented_form() -> None:
    assert encode(decode(STATUS)) == STATUS
    assert list(encode(decode(STATUS))) == list(STATUS)
    assert encode(decode(NOTE | {"base": ["a", "b"]}))["base"] == ["a", "b"]
    assert encode(decode(NOTE | {"base": ["a"]}))["base"] == "a"
    assert encode(decode(STATUS | {"t": ["a", "b"]}))["t"] == ["a", "b"]
    assert encode(decode(STATUS | {"t": ["a"]}))["t"] == "a"


def _without(record: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != key}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "not an object"),
        ([STATUS], "not an object"),
        ("{}", "not an object"),
        (_without(STATUS, "v"), "no version"),
        (STATUS | {"v": 0}, "no version"),
        (STATUS | {"v": True}, "no version"),
        (STATUS | {"v": "1"}, "no version"),
        (STATUS | {"v": 1.0}, "no version"),
        (_without(STATUS, "k"), "no kind"),
        (STATUS | {"k": ["status"]}, "no kind"),
        (_without(STATUS, "c"), "no clock"),
        (STATUS | {"c": -1}, "no clock"),
        (STATUS | {"c": CLOCK_END}, "no clock"),
        (STATUS | {"c": 1.5}, "no clock"),
        (STATUS | {"c": True}, "no clock"),
        (_without(STATUS, "at"), "no time"),
        (STATUS | {"at": 5}, "no time"),
        (STATUS | {"at": "yesterday"}, "no time"),
        (STATUS | {"at": "0001-01-01T00:00:00+23:59"}, "no time"),
        (STATUS | {"at": "9999-12-31T23:59:59-23:59"}, "no time"),
        (STATUS | {"at": "2023-11-14T23:13:20"}, "a time without its offset"),
        (_without(STATUS, "id"), "no usable 'id'"),
        (STATUS | {"id": ""}, "no usable 'id'"),
        (STATUS | {"id": "a\x1b[2J"}, "no usable 'id'"),
        (STATUS | {"id": "x" * 201}, "no usable 'id'"),
        (_without(STATUS, "r"), "no usable 'r'"),
        (STATUS | {"r": {}}, "no usable 'r'"),
        (_without(STATUS, "t"), "no usable 't'"),
        (STATUS | {"t": ""}, "no usable 't'"),
        (STATUS | {"t": []}, "no usable 't'"),
        (STATUS | {"t": ["a", 1]}, "no usable 't'"),
        (STATUS | {"t": ["a", [["b"]]]}, "no usable 't'"),
        (STATUS | {"t": "a\u202eb"}, "no usable 't'"),
        (_without(NEED, "x"), "no usable 'x'"),
        (NEED | {"on": "yes"}, "neither on nor off"),
        (GOAL | {"date": "soon"}, "no usable 'date'"),
        (GOAL | {"date": 20270201}, "no text in 'date'"),
        (GOAL | {"hours": 0}, "no usable 'hours'"),
        (GOAL | {"hours": 169}, "no usable 'hours'"),
        (GOAL | {"hours": True}, "no usable 'hours'"),
        (_without(STATUS, "s"), "no such status"),
        (STATUS | {"s": "finished"}, "no such status"),
        (STATUS | {"s": ["done"]}, "no such status"),
        (_without(NOTE, "x"), "no text in 'x'"),
        (NOTE | {"x": 1}, "no text in 'x'"),
        (NOTE | {"base": 1}, "no usable 'base'"),
        (NOTE | {"base": ["a", None]}, "no usable 'base'"),
        (NOTE | {"t": ["a"]}, "no usable 't'"),
        (_without(TICK, "url"), "no text in 'url'"),
        (TICK | {"url": ""}, "no usable 'url'"),
        (TICK | {"url": "https://a.org/\x1b]8;;"}, "no usable 'url'"),
        (TICK | {"url": "https://a.org/\ud800"}, "no usable 'url'"),
        (TICK | {"url": "https://a.org/" + "x" * 2000}, "no usable 'url'"),
        (TICK | {"on": 1}, "neither on nor off"),
        (_without(UNDO, "ref"), "no usable 'ref'"),
        (UNDO | {"ref": ["a"]}, "no usable 'ref'"),
        (_without(OPEN, "min_reader"), "no 'min_reader'"),
        (OPEN | {"min_reader": True}, "no 'min_reader'"),
        (OPEN | {"app": None}, "no text in 'app'"),
    ],
)
def test_invalid_records_are_refused_with_a_reason(record: object, reason: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(record)
    assert str(caught.value) == reason
    assert not isinstance(caught.value, NewerRecord)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (STATUS | {"v": 2}, "a later version"),
        (STATUS | {"v": 10**4000}, "a later version"),
        (STATUS | {"v": 2, "k": "dream", "c": None}, "a later version"),
        (STATUS | {"k": "dream"}, "unknown kind"),
        (STATUS | {"k": ""}, "unknown kind"),
    ],
)
def test_records_of_later_versions_raise_their_own_error(record: object, reason: str) -> None:
    with pytest.raises(NewerRecord) as caught:
        decode(record)
    assert str(caught.value) == reason


def test_a_session_start_of_a_later_version_is_read() -> None:
    event = decode(OPEN | {"v": 7, "min_reader": 7})
    assert isinstance(event, SessionStarted)
    assert event.min_reader == 7


def test_unknown_fields_and_invalid_titles_are_ignored() -> None:
    assert decode(STATUS | {"mood": {"x": [1]}}) == decode(STATUS)
    assert decode(_without(STATUS, "title")) == decode(STATUS | {"title": 5})


HOSTILE = "a\x1b[2J\x00\u202eb\u200b\ud800" + "e" + "\u0301" * 50 + "\r\nnext\x9b"


def test_decoding_cleans_texts() -> None:
    note = decode(NOTE | {"x": HOSTILE, "title": HOSTILE})
    assert isinstance(note, NoteWritten)
    assert note.text == clean(HOSTILE) != HOSTILE
    assert note.title == clean(HOSTILE, 500, one_line=True)
    opened = decode(OPEN | {"app": HOSTILE})
    assert isinstance(opened, SessionStarted)
    assert opened.app == clean(HOSTILE, 100, one_line=True)
    assert len(decode(STATUS | {"title": "x" * 9999}).title) == 500  # type: ignore[union-attr]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from([STATUS, NOTE, TICK, NEED, GOAL, UNDO, OPEN]),
    st.dictionaries(st.sampled_from([*STATUS, "x", "base", "url", "on", "ref", "app", "min_reader"]), JSON),
)
def test_any_json_is_decoded_or_refused(record: dict[str, Any], bad: dict[str, Any]) -> None:
    try:
        event = decode(record | bad)
    except InvalidRecord:
        return
    assert decode(encode(event)).stamp == event.stamp._replace(at=event.stamp.at.replace(microsecond=0))


def test_targets_are_the_nodes_an_event_is_about() -> None:
    assert targets(decode(STATUS | {"t": ["a", "b"]})) == ("a", "b")
    assert targets(decode(NOTE | {"t": ""})) == ("",)
    tick = decode(TICK)
    assert isinstance(tick, ResourceTicked)
    assert targets(tick) == ("vectors",)
    assert targets(decode(UNDO)) == targets(decode(OPEN)) == ()


def test_events_with_equal_clocks_are_ordered_by_id() -> None:
    first, second = mark(session="a"), mark(session="b")
    assert sorted([second, first], key=sort_key) == [first, second]
    assert isinstance(first, StatusSet)
