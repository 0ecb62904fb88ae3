"""The main screen: outline, detail, and a line at the top and at the bottom."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import NULL_SIZE, Offset, Size
from textual.message import Message
from textual.screen import Screen

from roadmap_tui.core.search.filters import Filter
from roadmap_tui.core.tree_view import ROOT
from roadmap_tui.text.commands import Command
from roadmap_tui.tui.bindings import bound
from roadmap_tui.tui.main.actions import Actions
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.main.watcher import Watcher
from roadmap_tui.tui.render.bars import FooterContext
from roadmap_tui.tui.splash import layout_for
from roadmap_tui.tui.widgets.detail_pane import DetailPane
from roadmap_tui.tui.widgets.header_footer import Footer, Header, StatusBanner
from roadmap_tui.tui.widgets.outline_pane import OutlinePane

if TYPE_CHECKING:
    from textual.widgets import Input

    from roadmap_tui.tui.widgets.search_input import SearchInput


def _action(command: Command, number: int) -> str:
    return f"command('{command.id}', {number})" if number else f"command('{command.id}')"


class MainScreen(Screen[None], inherit_bindings=False):
    """Shows a desk and hands every key to it; what needs the terminal is passed on to the app."""

    AUTO_FOCUS: ClassVar[str | None] = ""  # keys are commands here, but for what is typed to be found

    class CommandRequested(Message):
        """A command that the app has to carry out."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    class Ready(Message):
        """Every part of the screen has its size."""

    def __init__(
        self,
        state: MainState,
        keep_place: Callable[[], None],
        back_up: Callable[[], None] | None = None,
        *,
        size: Size = NULL_SIZE,
    ) -> None:
        super().__init__()
        self.state = state
        self._keep_place = keep_place
        self._lookout = Watcher(self, state.study, keep_place, back_up)
        self._was_laid_out = False
        self._bindings = bound(state.keymap.in_scope(), _action)
        self._create_widgets()
        self._apply_layout(size)

    def _create_widgets(self) -> None:
        desk = self.state
        self._hands = Actions(desk)
        self._title_bar = Header(desk.study, desk.glyphs, "title")
        self._banner = StatusBanner(desk.glyphs, "banner")
        self._outline_pane = OutlinePane(desk.rows, "outline")
        self._detail_pane = DetailPane(desk.study, desk.glyphs, "detail")
        self._key_bar = Footer(desk.keymap, desk.glyphs, "keys", is_new=desk.is_first_run)
        self._find_line: SearchInput | None = None

    async def set_state(self, state: MainState) -> None:
        """Show another desk from now on."""
        self.state = state
        self._lookout.change_study(state.study)
        self._create_widgets()
        await self.recompose()
        self.sync()
        self._lookout.count_due()

    def compose(self) -> ComposeResult:
        """One line, the two panes, one line."""
        yield self._title_bar
        yield self._banner
        yield Container(self._outline_pane, self._detail_pane, id="panes")
        yield self._key_bar

    def on_mount(self) -> None:
        """Show the desk."""
        self.sync()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Style everything anew, as the toolkit wants it, but not before it was seen: it has just been."""
        event.refresh_styles = self._was_laid_out

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new size, and say so when that is done."""
        if event.size != self.app.size:
            # Overtaken by another. Of two sizes that wait, each laid out would bring the other back: the
            # toolkit posts a screen's new size to it again, and would go to and fro between them for ever.
            event.prevent_default()
            return
        self._on_size(event.size)
        self._outline_pane.begin_resize(over=False)
        self.call_after_refresh(self._say_laid_out)

    def _on_size(self, size: Size) -> None:
        """Take the layout for a size at once: breakpoints would draw a frame in the old one first."""
        if self._apply_layout(size):
            self.update_node_styles(animate=False)

    def _apply_layout(self, size: Size) -> bool:
        """Have the layout for a size; whether that is another one, which is to be styled then."""
        wide, low = layout_for(self.state, size.width, size.height)
        wanted = {"-wide": wide, "-narrow": not wide, "-low": low}
        differs = any(self.has_class(name) != on for name, on in wanted.items())
        for name, on in wanted.items():
            self.set_class(on, name, update=False)
        return differs

    def _say_laid_out(self) -> None:
        self._outline_pane.begin_resize(over=True)
        self._place_cursor()
        self.post_message(self.Ready())
        self._was_laid_out = True

    def draw(self) -> None:
        """Draw at once: the toolkit would wait for as long as a frame is shown, even before the first."""
        self._on_timer_update()
        # Its clock waits for a frame when it is first needed: let that be now, and not at the first key.
        self._update_timer.resume()

    # What comes by itself

    def begin(self) -> None:
        """Begin what can wait until it is painted."""
        self._lookout.begin()

    def on_unmount(self) -> None:
        """Stop looking."""
        self._lookout.leave()

    def on_watcher_changed(self, message: Watcher.Changed) -> None:
        """Show what others did, and that what could not be saved is saved now."""
        if self._lookout.apply(message):
            self.state.show_message("Saved: the disk takes writes again")
        if message.word:
            self.state.show_message(message.word, problem=True)
        self.sync()

    def on_watcher_due_counted(self, message: Watcher.DueCounted) -> None:
        """Show how many are due, and from now on with every change."""
        if self._lookout.apply_due_count(message):
            self._title_bar.sync(self._lookout.due or 0)
            self.draw()

    def on_watcher_minute_passed(self) -> None:
        """Show the timer anew."""
        self._title_bar.show()

    # Showing

    def sync(self) -> None:
        """Show the desk as it is now. Only what differs is drawn."""
        desk = self.state
        desk.rebuild_if_changed()
        in_detail = desk.pane == "detail"
        if self.has_class("-in-detail") != in_detail:
            self.set_class(in_detail, "-in-detail")
        self._title_bar.sync(self._lookout.due or 0)
        self._lookout.wait_for_the_minute()
        self._outline_pane.show()
        self._place_cursor()
        self._detail_pane.sync(
            desk.cursor, desk.selection if in_detail else None, seek=desk.node_id in desk.selections
        )
        self._sync_word()
        words = [desk.filter_label] if desk.filter.chosen else []
        if not_saved := desk.study.not_saved:
            words.insert(0, f"NOT SAVED ({len(not_saved)}): {desk.study.journal.pending_reason}")
        elif reason := desk.study.view_only:
            words.append(f"View only: {reason}")
        if words or self._banner.words:
            self._banner.sync(" · ".join(words), problem=bool(not_saved))

    def _place_cursor(self) -> None:
        """Have the terminal's own cursor at the row, where that is what is seen of it."""
        pane = self._outline_pane.region
        # While something is typed it is where that goes.
        if self.state.study.settings.slow_link and pane and not self.is_finding:
            self.app.cursor_position = Offset(pane.x, pane.y + self._outline_pane.cursor_line)

    # Keys and mouse

    def on_key(self, event: events.Key) -> None:
        """What was said holds until the next key."""
        # A command sees to that itself, and shows it together with what it does.
        if self.state.message and event.key not in self._bindings.key_to_bindings:
            self.state.show_message("")
            self._sync_word()

    def _sync_word(self) -> None:
        desk = self.state
        mode = FooterContext(desk.pane == "detail", len(desk.rows.selected), desk.is_first_run)
        self._key_bar.sync(desk.message, mode, problem=desk.is_error)

    def action_command(self, command: str, *arguments: int) -> None:
        """Carry out a command of the keymap."""
        desk = self.state
        if self.is_finding:
            return
        desk.show_message("")
        if desk.keymap[command].is_action:
            self._sync_word()
            self.post_message(self.CommandRequested(command))
            return
        before = len(desk.study.progress) + len(desk.study.journal.pending)
        desk.page_rows = self._outline_pane.size.height
        if command in _PAGING and desk.pane == "detail":
            self._scroll_detail(_PAGING[command] * self._detail_pane.size.height // 2)
            self._sync_word()
            return
        self._hands.dispatch(command, *arguments)
        self.sync()
        if len(desk.study.progress) + len(desk.study.journal.pending) != before:
            self._keep_place()

    def on_outline_pane_pressed(self, message: OutlinePane.Pressed) -> None:
        """A click goes to the row; where the cursor is already, it does what enter does; its sign folds."""
        desk = self.state
        if self.is_finding:
            self.action_find_accept()
        was_there = message.row == desk.tree_view.cursor_row and desk.pane == "outline"
        desk.pane = "outline"
        desk.tree_view.move(message.row - desk.tree_view.cursor_row)
        if message.on_sign:
            desk.fold_or_unfold()
        elif was_there:
            self.action_command("enter")
            return
        desk.show_message("")
        self.sync()

    def on_outline_pane_scrolled(self, message: OutlinePane.Scrolled) -> None:
        """The wheel moves the cursor."""
        if not self.is_finding:
            self.state.tree_view.move(message.by)
            self.sync()

    # Finding

    @property
    def is_finding(self) -> bool:
        """Whether something to find is being typed."""
        return self._find_line is not None and self._find_line.display

    async def find(self) -> None:
        """Have something to find typed, in place of the key bar."""
        if self._find_line is None:
            from roadmap_tui.tui.widgets.search_input import SearchInput

            self._find_line = SearchInput(self.state.keymap)
            await self.mount(self._find_line, after=self._key_bar)
        self._hands.finding.start()
        self._find_line.begin(self._hands.finding.typed)
        self._key_bar.display = False
        self.set_focus(self._find_line.line)
        self._show_find()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Look while it is typed; what was typed on since then is looked for instead."""
        if self._find_line is not None and self.is_finding and message.value == self._find_line.line.value:
            self._hands.finding.update(message.value)
            self._show_find()

    def action_find_accept(self) -> None:
        """Stay where it was found."""
        if self._find_line is not None and self.is_finding:
            self._hands.finding.accept(self._find_line.line.value)
            self._end_find()

    def action_find_leave(self) -> None:
        """Go back to where one was."""
        if self.is_finding:
            self._hands.finding.cancel()
            self._end_find()

    def action_find_earlier(self) -> None:
        """Type the last search again."""
        if self._find_line is not None and self.is_finding and self._hands.finding.typed:
            self._find_line.line.value = self._hands.finding.typed
            self._find_line.line.action_end()

    def action_find_keys(self) -> None:
        """Have the keys shown."""
        self.post_message(self.CommandRequested("help"))

    def _show_find(self) -> None:
        if self._find_line is not None:
            self._find_line.show(self._hands.finding.tally)
        self.sync()

    def _end_find(self) -> None:
        if self._find_line is not None:
            self._find_line.display = False
        self.set_focus(None)
        self._key_bar.display = True
        self.sync()

    def apply(self, wanted: Filter) -> None:
        """Show only what a filter leaves."""
        self.state.apply(wanted)
        self.sync()

    def go_to(self, node_id: str) -> None:
        """Put the cursor on a node, on the roadmap itself for an empty id, and the keys to the outline."""
        self.state.pane = "outline"
        if node_id:
            self.state.go_to(node_id)
        else:
            self.state.tree_view.go_to(ROOT)
        self.sync()

    def on_detail_pane_pressed(self, message: DetailPane.Pressed) -> None:
        """A click goes to the details, and chooses the resource that it hits; one on the chosen ticks it."""
        desk = self.state
        if desk.pane == "detail" and message.resource is not None and message.resource == desk.selection:
            self.action_command("tick")
            return
        desk.pane = "detail"
        if message.resource is not None:
            desk.selections[desk.node_id] = message.resource
        self.sync()

    def on_detail_pane_scrolled(self, message: DetailPane.Scrolled) -> None:
        """The wheel scrolls the page, whatever pane the keys go to."""
        self._scroll_detail(message.by)

    def _scroll_detail(self, by: int) -> None:
        desk = self.state
        chosen = desk.selection if desk.pane == "detail" else None
        self._detail_pane.sync(desk.cursor, chosen, seek=desk.node_id in desk.selections, scroll=by)


# In the detail pane these go by half its height.
_PAGING = {"half_down": 1, "page_down": 2, "bottom": 10**6, "half_up": -1, "page_up": -2, "top": -(10**6)}
