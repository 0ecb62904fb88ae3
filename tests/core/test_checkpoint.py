"""A checkpoint and the events after it tell what all events tell, whatever comes afterwards.

Ten seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap_tui.core import checkpoint
from roadmap_tui.core.checkpoint import load
from roadmap_tui.core.progress.events import (
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
    sort_key,
)
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.resumed import Resumed
from tests.journals import NOON, mark, stamp

ROADMAPS, TARGETS = ("maths", "physics"), ("x", "y")
URLS = st.sampled_from(["https://a.org", "https://b.org"])


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events of every kind, close together, with undos of anything; now and then an id that is not ours."""
    places = draw(
        st.lists(st.tuples(st.integers(1, 15), st.sampled_from("abc")), unique=True, min_size=1, max_size=24)
    )
    stamps = [stamp(clock, session) for clock, session in places]
    if draw(st.integers(0, 9)) == 0:
        stamps = [one._replace(id=one.id[1:]) if draw(st.booleans()) else one for one in stamps]
    some_id = st.sampled_from([*(one.id for one in stamps), "nowhere"])
    return [_event(draw, one, some_id) for one in stamps]


def _event(draw: st.DrawFn, one: Stamp, some_id: st.SearchStrategy[str]) -> Event:
    at = draw(st.sampled_from(ROADMAPS)), draw(st.sampled_from(TARGETS))
    # Half of all are the two kinds that a checkpoint does more with than keep them.
    match draw(st.integers(0, 15)):
        case 0 | 1 | 2 | 3:
            several = draw(st.sampled_from([(at[1],), TARGETS]))
            return StatusSet(one, at[0], several, "", draw(st.sampled_from(STATUSES)))
        case 4 | 5 | 6 | 7:
            return Undone(one, at[0], "", draw(some_id))
        case 8:
            bases = tuple(draw(st.lists(some_id, max_size=2)))
            return NoteWritten(one, *at, "", draw(st.sampled_from(["", "p"])), bases)
        case 9:
            return ResourceTicked(one, *at, "", draw(URLS), draw(st.booleans()))
        case 10:
            return ReviewGraded(one, *at, "", draw(st.integers(1, 4)), 0)
        case 11:
            ref = draw(some_id | st.just(""))
            seconds = draw(st.sampled_from([None, 0, 60, 90]))
            return TimeLogged(one, *at, "", NOON, seconds, ref, tuple(draw(st.lists(some_id, max_size=2))))
        case 12:
            was = draw(URLS | st.just(""))
            url = draw(URLS if not was else URLS | st.just(""))
            return CustomResourceSet(one, *at, "", url, "n", "book", was)
        case 13:
            return CustomItemSet(one, *at, "", draw(st.sampled_from(["", "p", "q"])), "")
        case 14:
            return ReviewsPaused(one, at[0], "", NOON + timedelta(days=draw(st.integers(0, 3))))
        case _:
            return SessionStarted(one, "test", 1)


def _tellings(progress: Progress) -> list[object]:
    """Everything that a progress says; what needs all events last."""
    keys = [(roadmap, target) for roadmap in ROADMAPS for target in TARGETS]
    return [
        [progress.state(*key) for key in keys],
        [progress.clock(*key) for key in keys],
        [progress.key_events(*key) for key in keys],
        [_statuses(progress, roadmap) for roadmap in ROADMAPS],
        [progress.custom_items(roadmap) for roadmap in ROADMAPS],
        [sorted(progress.ids_with_events(roadmap)) for roadmap in ROADMAPS],
        progress.paused_until(),
        progress.timed_ids(),
        progress.pause_clock(),
        [sorted(progress.review_grades(NOON + timedelta(seconds=one)), key=sort_key) for one in (0, 8, 99)],
        [progress.undoable(roadmap) for roadmap in ROADMAPS],
        [progress.redoable(roadmap) for roadmap in ROADMAPS],
    ]


def _statuses(progress: Progress, roadmap: str) -> dict[str, int]:
    """Those that are not still to do."""
    codes = dict(zip(*progress.status_codes(roadmap), strict=True))
    return {target: code for target, code in codes.items() if code}


@contextmanager
def _keeping(newest: int) -> Iterator[None]:
    """Checkpoints with so few events after them that a short history has one."""
    before = checkpoint._NEWEST
    vars(checkpoint)["_NEWEST"] = newest
    try:
        yield
    finally:
        vars(checkpoint)["_NEWEST"] = before


def _restarted(progress: Progress, written: list[Event]) -> Progress | None:
    """As the next start finds it, if there is anything to find."""
    made = progress.checkpoint()
    if made is None:
        return None
    return Resumed(load(memoryview(made.dump())), lambda: list(written))


@settings(max_examples=400, deadline=None)
@given(histories(), st.data())
def test_it_makes_no_difference(events: list[Event], data: st.DataObject) -> None:
    """Starts, events of this session and of others, in any order, with all that is asked in between."""
    if data.draw(st.booleans(), "in the order of history"):
        events = sorted(events, key=sort_key)
    written: list[Event] = []
    plain, short = Progress(), Progress()
    with _keeping(data.draw(st.integers(1, 4), "newest")):
        while events:
            size = data.draw(st.integers(1, 8), "batch")
            batch, events = events[:size], events[size:]
            batch += data.draw(st.lists(st.sampled_from(written), max_size=2), "again") if written else []
            written += batch
            before = _tellings(plain)[0]
            plain.add(batch)
            changed = short.add(batch)
            assert isinstance(before, list)
            after = _tellings(plain)
            keys = [(roadmap, target) for roadmap in ROADMAPS for target in TARGETS]
            now = [plain.state(*key) for key in keys]
            assert {key for key, old, new in zip(keys, before, now, strict=True) if old != new} <= changed
            if data.draw(st.booleans(), "asked"):
                assert _tellings(short) == after
            if data.draw(st.booleans(), "restarted"):
                short = _restarted(short, written) or short
    assert _tellings(short) == _tellings(plain)
    assert sorted(short.nodes()) == sorted(plain.nodes())
    for key in plain.nodes():
        state = plain.state(*key)
        assert key[1] in short.annotated_ids(key[0]) or not (state.notes or state.resources)
        for moment in (NOON, NOON + timedelta(seconds=6), NOON + timedelta(seconds=99)):
            if key[1] in short.done_before(key[0], moment):
                assert (state.status, state.reviews) == ("done", ())
                assert state.since
                assert state.since < moment
    assert short.active_actions("maths", "x") == plain.active_actions("maths", "x")
    for roadmap in ROADMAPS:
        assert short.history(roadmap) == plain.history(roadmap)
    assert len(short) == len(plain)


@settings(max_examples=100, deadline=None)
@given(histories(), histories(), st.data())
def test_nor_where_ids_are_shared(events: list[Event], rivals: list[Event], data: st.DataObject) -> None:
    written = [*events, *rivals]
    with _keeping(data.draw(st.integers(1, 4))):
        plain = Progress(written)
        short = _restarted(Progress(events), written) or Progress(events)
        short.add(rivals)
    assert _tellings(short) == _tellings(plain)


def _long(count: int) -> list[Event]:
    return [mark("xy"[at % 2], STATUSES[at % 4], clock=at + 1) for at in range(count)]


def test_a_long_history_is_short_then() -> None:
    events = _long(5000)
    made = Progress(events).checkpoint()
    assert made is not None
    assert len(made.newest) == 400
    assert len(made.dump()) < 100_000
    after = Resumed(load(memoryview(made.dump())), _never)
    assert after.state("maths", "x") == Progress(events).state("maths", "x")
    # What the newest events answer needs no others: marking, undo and redo.
    new = mark("x", "doing", clock=6000)
    undo = Undone(stamp(6001), "maths", "", new.stamp.id)
    after.add([new, undo])
    assert after.undoable("maths") == Progress([*events, new, undo]).undoable("maths")
    assert after.redoable("maths") == Progress([*events, new, undo]).redoable("maths")
    assert not after.is_whole


def _never() -> list[Event]:
    raise AssertionError("all events were read")


def test_what_lies_before_it_is_read_when_it_is_asked_for() -> None:
    events = _long(1000)
    made = Progress(events).checkpoint()
    assert made is not None
    by_other = mark("x", "todo", clock=500, session="late")
    for late in (by_other, Undone(stamp(2000), "maths", "", events[3].stamp.id)):
        after = Resumed(load(memoryview(made.dump())), lambda: events)
        assert after.add([late]) >= {("maths", "x"), ("maths", "y")}
        assert after.is_whole
        assert _tellings(after) == _tellings(Progress([*events, late]))


def test_finer_times_than_ours_are_kept() -> None:
    fine = [NOON + timedelta(microseconds=at) for at in range(1000)]
    events: list[Event] = [
        ReviewGraded(stamp(at + 1)._replace(at=fine[at]), "maths", "x", "", 3, 0) for at in range(1000)
    ]
    events[5] = TimeLogged(events[5].stamp, "maths", "x", "", fine[7], 60)
    events[6] = ReviewsPaused(events[6].stamp, "maths", "", fine[8])
    made = Progress(events).checkpoint()
    assert made is not None
    after = Resumed(load(memoryview(made.dump())), _never)
    assert after.state("maths", "x") == Progress(events).state("maths", "x")


def test_undos_that_lead_back_and_back_are_followed_once() -> None:
    """Each undo acts on the mark before the last: whoever looks at all again for each needs 14 s."""
    events: list[Event] = []
    for at in range(10_000):
        events.append(mark("x", clock=2 * at + 1))
        events.append(Undone(stamp(2 * at + 2), "maths", "", events[max(0, 2 * at - 2)].stamp.id))
    progress = Progress(events)
    began = perf_counter()
    assert progress.checkpoint() is None
    assert perf_counter() - began < 2


def test_grades_of_a_day_are_looked_for_once() -> None:
    events: list[Event] = [ReviewGraded(stamp(at + 1), "maths", "xy"[at % 2], "", 3, 0) for at in range(1000)]
    made = Progress(events).checkpoint()
    assert made is not None
    found = made.grades(NOON)
    assert found
    assert made.grades(NOON) is found
    assert made.grades(NOON + timedelta(seconds=500)) == [
        one for one in found if one.stamp.at >= NOON + timedelta(seconds=500)
    ]


def test_where_ids_tell_no_clock_there_is_none() -> None:
    events = [mark(clock=at + 1, session="s") for at in range(1000)]
    events[7] = events[7]._replace(stamp=events[7].stamp._replace(id="mine"))
    assert Progress(events).checkpoint() is None


def test_what_has_notes_or_links_is_told_from_what_has_a_status_alone() -> None:
    note = NoteWritten(stamp(3), "maths", "noted", "", "n", ())
    link = CustomResourceSet(stamp(4), "maths", "linked", "", "https://a.org", "n", "book")
    others = [mark("noted", clock=1), mark("marked", clock=2)]
    events: list[Event] = [*others, note, link, ReviewGraded(stamp(5), "maths", "graded", "", 3, 0)]
    made = Progress([*events, *_long(1000)[5:]]).checkpoint()
    assert made is not None
    after = Resumed(load(memoryview(made.dump())), _never)
    assert {"noted", "linked"} == {*after.annotated_ids("maths")} - {"x", "y"}
    after.add([NoteWritten(stamp(5000), "maths", "marked", "", "n", ())])
    assert "marked" in after.annotated_ids("maths")


def test_what_is_done_and_never_reviewed_is_told_without_its_state() -> None:
    done = [mark("done", "done", clock=1), mark("graded", "done", clock=2)]
    graded = ReviewGraded(stamp(3), "maths", "graded", '"k":"review"', 3, 0)
    events = [*done, graded, mark("todo", "todo", clock=4), *_long(1000)[4:]]
    made = Progress(events).checkpoint()
    assert made is not None
    after = Resumed(load(memoryview(made.dump())), _never)
    since = after.state("maths", "done").since
    assert since == NOON + timedelta(seconds=1)
    assert after.done_before("maths", since) == set()
    assert after.done_before("maths", since + timedelta(seconds=1)) == {"done"}
    after.add([mark("done", "done", clock=5000)])
    assert after.done_before("maths", since + timedelta(seconds=1)) == set()
