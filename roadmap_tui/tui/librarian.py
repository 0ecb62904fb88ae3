"""What is done on a visit to the library: from a wish to the roadmap that is open afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App

from roadmap_tui.core.errors import RoadmapError
from roadmap_tui.core.report import items_told
from roadmap_tui.tui.desk import Desk
from roadmap_tui.tui.screens.changes import ChangesScreen
from roadmap_tui.tui.screens.library import LibraryScreen, Wish
from roadmap_tui.tui.shelf import Opened, Shelf

_Shown = Callable[[LibraryScreen], LibraryScreen]


async def visit(app: App[Any], shelf: Shelf, desk: Desk, shown: _Shown) -> Opened | None:
    """Show the library until nothing more is wanted; what to open then, None for what is open already.

    ``shown`` is given the first dialog before it opens. What went wrong is said on the desk.
    """
    current = desk.study.roadmap.id
    changed: str | None = None
    screen = shown(LibraryScreen(shelf.entries(), current, desk.glyphs))
    while wish := await app.push_screen_wait(screen):
        try:
            if wish.verb == "open":
                changed = wish.what
                break
            if wish.verb == "remove":
                _remove(shelf, desk, wish.what)
            elif name := await _take_over(app, shelf, desk, wish):
                changed = name
                break
        except RoadmapError as error:
            desk.say(_sentence(str(error)), problem=True)
            break
        screen = LibraryScreen(shelf.entries(), wish.what, desk.glyphs)
    if changed is None:
        return None
    try:
        return shelf.open(changed)
    except RoadmapError as error:
        desk.say(_sentence(str(error)), problem=True)
        return None


def _remove(shelf: Shelf, desk: Desk, name: str) -> None:
    if name == desk.study.roadmap.id:
        desk.say("It is open; open another one first", problem=True)
        return
    shelf.remove(name)
    desk.say(f"Removed: {name}; its progress stays, and is there again when it is imported again")


async def _take_over(app: App[Any], shelf: Shelf, desk: Desk, wish: Wish) -> str | None:
    """Show what an import or an update would change; the name of the roadmap where that was wanted."""

    # Off the loop: the network and a long file may take seconds, and the screen must not stand still.
    desk.say(f"Reading {wish.what}")
    propose = shelf.propose_import if wish.verb == "import" else shelf.propose_update
    proposal = await asyncio.to_thread(propose, wish.what)
    plan = await asyncio.to_thread(proposal.plan)
    desk.say("")
    wanted = await app.push_screen_wait(ChangesScreen(plan, proposal.plan, desk.glyphs))
    if wanted is None:
        return None
    shelf.keep(wanted)
    desk.say(f"{wanted.roadmap.title}: {items_told(wanted.report.items)}")
    return wanted.roadmap.id


def _sentence(words: str) -> str:
    first = words.partition("\n")[0]
    return first[:1].upper() + first[1:]
