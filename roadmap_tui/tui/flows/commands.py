"""The commands of the main screen that open a dialog or need the terminal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from roadmap_tui.core.errors import RoadmapTuiError, UsageError
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.progress.statuses import STATUS_INFO
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.store.drafts import Drafts
from roadmap_tui.text.describe import format_earlier_undo
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.flows.links import LinkFlows
from roadmap_tui.tui.main.links import jump_to
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState

if TYPE_CHECKING:
    from roadmap_tui.study.library import Library, OpenRoadmap
    from roadmap_tui.study.today import Today
    from roadmap_tui.text.keymap import KeyRow
    from roadmap_tui.tui.flows.notes import NoteFlows
    from roadmap_tui.tui.widgets.modal import Modal

# Commands that NoteFlows carries out.
_NOTES: Final = {"note", "quick_note", "note_editor", "own_item", "own_resource"}
# Commands that LinkFlows carries out.
_LINKS: Final = {"copy", "open", "qr"}
# In a view-only journal these are refused before the reader types anything.
_WRITING: Final = _NOTES | {"minutes", "needs", "place", "snooze"}


class CommandFlows:
    """Handlers of commands that open dialogs, named after the commands; ``run`` calls them.

    ``open_library`` returns None if there is no data folder. Dialogs are imported when they are first used.
    """

    def __init__(
        self,
        app: BaseApp,
        main: MainScreen,
        drafts: Drafts,
        open_library: Callable[[], Library | None],
        change_roadmap: Callable[[OpenRoadmap, str], Awaitable[None]],
    ) -> None:
        self._app = app
        self._main = main
        self._drafts = drafts
        self._open_library = open_library
        self._change_roadmap = change_roadmap
        self.links = LinkFlows(app, main)
        self._asked_about_earlier_days = False

    @property
    def _state(self) -> MainState:
        return self._main.state  # another one after a roadmap was opened

    async def run(self, command: str) -> None:
        """Carry out a command, then show the new state."""
        if command in _WRITING and (reason := self._state.study.view_only):
            self._state.show_message(f"View only: {reason}", is_error=True)
        else:
            group = self._notes() if command in _NOTES else self.links if command in _LINKS else self
            with self._state.confirming_when_saved():
                await getattr(group, command)()
        self._main.sync()

    async def help(self) -> None:
        """Show the keys of the main screen, the current pane's first; during a search, its keys."""
        in_detail, keymap = self._state.pane == "detail", self._state.keymap
        is_searching = self._main.is_searching
        groups = keymap.table("find") if is_searching else keymap.table_of_pane(in_detail=in_detail)
        chosen = await self._choose_command(groups)
        if is_searching and chosen:
            self._main.action_find(chosen.removeprefix("find."))
        elif chosen:
            self._main.action_command(chosen, *([1] if chosen == "choose" else []))

    async def show_keys(self, dialog: Modal[Any]) -> None:
        """Show the keys of a dialog, and run the chosen command in it."""
        scopes = *self._state.keymap.table(dialog.SCOPE), *self._state.keymap.table("dialog")
        if chosen := await self._choose_command(list(scopes)):
            await dialog.run_command(chosen)

    async def _choose_command(self, groups: list[tuple[str, list[KeyRow]]]) -> str | None:
        from roadmap_tui.tui.screens.help import HelpScreen

        return await self._app.ask(HelpScreen(self._state.keymap, self._state.glyphs, groups))

    async def browse(self) -> None:
        """Search the notes and custom items of all roadmaps, and go to the chosen one."""
        from roadmap_tui.study.notes import collect_notes
        from roadmap_tui.tui.main.palette_provider import NoteProvider
        from roadmap_tui.tui.screens.palette import PaletteScreen

        state, library = self._state, self._open_library()
        provider = NoteProvider(
            collect_notes(library.active_studies(state.study) if library else [state.study])
        )
        screen = PaletteScreen(state.keymap, provider, tuple, state.glyphs)
        screen.heading = "Notes and your own items"
        if hit := await self._app.ask(screen):
            entry = provider.entries[int(hit.id)]
            if entry.roadmap == state.study.source.id or await self._open_roadmap(entry.roadmap):
                self._go_to(entry.node)

    async def undo(self) -> None:
        """Undo the last change; if it was made on an earlier day, ask first, once per run."""
        study = self._state.study
        await self._main.wait_until_saved()
        is_asked = self._asked_about_earlier_days or study.view_only
        if not is_asked and (earlier := study.earlier_undo()):
            if not await self._confirm(format_earlier_undo(*earlier, study.today()), "undo"):
                return
            self._asked_about_earlier_days = True
        self._main.carry_out("undo")

    async def branch(self) -> None:
        """Set the branch under the cursor to done, or back to to do; ask if it is the whole roadmap."""
        state = self._state
        if state.cursor < 0:
            ids, _ = state.branch_ids()
            label = STATUS_INFO[state.toggled_status(ids)].label
            if not await self._confirm(f"Set all {pluralize(len(ids), 'item')} to {label}?", label):
                return
        self._main.carry_out("branch")

    async def _confirm(self, question: str, yes: str) -> bool:
        from roadmap_tui.tui.screens.questions import ConfirmScreen

        answer = await self._app.ask(ConfirmScreen(self._state.keymap, question, yes, "cancel"))
        return bool(answer)

    async def stats(self) -> None:
        """Show the statistics."""
        from roadmap_tui.tui.screens.statistics import StatisticsScreen

        stats = self._state.study.statistics()
        await self._app.ask(StatisticsScreen(self._state.keymap, self._state.glyphs, stats))

    async def find(self) -> None:
        """Start the incremental search."""
        await self._main.start_search()

    async def filter(self) -> None:
        """Ask for a filter and apply it."""
        from roadmap_tui.tui.screens.filter import FilterScreen

        state = self._state
        facet_counts = state.study.search.facet_counts()
        screen = FilterScreen(state.keymap, facet_counts, state.filter, state.glyphs)
        chosen = await self._app.ask(screen)
        if chosen is not None:
            self._state.apply_filter(chosen)

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
            self._go_to(hit.id)
        else:
            await self._open_roadmap(hit.id)

    async def today(self, first_page: Today | None = None) -> None:
        """Show what to do today, until the reader goes to an item, which may be in another roadmap.

        ``first_page`` is shown first, if it is known already. A command for an item is carried out as in the
        outline; then the page is shown again.
        """
        from roadmap_tui.study.today import today
        from roadmap_tui.tui.screens.today import TodayScreen

        position = 0
        while True:
            state, library = self._state, self._open_library()
            found, first_page = first_page, None
            if found is None:
                found = today(library.active_studies(state.study) if library else [state.study])
            result = await self._app.ask(TodayScreen(state.keymap, found, state.glyphs, position))
            if isinstance(result, str):
                await self.spare_time()
                return
            if result is None:
                return
            entry, position = result.entry, result.position
            if entry.roadmap != state.study.source.id and not await self._open_roadmap(entry.roadmap):
                return
            self._go_to(entry.id)
            if result.command == "open":
                return
            if self._state.keymap[result.command].runs_in == "main":
                self._main.action_command(result.command)
            else:
                await self.run(result.command)

    def _go_to(self, node_id: str) -> None:
        """Jump to a node, or to the roadmap itself for "", and focus the outline."""
        self._state.pane = "outline"
        jump_to(self._state, node_id)

    async def path(self) -> None:
        """Show the path to the item under the cursor."""
        from roadmap_tui.tui.flows.path import show_path

        if item := self._require_item("has a path"):
            await show_path(self._app, self._state, item)

    async def needs(self) -> None:
        """Add or remove a prerequisite of the item under the cursor."""
        from roadmap_tui.tui.flows.path import edit_prerequisites

        if item := self._require_item("has prerequisites"):
            await edit_prerequisites(self._app, self._state, item)

    async def snooze(self) -> None:
        """Ask until when to snooze the item under the cursor."""
        from roadmap_tui.study.goal import parse_day
        from roadmap_tui.study.snooze import snooze
        from roadmap_tui.text.describe import describe_action
        from roadmap_tui.tui.screens.input import InputScreen

        state = self._state
        if (item := self._require_item("can be snoozed")) is None:
            return
        before = state.study.ranking.snoozed_until(item.id)
        heading = f"Snooze {item.title} until"
        subtitle = "It is not ready until then, but counted. An empty line ends it."
        text = await self._app.ask(
            InputScreen(state.keymap, heading, "3d, 2w, or 2027-02-01", before, subtitle, replaces=True)
        )
        if text is not None:
            with state.showing_errors():
                change = snooze(state.study, item.id, parse_day(text, state.study.today()))
                state.show_message(describe_action(change.action) if change else "")

    async def place(self) -> None:
        """Run the placement test, and mark what the reader knows already."""
        from roadmap_tui.study.placement import save_placement, start_placement
        from roadmap_tui.text.placement import format_saved
        from roadmap_tui.tui.screens.placement import PlacementScreen

        state = self._state
        with state.showing_errors():
            screen = PlacementScreen(state.keymap, state.study, start_placement(state.study), state.glyphs)
            result = await self._app.ask(screen)
            if result is not None:
                message = format_saved(result, save_placement(state.study, result))
                state.show_message(message + state.keymap.hint_suffix("undo", "takes it back"))

    async def plan(self) -> None:
        """Show the plan."""
        from roadmap_tui.tui.flows.plan import show_plan

        await show_plan(self._app, self._state)

    async def spare_time(self) -> None:
        """Ask for a number of minutes, suggest what fits into them, and start the chosen suggestion."""
        from roadmap_tui.tui.flows.plan import ask_spare_time

        suggestion = await ask_spare_time(self._app, self._state)
        if suggestion is None:
            return
        if suggestion.kind == "review":
            await self.review()
            return
        self._go_to(suggestion.id)
        resources = self._state.resources
        if suggestion.resource in resources:
            self._state.pane = "detail"
            self._state.selections[suggestion.id] = resources.index(suggestion.resource)

    def _require_item(self, predicate: str) -> Item | None:
        """Return the item under the cursor; if it is no item, show an error and return None."""
        if self._state.item is None:
            self._state.show_message(f"Only an item {predicate}")
        return self._state.item

    async def _open_roadmap(self, name: str, message: str = "") -> bool:
        """Open another roadmap of the library with a message; return False and show why if that failed."""
        library = self._open_library()
        if library is not None:
            try:
                await self._change_roadmap(library.open(name), message)
            except RoadmapTuiError as error:
                self._state.show_error(error)
                return False
        return True

    async def follow_roadmap(self, new_id: str) -> None:
        """Open the roadmap under the id that a sync gave it."""
        message = f"This roadmap is {new_id} now: a sync brought another one with its id"
        await self._open_roadmap(new_id, message)
        self._main.sync()

    async def library(self) -> None:
        """Show the library, and open the chosen roadmap."""
        library = self._open_library()
        if library is None:
            self._state.show_message("No home folder to store roadmaps in", is_error=True)
            return
        from roadmap_tui.tui.flows.library import run_library

        self._main.save_view()
        if chosen := await run_library(self._app, library, self._state):
            await self._change_roadmap(*chosen)

    async def review(self) -> None:
        """Review the due items; show a message if there are none."""
        from roadmap_tui.text.review import why_nothing_due

        study = self._state.study
        if ids := study.reviews.queue():
            await self._review(ids)
        else:
            self._state.show_message(why_nothing_due(study))

    async def review_this(self) -> None:
        """Review the item under the cursor."""
        state = self._state
        if not self._require_item("can be reviewed"):
            return
        try:
            state.study.reviews.require_reviewable(state.node_id)
        except UsageError as error:
            state.show_error(error)
        else:
            await self._review([state.node_id], by_choice=True)

    async def _review(self, ids: list[str], *, by_choice: bool = False) -> None:
        from roadmap_tui.tui.flows.review import run_review

        if next_id := await run_review(self._app, self._state, self._notes(), ids, by_choice=by_choice):
            self._go_to(next_id)

    def _notes(self) -> NoteFlows:
        from roadmap_tui.tui.flows.notes import NoteFlows

        return NoteFlows(self._app, self._state, self._drafts)

    async def minutes(self) -> None:
        """Correct or add time on the item under the cursor."""
        from roadmap_tui.tui.flows.timer import edit_time

        await edit_time(self._app, self._state)

    async def resolve_timers(self) -> None:
        """Ask about each timer that another session left running."""
        from roadmap_tui.tui.flows.timer import resolve_running

        for entry in self._state.study.time_tracker.running():
            await resolve_running(self._app, self._state, entry)
        self._main.sync()
