"""The app: shows the main screen of a roadmap, opens other roadmaps, and quits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from textual import work
from textual.message import Message
from textual.screen import Screen

from roadmap_tui.core.errors import CANNOT_SAVE, SaveError
from roadmap_tui.core.humanize import capitalize
from roadmap_tui.store.drafts import Drafts
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.text.styled_text import ASCII
from roadmap_tui.text.sync import format_sync
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.flows.commands import CommandFlows
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.main.syncer import Syncer
from roadmap_tui.tui.widgets.modal import Modal

if TYPE_CHECKING:
    from textual.filter import LineFilter

    from roadmap_tui.study.library import Library, OpenRoadmap
    from roadmap_tui.study.today import Today

_SLOW_SECONDS: Final = 0.15


class RoadmapApp(BaseApp):
    """Shows a roadmap, and others that are opened later.

    ``save_view_state`` is called when the view state changed. ``open_library`` returns None if there is no
    data folder. ``back_up`` is called once in a thread, and may raise OSError. ``may_offer_slow_link``
    returns True once. ``first_page`` is the Today page that the day begins with. ``write_status`` is called
    when progress changed.
    """

    @dataclass
    class SignalReceived(Message):
        """Posted when a signal to end the program was received."""

        number: int

    def __init__(
        self,
        state: MainState,
        save_view_state: Callable[[ViewState], None],
        theme: str,
        *,
        open_library: Callable[[], Library | None] = lambda: None,
        back_up: Callable[[], None] | None = None,
        adopt_terminal: Callable[[], Any] | None = None,
        drafts: Drafts | None = None,
        may_offer_slow_link: Callable[[], bool] = lambda: False,
        first_page: Today | None = None,
        syncer: Syncer | None = None,
        write_status: Callable[[MainState], None] = lambda _: None,
    ) -> None:
        modal_keys = [
            key for command in state.keymap.in_scope() if command.runs_in == "modal" for key in command.keys
        ]
        settings = state.study.settings
        super().__init__(
            theme,
            modal_keys,
            adopt_terminal,
            shows_cursor=settings.slow_link,
            escape_ms=settings.escape_ms,
        )
        self.state = state
        self.open_library = open_library
        self.may_offer_slow_link = may_offer_slow_link
        self._first_page = first_page
        self.syncer = syncer or Syncer()
        self._write_status = write_status
        self._watch_progress()
        self._back_up = back_up
        self._save_view_state = save_view_state
        self._saved_view: ViewState | None = state.loaded_view_state
        self._drafts = drafts or Drafts(None)
        self._started = False
        self._offer_draft()
        self.title = state.study.roadmap.title
        self._line_filters: list[LineFilter] = []
        if state.glyphs is ASCII:
            from roadmap_tui.tui.terminal.ascii_filter import AsciiOnly

            self.add_class("-ascii")
            self._line_filters = [AsciiOnly()]

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters that each line passes before it is sent."""
        return [*super().get_line_filters(), *self._line_filters]

    def get_default_screen(self) -> Screen[None]:
        """Return the main screen; Textual would put an empty one below it."""
        return MainScreen(
            self.state,
            self.save_view,
            self._back_up,
            size=self.size,
            on_poll=lambda: self.syncer.poll(self.post_message, len(self.state.study.progress)),
        )

    @property
    def main_screen(self) -> MainScreen:
        """The main screen, even while dialogs are above it."""
        screen = self.screen_stack[0]
        if not isinstance(screen, MainScreen):
            raise TypeError(screen)
        return screen

    # Start

    def on_main_screen_ready(self) -> None:
        """Draw the first frame, then start the deferred work; if the day opens with Today, draw that."""
        if not self._started and self._first_page:
            self._started = True
            self._start()
            return
        self.paint_now(self.main_screen)
        if not self._started:
            self._started = True
            self.main_screen.call_later(self._start)

    def _start(self) -> None:
        self._flows = CommandFlows(
            self, self.main_screen, self._drafts, self.open_library, self.change_roadmap
        )
        self.main_screen.watcher.begin()
        if self.state.study.settings.sync_auto and self.syncer.has_remote:
            self.syncer.start(self.post_message, is_quiet=True)
        if self.state.study.time_tracker.running() and not self.state.study.view_only:
            self.start_flow(self._flows.resolve_timers())
        elif self._first_page:
            self.start_flow(self._flows.today(self._first_page))

    def _offer_draft(self) -> None:
        """Announce drafts that have not been announced yet; the key that edits a note opens the first one."""
        state, study = self.state, self.state.study
        waiting = []
        self._drafts.adopt_orphans(study.roadmap.id, study.tree.index_of.__contains__, study.note_text(""))
        for draft in self._drafts.for_roadmap(study.roadmap.id):
            if draft.text.strip() == study.note_text(draft.node):
                self._drafts.drop(draft.roadmap, draft.node)  # another session saved it
            elif not draft.offered:
                waiting.append(draft)
        if waiting and not state.message:
            title = study.title(waiting[0].node)
            more = f" and {len(waiting) - 1} more" if len(waiting) > 1 else ""
            hint = state.keymap.hint_suffix("note", "opens it")
            state.show_message(f"Unsaved note on {title}{more}{hint}")
            state.offered_draft = waiting[0].node
            self._drafts.save(waiting[0]._replace(offered=True))

    def on_latency(self, seconds: float) -> None:
        """Record the terminal's latency. May be called from any thread."""
        if seconds > _SLOW_SECONDS and not self.shows_cursor:
            self.call_later(self._suggest_slow_link, seconds)

    def _suggest_slow_link(self, seconds: float) -> None:
        """Suggest slow-link mode, once."""
        if not self.state.message and self.may_offer_slow_link():
            latency = f"{1000 * seconds:,.0f} ms"
            self.state.show_message(f"The terminal answers in {latency}: try `roadmap-tui --slow-link`")
            self.main_screen.sync()

    def show_refusal(self, message: str) -> None:
        """Show a message about refused input, in the open dialog or else in the footer."""
        if isinstance(self.screen, Modal):
            self.screen.show_message(message)
        else:
            self.state.show_message(message, is_error=True)
            self.main_screen.sync()

    # Commands

    def on_main_screen_command_requested(self, message: MainScreen.CommandRequested) -> None:
        """Carry out a command that needs a dialog or the terminal."""
        if message.command == "quit":
            self.action_quit()
        elif message.command == "sync":
            self.action_sync()
        elif message.command == "redraw":
            self.action_redraw()
        elif self.state.keymap[message.command].runs_in == "modal":
            self.start_flow(self._flows.run(message.command))
        else:
            self.run_worker(self._flows.run(message.command))

    def on_main_screen_roadmap_moved(self, message: MainScreen.RoadmapMoved) -> None:
        """Open the roadmap under the id that a sync gave it."""
        self.start_flow(self._flows.follow_roadmap(message.new_id))

    def on_modal_help_requested(self, message: Modal.HelpRequested) -> None:
        """Show the keys of a dialog."""
        self.start_flow(self._flows.show_keys(message.dialog))

    @work
    async def open_url(self, url: str, *, new_tab: bool = True) -> None:  # type: ignore[override] # noqa: ARG002 - Textual's API, called for links
        """Open a URL like the command ``open``; Textual's own method may start a browser in the terminal."""
        await self._flows.links.open_url(url)

    # Sync

    def action_sync(self) -> None:
        """Start a sync in the background."""
        if self.syncer.start(self.post_message):
            self.state.show_message("Syncing")
        else:
            is_running = self.syncer.is_running
            self.state.show_message("A sync is running" if is_running else "No home folder to sync")
        self.main_screen.sync()

    def on_syncer_finished(self, message: Syncer.Finished) -> None:
        """Show the result in one line; of an automatic sync only if something came or failed."""
        result, state = message.result, self.state
        if result is not None:
            self.syncer.on_synced(result)
            if result.received or result.roadmaps or result.why or not message.is_quiet:
                notes = "".join(f"; {note}" for note in result.notes)
                state.show_message(capitalize(format_sync(result)) + notes, is_error=bool(result.why))
        elif message.error is not None:
            state.show_error(message.error)
        self.main_screen.sync()

    def on_syncer_counted(self, message: Syncer.Counted) -> None:
        """Show how many events wait to be sent."""
        self.state.to_send = message.count
        self.main_screen.sync()

    async def change_roadmap(self, opened: OpenRoadmap, message: str) -> None:
        """Close the roadmap and show another one with a message; if it can't be saved, it stays open."""
        try:
            self.state.study.close()
        except SaveError as error:
            opened.study.close()
            self.state.show_message(f"It stays open: {error}", is_error=True)
            return
        self.state = MainState(opened.study, self.state.glyphs, opened.view_state)
        self.state.to_send = self.syncer.count
        self.state.show_message(message)
        self._offer_draft()
        self._save_view_state, self._saved_view = opened.save_view_state, None
        self.save_view()
        self._watch_progress()
        self.title = self.state.study.roadmap.title
        await self.main_screen.set_state(self.state)

    # End

    def _watch_progress(self) -> None:
        self.state.study.listeners.append(lambda _: self._write_status(self.state))
        self._write_status(self.state)

    def save_view(self) -> None:
        """Save the view state, if it changed."""
        view_state = self.state.view_state
        if view_state != self._saved_view:
            self._saved_view = view_state
            self._save_view_state(view_state)

    def save_drafts(self) -> None:
        """Save the input of open dialogs as drafts."""
        for screen in self.screen_stack:
            if isinstance(screen, Modal):
                screen.save_draft()

    def on_roadmap_app_signal_received(self, message: SignalReceived) -> None:
        """Save drafts and end without asking: nobody may be there to answer."""
        self.save_drafts()
        self.save_view()
        self.exit(return_code=128 + message.number)

    def action_quit(self) -> None:  # type: ignore[override] # Textual's is a coroutine
        """Quit after a question if anything is unsaved; runs as a flow, as it may open a dialog."""
        self.start_flow(self._quit())

    async def _quit(self) -> None:
        """End the program, after a question if anything is unsaved; a search or an open note only closes."""
        if self.main_screen.is_searching and len(self.screen_stack) == 1:
            self.main_screen.action_find("leave")
            return
        if isinstance(self.screen, Modal) and self.screen.stops_quit():
            return
        study = self.state.study
        with suppress(SaveError):
            study.flush_pending()
        if study.journal.is_saving:
            self.main_screen.state.show_message("Saving…")
            self.main_screen.sync()
            await self.main_screen.wait_until_saved()
        if losses := self._unsaved_data():
            from roadmap_tui.tui.screens.questions import ConfirmScreen

            question = "\n".join([*losses, "Quit anyway?"])
            if not await self.ask(ConfirmScreen(self.state.keymap, question, "leave", "stay")):
                return
        self.save_view()
        self.exit(CANNOT_SAVE if study.not_saved else 0)

    def _unsaved_data(self) -> list[str]:
        """Describe the data that would be lost by quitting now."""
        study = self.state.study
        losses = []
        if unsaved := len(study.not_saved):
            subject = "change is not saved" if unsaved == 1 else "changes are not saved"
            reason = study.journal.pending_reason
            losses.append(f"{unsaved} {subject}: {reason}. Quitting prints them.")
        if drafts := self._drafts.unwritten_count:
            subject = "note is only a draft" if drafts == 1 else "notes are only drafts"
            losses.append(f"{drafts} {subject}. Quitting discards the text.")
        return losses
