"""What is done when the reader wants to review: from what is due to the word that is said at the end."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from textual.app import App

from roadmap_tui.core.errors import UsageError
from roadmap_tui.study.review_session import ReviewSession
from roadmap_tui.text.review import session_summary, why_nothing_due
from roadmap_tui.tui.flows import links
from roadmap_tui.tui.flows.notes import NoteFlows
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.review import ReviewScreen
from roadmap_tui.tui.widgets.modal import BeforeOpen


async def run_review(
    app: App[Any],
    state: MainState,
    notebook: NoteFlows,
    shown: BeforeOpen,
    *,
    this: bool = False,
) -> bool:
    """Review what is due, or ``this``, the item under the cursor; whether there was anything to review.

    ``shown`` is given the screen before it opens.
    """
    study = state.study
    ids = [state.node_id] if this else study.reviews.queue()
    if this and state.item is None:
        state.show_message("Only an item can be reviewed")
        return False
    if this:
        try:
            study.reviews.require_reviewable(state.node_id)
        except UsageError as error:
            state.show_error(error)
            return False
    if not ids:
        state.show_message(why_nothing_due(study))
        return False
    sitting = ReviewSession(study, ids, time.monotonic, by_choice=this)

    async def write_note(node_id: str) -> None:
        if study.view_only:
            screen.show_message(f"View only: {study.view_only}", problem=True)
            return
        begun = time.monotonic()
        await notebook.note(node_id)
        sitting.exclude(time.monotonic() - begun)
        screen.show_message(state.message, problem=state.is_error)
        state.show_message("")

    screen = ReviewScreen(
        state.keymap, sitting, state.glyphs, copy=partial(links.copy_link, app), write_note=write_note
    )
    await app.push_screen_wait(shown(screen))
    state.show_message(session_summary(sitting))
    return True
