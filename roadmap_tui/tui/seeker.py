"""What is asked for with the palette and the filter, and done then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import App

from roadmap_tui.core.errors import RoadmapError
from roadmap_tui.tui.desk import Desk
from roadmap_tui.tui.dialog import Shown
from roadmap_tui.tui.offers import Offers
from roadmap_tui.tui.screens.filter import FilterScreen
from roadmap_tui.tui.screens.main import MainScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.shelf import OpenRoadmap, Shelf


async def ask_filter(app: App[Any], main: MainScreen, desk: Desk, shown: Shown) -> None:
    """Ask what to show, and show it."""
    census = desk.study.search.census()
    screen = FilterScreen(desk.keymap, census, desk.filter, desk.glyphs)
    wanted = await app.push_screen_wait(shown(screen))
    if wanted is not None:
        main.apply(wanted)


async def choose(
    app: App[Any], main: MainScreen, shelf: Shelf | None, desk: Desk, shown: Shown
) -> OpenRoadmap | None:
    """Ask what to do, and do it; the roadmap to open then, where that is what was wanted."""

    def roadmaps() -> Sequence[tuple[str, str]]:
        return shelf.titles() if shelf else ()

    offer = await app.push_screen_wait(shown(PaletteScreen(desk.keymap, Offers(desk), roadmaps, desk.glyphs)))
    if offer is None:
        return None
    if offer.kind == "command":
        main.action_command(offer.what)
    elif offer.kind == "item":
        main.go_to(offer.what)
    elif shelf:
        try:
            return shelf.open(offer.what)
        except RoadmapError as error:
            desk.refuse(error)
            main.sync()
    return None
