"""The plan, and the dialogs that change it."""

from __future__ import annotations

from roadmap_tui.core.errors import RoadmapTuiError, UsageError
from roadmap_tui.core.humanize import capitalize
from roadmap_tui.core.progress.time_tracking import seconds_in
from roadmap_tui.study.goal import goal_item, parse_day, parse_hours, set_goal
from roadmap_tui.study.plan import Plan, make_plan
from roadmap_tui.study.spare_time import Suggestion, fill_minutes
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.main.palette_provider import ItemProvider
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.input import InputScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.screens.plan import PlanScreen
from roadmap_tui.tui.screens.spare_time import SpareTimeScreen


async def show_plan(app: BaseApp, state: MainState) -> None:
    """Show the plan again after each change, until the reader closes it."""
    study, message = state.study, ""
    while True:
        plan = make_plan(study)
        command = await app.ask(PlanScreen(state.keymap, state.glyphs, plan, message))
        if not command:
            return
        message = ""
        if command != "calendar" and study.view_only:
            message = f"View only: {study.view_only}"
            continue
        try:
            match command:
                case "goal":
                    await _ask_goal(app, state)
                case "date":
                    before = plan.day.isoformat() if plan.day else ""
                    text = await _ask(
                        app, state, "Date of the goal", "2027-02-01, or 8w, 3m from now", before
                    )
                    if text is not None:
                        set_goal(study, day=parse_day(text, study.today()))
                case "hours":
                    before = f"{plan.hours:g}" if plan.hours else ""
                    text = await _ask(app, state, "Hours a week", "6 or 2.5", before)
                    if text is not None:
                        set_goal(study, hours=parse_hours(text))
                case "calendar":
                    message = await _save_calendar(app, state, plan)
        except RoadmapTuiError as error:
            message = capitalize(f"{error.what}: {error.why}; {error.remedy}")


async def _ask(app: BaseApp, state: MainState, title: str, placeholder: str, text: str) -> str | None:
    hint = "An empty line removes it."
    return await app.ask(InputScreen(state.keymap, title, placeholder, text, hint, replaces=True))


async def _ask_goal(app: BaseApp, state: MainState) -> None:
    study, old = state.study, goal_item(state.study)

    def verb(node_id: str) -> str:
        return "No longer " if old is not None and node_id == old.id else "Goal: "

    suggested = [old.id] if old else []
    suggested += [state.item.id] if state.item and state.item.id not in suggested else []
    provider = ItemProvider(study, "The item to reach", suggested, verb)
    screen = PaletteScreen(state.keymap, provider, tuple, state.glyphs)
    screen.heading = "Goal"
    hit = await app.ask(screen)
    if hit is not None:
        set_goal(study, "" if old is not None and hit.id == old.id else hit.id)


async def _save_calendar(app: BaseApp, state: MainState, plan: Plan) -> str:
    """Write the plan as a calendar to a file that the reader names; return a message."""
    from roadmap_tui.store.files import printable_path, write_file
    from roadmap_tui.text.plan import plan_to_calendar

    title = "Write the plan as a calendar to"
    screen = InputScreen(state.keymap, title, "plan.ics", f"{state.study.source.id}.ics")
    path = await app.ask(screen)
    if not path or not path.strip():
        return ""
    write_file(path.strip(), plan_to_calendar(state.study, plan))
    return f"Written: {printable_path(path.strip())}"


async def ask_spare_time(app: BaseApp, state: MainState) -> Suggestion | None:
    """Ask for a number of minutes, show suggestions, and return the chosen one."""
    screen = InputScreen(state.keymap, "How many minutes do you have?", "30", "30", replaces=True)
    text = await app.ask(screen)
    if text is None:
        return None
    try:
        minutes = seconds_in(text) // 60
    except UsageError as error:
        state.show_error(error)
        return None
    return await app.ask(
        SpareTimeScreen(state.keymap, minutes, fill_minutes(state.study, minutes), state.glyphs)
    )
