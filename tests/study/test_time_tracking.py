"""Timers and logged time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import TimeLogged
from roadmap_tui.core.progress.states import Interval, TimeEntry
from roadmap_tui.core.progress.time_tracking import overlaps, seconds_in
from roadmap_tui.study.study import Study
from tests.journals import NOON, ROADMAP, Clock, journal


def _study(folder: Path, clock: Clock, host: str = "box") -> Study:
    return Study(ROADMAP, journal(folder, host, clock))


def test_a_timer_survives_the_session(tmp_path: Path) -> None:
    clock = Clock()
    _study(tmp_path, clock).time_tracker.start("vectors")
    clock.turn(48 * 60)
    # Another session: the first one died without a word.
    study = _study(tmp_path, clock, "later")
    (running,) = study.time_tracker.running()
    assert (running.target, running.title, running.timing.start) == ("vectors", "Vectors", NOON)
    assert study.time_tracker.seconds("vectors") == 48 * 60
    study.time_tracker.stop(running)
    clock.turn(3600)
    assert study.time_tracker.running() == []
    assert study.time_tracker.seconds("vectors") == 48 * 60
    study.undo()
    assert study.time_tracker.seconds("vectors") == 108 * 60


def test_starting_a_timer_stops_the_others(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.time_tracker.start("vectors")
    with pytest.raises(UsageError, match="already running"):
        study.time_tracker.start("vectors")
    clock.turn(600)
    study.time_tracker.start("limits")
    assert [one.target for one in study.time_tracker.running()] == ["limits"]
    assert study.time_tracker.seconds("vectors") == 600
    assert study.time_tracker.overlaps() == []


def test_timers_of_two_machines_are_kept_and_overlaps_reported(tmp_path: Path) -> None:
    clock = Clock()
    here, there = _study(tmp_path / "a", clock), _study(tmp_path / "b", clock, "laptop")
    here.time_tracker.start("vectors")
    clock.turn(600)
    there.time_tracker.start("limits")
    clock.turn(300)
    here.apply(there.progress.history("maths"))
    assert [one.target for one in here.time_tracker.running()] == ["vectors", "limits"]
    (overlap,) = here.time_tracker.overlaps()
    assert (overlap.one.target, overlap.other.target, overlap.seconds) == ("vectors", "limits", 300)


def test_time_entered_by_hand_never_overlaps(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.time_tracker.start("vectors")
    clock.turn(600)
    study.time_tracker.add("limits", 1200)
    assert study.time_tracker.overlaps() == []
    last = study.time_tracker.latest("limits")
    assert last is not None
    study.time_tracker.correct(last, 1800)
    assert study.time_tracker.overlaps() == []
    assert study.time_tracker.seconds("limits") == 1800


def test_intervals_are_added_corrected_and_discarded(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.time_tracker.add("vectors", 1200)
    study.time_tracker.start("vectors")
    clock.turn(60)
    last = study.time_tracker.latest("vectors")
    assert last is not None
    study.time_tracker.correct(last, 300)
    assert study.time_tracker.seconds("vectors") == 1500
    study.time_tracker.correct(last, 0)
    assert study.time_tracker.seconds("vectors") == 1200
    assert len(study.progress.time_entries()) == 1
    assert _study(tmp_path, clock).time_tracker.seconds("vectors") == 1200


def test_the_last_correction_wins_in_any_order(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path / "a", clock)
    study.time_tracker.start("vectors")
    clock.turn(600)
    other = _study(tmp_path / "b", clock, "laptop")
    other.apply(study.progress.history("maths"))
    study.time_tracker.stop(study.time_tracker.running()[0])
    clock.turn(1)
    other.time_tracker.correct(other.time_tracker.running()[0], 120)
    study.apply(other.progress.history("maths"))
    other.apply(study.progress.history("maths"))
    assert study.time_tracker.seconds("vectors") == other.time_tracker.seconds("vectors") == 120


def test_stopping_a_timer_twice_keeps_the_first_stop(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path / "a", clock)
    study.time_tracker.start("vectors")
    other = _study(tmp_path / "b", clock, "laptop")
    other.apply(study.progress.history("maths"))
    clock.turn(3600)
    study.time_tracker.stop(study.time_tracker.running()[0])
    # The next morning, before anything was synced, the other still finds it running.
    clock.turn(11 * 3600)
    other.time_tracker.start("limits")
    assert other.time_tracker.seconds("vectors") == 12 * 3600
    study.apply(other.progress.history("maths"))
    other.apply(study.progress.history("maths"))
    assert study.time_tracker.seconds("vectors") == other.time_tracker.seconds("vectors") == 3600
    # Who knows of both has the last word.
    clock.turn(1)
    last = other.time_tracker.latest("vectors")
    assert last is not None
    for seconds in (7200, 0):
        other.time_tracker.correct(last, seconds)
        study.apply(other.progress.history("maths"))
        assert study.time_tracker.seconds("vectors") == other.time_tracker.seconds("vectors") == seconds
    study.undo()
    assert study.time_tracker.seconds("vectors") == 7200


def test_a_correction_without_bases_replaces_all_earlier_ones(tmp_path: Path) -> None:
    study = _study(tmp_path, Clock())
    study.time_tracker.start("vectors")
    begun = study.time_tracker.running()[0]
    for seconds in (600, 1200):
        stamp = study.journal.next_stamp(0)
        study.write(
            TimeLogged(stamp, "maths", "vectors", "Vectors", seconds, begun.timing.start, begun.timing.id)
        )
    assert study.time_tracker.seconds("vectors") == 1200


@pytest.mark.parametrize("node_id", ["algebra", ""])
def test_only_items_have_timers(tmp_path: Path, node_id: str) -> None:
    times = _study(tmp_path, Clock()).time_tracker
    for verb in (lambda: times.start(node_id), lambda: times.add(node_id, 60)):
        with pytest.raises(UsageError, match="sections have no time"):
            verb()


def test_a_forgotten_timer_is_stopped_at_the_maximum(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.time_tracker.start("vectors")
    clock.turn(40 * 24 * 3600)
    with pytest.raises(UsageError, match="31 days at most"):
        study.time_tracker.correct(study.time_tracker.running()[0], 40 * 24 * 3600)
    study.time_tracker.start("limits")
    assert study.time_tracker.seconds("vectors") == 31 * 24 * 3600


def test_an_interval_counts_for_the_study_day_it_began_on(tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=9))
    clock = Clock(datetime(2026, 3, 2, 3, 50, tzinfo=zone))
    study = _study(tmp_path, clock)
    study.time_tracker.start("vectors")
    clock.turn(20 * 60)
    study.time_tracker.stop(study.time_tracker.running()[0])
    assert study.time_tracker.recent_totals(1) == {}
    assert study.time_tracker.recent_totals(2) == {("maths", "vectors", "Vectors"): 1200}


def test_last_activity_is_the_last_event_of_a_timer(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.time_tracker.start("vectors")
    (running,) = study.time_tracker.running()
    assert study.time_tracker.last_activity(running) == NOON
    clock.turn(900)
    study.set_status(["vectors"], "done")
    clock.turn(90_000)
    assert study.time_tracker.last_activity(running) == NOON + timedelta(seconds=900)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("45", 2700), ("45m", 2700), ("45 min", 2700), ("1h", 3600), ("1h30", 5400), ("1:05", 3900), ("0", 0)],
)
def test_durations_are_parsed(words: str, seconds: int) -> None:
    assert seconds_in(words) == seconds


@pytest.mark.parametrize("words", ["", " ", "h", "m", "x", "-5", "1.5h", "1h30h", "9999999999", "\x1b"])
def test_invalid_durations_are_refused(words: str) -> None:
    with pytest.raises(UsageError, match="not a duration"):
        seconds_in(words)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=8))
def test_overlaps_equal_those_of_every_pair(spans: list[tuple[int, int]]) -> None:
    timed = [
        TimeEntry("r", f"i{n}", "", Interval(f"{n}", NOON + timedelta(seconds=start), seconds))
        for n, (start, seconds) in enumerate(spans)
    ]
    expected = {
        frozenset((a, b)): min(s + t for s, t in (spans[a], spans[b])) - max(spans[a][0], spans[b][0])
        for a in range(len(spans))
        for b in range(a)
    }
    found = {
        frozenset((int(one.timing.id), int(other.timing.id))): seconds
        for one, other, seconds in overlaps(timed, NOON)
    }
    assert found == {pair: seconds for pair, seconds in expected.items() if seconds > 0}
