"""What is asked about time: a timer found running at the start, and minutes by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from textual.app import App

from roadmap_tui.core.errors import RoadmapTuiError, SaveError
from roadmap_tui.core.humanize import capitalize, format_datetime, format_duration
from roadmap_tui.core.progress.events import LONGEST_TIME
from roadmap_tui.core.progress.states import TimeEntry
from roadmap_tui.core.progress.time_tracking import length, seconds_in
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.input import InputScreen
from roadmap_tui.tui.screens.stale_timer import StaleTimerScreen
from roadmap_tui.tui.widgets.modal import BeforeOpen

_LONG = 3600  # seconds without a sign of life from which a timer may have been forgotten


async def resolve_running(app: App[Any], state: MainState, timed: TimeEntry, shown: BeforeOpen) -> None:
    """Ask what to do with a timer that was running when the program was started."""
    study = state.study
    now, start = study.now(), timed.timing.start.astimezone(study.now().tzinfo)
    seconds = length(timed.timing, now)
    since = (
        f"{start:%H:%M}" if start.date() == now.date() else f"{start:%H:%M} on {format_datetime(start, now)}"
    )
    words = f"It has been running since {since}, {format_duration(seconds)} ago."
    sign = study.time_tracker.last_activity(timed)
    idle = (now - sign).total_seconds() > _LONG
    if idle:
        known = format_duration(int((sign - start).total_seconds())) if sign > start else "right at the start"
        words += f"\nThe last thing you did was {known}{' into it' if sign > start else ''}."
    wish = await app.push_screen_wait(
        shown(StaleTimerScreen(state.keymap, timed.title, words, format_duration(seconds)))
    )
    if wish and all(one.timing.id != timed.timing.id for one in study.time_tracker.running()):
        state.show_message(f"{timed.title}: that timer was stopped elsewhere")
        return
    try:
        if wish == "keep":
            # What was shown, and not what it has come to while the question stood there for a night.
            study.time_tracker.correct(timed, min(seconds, LONGEST_TIME))
        elif wish == "discard":
            study.time_tracker.correct(timed, 0)
            state.show_message(f"Discarded: {format_duration(seconds)} on {timed.title}")
        elif wish == "edit":
            guess = int((sign - start).total_seconds()) if idle else seconds
            await _correct(app, state, timed, guess, shown)
    except RoadmapTuiError as error:
        state.show_error(error)


async def edit_time(app: App[Any], state: MainState, shown: BeforeOpen) -> None:
    """Correct the last stretch on the item under the cursor, or add one."""
    times = state.study.time_tracker
    if state.item is None:
        state.show_message("Time is spent on items, not on sections; go to an item", problem=True)
        return
    last = times.latest(state.node_id)
    if last is not None:
        await _correct(app, state, times.entry(state.node_id, last), length(last, state.study.now()), shown)
        return

    def add(typed: str) -> None:
        times.add(state.node_id, seconds_in(typed.removeprefix("+")))

    if await _ask(app, state, LineWords(state.title, "How long you studied it: 45m, 1h30"), add, shown):
        state.show_message(f"{state.title}: {format_duration(times.seconds(state.node_id))} in all")


async def _correct(
    app: App[Any], state: MainState, timed: TimeEntry, seconds: int, shown: BeforeOpen
) -> None:
    study = state.study
    start = timed.timing.start.astimezone(study.now().tzinfo)
    began = f"{start:%H:%M}, {format_datetime(start, study.now())}"
    word = f"The time that began at {began}; 0 discards it, +20m adds to the item."
    before = f"{seconds // 3600}h{seconds // 60 % 60:02}" if seconds >= 3600 else f"{max(1, seconds // 60)}m"

    def correct(typed: str) -> None:
        if typed.startswith("+"):
            study.time_tracker.add(timed.target, seconds_in(typed[1:]))
        elif typed != before or timed.timing.seconds is None:
            study.time_tracker.correct(timed, seconds_in(typed))

    asked = LineWords(timed.title, "45m, 1h30", before, word)
    if await _ask(app, state, asked, correct, shown) and timed.roadmap == study.roadmap.id:
        state.show_message(
            f"{timed.title}: {format_duration(study.time_tracker.seconds(timed.target))} in all"
        )


class LineWords(NamedTuple):
    """What a line is asked with."""

    title: str
    placeholder: str
    text: str = ""
    word: str = ""


async def _ask(
    app: App[Any], state: MainState, words: LineWords, do: Callable[[str], None], shown: BeforeOpen
) -> bool:
    """Ask for a line until something can be done with it, or the reader leaves; whether it was done."""
    while True:
        typed = await app.push_screen_wait(shown(InputScreen(state.keymap, *words, replaces=True)))
        if not typed or not typed.strip():
            return False
        try:
            do(typed.strip())
        except SaveError as error:
            state.show_error(error)  # it is not asked for again: what waits is tried again by itself
            return False
        except RoadmapTuiError as error:
            words = words._replace(text=typed, word=capitalize(f"{error.why}; {error.remedy}"))
        else:
            return True
