"""A review session, with the dialogs that it opens."""

from __future__ import annotations

import time
from functools import partial

from roadmap_tui.study.review_session import ReviewSession
from roadmap_tui.text.review import session_summary
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.flows.links import copy_link
from roadmap_tui.tui.flows.notes import NoteFlows
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.review import ReviewScreen


async def run_review(
    app: BaseApp, state: MainState, notes: NoteFlows, ids: list[str], *, by_choice: bool = False
) -> str:
    """Review items and show a summary; return the id of the item to continue with, "" for none."""
    session = ReviewSession(state.study, ids, time.monotonic, by_choice=by_choice)

    async def write_note(node_id: str) -> None:
        if not is_view_only():
            start = time.monotonic()
            await notes.write(node_id)
            session.exclude(time.monotonic() - start)
            screen.show_message(state.message, is_error=state.is_error)
            state.show_message("")

    async def ask_question(node_id: str) -> tuple[str, str] | None:
        if is_view_only():
            return None
        start = time.monotonic()
        texts = await notes.ask_question(node_id)
        session.exclude(time.monotonic() - start)
        return texts

    def is_view_only() -> bool:
        if reason := state.study.view_only:
            screen.show_message(f"View only: {reason}", is_error=True)
        return bool(reason)

    screen = ReviewScreen(
        state.keymap,
        session,
        state.glyphs,
        copy=partial(copy_link, app),
        write_note=write_note,
        ask_question=ask_question,
    )
    next_id = await app.ask(screen)
    state.show_message(session_summary(session))
    return next_id or ""
