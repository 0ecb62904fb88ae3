"""Reviewing: what is due, or one item."""

from __future__ import annotations

import time
from functools import partial

from roadmap_tui.core.errors import UsageError
from roadmap_tui.study.review_session import ReviewSession
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import format_date
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
            study.reviews.reviewable(state.node_id)
        except UsageError as error:
            state.show_error(error)
            return
    if not ids:
        state.show_message(why_nothing_due(study))
        return
    session = ReviewSession(study, ids, state.keymap, time.monotonic, by_choice=only_current)

    async def write_note(node_id: str) -> None:
        if study.view_only:
            session.show_message(f"View only: {study.view_only}", problem=True)
            return
        start = time.monotonic()
        await notes.write(node_id)
        session.exclude(time.monotonic() - start)
        session.show_message(state.message, problem=state.is_error)
        state.show_message("")

    await app.ask(
        ReviewScreen(state.keymap, session, state.glyphs, copy=partial(copy_link, app), write_note=write_note)
    )
    state.show_message(session.summary)


def why_nothing_due(study: Study) -> str:
    """Explain why nothing is due, and when something will be."""
    reviews = study.reviews
    if not study.settings.reviews_a_day:
        return "Reviews are off: review.a_day is 0"
    day = reviews.next_day()
    if day is None:
        return "Nothing is due: an item is the day after it is done"
    next_due = f"next: {reviews.due_by(day)} on {format_date(day, reviews.today)}"
    if reviews.paused_until:
        return f"Reviews are paused; {next_due}"
    return f"That is all for today; {next_due}" if reviews.due_queue() else f"Nothing is due; {next_due}"
