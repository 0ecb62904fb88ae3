"""What is done on a visit to the library: from a wish to the roadmap that is open afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.humanize import capitalize
from roadmap_tui.store.importer import ImportPlan
from roadmap_tui.study.library import Library
from roadmap_tui.text.import_report import format_summary
from roadmap_tui.tui.main.state import MainState, OpenState, open_state
from roadmap_tui.tui.screens.confirm import ConfirmScreen, WaitScreen
from roadmap_tui.tui.screens.import_preview import ImportPreviewScreen
from roadmap_tui.tui.screens.library import LibraryAction, LibraryScreen
from roadmap_tui.tui.widgets.modal import BeforeOpen


async def run_library(
    app: App[Any], library: Library, state: MainState, shown: BeforeOpen
) -> OpenState | None:
    """Show the library until nothing more is wanted; what to open then, None for what is open already.

    ``shown`` is given the first dialog before it opens. What went wrong is said in the next one.
    """
    screen = shown(LibraryScreen(state.keymap, library.entries(), state.study.roadmap.id, state.glyphs))
    while wish := await app.push_screen_wait(screen):
        word, typed = "", ""
        try:
            if wish.verb == "open":
                return open_state(library.open(wish.what), state.glyphs)
            if wish.verb == "remove":
                word = await _remove(app, library, state, wish.what)
            elif taken := await _take_over(app, library, state, wish):
                opened = open_state(library.open(taken.roadmap.id), state.glyphs)
                opened.state.show_message("" if taken.same else format_summary(taken.report, taken.changes))
                return opened
        except RoadmapTuiError as error:
            word, typed = (
                capitalize(str(error).partition("\n")[0]),
                wish.what if wish.verb == "import" else "",
            )
        screen = LibraryScreen(
            state.keymap, library.entries(), wish.what, state.glyphs, word=word, typed=typed
        )
    return None


async def _remove(app: App[Any], library: Library, state: MainState, name: str) -> str:
    """Remove a roadmap if that is really wanted, for no key brings it back; a word on what came of it."""
    if name == state.study.roadmap.id:
        return "It is open; open another one first"
    question = f"Remove {name}? Your progress is kept, and is there again when it is imported again."
    if not await app.push_screen_wait(ConfirmScreen(state.keymap, question, "remove", "keep")):
        return ""
    library.remove(name)
    return f"Removed: {name}"


async def _take_over(
    app: App[Any], library: Library, state: MainState, wish: LibraryAction
) -> ImportPlan | None:
    """Show what an import or an update would change, and do it if that is wanted; what was done."""
    # Off the loop: the network and a long file may take seconds, and the screen must not stand still.
    propose = library.plan_interactive_import if wish.verb == "import" else library.plan_update
    async with _waiting(app, f"Reading {wish.what}"):
        proposal = await asyncio.to_thread(propose, wish.what)
        plan = await asyncio.to_thread(proposal.plan)
    wanted = await app.push_screen_wait(ImportPreviewScreen(state.keymap, plan, proposal.plan, state.glyphs))
    if wanted is not None:
        library.apply(wanted)
    return wanted


@asynccontextmanager
async def _waiting(app: App[Any], words: str) -> AsyncIterator[None]:
    """Something that is said, and takes the keys, until what takes its time is over."""
    screen = WaitScreen(words)
    await app.push_screen(screen)
    try:
        yield
    finally:
        await screen.dismiss()
