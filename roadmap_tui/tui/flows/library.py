"""The library: opening, importing, updating and removing roadmaps."""

from __future__ import annotations

import asyncio

from roadmap_tui.core.errors import RoadmapTuiError, UsageError
from roadmap_tui.core.humanize import capitalize
from roadmap_tui.store.importer import ImportPlan
from roadmap_tui.study.library import Library, OpenRoadmap
from roadmap_tui.text.import_report import format_summary
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.import_preview import ImportPreviewScreen
from roadmap_tui.tui.screens.library import LibraryAction, LibraryScreen
from roadmap_tui.tui.screens.questions import ConfirmScreen, WaitScreen


async def run_library(app: BaseApp, library: Library, state: MainState) -> tuple[OpenRoadmap, str] | None:
    """Show the library until the reader leaves or opens a roadmap; return that roadmap and a message.

    The outcome of an action, or its error, is shown in the library when it appears again.
    """
    screen = LibraryScreen(state.keymap, library.entries(), state.study.roadmap.id, state.glyphs)
    while action := await app.ask(screen):
        message, source = "", ""
        try:
            if action.verb == "open":
                return library.open(action.target), ""
            if action.verb == "remove":
                message = await _remove(app, library, state, action.target)
            elif plan := await _import_or_update(app, library, state, action):
                message = "" if plan.same else format_summary(plan.report, plan.changes)
                return library.open(plan.roadmap.id), message
        except RoadmapTuiError as error:
            message = capitalize(str(error).partition("\n")[0])
            source = action.target if action.verb == "import" else ""
        screen = LibraryScreen(
            state.keymap, library.entries(), action.target, state.glyphs, message=message, source=source
        )
    return None


async def _remove(app: BaseApp, library: Library, state: MainState, name: str) -> str:
    """Remove a roadmap after confirmation, as it can't be undone; return a message."""
    if name == state.study.roadmap.id:
        return "Can't remove the open roadmap"
    question = f"Remove {name}? Your progress is kept and returns when you import it again."
    if not await app.ask(ConfirmScreen(state.keymap, question, "remove", "keep")):
        return ""
    library.remove(name)
    return f"Removed: {name}"


async def _import_or_update(
    app: BaseApp, library: Library, state: MainState, action: LibraryAction
) -> ImportPlan | None:
    """Show a preview of an import or update and apply it after confirmation; return the applied plan."""
    # In threads: the network and a long file may take seconds, and the screen must keep responding.
    request_for = library.plan_interactive_import if action.verb == "import" else library.plan_update
    wait_screen = WaitScreen(f"Reading {action.target}")
    await app.push_screen(wait_screen)
    app.call_later(app.release_input)  # what is typed while waiting is for nobody
    try:
        request = await asyncio.to_thread(request_for, action.target)
        plan = await asyncio.to_thread(request.plan)
    finally:
        app.is_holding_input = True
        await wait_screen.dismiss()
    accepted = await app.ask(ImportPreviewScreen(state.keymap, plan, request.plan, state.glyphs))
    if accepted is None:
        return None
    try:
        accepted.check_losses("")
    except UsageError as error:
        question = f"{capitalize(error.why)}. Update all the same?"
        if not await app.ask(ConfirmScreen(state.keymap, question, "update", "cancel")):
            return None
    library.apply(accepted)
    return accepted
