"""The program on the screen, put together from values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual import work
from textual.message import Message
from textual.screen import Screen

from roadmap_tui.core.errors import CANNOT_SAVE, RoadmapTuiError, SaveError
from roadmap_tui.store.drafts import Drafts
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.text.styled_text import ASCII
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.flows import links
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.widgets.modal import Modal

if TYPE_CHECKING:
    from textual.filter import LineFilter

    from roadmap_tui.study.library import Library, OpenRoadmap
    from roadmap_tui.tui.flows.notes import NoteFlows


class RoadmapApp(BaseApp):
    """Shows one desk. ``remember`` is called with the place whenever it should be kept.

    ``shelf`` gives the other roadmaps, None where there is no folder to keep them in.
    ``back_up`` is called once, in a thread, and may raise OSError.
    ``may_offer`` says, once, that the mode for slow links may be offered.
    """

    class SignalReceived(Message):
        """A signal told the program to end."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(
        self,
        state: MainState,
        remember: Callable[[ViewState], None],
        theme: str,
        *,
        library: Callable[[], Library | None] = lambda: None,
        back_up: Callable[[], None] | None = None,
        take_over: Callable[[], Any] | None = None,
        drafts: Drafts | None = None,
        may_offer: Callable[[], bool] = lambda: False,
    ) -> None:
        self._may_offer = may_offer
        self._library = library
        self._back_up = back_up
        opening = [key for command in state.keymap.in_scope() if command.opens_modal for key in command.keys]
        slow = state.study.settings.slow_link
        super().__init__(theme, opening, take_over, shows_cursor=slow)
        self.state = state
        self._remember = remember
        self._kept: ViewState | None = state.view_state
        self._drafts = drafts or Drafts(None)
        self._has_begun = False
        self._ascii_only: list[LineFilter] = []
        self._tell_of_drafts()
        self.title = state.study.roadmap.title
        if state.glyphs is ASCII:
            from roadmap_tui.tui.terminal.ascii_filter import AsciiOnly

            self.add_class("-ascii")
            self._ascii_only = [AsciiOnly()]

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What each line passes on its way to the terminal."""
        return [*super().get_line_filters(), *self._ascii_only]

    def on_main_screen_ready(self) -> None:
        """Paint, and after that begin what could wait."""
        self.paint()
        self._main.draw()
        if not self._has_begun:
            self._has_begun = True
            self._main.call_later(self._begin)

    def _begin(self) -> None:
        """Begin what could wait, and ask about timers that another session left running."""
        self._main.begin()
        if self.state.study.time_tracker.running() and not self.state.study.view_only:
            self._resolve_timers()

    def get_default_screen(self) -> Screen[None]:
        """The main screen, without an empty one below it."""
        return MainScreen(self.state, self.save_view, self._back_up, size=self.size)

    def on_base_app_answered(self, message: BaseApp.Answered) -> None:
        """Offer, once, what helps where every byte takes its time."""
        if not self.state.message and self._may_offer():
            took = f"{1000 * message.seconds:,.0f} ms"
            self._say(f"The terminal answers in {took}: `roadmap-tui --slow-link` draws less")

    def save_view(self) -> None:
        """Remember where the reader is, if that is another place than before."""
        place = self.state.view_state
        if place != self._kept:
            self._kept = place
            self._remember(place)

    def on_roadmap_app_signal_received(self, message: SignalReceived) -> None:
        """End at once: there is nobody to ask."""
        self._keep_draft()
        self.save_view()
        self.exit(return_code=128 + message.number)

    async def on_main_screen_command_requested(self, message: MainScreen.CommandRequested) -> None:
        """Carry out what needs more than the desk."""
        await self.run_action(f"app.{message.command}")

    def action_help(self) -> None:
        """Show the keys, those of the pane where one is first; while something is found, those of that."""
        from roadmap_tui.tui.screens.help import HelpScreen

        desk, keymap = self.state, self.state.keymap
        in_detail = desk.pane == "detail"
        groups = keymap.table("find") if self._main.is_finding else keymap.of_pane(in_detail=in_detail)
        self.push_screen(self.tell_when_open(HelpScreen(keymap, desk.glyphs, groups)))

    def action_stats(self) -> None:
        """Show what the log says of the roadmap."""
        from roadmap_tui.study.statistics import statistics_of
        from roadmap_tui.tui.screens.statistics import StatisticsScreen

        desk = self.state
        stats = statistics_of(desk.study)
        self.push_screen(self.tell_when_open(StatisticsScreen(desk.keymap, desk.glyphs, stats)))

    def on_modal_keys_asked(self, message: Modal.KeysAsked) -> None:
        """Show the keys of a dialog."""
        from roadmap_tui.tui.screens.help import HelpScreen

        keymap = self.state.keymap
        self.push_screen(HelpScreen(keymap, self.state.glyphs, keymap.table(message.name)))

    async def action_find(self) -> None:
        """Have something to find typed."""
        await self._main.find()
        await self.dialog_opened()

    @work
    async def action_filter(self) -> None:
        """Ask what to show."""
        from roadmap_tui.tui.flows.palette import run_filter

        await run_filter(self, self._main, self.state, self.tell_when_open)

    @work
    async def action_palette(self) -> None:
        """Find a command, an item or a roadmap by its name."""
        from roadmap_tui.tui.flows.palette import run_palette

        opened = await run_palette(self, self._main, self._library(), self.state, self.tell_when_open)
        if opened is not None:
            await self._change_roadmap(opened)

    @work
    async def action_today(self) -> None:
        """Show what there is to do today, and go to what is chosen there."""
        from roadmap_tui.study.today import today
        from roadmap_tui.tui.screens.today import TodayScreen

        desk, shelf = self.state, self._library()
        found = today(shelf.studied(desk.study) if shelf else [desk.study])
        day = f"{desk.study.now():%A}"
        screen = TodayScreen(desk.keymap, found, day, desk.glyphs)
        chosen = await self.push_screen_wait(self.tell_when_open(screen))
        if chosen is not None:
            await self._go_to(chosen.roadmap, chosen.id)
        self._main.sync()

    async def _go_to(self, roadmap: str, node_id: str) -> None:
        """Put the cursor on a node, of another roadmap if need be."""
        shelf = self._library()
        if roadmap != self.state.study.source.id and shelf is not None:
            try:
                await self._change_roadmap(shelf.open(roadmap))
            except RoadmapTuiError as error:
                self.state.show_error(error)
                return
        self._main.go_to(node_id)

    @work
    async def action_library(self) -> None:
        """Show the roadmaps at hand, and do what is asked with them."""
        shelf = self._library()
        if shelf is None:
            self._say("There is no home folder to keep roadmaps in", problem=True)
            self.call_later(self.dialog_opened)
            return
        from roadmap_tui.tui.flows.library import run_library

        self.save_view()
        opened = await run_library(self, shelf, self.state, self.tell_when_open)
        if opened is not None:
            await self._change_roadmap(opened)
        self._main.sync()

    async def _change_roadmap(self, opened: OpenRoadmap) -> None:
        try:
            self.state.study.close()
        except SaveError as error:
            opened.state.study.close()
            self._say(f"It stays open: {error}", problem=True)
            return
        self.state, self._remember, self._kept = opened.state, opened.remember, None
        self.save_view()
        self.title = self.state.study.roadmap.title
        await self._main.set_state(self.state)

    def action_copy(self) -> None:
        """Copy the address of the chosen resource."""
        self._say(links.copy_link(self, self.state.selected_url))

    def action_open(self) -> None:
        """Open the address of the chosen resource where that can be seen; elsewhere copy it."""
        self.open_url(self.state.selected_url)

    @work(group="open")
    async def open_url(self, url: str, *, new_tab: bool = True) -> None:  # type: ignore[override] # noqa: ARG002 - the toolkit's name, for its links too
        """Open an address as the key does; the toolkit's way would start a browser in the terminal."""
        await links.open_in_browser(self, url, self._say)

    @work
    async def action_qr(self) -> None:
        """Show the address of the chosen resource as a QR code."""
        await links.show_qr(self, self.state, self.tell_when_open, self._say)
        self.call_later(self.dialog_opened)  # there may have been none to show

    @work
    async def action_review(self) -> None:
        """Go through what is due."""
        await self._review(this=False)

    @work
    async def action_review_this(self) -> None:
        """Review the item under the cursor."""
        await self._review(this=True)

    async def _review(self, *, this: bool) -> None:
        from roadmap_tui.tui.flows.review import run_review

        if not await run_review(self, self.state, self._notebook(), self.tell_when_open, this=this):
            self.call_later(self.dialog_opened)
        self._main.sync()

    @work
    async def action_note(self) -> None:
        """Write the note of the node in the program."""
        await self._write_in(lambda notebook: notebook.note(self.state.node_id))

    @work
    async def action_quick_note(self) -> None:
        """Add a line to the note of the node, or to those of the picked items."""
        await self._write_in(lambda notebook: notebook.line())

    @work
    async def action_own_item(self) -> None:
        """Add an item of one's own, or rename it."""
        await self._write_in(lambda notebook: notebook.own_item())

    @work
    async def action_own_resource(self) -> None:
        """Add a resource of one's own, or change it."""
        await self._write_in(lambda notebook: notebook.own_resource())

    @work
    async def action_minutes(self) -> None:
        """Correct the time on the item, or add to it."""
        from roadmap_tui.tui.flows.timer import edit_time

        if self._refuses_to_write():
            self.call_later(self.dialog_opened)
            return
        await edit_time(self, self.state, self.tell_when_open)
        self.call_later(self.dialog_opened)  # there may have been nothing to ask
        self._main.sync()

    @work
    async def _resolve_timers(self) -> None:
        from roadmap_tui.tui.flows.timer import resolve_running

        for timed in self.state.study.time_tracker.running():
            await resolve_running(self, self.state, timed, self.tell_when_open)
        self._main.sync()

    def action_note_editor(self) -> None:
        """Write the note of the node in the user's own editor."""
        if self._refuses_to_write():
            return
        self._notebook().editor()
        self.invalidate_terminal()
        self.refresh(layout=True)
        self._main.sync()

    async def _write_in(self, what: Callable[[NoteFlows], Awaitable[None]]) -> None:
        if self._refuses_to_write():
            self.call_later(self.dialog_opened)
            return
        await what(self._notebook())
        self._main.sync()

    def _notebook(self) -> NoteFlows:
        from roadmap_tui.tui.flows.notes import NoteFlows

        return NoteFlows(self, self.state, self._drafts, self.tell_when_open)

    def _refuses_to_write(self) -> bool:
        """Whether nothing can be written; then that is said before anybody types a word."""
        if reason := self.state.study.view_only:
            self._say(f"View only: {reason}", problem=True)
        return bool(reason)

    @work
    async def action_quit(self) -> None:  # type: ignore[override] # a worker, so that it can ask
        """Leave, after a question where something is not saved; out of a note only to the main screen."""
        if self._main.is_finding and len(self.screen_stack) == 1:
            self._main.action_find_leave()
            return
        if self._is_asked_to_stay():
            return
        study = self.state.study
        with suppress(SaveError):
            study.flush_pending()
        lost = []
        if unsaved := len(study.not_saved):
            them = "change is not saved" if unsaved == 1 else "changes are not saved"
            lost.append(f"{unsaved} {them}: {study.journal.pending_reason}. Leaving prints what they are.")
        if drafts := self._drafts.unwritten_count:
            them = "note is only a draft" if drafts == 1 else "notes are only drafts"
            lost.append(f"{drafts} {them}. Leaving drops what was typed.")
        if lost:
            from roadmap_tui.tui.screens.confirm import ConfirmScreen

            question = "\n".join([*lost, "Leave all the same?"])
            if not await self.push_screen_wait(ConfirmScreen(self.state.keymap, question, "leave", "stay")):
                return
        self.save_view()
        self.exit(CANNOT_SAVE if study.not_saved else 0)

    def _is_asked_to_stay(self) -> bool:
        """Whether something is open that leaving would lose; a note is closed and its text kept."""
        if len(self.screen_stack) == 1:
            return False
        from roadmap_tui.tui.screens.confirm import ConfirmScreen
        from roadmap_tui.tui.screens.note import NoteScreen

        screen = self.screen
        if isinstance(screen, NoteScreen):
            screen.action_leave()
        return isinstance(screen, ConfirmScreen | NoteScreen)

    def _tell_of_drafts(self) -> None:
        """Say that a text waits: what was typed in another session would be forgotten otherwise."""
        study = self.state.study
        waiting = [draft.node for draft in self._drafts.for_roadmap(study.roadmap.id)]
        if waiting and not self.state.message:
            title = study.title(waiting[0]) if waiting[0] in study.tree.index_of else study.roadmap.title
            more = f" and {len(waiting) - 1} more" if len(waiting) > 1 else ""
            clause = self.state.keymap.hint_suffix("note", "opens it there")
            self.state.show_message(f"A draft of a note waits at {title}{more}{clause}")

    def _keep_draft(self) -> None:
        """Keep what is being typed into a note."""
        if len(self.screen_stack) > 1:
            from roadmap_tui.tui.screens.note import NoteScreen

            for screen in self.screen_stack:
                if isinstance(screen, NoteScreen):
                    screen.keep_draft()

    @property
    def _main(self) -> MainScreen:
        screen = self.screen_stack[0]
        if not isinstance(screen, MainScreen):
            raise TypeError(screen)
        return screen

    def _say(self, word: str, *, problem: bool = False) -> None:
        self.state.show_message(word, problem=problem)
        self._main.sync()
