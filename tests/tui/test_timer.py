"""The timer in the screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.widgets import Input

from roadmap_tui.core.progress.events import TimeLogged
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.text.styled_text import ASCII
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.input import InputScreen
from roadmap_tui.tui.screens.questions import StaleTimerScreen
from roadmap_tui.tui.widgets.header_footer import Header
from tests.tui.stage import Seat, Stage


@pytest.fixture(autouse=True)
def _still(stage: Stage) -> None:
    """Time passes only where a test lets it."""
    stage.clock.stop()


def _at(node_id: str) -> ViewState:
    return ViewState(node_id, ())


async def test_t_starts_and_stops(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("t")
        assert seat.bar == "Timing One; t stops it"
        assert "● 0:00" in seat.title
        stage.clock.time += timedelta(minutes=48)
        await seat.press("j")
        assert "● 0:48" in seat.title
        await seat.press("t")
        assert seat.bar == "One: 48 min; t starts one here"
        await seat.press("t")
        assert seat.bar == "Timing Two; t stops it"
        stage.clock.time += timedelta(minutes=5)
        await seat.press("t")
        assert seat.bar == "Two: 5 min; 5 min total"
        assert "●" not in seat.title
        assert seat.marks == {"one": "doing", "two": "doing"}
        await seat.press("h", "t")
        assert seat.bar == "Timer: sections have no time; select an item"


async def test_starting_is_one_change_and_leaves_finished_items_finished(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("t")
        assert seat.marks == {"one": "doing"}
        await seat.press("u")
        assert (seat.marks, seat.study.time_tracker.running()) == ({}, [])
        await seat.press("ctrl+r")
        assert (seat.marks, len(seat.study.time_tracker.running())) == ({"one": "doing"}, 1)
        await seat.press("t", "space", "t")
        assert seat.marks == {"one": "done"}
        await seat.press("t", "s", "t")
        assert seat.marks == {"one": "skipped"}


async def test_the_header_is_redrawn_at_each_full_minute_of_a_running_timer_only(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("t")
        header = seat.main.query_one(Header)
        assert header.minute_timer is not None
        stage.clock.time += timedelta(minutes=1)
        with seat.watched() as drawn:
            header.on_minute()
            await seat.settle()
        assert "● 0:01" in seat.title
        assert len(drawn) == 1
        await seat.press("t")
        header.minute_timer.stop()
        with seat.watched() as drawn:
            header.on_minute()
            await seat.settle()
        assert drawn == []
        assert header.minute_timer is None


def _left_running(stage: Stage, minutes: int, sign: int = 0) -> None:
    """Another session starts a timer and dies; ``sign`` is the minute of its last mark."""
    study = stage.study()
    study.time_tracker.start("one")
    if sign:
        stage.clock.time += timedelta(minutes=sign)
        study.set_status(["two"], "doing")
    stage.clock.time += timedelta(minutes=minutes - sign)


async def _asked(seat: Seat) -> str:
    await seat.until(lambda: seat.is_on(StaleTimerScreen))
    await seat.settle()
    return "\n".join(seat.screen)


async def test_a_timer_left_running_is_kept(stage: Stage) -> None:
    _left_running(stage, 48)
    async with stage.seat() as seat:
        shown = await _asked(seat)
        assert "Timer running since 09:30 (48 min)" in shown
        assert "enter keep 48 min   e edit   x discard   esc let it run" in shown
        await seat.press("enter")
        assert seat.is_on(MainScreen)
        assert (seat.study.time_tracker.running(), seat.study.time_tracker.seconds("one") // 60) == ([], 48)


async def test_what_was_shown_is_kept_however_long_the_question_stands(stage: Stage) -> None:
    _left_running(stage, 48)
    async with stage.seat() as seat:
        assert "enter keep 48 min" in await _asked(seat)
        stage.clock.time += timedelta(hours=9)
        await seat.press("enter")
        assert seat.study.time_tracker.seconds("one") // 60 == 48


async def test_a_timer_that_was_stopped_meanwhile_stays_as_it_is(stage: Stage) -> None:
    _left_running(stage, 48)
    async with stage.seat() as seat:
        await _asked(seat)
        other = stage.study()
        other.time_tracker.correct(other.time_tracker.running()[0], 600)
        other.close()
        seat.study.apply(seat.study.journal.read())
        await seat.press("enter")
        assert seat.bar == "One: the timer was stopped in another session"
        assert seat.study.time_tracker.seconds("one") == 600


async def test_a_timer_left_running_is_discarded_or_runs_on(stage: Stage) -> None:
    _left_running(stage, 48)
    async with stage.seat() as seat:
        await _asked(seat)
        await seat.press("escape")
        assert "● 0:48" in seat.title
    async with stage.seat() as seat:
        await _asked(seat)
        await seat.press("x")
        assert seat.bar == "Discarded: 48 min on One"
        assert seat.study.time_tracker.seconds("one") == 0
        await seat.press("u")
        assert seat.study.time_tracker.running()


async def test_a_forgotten_timer_is_edited_down_to_the_last_sign_of_life(stage: Stage) -> None:
    _left_running(stage, 13 * 60, sign=25)
    async with stage.seat() as seat:
        shown = await _asked(seat)
        assert "Last activity" in shown
        assert "enter keep 25 min   a keep 13 h 00   e edit" in shown
        await seat.press("e")
        assert seat.is_on(InputScreen)
        assert seat.app.screen.query_one(Input).value == "25m"
        await seat.press("escape")
    async with stage.seat() as seat:
        await _asked(seat)
        await seat.press("enter")
        assert (seat.study.time_tracker.running(), seat.study.time_tracker.seconds("one")) == ([], 25 * 60)


async def test_without_later_activity_enter_asks_for_the_time_and_a_keeps_all(stage: Stage) -> None:
    _left_running(stage, 179 * 60)
    async with stage.seat() as seat:
        assert "enter enter the time   a keep 179 h 00" in await _asked(seat)
        await seat.press("enter")
        assert (seat.is_on(InputScreen), seat.app.screen.query_one(Input).value) == (True, "")
        await seat.press("escape")
        assert seat.study.time_tracker.running()
    async with stage.seat() as seat:
        await _asked(seat)
        await seat.press("a")
        assert seat.study.time_tracker.seconds("one") == 179 * 3600


async def test_seconds_are_not_a_minute(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("t")
        stage.clock.time += timedelta(seconds=2)
        await seat.press("t")
        assert seat.bar == "One: 2 s; 2 s total"


async def test_minutes_by_hand(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("ctrl+t")
        await seat.write("1h30")
        await seat.press("enter")
        assert seat.bar == "One: 1 h 30 total"
        await seat.press("ctrl+t")
        assert seat.app.screen.query_one(Input).value == "1h30"
        await seat.write("+20")
        await seat.press("enter")
        assert seat.bar == "One: 1 h 50 total"
        await seat.press("ctrl+t", "0", "enter")
        assert seat.study.time_tracker.seconds("one") == 90 * 60
        await seat.press("ctrl+t", "x", "enter")
        assert seat.is_on(InputScreen)
        assert "Not a duration; try 45m" in "\n".join(seat.screen)
        assert seat.app.screen.query_one(Input).value == "x"
        await seat.press("5", "enter")
        assert seat.is_on(MainScreen)
        assert seat.study.time_tracker.seconds("one") == 5 * 60
        await seat.press("h", "ctrl+t")
        assert seat.bar == "Select an item to time"


async def test_the_timer_in_ascii(stage: Stage) -> None:
    async with stage.seat(place=_at("one"), glyphs=ASCII) as seat:
        await seat.press("t")
        assert "@ 0:00" in seat.title


async def test_the_header_counts_the_timers_of_other_machines(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("t")
        study = seat.study
        foreign = study.next_stamp("two")._replace(id="ffffffffffff-other-1")
        study.apply([TimeLogged(foreign, study.source.id, "two", "Two", None, study.now())])
        await seat.press("j")
        assert "● 0:00 +1 " in seat.title
