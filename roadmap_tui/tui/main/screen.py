"""The main screen: header, outline and detail panes, footer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import NULL_SIZE, Offset, Size
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from roadmap_tui.core.humanize import capitalize
from roadmap_tui.store.journal import LONGEST_WAIT_SECONDS
from roadmap_tui.text.commands import Command
from roadmap_tui.text.describe import format_unread
from roadmap_tui.tui.main.actions import Actions
from roadmap_tui.tui.main.frames import bottom_line, fits_in_frame, header_line
from roadmap_tui.tui.main.links import jump_to, selected_link
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.main.watcher import Watcher
from roadmap_tui.tui.terminal.textual_private import bindings_of, draw_now, set_bindings
from roadmap_tui.tui.widgets.bindings import build_bindings, describe_unbound
from roadmap_tui.tui.widgets.detail_pane import DetailPane
from roadmap_tui.tui.widgets.header_footer import Footer, Header, HeaderLine, StatusBanner
from roadmap_tui.tui.widgets.line_widget import Pane
from roadmap_tui.tui.widgets.outline_pane import OutlinePane

if TYPE_CHECKING:
    from roadmap_tui.tui.main.search_input import SearchInput

# In the detail pane these commands scroll, by this many half pages.
_DETAIL_SCROLLS: Final = {
    "half_down": 1,
    "page_down": 2,
    "bottom": 10**6,
    "half_up": -1,
    "page_up": -2,
    "top": -(10**6),
}


# An item is seen after the cursor was on it for so long without a key.
_REST_SECONDS: Final = 0.9


def _action(command: Command, number: int) -> str:
    return f"command('{command.id}', {number})" if number else f"command('{command.id}')"


class MainScreen(Screen[None], inherit_bindings=False):
    """Shows a ``MainState`` and passes keys to its actions; commands that need dialogs go to the app."""

    AUTO_FOCUS: ClassVar[str | None] = ""  # keys are commands, except while a search is typed

    @dataclass
    class CommandRequested(Message):
        """Posted when a command needs a dialog or the terminal; the app carries it out."""

        command: str

    @dataclass
    class RoadmapMoved(Message):
        """Posted when a sync gave the roadmap another id; the app opens it under that one."""

        new_id: str

    class Ready(Message):
        """Posted when the layout is complete."""

    def __init__(
        self,
        state: MainState,
        save_view: Callable[[], None],
        back_up: Callable[[], None] | None = None,
        *,
        size: Size = NULL_SIZE,
        on_poll: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.state = state
        self.save_view = save_view
        self.watcher = Watcher(self, state.study, save_view, back_up, on_poll)
        self._had_layout = False
        self._saved = asyncio.Event()  # set once a slow disk has written everything
        self._rest_timer: Timer | None = None
        self._roadmap_changed: Watcher.RoadmapChanged | None = None  # until it can be shown
        set_bindings(self, build_bindings(state.keymap.in_scope(), _action))
        self._create_widgets()
        self._apply_layout(size)

    def _create_widgets(self) -> None:
        state = self.state
        self._actions = Actions(state)
        self._header = Header(state.study, state.glyphs, partial(header_line, state), "title")
        self._banner = StatusBanner(state.glyphs, "banner")
        self._outline_pane = OutlinePane(state.rows, "outline")
        self._detail_pane = DetailPane(state.study, state.glyphs, partial(fits_in_frame, state), "detail")
        self._bottom_border = HeaderLine(state.glyphs, partial(bottom_line, state), "bottom")
        self._footer = Footer(state.glyphs, state.footer, "keys")
        self._search_input: SearchInput | None = None

    async def set_state(self, state: MainState) -> None:
        """Show another roadmap."""
        self.state = state
        self.watcher.change_study(state.study)
        self._create_widgets()
        await self.recompose()
        self.sync()
        self.watcher.count_due()

    def compose(self) -> ComposeResult:
        yield self._banner
        yield self._header
        yield Container(self._outline_pane, self._detail_pane, id="panes")
        yield self._bottom_border
        yield self._footer

    def on_mount(self) -> None:
        self.sync()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # Textual restyles a resumed screen, which is not needed the first time: it was just styled.
        event.refresh_styles = self._had_layout
        self._show_new_version()

    # Layout and drawing

    def on_resize(self, event: events.Resize) -> None:
        """Apply the layout for the new size, and post ``Ready`` when it is complete."""
        if event.size != self.app.size:
            # A later resize is waiting. Textual posts each size to the screen again, so that handling two
            # waiting sizes in turn would alternate between them forever.
            event.prevent_default()
            return
        # Textual's breakpoints would draw a frame in the old layout first.
        if self._apply_layout(event.size):
            self.update_node_styles(animate=False)
        self._outline_pane.is_resizing = True
        self.call_after_refresh(self._end_resize)

    def _apply_layout(self, size: Size) -> bool:
        """Set the classes for a size; return True if any changed, so that styles have to be updated."""
        self._footer.fit(size)
        self.state.fit(*size)
        is_wide, is_low, is_framed, outline_width = self.state.layout
        self._outline_pane.styles.width = outline_width or "1fr"
        classes = {"-wide": is_wide, "-narrow": not is_wide, "-low": is_low, "-framed": is_framed}
        changed = any(self.has_class(name) != on for name, on in classes.items())
        for name, on in classes.items():
            self.set_class(on, name, update=False)
        return changed

    def _end_resize(self) -> None:
        self._outline_pane.is_resizing = False
        self._place_cursor()
        self.post_message(self.Ready())
        self._had_layout = True

    def sync(self) -> None:
        """Show the current state; only what differs is drawn."""
        if not self._footer.is_attached:
            return  # a message of the watcher or of a sync arrived after the roadmap was left
        state = self.state
        state.rebuild_if_changed()
        in_detail = state.pane == "detail"
        if self.has_class("-in-detail") != in_detail:
            self.set_class(in_detail, "-in-detail")
        if self._had_layout and state.fit(*self.app.size):
            self._outline_pane.styles.width = state.layout.outline_width or "1fr"
        self._sync_borders()
        self._see_new_item()
        self._outline_pane.update_rows()
        self._place_cursor()
        self._sync_detail()
        self._footer.update_rows()
        conditions, not_saved = [state.filter_label] if state.filter.chosen else [], []
        if unread := format_unread(state.study.journal.unread):
            conditions.insert(0, capitalize(unread))
        if state.study.journal.is_saving:
            conditions.insert(0, f"Saving ({len(state.study.journal.pending)}): the disk is slow")
        elif not_saved := state.study.not_saved:
            conditions.insert(0, f"NOT SAVED ({len(not_saved)}): {state.study.journal.pending_reason}")
        elif reason := state.study.view_only:
            conditions.append(f"View only: {reason}")
        if conditions or self._banner.text:
            self._banner.sync(" · ".join(conditions), is_error=bool(not_saved or unread))

    def _sync_borders(self) -> None:
        due = self.watcher.due or 0
        self._header.sync(due)
        self._bottom_border.sync(due)

    def _see_new_item(self) -> None:
        """See a new item under the cursor: now if its details are open, otherwise after a rest."""
        if self._rest_timer is not None:
            self._rest_timer.stop()
        new, state = self.state.study.new_items, self.state
        if state.node_id in new:
            if state.pane == "detail":
                new.see([state.node_id])
            else:
                self._rest_timer = self.set_timer(_REST_SECONDS, self._end_rest)

    def _end_rest(self) -> None:
        if self.app.screen is self and not self.is_searching:
            self.state.study.new_items.see([self.state.node_id])
            self._outline_pane.update_rows()

    def _sync_detail(self, scroll: int = 0) -> None:
        state = self.state
        link = selected_link(state)
        if state.pane == "detail":
            state.numbered_node = ""
        is_marked = link is None and (state.pane == "detail" or state.numbered_node == state.node_id)
        selected = state.selection if is_marked else None
        was_chosen = state.node_id in state.selections
        self._detail_pane.sync(state.cursor, selected, link, follows=was_chosen, scroll=scroll)

    def _place_cursor(self) -> None:
        """In slow-link mode, show the cursor row with the hardware cursor, unless a search is typed."""
        pane = self._outline_pane.region
        if self.state.study.settings.slow_link and pane and not self.is_searching:
            self.app.cursor_position = Offset(pane.x, pane.y + self._outline_pane.cursor_line)

    # Changes from outside

    def on_unmount(self) -> None:
        self.watcher.stop()

    def on_watcher_changed(self, message: Watcher.Changed) -> None:
        if self.watcher.apply(message):
            self.state.show_message("Saved; the disk is writable again")
        self.state.confirm_saved()
        if not self.state.study.journal.is_saving:
            self._saved.set()
        if message.error:
            self.state.show_message(message.error, is_error=True)
        self.sync()

    async def wait_until_saved(self) -> None:
        """Wait for the writes of a slow disk, for three seconds at most."""
        if self.state.study.journal.is_saving:
            self._saved.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                    await self._saved.wait()

    def on_watcher_roadmap_changed(self, message: Watcher.RoadmapChanged) -> None:
        self._roadmap_changed = message
        self._show_new_version()

    def _show_new_version(self) -> None:
        """Show a roadmap that changed on the disk, unless a dialog or a search still shows the old one."""
        message, state = self._roadmap_changed, self.state
        if message is None or self.app.screen is not self or self.is_searching:
            return
        self._roadmap_changed = None
        if message.study is not state.study or message.roadmap == state.study.source:
            return
        if message.roadmap is None:
            state.show_message(f"It stays open as it was. {message.error}", is_error=True)
        elif new_id := self.watcher.new_id:
            self.post_message(self.RoadmapMoved(new_id))
        else:
            state.change_version(message.roadmap)
            self.watcher.count_due()
        self.sync()

    def on_watcher_due_counted(self, message: Watcher.DueCounted) -> None:
        if self.watcher.apply_due_count(message):
            self._sync_borders()
            self._outline_pane.update_rows()
            self._sync_detail()
            draw_now(self)

    # Keys and mouse

    def on_key(self, event: events.Key) -> None:
        """Say so if a key has no command. A command clears the message itself when it runs."""
        if not self.is_searching and event.key not in bindings_of(self).key_to_bindings:
            hint = self.state.keymap.hint_suffix("help", "shows the keys")
            self.state.show_message(describe_unbound(event, hint))
            self._footer.update_rows()

    def action_command(self, command: str, *args: int) -> None:
        """Carry out a command of the keymap; ``args`` is the key's number for a command with nine keys."""
        state = self.state
        if self.is_searching:
            return
        offered = state.offered_draft if command == "note" else None
        state.show_message("")
        state.offered_draft = offered
        if state.keymap[command].runs_in != "main":
            self._footer.update_rows()
            self.post_message(self.CommandRequested(command))
            return
        if command in _DETAIL_SCROLLS and state.pane == "detail":
            self._sync_detail(_DETAIL_SCROLLS[command] * self._detail_pane.size.height // 2)
            self._footer.update_rows()
            return
        self.carry_out(command, *args)

    def carry_out(self, command: str, *args: int) -> None:
        """Carry out a command that needs no dialog, or whose question was answered."""
        state = self.state
        events_before = len(state.study.progress) + len(state.study.journal.pending)
        state.page_rows = self._outline_pane.size.height
        with state.confirming_when_saved():
            self._actions.handlers[command](*args)
        self.sync()
        # On a slow disk, the watcher does it.
        is_saving = state.study.journal.is_saving
        if not is_saving and len(state.study.progress) + len(state.study.journal.pending) != events_before:
            self.save_view()

    def on_outline_pane_pressed(self, message: OutlinePane.Pressed) -> None:
        """Go to the clicked row; act like Enter on the cursor row; toggle the fold on a fold sign."""
        state = self.state
        if self.is_searching:
            self.action_find("accept")
        was_there = message.row == state.tree_view.cursor_row and state.pane == "outline"
        state.pane = "outline"
        state.tree_view.move(message.row - state.tree_view.cursor_row)
        if message.on_sign:
            state.toggle_fold()
        elif was_there:
            self.action_command("enter")
            return
        state.show_message("")
        self.sync()

    def on_pane_scrolled(self, message: Pane.Scrolled) -> None:
        """Scroll the details, or move the cursor of the outline, whichever pane has the focus."""
        if message.pane is self._detail_pane:
            self._sync_detail(message.by)
        elif not self.is_searching:
            self.state.tree_view.move(message.by)
            self.sync()

    def on_detail_pane_pressed(self, message: DetailPane.Pressed) -> None:
        """Go to the details and select the clicked resource; a click on the selected one ticks it."""
        state = self.state
        if message.link:
            state.show_message("")
            jump_to(state, message.link)
            self.sync()
            return
        if state.pane == "detail" and message.resource is not None and message.resource == state.selection:
            self.action_command("tick")
            return
        state.pane = "detail"
        if message.resource is not None:
            state.selections[state.node_id] = message.resource
        self.sync()

    # Search

    @property
    def is_searching(self) -> bool:
        """True while a search is being typed."""
        return self._search_input is not None and self._search_input.display

    async def start_search(self) -> None:
        """Show the search input in place of the footer."""
        if self._search_input is None:
            from roadmap_tui.tui.main.search_input import SearchInput

            self._search_input = SearchInput(self.state.keymap, self._actions.search, self.sync)
            await self.mount(self._search_input, after=self._footer)
        self._search_input.start()
        self._footer.display = False
        self.set_focus(self._search_input.field)
        self.sync()

    def action_find(self, command: str) -> None:
        """Carry out a command of the search, such as ``accept`` or ``keys``."""
        if self._search_input is None or not self.is_searching:
            return
        if command == "keys":
            self.post_message(self.CommandRequested("help"))
            return
        getattr(self._search_input, command)()
        if command in {"accept", "leave"}:
            self.set_focus(None)
            self._footer.display = True
            self.sync()
            self._show_new_version()
