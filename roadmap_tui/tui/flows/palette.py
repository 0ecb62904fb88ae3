"""What is asked for with the palette and the filter, and done then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import App

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.study.library import Library
from roadmap_tui.tui.main.palette_provider import PaletteProvider
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState, OpenState, open_state
from roadmap_tui.tui.screens.filter import FilterScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.widgets.modal import BeforeOpen


async def run_filter(app: App[Any], main: MainScreen, state: MainState, shown: BeforeOpen) -> None:
    """Ask what to show, and show it."""
    census = state.study.search.facet_counts()
    screen = FilterScreen(state.keymap, census, state.filter, state.glyphs)
    wanted = await app.push_screen_wait(shown(screen))
    if wanted is not None:
        main.apply(wanted)


async def run_palette(
    app: App[Any], main: MainScreen, library: Library | None, state: MainState, shown: BeforeOpen
) -> OpenState | None:
    """Ask what to do, and do it; the roadmap to open then, where that is what was wanted."""

    def roadmaps() -> Sequence[tuple[str, str]]:
        return library.titles() if library else ()

    offer = await app.push_screen_wait(
        shown(PaletteScreen(state.keymap, PaletteProvider(state), roadmaps, state.glyphs))
    )
    if offer is None:
        return None
    if offer.kind == "command":
        main.action_command(offer.what)
    elif offer.kind == "item":
        main.go_to(offer.what)
    elif library:
        try:
            return open_state(library.open(offer.what), state.glyphs)
        except RoadmapTuiError as error:
            state.show_error(error)
            main.sync()
    return None
