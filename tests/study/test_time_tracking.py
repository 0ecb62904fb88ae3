"""The time spent on items, by value."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.errors import Refused
from roadmap_tui.core.progress.events import TimeLogged
from roadmap_tui.core.progress.states import Timed, Timing
from roadmap_tui.core.progress.time_tracking import overlaps, seconds_in
from roadmap_tui.study.study import Study
from tests.journals import NOON, ROADMAP, Clock, journal


def _study(folder: Path, clock: Clock, host: str = "box") -> Study:
    return Study(ROADMAP, journal(folder, host, clock))


def test_a_timer_runs_in_the_journal(tmp_path: Path) -> None:
    clock = Clock()
    _study(tmp_path, clock).times.start("vectors")
    clock.turn(48 * 60)
    # Another session: the first one died without a word.
    study = _study(tmp_path, clock, "later")
    (running,) = study.times.running()
    assert (running.target, running.title, running.timing.start) == ("vectors", "Vectors", NOON)
    assert study.times.seconds("vectors") == 48 * 60
    study.times.stop(running)
    clock.turn(3600)
    assert study.times.running() == []
    assert study.times.seconds("vectors") == 48 * 60
    study.undo()
    assert study.times.seconds("vectors") == 108 * 60


def test_one_can_do_one_thing_at_a_time(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.times.start("vectors")
    with pytest.raises(Refused, match="runs already"):
        study.times.start("vectors")
    clock.turn(600)
    study.times.start("limits")
    assert [one.target for one in study.times.running()] == ["limits"]
    assert study.times.seconds("vectors") == 600
    assert study.times.overlaps() == []


def test_two_machines_are_both_kept_and_the_overlap_is_known(tmp_path: Path) -> None:
    clock = Clock()
    here, there = _study(tmp_path / "a", clock), _study(tmp_path / "b", clock, "laptop")
    here.times.start("vectors")
    clock.turn(600)
    there.times.start("limits")
    clock.turn(300)
    here.absorb(there.progress.history("maths"))
    assert [one.target for one in here.times.running()] == ["vectors", "limits"]
    (overlap,) = here.times.overlaps()
    assert (overlap.one.target, overlap.other.target, overlap.seconds) == ("vectors", "limits", 300)


def test_minutes_by_hand_were_not_measured_at_once_with_anything(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.times.start("vectors")
    clock.turn(600)
    study.times.add("limits", 1200)
    assert study.times.overlaps() == []
    last = study.times.last("limits")
    assert last is not None
    study.times.correct(study.times.timed("limits", last), 1800)
    assert study.times.overlaps() == []
    assert study.times.seconds("limits") == 1800


def test_minutes_are_corrected_added_and_discarded(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.times.add("vectors", 1200)
    study.times.start("vectors")
    clock.turn(60)
    last = study.times.last("vectors")
    assert last is not None
    study.times.correct(study.times.timed("vectors", last), 300)
    assert study.times.seconds("vectors") == 1500
    study.times.correct(study.times.timed("vectors", last), 0)
    assert study.times.seconds("vectors") == 1200
    assert _study(tmp_path, clock).times.seconds("vectors") == 1200


def test_the_last_correction_wins_in_any_order(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path / "a", clock)
    study.times.start("vectors")
    clock.turn(600)
    other = _study(tmp_path / "b", clock, "laptop")
    other.absorb(study.progress.history("maths"))
    study.times.stop(study.times.running()[0])
    clock.turn(1)
    other.times.correct(other.times.running()[0], 120)
    study.absorb(other.progress.history("maths"))
    other.absorb(study.progress.history("maths"))
    assert study.times.seconds("vectors") == other.times.seconds("vectors") == 120


def test_a_timer_that_was_stopped_elsewhere_is_not_stopped_again_later(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path / "a", clock)
    study.times.start("vectors")
    other = _study(tmp_path / "b", clock, "laptop")
    other.absorb(study.progress.history("maths"))
    clock.turn(3600)
    study.times.stop(study.times.running()[0])
    # The next morning, before anything was synced, the other still finds it running.
    clock.turn(11 * 3600)
    other.times.start("limits")
    assert other.times.seconds("vectors") == 12 * 3600
    study.absorb(other.progress.history("maths"))
    other.absorb(study.progress.history("maths"))
    assert study.times.seconds("vectors") == other.times.seconds("vectors") == 3600
    # Who knows of both has the last word.
    clock.turn(1)
    last = other.times.last("vectors")
    assert last is not None
    for seconds in (7200, 0):
        other.times.correct(other.times.timed("vectors", last), seconds)
        study.absorb(other.progress.history("maths"))
        assert study.times.seconds("vectors") == other.times.seconds("vectors") == seconds
    study.undo()
    assert study.times.seconds("vectors") == 7200


def test_what_does_not_say_what_it_replaces_replaces_all_before(tmp_path: Path) -> None:
    study = _study(tmp_path, Clock())
    study.times.start("vectors")
    begun = study.times.running()[0]
    for seconds in (600, 1200):
        stamp = study.journal.stamp(0)
        study.write(
            TimeLogged(stamp, "maths", "vectors", "Vectors", begun.timing.start, seconds, begun.timing.id)
        )
    assert study.times.seconds("vectors") == 1200


@pytest.mark.parametrize("node_id", ["algebra", ""])
def test_time_is_spent_on_items(tmp_path: Path, node_id: str) -> None:
    times = _study(tmp_path, Clock()).times
    for verb in (lambda: times.start(node_id), lambda: times.add(node_id, 60)):
        with pytest.raises(Refused, match="not on sections"):
            verb()


def test_a_forgotten_timer_can_be_stopped(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.times.start("vectors")
    clock.turn(40 * 24 * 3600)
    with pytest.raises(Refused, match="31 days at most"):
        study.times.correct(study.times.running()[0], 40 * 24 * 3600)
    study.times.start("limits")
    assert study.times.seconds("vectors") == 31 * 24 * 3600


def test_a_stretch_counts_to_the_study_day_on_which_it_began(tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=9))
    clock = Clock(datetime(2026, 3, 2, 3, 50, tzinfo=zone))
    study = _study(tmp_path, clock)
    study.times.start("vectors")
    clock.turn(20 * 60)
    study.times.stop(study.times.running()[0])
    assert study.times.since(1) == {}
    assert study.times.since(2) == {("maths", "vectors", "Vectors"): 1200}


def test_the_last_sign_of_life(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.times.start("vectors")
    (running,) = study.times.running()
    assert study.times.last_sign(running) == NOON
    clock.turn(900)
    study.set_status(["vectors"], "doing")
    clock.turn(90_000)
    assert study.times.last_sign(running) == NOON + timedelta(seconds=900)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("45", 2700), ("45m", 2700), ("45 min", 2700), ("1h", 3600), ("1h30", 5400), ("1:05", 3900), ("0", 0)],
)
def test_a_stretch_is_read_as_people_write_it(words: str, seconds: int) -> None:
    assert seconds_in(words) == seconds


@pytest.mark.parametrize("words", ["", " ", "h", "m", "x", "-5", "1.5h", "1h30h", "9999999999", "\x1b"])
def test_what_is_no_stretch_is_refused(words: str) -> None:
    with pytest.raises(Refused, match="no stretch of time"):
        seconds_in(words)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=8))
def test_overlaps_are_those_of_every_pair(spans: list[tuple[int, int]]) -> None:
    timed = [
        Timed("r", f"i{n}", "", Timing(f"{n}", NOON + timedelta(seconds=start), seconds))
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
