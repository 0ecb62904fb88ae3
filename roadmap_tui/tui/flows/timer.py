"""Dialogs about time: timers found running at the start, and correcting or adding time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from roadmap_tui.core.errors import RoadmapTuiError, SaveError
from roadmap_tui.core.humanize import capitalize, format_datetime, format_duration
from roadmap_tui.core.progress.events import LONGEST_TIME
from roadmap_tui.core.progress.states import TimeEntry
from roadmap_tui.core.progress.time_tracking import length, seconds_in
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.input import InputScreen
from roadmap_tui.tui.screens.questions import StaleTimerScreen

# After this time without activity the timer may have been forgotten.
_IDLE_SECONDS: Final = 3600


async def resolve_running(app: BaseApp, state: MainState, entry: TimeEntry) -> None:
    """Ask what to do with a timer that was running when the program started."""
    study, tracker = state.study, state.study.time_tracker
    now, start = study.now(), entry.timing.start.astimezone(study.now().tzinfo)
    seconds = length(entry.timing, now)
    since = f"{start:%H:%M}"
    if start.date() != now.date():
        since += f" on {format_datetime(start, now)}"
    text = f"Timer running since {since} ({format_duration(seconds)})"
    last_activity = tracker.last_activity(entry)
    proposed = seconds
    if (now - last_activity).total_seconds() > _IDLE_SECONDS:
        # The timer was probably forgotten: propose its end at the last activity, if there was any.
        proposed = int((last_activity - start).total_seconds())
        activity = last_activity.astimezone(study.now().tzinfo)
        day = "" if activity.date() == now.date() else f"{format_datetime(activity, now)} "
        text += f"\nLast activity {day}{activity:%H:%M}"
    whole = format_duration(seconds)
    shown = format_duration(proposed) if proposed or not seconds else ""
    action = await app.ask(StaleTimerScreen(state.keymap, entry.title, text, shown, whole))
    if action and all(other.timing.id != entry.timing.id for other in tracker.running()):
        state.show_message(f"{entry.title}: the timer was stopped in another session")
        return
    with state.showing_errors():
        if action in {"keep", "whole"}:
            # The time that was shown, not what it became while the question was open.
            tracker.correct(entry, min(proposed if action == "keep" else seconds, LONGEST_TIME))
        elif action == "discard":
            tracker.correct(entry, 0)
            state.show_message(f"Discarded: {format_duration(seconds)} on {entry.title}")
        elif action == "edit":
            await _correct(app, state, entry, proposed)


async def edit_time(app: BaseApp, state: MainState) -> None:
    """Correct the last time entry of the item under the cursor, or add one."""
    tracker = state.study.time_tracker
    if state.item is None:
        state.show_message("Select an item to time", is_error=True)
        return
    last = tracker.latest(state.node_id)
    if last is not None:
        await _correct(app, state, last, length(last.timing, state.study.now()))
        return

    def add(text: str) -> None:
        tracker.add(state.node_id, seconds_in(text.removeprefix("+")))

    if await _ask(app, state, add, f"Time on {state.title}", "45m, 1h30"):
        state.show_message(f"{state.title}: {format_duration(tracker.seconds(state.node_id))} total")


async def _correct(app: BaseApp, state: MainState, entry: TimeEntry, seconds: int) -> None:
    """Ask for the right duration of a time entry, with ``seconds`` as the suggestion, 0 for none."""
    study, tracker = state.study, state.study.time_tracker
    start = entry.timing.start.astimezone(study.now().tzinfo)
    began = f"{format_datetime(start, study.now())} {start:%H:%M}"
    subtitle = f"Session of {began} (0 deletes, +20m adds)"
    before = f"{max(1, seconds // 60)}m" if seconds else ""
    if seconds >= 3600:
        before = f"{seconds // 3600}h{seconds // 60 % 60:02}"

    def correct(text: str) -> None:
        if text.startswith("+"):
            tracker.add(entry.target, seconds_in(text[1:]))
        elif text != before or entry.timing.seconds is None:
            tracker.correct(entry, seconds_in(text))

    is_applied = await _ask(app, state, correct, f"Time on {entry.title}", "45m, 1h30", before, subtitle)
    if is_applied and entry.roadmap == study.roadmap.id:
        state.show_message(f"{entry.title}: {format_duration(tracker.seconds(entry.target))} total")


async def _ask(
    app: BaseApp,
    state: MainState,
    apply: Callable[[str], None],
    title: str,
    placeholder: str,
    text: str = "",
    subtitle: str = "",
) -> bool:
    """Ask for a line until it can be applied or the reader leaves; return True if it was applied."""
    while True:
        answer = await app.ask(InputScreen(state.keymap, title, placeholder, text, subtitle, replaces=True))
        if not answer or not answer.strip():
            return False
        try:
            apply(answer.strip())
        except SaveError as error:
            state.show_error(error)  # not asked again: unsaved events are flushed later
            return False
        except RoadmapTuiError as error:
            text, subtitle = answer, capitalize(f"{error.why}; {error.remedy}")
        else:
            return True
