"""What is asked for with the palette and the filter, and done then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import App

from roadmap_tui.core.errors import RoadmapError
from roadmap_tui.study.library import OpenRoadmap, Shelf
from roadmap_tui.tui.main.palette_provider import Offers
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.filter import FilterScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.widgets.modal import Shown


async def ask_filter(app: App[Any], main: MainScreen, desk: MainState, shown: Shown) -> None:
    """Ask what to show, and show it."""
    census = desk.study.search.census()
    screen = FilterScreen(desk.keymap, census, desk.filter, desk.glyphs)
    wanted = await app.push_screen_wait(shown(screen))
    if wanted is not None:
        main.apply(wanted)


async def choose(
    app: App[Any], main: MainScreen, shelf: Shelf | None, desk: MainState, shown: Shown
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
