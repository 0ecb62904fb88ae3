"""A progress that starts from a snapshot equals one that was folded from all events, whatever follows."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap_tui.core.progress import states
from roadmap_tui.core.progress.events import (
    PLACEMENT,
    STATUSES,
    Action,
    CustomItemSet,
    CustomResourceSet,
    Event,
    Excluded,
    GoalSet,
    NeedSet,
    NoteWritten,
    ResourceTicked,
    ReviewGraded,
    ReviewsPaused,
    RoadmapUpdated,
    SessionStarted,
    Stamp,
    StatusSet,
    TimeLogged,
    Undone,
    sort_key,
)
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.records import encode
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.review.schedule import Card, Scheduler
from roadmap_tui.store import journal as store_journal
from roadmap_tui.store import log_reader, snapshot
from roadmap_tui.store.journal import Journal, dump
from roadmap_tui.store.log_reader import LogReader
from roadmap_tui.store.snapshot_progress import SnapshotProgress
from tests.journals import FAR, NOON, Clock, journal, mark, run_python, stamp

ROADMAPS, TARGETS = ("maths", "physics"), ("x", "y")
URLS = st.sampled_from(["https://a.org", "https://b.org"])


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events of every kind, close together, with undos of anything and copies for another roadmap.

    Some have an id of another format.
    """
    clocks = st.integers(1, 15) | st.integers(FAR, FAR + 2)
    positions = draw(
        st.lists(st.tuples(clocks, st.sampled_from("abc")), unique=True, min_size=1, max_size=24)
    )
    stamps = [stamp(clock, session) for clock, session in positions]
    if draw(st.integers(0, 9)) == 0:
        stamps = [one._replace(id=one.id[1:]) if draw(st.booleans()) else one for one in stamps]
    copied = draw(st.sets(st.sampled_from([one.id for one in stamps]), max_size=4))
    some_id = st.sampled_from([*(one.id for one in stamps), *(f"{id_}~physics" for id_ in copied), "nowhere"])
    events = [_event(draw, one, some_id) for one in stamps]
    copies: list[Event] = [
        event._replace(stamp=event.stamp._replace(id=f"{event.stamp.id}~physics"), roadmap="physics")
        for event in events
        if not isinstance(event, SessionStarted) and event.stamp.id in copied
    ]
    return [*events, *copies]


def _event(draw: st.DrawFn, one: Stamp, some_id: st.SearchStrategy[str]) -> Event:
    node = draw(st.sampled_from(ROADMAPS)), draw(st.sampled_from(TARGETS))
    # Half of all are status changes and undos, which a snapshot does not store as they are.
    match draw(st.integers(0, 18)):
        case 0 | 1 | 2 | 3:
            several = draw(st.sampled_from([(node[1],), TARGETS]))
            how = draw(st.sampled_from(["", PLACEMENT]))
            return StatusSet(one, node[0], several, "", draw(st.sampled_from(STATUSES)), how)
        case 4 | 5 | 6 | 7:
            return Undone(one, node[0], "", draw(some_id))
        case 8:
            bases = tuple(draw(st.lists(some_id, max_size=2)))
            return NoteWritten(one, *node, "", draw(st.sampled_from(["", "p"])), bases)
        case 9:
            return ResourceTicked(one, *node, "", draw(URLS), draw(st.booleans()))
        case 10:
            return ReviewGraded(one, *node, "", draw(st.integers(1, 4)), draw(st.integers(0, 3)))
        case 11:
            ref = draw(some_id | st.just(""))
            seconds = draw(st.sampled_from([None, 0, 60, 90]))
            return TimeLogged(one, *node, "", seconds, NOON, ref, tuple(draw(st.lists(some_id, max_size=2))))
        case 12:
            old = draw(URLS | st.just(""))
            url = draw(URLS if not old else URLS | st.just(""))
            return CustomResourceSet(one, *node, "", url, "n", "book", old)
        case 13:
            return CustomItemSet(one, *node, "", draw(st.sampled_from(["", "p", "q"])), "")
        case 14:
            return ReviewsPaused(one, node[0], "", NOON + timedelta(days=draw(st.integers(0, 3))))
        case 15:
            return NeedSet(one, *node, "", draw(st.sampled_from(TARGETS)), draw(st.booleans()))
        case 17:
            return Excluded(one, node[0], "", tuple(draw(st.lists(some_id, min_size=1, max_size=3))))
        case 16:
            return GoalSet(one, node[0], draw(st.sampled_from(["", *TARGETS])), "", "2026-01-02", 1.5)
        case _:
            return SessionStarted(one, "test", 1)


def _answers(progress: Progress) -> list[object]:
    """Everything that a progress answers, except whole histories."""
    keys = [(roadmap, target) for roadmap in ROADMAPS for target in TARGETS]
    return [
        [progress.state(*key) for key in keys],
        [progress.clock(*key) for key in keys],
        [progress.key_events(*key) for key in keys],
        [_statuses(progress, roadmap) for roadmap in ROADMAPS],
        [progress.custom_items(roadmap) for roadmap in ROADMAPS],
        [sorted(progress.ids_with_events(roadmap)) for roadmap in ROADMAPS],
        progress.paused_until(),
        progress.running_entries(),
        progress.time_entries(),
        [key[1] in progress.placed_ids(key[0]) for key in keys if progress.state(*key).is_placed],
        [progress.status_since(*key) for key in keys],
        [(progress.status_changes(*key), progress.reviews(*key), progress.timings(*key)) for key in keys],
        progress.pause_clock(),
        [(progress.needs(roadmap), progress.snoozed(roadmap)) for roadmap in ROADMAPS],
        [progress.last_update(roadmap) for roadmap in ROADMAPS],
        [(progress.goal(roadmap), progress.goal_clock(roadmap)) for roadmap in ROADMAPS],
        [sorted(progress.review_grades(NOON + timedelta(seconds=n)), key=sort_key) for n in (0, 8, 99)],
        [sorted(progress.review_times(NOON + timedelta(seconds=n))) for n in (0, 8, 99)],
        [progress.time_entries_since(NOON + timedelta(seconds=n)) for n in (0, 8, 99)],
        [progress.undoable(roadmap) for roadmap in ROADMAPS],
        [progress.redoable(roadmap) for roadmap in ROADMAPS],
    ]


def _statuses(progress: Progress, roadmap: str) -> dict[str, int]:
    """The status codes other than 0, by node id."""
    codes = dict(zip(*progress.status_codes(roadmap), strict=True))
    return {target: code for target, code in codes.items() if code}


@contextmanager
def limits(min_events: int, recent_events: int) -> Iterator[None]:
    """Make snapshots of short logs."""
    before = store_journal.SNAPSHOT_MIN_EVENTS, snapshot.RECENT_EVENTS
    vars(store_journal).update(SNAPSHOT_MIN_EVENTS=min_events)
    vars(snapshot).update(RECENT_EVENTS=recent_events)
    try:
        yield
    finally:
        vars(store_journal).update(SNAPSHOT_MIN_EVENTS=before[0])
        vars(snapshot).update(RECENT_EVENTS=before[1])


def write_log(log: Path, events: Sequence[Event], name: str = "box.jsonl") -> None:
    log.mkdir(exist_ok=True)
    with (log / name).open("a") as file:
        file.writelines(f"{dump(event)}\n" for event in events)


REVIEW = 0.9, 240
SCHEDULER = Scheduler(*REVIEW)


def start(log: Path, review: tuple[float, int] | None = REVIEW) -> Progress:
    cache = str(log.parent / "cache")
    return Journal(str(log), Clock(), host="box", cache=cache, review=review).progress()


def restarted(events: list[Event], folder: Path) -> Progress:
    """The progress of a second start, from a snapshot if one can be made."""
    log = Path(tempfile.mkdtemp(dir=folder)) / "log"
    write_log(log, events)
    start(log)
    return start(log)


def test_the_last_update_is_kept_however_old(tmp_path: Path) -> None:
    update = RoadmapUpdated(stamp(1), "maths", "Maths", "was", "is", ("x",))
    with limits(1, 1):
        progress = restarted([update, *(mark(clock=clock) for clock in range(2, 9))], tmp_path)
    assert not progress.is_complete
    assert progress.last_update("maths") == update


@settings(max_examples=300, deadline=None)
@given(histories(), st.data())
def test_answers_are_those_of_a_plain_fold(events: list[Event], data: st.DataObject) -> None:
    """Restarts, events of this session and of others, in any order, with questions in between."""
    if data.draw(st.booleans(), "sorted"):
        events = sorted(events, key=sort_key)
    written: list[Event] = []
    plain, quick = Progress(), Progress()
    with limits(1, data.draw(st.integers(1, 4), "recent")), tempfile.TemporaryDirectory() as folder:
        while events:
            size = data.draw(st.integers(1, 8), "batch")
            batch, events = events[:size], events[size:]
            batch += data.draw(st.lists(st.sampled_from(written), max_size=2), "again") if written else []
            written += batch
            keys = [(roadmap, target) for roadmap in ROADMAPS for target in TARGETS]
            before = [plain.state(*key) for key in keys]
            plain.add(batch)
            changed = quick.add(batch)
            now = [plain.state(*key) for key in keys]
            assert {key for key, old, new in zip(keys, before, now, strict=True) if old != new} <= changed
            if data.draw(st.booleans(), "asked"):
                assert _answers(quick) == _answers(plain)
            if data.draw(st.booleans(), "restarted"):
                quick = restarted(written, Path(folder))
        assert _answers(quick) == _answers(plain)
        assert sorted(quick.nodes()) == sorted(plain.nodes())
        for key in plain.nodes():
            state = plain.state(*key)
            assert key[1] in quick.annotated_ids(key[0]) or not (state.notes or state.resources)
            for moment in (NOON, NOON + timedelta(seconds=6), NOON + timedelta(seconds=99)):
                card = quick.stored_cards(key[0]).get(key[1])
                assert card is None or card == SCHEDULER.card(plain.state(*key))
                if key[1] in quick.done_before(key[0], moment):
                    assert (state.status, card is None) == ("done", False)
                    assert state.since
                    assert max([state.since, *(review.at for review in state.reviews)]) < moment
        assert quick.active_actions("maths", "x") == plain.active_actions("maths", "x")
        for roadmap in ROADMAPS:
            assert quick.history(roadmap) == plain.history(roadmap)
        assert len(quick) == len(plain)


@settings(max_examples=100, deadline=None)
@given(histories(), histories(), st.data())
def test_events_that_share_an_id_are_resolved_alike(
    events: list[Event], rivals: list[Event], data: st.DataObject
) -> None:
    with limits(1, data.draw(st.integers(1, 4))), tempfile.TemporaryDirectory() as folder:
        plain = Progress([*events, *rivals])
        quick = restarted(events, Path(folder))
        quick.add(rivals)
        assert _answers(quick) == _answers(plain)


# A long log


def _marks(count: int) -> list[Event]:
    rng = random.Random(1)
    return [mark(rng.choice("xyz"), rng.choice(STATUSES), clock=n + 1) for n in range(count)]


@pytest.fixture
def long_log(tmp_path: Path) -> Path:
    """A folder with a log of 3,000 status changes."""
    log = tmp_path / "log"
    write_log(log, _marks(3000))
    return log


def test_the_second_start_parses_only_new_lines(long_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start(long_log)
    parsed: list[bytes] = []
    parse = log_reader.parse

    def recorded(line: bytes) -> Event:
        parsed.append(line)
        return parse(line)

    monkeypatch.setattr(log_reader, "parse", recorded)
    new = mark("x", "doing", clock=9000)
    write_log(long_log, [new])
    second = start(long_log)
    assert parsed == [dump(new).encode()]
    assert not second.is_complete
    assert second.state("maths", "x").status == "doing"
    assert second.state("maths", "y") == first.state("maths", "y")
    assert len(second) == 3001
    assert not first.done_before("maths", NOON)


def test_marking_undo_and_events_of_others_need_no_older_events(long_log: Path) -> None:
    start(long_log)
    session = Journal(str(long_log), Clock(), host="box", cache=str(long_log.parent / "cache"))
    progress = session.progress()
    marked = StatusSet(session.next_stamp(progress.clock("maths", "x")), "maths", ("x",), "X", "doing")
    progress.add(session.append(marked))
    last = progress.undoable("maths")
    assert last is not None
    assert last[0] == marked
    progress.add(session.append(Undone(session.next_stamp(last[1]), "maths", "", marked.stamp.id)))
    other = mark("y", "skipped", clock=marked.stamp.clock + 5, session="other")
    write_log(long_log, [other], "other.jsonl")
    progress.add(session.read())
    assert not progress.is_complete
    session.close()
    plain = Progress(journal(long_log).read())
    assert _answers(start(long_log)) == _answers(plain)
    assert start(long_log).history("maths") == plain.history("maths")


def test_reading_older_events_takes_in_nothing_new(long_log: Path) -> None:
    """Whoever looks for events of others shows them: taken in silently they would not be shown."""
    start(long_log)
    session = Journal(str(long_log), Clock(), host="box", cache=str(long_log.parent / "cache"))
    progress = session.progress()
    write_log(long_log, [mark("new", "done", clock=9000, session="other")], "other.jsonl")
    write_log(long_log, [mark("new", "doing", clock=7, session="other")])
    assert len(progress.history("maths")) == 3000
    assert progress.is_complete
    assert progress.add(session.read()) == {("maths", "new")}
    assert _answers(progress) == _answers(Progress(journal(long_log).read()))


@pytest.mark.parametrize(
    "late",
    [
        mark("x", "todo", clock=500, session="late"),
        Undone(stamp(9000), "maths", "", mark(clock=4).stamp.id),
    ],
)
def test_a_late_event_or_undo_costs_one_slow_start(long_log: Path, late: Event) -> None:
    start(long_log)
    write_log(long_log, [late], "late.jsonl")
    assert [start(long_log).is_complete for _ in range(2)] == [True, False]
    assert _answers(start(long_log)) == _answers(Progress(journal(long_log).read()))


def test_many_new_events_renew_the_snapshot(long_log: Path) -> None:
    start(long_log)
    write_log(long_log, [mark("x", "done", clock=9000 + n) for n in range(2000)])
    assert [start(long_log).is_complete for _ in range(2)] == [True, False]
    assert _answers(start(long_log)) == _answers(Progress(journal(long_log).read()))


def test_reviewed_and_annotated_nodes_are_found_without_folding(tmp_path: Path) -> None:
    events = [
        mark("noted", clock=1),
        mark("done", clock=2),
        mark("graded", clock=3),
        NoteWritten(stamp(4), "maths", "noted", "", "n", ()),
        CustomResourceSet(stamp(5), "maths", "linked", "", "https://a.org", "n", "book"),
        ReviewGraded(stamp(6), "maths", "graded", "", 3, 0),
        *_marks(3000)[6:],
    ]
    quick = restarted(events, tmp_path)
    assert not quick.is_complete
    assert {"noted", "linked"} == {*quick.annotated_ids("maths")} - {"x", "y", "z"}
    since = quick.state("maths", "done").since
    assert since == NOON + timedelta(seconds=2)
    assert quick.done_before("maths", since) == {"noted"}
    assert quick.done_before("maths", since + timedelta(seconds=1)) == {"noted", "done"}
    assert quick.done_before("maths", NOON + timedelta(seconds=6)) == {"noted", "done"}
    assert quick.done_before("maths", NOON + timedelta(seconds=7)) == {"noted", "done", "graded"}
    quick.add([mark("done", "done", clock=5000)])
    assert quick.done_before("maths", since + timedelta(seconds=1)) == {"noted"}
    assert not quick.is_complete


def test_cards_are_stored_until_their_items_change(tmp_path: Path) -> None:
    grades: list[Event] = [
        ReviewGraded(stamp(2 * n), "maths", "graded", "", 1 + n % 4, 0) for n in range(5, 9)
    ]
    events = [mark("graded", clock=1), mark("done", clock=2), mark("open", "doing", clock=3), *grades]
    events.append(StatusSet(stamp(4), "maths", ("placed",), "", "done", PLACEMENT))
    quick = restarted([*events, *_marks(3000)[20:]], tmp_path)
    assert not quick.is_complete
    cards = quick.stored_cards("maths")
    assert cards.keys() >= {"graded", "done"}
    assert "open" not in cards
    assert cards["graded"] == SCHEDULER.card(quick.state("maths", "graded"))
    assert cards["done"] == Card(NOON.date() + timedelta(days=1))
    assert cards["placed"] == cards["done"]._replace(is_placed=True)
    quick.add([ReviewGraded(stamp(4000), "maths", "graded", "", 3, 0)])
    assert "graded" not in quick.stored_cards("maths")
    assert quick.stored_cards("physics") == {}
    assert isinstance(quick, SnapshotProgress)
    quick.load_all()
    assert quick.stored_cards("maths") == {}


def test_other_settings_of_reviews_renew_the_snapshot(long_log: Path) -> None:
    assert start(long_log, None).is_complete
    assert start(long_log, None).stored_cards("maths") == {}
    assert start(long_log).is_complete  # without cards, it has to be made again
    before = start(long_log)
    assert not before.is_complete
    assert before.stored_cards("maths")
    assert not start(long_log, None).is_complete  # the cards are in nobody's way
    assert start(long_log, (0.8, 240)).is_complete
    assert not start(long_log, (0.8, 240)).is_complete


def test_an_upgrade_of_fsrs_renews_the_cards(long_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start(long_log)
    assert not start(long_log).is_complete
    monkeypatch.setattr("roadmap_tui.store.installed.version", lambda package: f"{package} 99")
    assert start(long_log).is_complete  # made again, as another version may compute other due days
    assert not start(long_log).is_complete


def test_fractions_of_a_second_are_stored(tmp_path: Path) -> None:
    fine = NOON + timedelta(microseconds=7)
    graded = ReviewGraded(stamp(1)._replace(at=fine), "maths", "x", "", 3, 0)
    lines = [dump(event).replace("+00:00", ".000007+00:00", 1) for event in [graded, *_marks(3000)[1:]]]
    log = tmp_path / "log"
    log.mkdir()
    (log / "box.jsonl").write_text("".join(f"{line}\n" for line in lines))
    plain, quick = start(log), start(log)
    assert not quick.is_complete
    assert quick.state("maths", "x") == plain.state("maths", "x")
    assert quick.state("maths", "x").reviews[0].at == fine


def test_no_snapshot_is_made_if_ids_do_not_contain_the_clock(tmp_path: Path) -> None:
    events = _marks(3000)
    assert isinstance(events[7], StatusSet)
    events[7] = events[7]._replace(stamp=events[7].stamp._replace(id="mine"))
    assert restarted(events, tmp_path).is_complete


# New fields


def test_a_new_field_of_the_state_is_not_lost(long_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its value depends on events that would otherwise be left out: they are stored then."""
    start(long_log)
    fold = states.fold_events

    def longer_fold(actions: Sequence[Action]) -> ItemState:
        actions = list(actions)
        changes = sum(isinstance(action, StatusSet) for action in actions)
        state = fold(actions)
        return state._replace(since=NOON + timedelta(days=changes)) if state.since else state

    monkeypatch.setattr("roadmap_tui.core.progress.fold.fold_events", longer_fold)
    monkeypatch.setattr(snapshot, "fold_events", longer_fold)
    (long_log.parent / "cache" / "snapshot.sqlite").unlink()
    plain, quick = start(long_log), start(long_log)
    assert not quick.is_complete
    assert [quick.state("maths", target) for target in "xyz"] == [
        plain.state("maths", target) for target in "xyz"
    ]


@pytest.mark.parametrize("stored", ["ItemState", "Note", "Review", "Interval", "Stamp", "Resource"])
def test_a_snapshot_without_a_new_field_is_discarded(
    long_log: Path, monkeypatch: pytest.MonkeyPatch, stored: str
) -> None:
    start(long_log)
    monkeypatch.setattr(getattr(snapshot, stored), "_fields", (*getattr(snapshot, stored)._fields, "new"))
    assert [start(long_log).is_complete for _ in range(2)] == [True, False]


def test_an_event_field_that_records_do_not_have_prevents_a_snapshot(
    long_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a field that is decoded from the log but that encoding forgets."""
    monkeypatch.setattr(snapshot, "encode", lambda event, timespec: encode(event, timespec) | {"title": ""})
    for _ in range(2):
        assert start(long_log).is_complete
    assert not (long_log.parent / "cache").exists()


# Unusable snapshots


def _delete(path: Path) -> None:
    path.unlink()


def _flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _truncate(path: Path) -> None:
    os.truncate(path, 5000)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _other_version(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE meta SET json = replace(json, 'ItemState', 'NodeState')")
    database.close()
    _seal(path)


def _other_tables(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE meta (json TEXT)")
    database.close()
    _seal(path)


def _seal(path: Path) -> None:
    """Make the checksum right, so that only what is inside can be refused."""
    from zlib import crc32

    data = path.read_bytes()
    checksum = crc32(data[64:], crc32(data[:60])).to_bytes(4, "big")
    path.write_bytes(data[:60] + checksum + data[64:])


DAMAGES = [_delete, _flip_a_bit, _truncate, _empty, _other_version, _other_tables]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_an_unusable_snapshot_is_replaced(long_log: Path, damage: Callable[[Path], None]) -> None:
    first = start(long_log)
    damage(long_log.parent / "cache" / "snapshot.sqlite")
    second, third = start(long_log), start(long_log)
    assert (second.is_complete, third.is_complete) == (True, False)
    assert _answers(second) == _answers(third) == _answers(first)


def test_a_snapshot_that_breaks_on_the_disk_is_not_needed_any_more(long_log: Path) -> None:
    plain, quick = start(long_log), start(long_log)
    os.truncate(long_log.parent / "cache" / "snapshot.sqlite", 0)
    assert _answers(quick) == _answers(plain)


def test_nothing_is_written_to_an_unusable_folder(long_log: Path) -> None:
    (long_log.parent / "cache").write_text("")
    assert start(long_log).is_complete
    assert start(long_log).is_complete


def test_bad_lines_are_reported_again(long_log: Path) -> None:
    with (long_log / "box.jsonl").open("ab") as file:
        file.write(b'junk\n{"v":9,"k":"status"}\n')
    healths = []
    for _ in range(2):
        session = Journal(str(long_log), Clock(), cache=str(long_log.parent / "cache"))
        assert session.progress()
        healths.append(session.health)
    assert healths[0] == healths[1]
    assert len(healths[1].bad) == len(healths[1].newer) == 1


def test_a_log_that_needs_a_newer_program_stays_view_only(long_log: Path) -> None:
    write_log(long_log, [SessionStarted(stamp(9000), "future", 99)])
    for _ in range(2):
        session = Journal(str(long_log), Clock(), cache=str(long_log.parent / "cache"))
        session.progress()
        assert "newer" in session.view_only


def test_a_short_log_has_no_snapshot_and_does_not_import_sqlite(tmp_path: Path) -> None:
    write_log(tmp_path / "log", _marks(1500))
    code = (
        "import sys\n"
        "from roadmap_tui.store.journal import Journal\n"
        "from roadmap_tui.study.study import wall_clock\n"
        "progress = Journal(sys.argv[1], wall_clock, cache=sys.argv[2]).progress()\n"
        "print(len(progress), 'sqlite3' in sys.modules)\n"
    )
    arguments = str(tmp_path / "log"), str(tmp_path / "cache")
    assert run_python(code, *arguments).split() == ["1500", "False"]
    assert not (tmp_path / "cache").exists()
    write_log(tmp_path / "log", _marks(3000)[1500:])
    assert run_python(code, *arguments).split() == ["3000", "True"]
    (tmp_path / "log" / "box.jsonl").unlink()
    write_log(tmp_path / "log", _marks(1500))
    for imported in ("True", "False"):
        assert run_python(code, *arguments).split() == ["1500", imported]


def test_only_the_user_can_read_it(long_log: Path) -> None:
    start(long_log)
    path = long_log.parent / "cache" / "snapshot.sqlite"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_it_is_an_ordinary_sqlite_database(long_log: Path) -> None:
    start(long_log)
    path = long_log.parent / "cache" / "snapshot.sqlite"
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("SELECT count(*) FROM node").fetchone() == (3,)
    database.close()


def test_a_log_reader_continues_behind_the_snapshot(long_log: Path) -> None:
    cache = str(long_log.parent / "cache")
    start(long_log)
    reader = LogReader(str(long_log))
    progress = snapshot.load(reader, f"{cache}/snapshot.sqlite")
    assert isinstance(progress, SnapshotProgress)
    assert reader.read() == []
