"""What is asked about time: a timer found running at the start, and minutes by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from textual.app import App

from roadmap_tui.core.errors import CannotSave, RoadmapError
from roadmap_tui.core.progress.events import LONGEST_TIME
from roadmap_tui.core.progress.states import Timed
from roadmap_tui.core.progress.time_tracking import length, seconds_in
from roadmap_tui.text.format import hours, moment_told, sentence
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.input import LineScreen
from roadmap_tui.tui.screens.stale_timer import TimerScreen
from roadmap_tui.tui.widgets.modal import Shown

_LONG = 3600  # seconds without a sign of life from which a timer may have been forgotten


async def settle(app: App[Any], desk: MainState, timed: Timed, shown: Shown) -> None:
    """Ask what to do with a timer that was running when the program was started."""
    study = desk.study
    now, start = study.now(), timed.timing.start.astimezone(study.now().tzinfo)
    seconds = length(timed.timing, now)
    since = f"{start:%H:%M}" if start.date() == now.date() else f"{start:%H:%M} on {moment_told(start, now)}"
    words = f"It has been running since {since}, {hours(seconds)} ago."
    sign = study.times.last_sign(timed)
    idle = (now - sign).total_seconds() > _LONG
    if idle:
        known = hours(int((sign - start).total_seconds())) if sign > start else "right at the start"
        words += f"\nThe last thing you did was {known}{' into it' if sign > start else ''}."
    wish = await app.push_screen_wait(shown(TimerScreen(desk.keymap, timed.title, words, hours(seconds))))
    if wish and all(one.timing.id != timed.timing.id for one in study.times.running()):
        desk.notify(f"{timed.title}: that timer was stopped elsewhere")
        return
    try:
        if wish == "keep":
            # What was shown, and not what it has come to while the question stood there for a night.
            study.times.correct(timed, min(seconds, LONGEST_TIME))
        elif wish == "discard":
            study.times.correct(timed, 0)
            desk.notify(f"Discarded: {hours(seconds)} on {timed.title}")
        elif wish == "edit":
            guess = int((sign - start).total_seconds()) if idle else seconds
            await _correct(app, desk, timed, guess, shown)
    except RoadmapError as error:
        desk.refuse(error)


async def minutes(app: App[Any], desk: MainState, shown: Shown) -> None:
    """Correct the last stretch on the item under the cursor, or add one."""
    times = desk.study.times
    if desk.item is None:
        desk.notify("Time is spent on items, not on sections; go to an item", problem=True)
        return
    last = times.last(desk.node_id)
    if last is not None:
        await _correct(app, desk, times.timed(desk.node_id, last), length(last, desk.study.now()), shown)
        return

    def add(typed: str) -> None:
        times.add(desk.node_id, seconds_in(typed.removeprefix("+")))

    if await _ask(app, desk, LineWords(desk.title, "How long you studied it: 45m, 1h30"), add, shown):
        desk.notify(f"{desk.title}: {hours(times.seconds(desk.node_id))} in all")


async def _correct(app: App[Any], desk: MainState, timed: Timed, seconds: int, shown: Shown) -> None:
    study = desk.study
    start = timed.timing.start.astimezone(study.now().tzinfo)
    began = f"{start:%H:%M}, {moment_told(start, study.now())}"
    word = f"The time that began at {began}; 0 discards it, +20m adds to the item."
    before = f"{seconds // 3600}h{seconds // 60 % 60:02}" if seconds >= 3600 else f"{max(1, seconds // 60)}m"

    def correct(typed: str) -> None:
        if typed.startswith("+"):
            study.times.add(timed.target, seconds_in(typed[1:]))
        elif typed != before or timed.timing.seconds is None:
            study.times.correct(timed, seconds_in(typed))

    asked = LineWords(timed.title, "45m, 1h30", before, word)
    if await _ask(app, desk, asked, correct, shown) and timed.roadmap == study.roadmap.id:
        desk.notify(f"{timed.title}: {hours(study.times.seconds(timed.target))} in all")


class LineWords(NamedTuple):
    """What a line is asked with."""

    title: str
    placeholder: str
    text: str = ""
    word: str = ""


async def _ask(
    app: App[Any], desk: MainState, words: LineWords, do: Callable[[str], None], shown: Shown
) -> bool:
    """Ask for a line until something can be done with it, or the reader leaves; whether it was done."""
    while True:
        typed = await app.push_screen_wait(shown(LineScreen(desk.keymap, *words, replaces=True)))
        if not typed or not typed.strip():
            return False
        try:
            do(typed.strip())
        except CannotSave as error:
            desk.refuse(error)  # it is not asked for again: what waits is tried again by itself
            return False
        except RoadmapError as error:
            words = words._replace(text=typed, word=sentence(f"{error.why}; {error.remedy}"))
        else:
            return True
