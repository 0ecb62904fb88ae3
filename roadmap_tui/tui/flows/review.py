"""What is done when the reader wants to review: from what is due to the word that is said at the end."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from textual.app import App

from roadmap_tui.core.errors import Refused
from roadmap_tui.study.review_session import Sitting
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import day_told
from roadmap_tui.tui.flows import links
from roadmap_tui.tui.flows.notes import Notebook
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.review import ReviewScreen
from roadmap_tui.tui.widgets.modal import Shown


async def review(
    app: App[Any],
    desk: MainState,
    notebook: Notebook,
    shown: Shown,
    *,
    this: bool = False,
) -> bool:
    """Review what is due, or ``this``, the item under the cursor; whether there was anything to review.

    ``shown`` is given the screen before it opens.
    """
    study = desk.study
    ids = [desk.node_id] if this else study.reviews.queue()
    if this and desk.item is None:
        desk.notify("Only an item can be reviewed")
        return False
    if this:
        try:
            study.reviews.reviewable(desk.node_id)
        except Refused as error:
            desk.refuse(error)
            return False
    if not ids:
        desk.notify(why_nothing(study))
        return False
    sitting = Sitting(study, ids, desk.keymap, time.monotonic, by_choice=this)

    async def write_note(node_id: str) -> None:
        if study.view_only:
            sitting.say(f"View only: {study.view_only}", problem=True)
            return
        begun = time.monotonic()
        await notebook.note(node_id)
        sitting.leave_out(time.monotonic() - begun)
        sitting.say(desk.message, problem=desk.is_problem)
        desk.notify("")

    screen = ReviewScreen(
        desk.keymap, sitting, desk.glyphs, copy=partial(links.copied, app), write_note=write_note
    )
    await app.push_screen_wait(shown(screen))
    desk.notify(sitting.summary)
    return True


def why_nothing(study: Study) -> str:
    """Why there is nothing to review, and when there will be."""
    reviews = study.reviews
    if not study.settings.reviews_a_day:
        return "Reviews are off: review.a_day is 0"
    day = reviews.next_day()
    if day is None:
        return "Nothing is due: an item is the day after it is done"
    when = f"next: {reviews.due_by(day)} on {day_told(day, reviews.today)}"
    if reviews.paused_until:
        return f"Reviews are paused; {when}"
    return f"That is all for today; {when}" if reviews.waiting() else f"Nothing is due; {when}"
