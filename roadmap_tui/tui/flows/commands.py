"""The commands of the main screen that open a dialog or need the terminal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.store.drafts import Drafts
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.flows.links import copy_link, open_in_browser, show_qr
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState, OpenState, open_state

if TYPE_CHECKING:
    from roadmap_tui.study.library import Library
    from roadmap_tui.tui.flows.notes import NoteFlows

# In a view-only journal these are refused before the reader types anything.
_WRITING: Final = {"note", "quick_note", "note_editor", "own_item", "own_resource", "minutes"}


class CommandFlows:
    """Methods named after the commands that they carry out; ``run`` calls them in a worker.

    ``open_library`` returns None if there is no data folder. Dialogs are imported when they are first used.
    """

    def __init__(
        self,
        app: BaseApp,
        main: MainScreen,
        drafts: Drafts,
        open_library: Callable[[], Library | None],
        change_roadmap: Callable[[OpenState], Awaitable[None]],
    ) -> None:
        self._app = app
        self._main = main
        self._drafts = drafts
        self._open_library = open_library
        self._change_roadmap = change_roadmap

    @property
    def _state(self) -> MainState:
        return self._main.state  # another one after a roadmap was opened

    async def run(self, command: str) -> None:
        """Carry out a command, then show the new state."""
        dialog_count = self._app.dialog_count
        if command in _WRITING and (reason := self._state.study.view_only):
            self._state.show_message(f"View only: {reason}", is_error=True)
        else:
            await getattr(self, command)()
        if self._state.keymap[command].opens_modal and self._app.dialog_count == dialog_count:
            self._app.call_later(self._app.release_keys)
        self._main.sync()

    async def help(self) -> None:
        """Show the keys, those of the current pane first; while searching, those of the search."""
        in_detail, keymap = self._state.pane == "detail", self._state.keymap
        is_searching = self._main.is_searching
        groups = keymap.table("find") if is_searching else keymap.table_of_pane(in_detail=in_detail)
        await self.show_keys(groups)

    async def show_keys(self, groups: list[tuple[str, list[tuple[str, str]]]]) -> None:
        """Show groups of keys as the keymap returns them."""
        from roadmap_tui.tui.screens.help import HelpScreen

        await self._app.ask(HelpScreen(self._state.keymap, self._state.glyphs, groups))

    async def stats(self) -> None:
        from roadmap_tui.tui.screens.statistics import StatisticsScreen

        stats = self._state.study.statistics()
        await self._app.ask(StatisticsScreen(self._state.keymap, self._state.glyphs, stats))

    async def find(self) -> None:
        await self._main.start_search()

    async def filter(self) -> None:
        from roadmap_tui.tui.screens.filter import FilterScreen

        state = self._state
        facet_counts = state.study.search.facet_counts()
        screen = FilterScreen(state.keymap, facet_counts, state.filter, state.glyphs)
        chosen = await self._app.ask(screen)
        if chosen is not None:
            self._main.apply_filter(chosen)

    async def palette(self) -> None:
        """Search for a command, an item or a roadmap, and run it, go to it or open it."""
        from roadmap_tui.tui.main.palette_provider import PaletteProvider
        from roadmap_tui.tui.screens.palette import PaletteScreen

        state, library = self._state, self._open_library()
        screen = PaletteScreen(
            state.keymap, PaletteProvider(state), library.titles if library else tuple, state.glyphs
        )
        hit = await self._app.ask(screen)
        if hit is None:
            return
        if hit.kind == "command":
            self._main.action_command(hit.id)
        elif hit.kind == "item":
            self._main.go_to(hit.id)
        else:
            await self._open_roadmap(hit.id)

    async def today(self) -> None:
        """Show what to do today, and go to the chosen item, which may be in another roadmap."""
        from roadmap_tui.study.today import today
        from roadmap_tui.tui.screens.today import TodayScreen

        state, library = self._state, self._open_library()
        found = today(library.active_studies(state.study) if library else [state.study])
        screen = TodayScreen(state.keymap, found, f"{state.study.now():%A}", state.glyphs)
        entry = await self._app.ask(screen)
        if entry is None:
            return
        if entry.roadmap != state.study.source.id and not await self._open_roadmap(entry.roadmap):
            return
        self._main.go_to(entry.id)

    async def _open_roadmap(self, name: str) -> bool:
        """Open another roadmap of the library; return False and show a message if that failed."""
        library = self._open_library()
        if library is not None:
            try:
                await self._change_roadmap(open_state(library.open(name), self._state.glyphs))
            except RoadmapTuiError as error:
                self._state.show_error(error)
                return False
        return True

    async def library(self) -> None:
        """Show the library, and open the chosen roadmap."""
        library = self._open_library()
        if library is None:
            self._state.show_message("There is no home folder to keep roadmaps in", is_error=True)
            return
        from roadmap_tui.tui.flows.library import run_library

        self._main.save_view()
        opened = await run_library(self._app, library, self._state)
        if opened is not None:
            await self._change_roadmap(opened)

    async def copy(self) -> None:
        self._state.show_message(copy_link(self._app, self._state.selected_url))

    async def open(self) -> None:
        await self.open_url(self._state.selected_url)

    async def open_url(self, url: str) -> None:
        """Open a URL in a browser window, or copy it where no window would be seen."""

        def show_message(message: str) -> None:
            self._state.show_message(message)
            self._main.sync()

        await open_in_browser(self._app, url, show_message)

    async def qr(self) -> None:
        await show_qr(self._app, self._state)

    async def review(self) -> None:
        await self._review(only_current=False)

    async def review_this(self) -> None:
        await self._review(only_current=True)

    async def _review(self, *, only_current: bool) -> None:
        from roadmap_tui.tui.flows.review import run_review

        await run_review(self._app, self._state, self._notes(), only_current=only_current)

    def _notes(self) -> NoteFlows:
        from roadmap_tui.tui.flows.notes import NoteFlows

        return NoteFlows(self._app, self._state, self._drafts)

    async def note(self) -> None:
        await self._notes().write(self._state.node_id)

    async def quick_note(self) -> None:
        await self._notes().add_line()

    async def note_editor(self) -> None:
        self._notes().write_in_editor()
        self._app.action_redraw()

    async def own_item(self) -> None:
        await self._notes().edit_custom_item()

    async def own_resource(self) -> None:
        await self._notes().edit_custom_resource()

    async def minutes(self) -> None:
        from roadmap_tui.tui.flows.timer import edit_time

        await edit_time(self._app, self._state)

    async def resolve_timers(self) -> None:
        """Ask about each timer that another session left running."""
        from roadmap_tui.tui.flows.timer import resolve_running

        for entry in self._state.study.time_tracker.running():
            await resolve_running(self._app, self._state, entry)
        self._main.sync()
