"""What is done on a visit to the library: from a wish to the roadmap that is open afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App

from roadmap_tui.core.errors import RoadmapError
from roadmap_tui.store.importer import Plan
from roadmap_tui.study.library import OpenRoadmap, Shelf
from roadmap_tui.text.format import sentence
from roadmap_tui.text.import_report import summary_told
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.confirm import AskScreen, WaitScreen
from roadmap_tui.tui.screens.import_preview import ChangesScreen
from roadmap_tui.tui.screens.library import LibraryScreen, Wish
from roadmap_tui.tui.widgets.modal import Shown


async def visit(app: App[Any], shelf: Shelf, desk: MainState, shown: Shown) -> OpenRoadmap | None:
    """Show the library until nothing more is wanted; what to open then, None for what is open already.

    ``shown`` is given the first dialog before it opens. What went wrong is said in the next one.
    """
    screen = shown(LibraryScreen(desk.keymap, shelf.entries(), desk.study.roadmap.id, desk.glyphs))
    while wish := await app.push_screen_wait(screen):
        word, typed = "", ""
        try:
            if wish.verb == "open":
                return shelf.open(wish.what)
            if wish.verb == "remove":
                word = await _remove(app, shelf, desk, wish.what)
            elif taken := await _take_over(app, shelf, desk, wish):
                opened = shelf.open(taken.roadmap.id)
                opened.desk.notify("" if taken.same else summary_told(taken.report, taken.changes))
                return opened
        except RoadmapError as error:
            word, typed = sentence(str(error).partition("\n")[0]), wish.what if wish.verb == "import" else ""
        screen = LibraryScreen(desk.keymap, shelf.entries(), wish.what, desk.glyphs, word=word, typed=typed)
    return None


async def _remove(app: App[Any], shelf: Shelf, desk: MainState, name: str) -> str:
    """Remove a roadmap if that is really wanted, for no key brings it back; a word on what came of it."""
    if name == desk.study.roadmap.id:
        return "It is open; open another one first"
    question = f"Remove {name}? Your progress is kept, and is there again when it is imported again."
    if not await app.push_screen_wait(AskScreen(desk.keymap, question, "remove", "keep")):
        return ""
    shelf.remove(name)
    return f"Removed: {name}"


async def _take_over(app: App[Any], shelf: Shelf, desk: MainState, wish: Wish) -> Plan | None:
    """Show what an import or an update would change, and do it if that is wanted; what was done."""
    # Off the loop: the network and a long file may take seconds, and the screen must not stand still.
    propose = shelf.propose_import if wish.verb == "import" else shelf.propose_update
    async with _waiting(app, f"Reading {wish.what}"):
        proposal = await asyncio.to_thread(propose, wish.what)
        plan = await asyncio.to_thread(proposal.plan)
    wanted = await app.push_screen_wait(ChangesScreen(desk.keymap, plan, proposal.plan, desk.glyphs))
    if wanted is not None:
        shelf.keep(wanted)
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
