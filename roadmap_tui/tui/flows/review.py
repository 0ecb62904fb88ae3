"""Reviewing: what is due, or one item."""

from __future__ import annotations

import time
from functools import partial

from roadmap_tui.core.errors import UsageError
from roadmap_tui.study.review_session import ReviewSession
from roadmap_tui.text.review import session_summary, why_nothing_due
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.flows.links import copy_link
from roadmap_tui.tui.flows.notes import NoteFlows
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.review import ReviewScreen


async def run_review(app: BaseApp, state: MainState, notes: NoteFlows, *, only_current: bool = False) -> None:
    """Review what is due, or only the item under the cursor; show a message if there is nothing to review."""
    study = state.study
    ids = [state.node_id] if only_current else study.reviews.queue()
    if only_current and state.item is None:
        state.show_message("Only an item can be reviewed")
        return
    if only_current:
        try:
            study.reviews.require_reviewable(state.node_id)
        except UsageError as error:
            state.show_error(error)
            return
    if not ids:
        state.show_message(why_nothing_due(study))
        return
    session = ReviewSession(study, ids, time.monotonic, by_choice=only_current)

    async def write_note(node_id: str) -> None:
        if study.view_only:
            screen.show_message(f"View only: {study.view_only}", is_error=True)
            return
        start = time.monotonic()
        await notes.write(node_id)
        session.exclude(time.monotonic() - start)
        screen.show_message(state.message, is_error=state.is_error)
        state.show_message("")

    screen = ReviewScreen(
        state.keymap, session, state.glyphs, copy=partial(copy_link, app), write_note=write_note
    )
    await app.ask(screen)
    state.show_message(session_summary(session))
