"""The Textual app independent of its content: first frame, cell diff, type-ahead and themes.

Nothing is painted until the first layout is complete; afterwards only changed cells are sent. Keys typed
while a dialog opens go to the dialog. The terminal is left as it was found.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine, Iterable
from contextlib import ExitStack
from functools import partial
from typing import Any, ClassVar, TypeVar

from rich.console import RenderableType
from textual import events
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen

from roadmap_tui.core.sanitize import LONGEST_TEXT, clean
from roadmap_tui.store.installed import is_supported, version
from roadmap_tui.text.terminal import is_color_disabled
from roadmap_tui.tui.render.colors import DARK_NAME, SIXTEEN_NAME
from roadmap_tui.tui.terminal.cell_diff import CellDiff, RawUpdate
from roadmap_tui.tui.terminal.driver import AdoptingDriver
from roadmap_tui.tui.terminal.textual_private import CompositorUpdate, PrivateApp, draw_now, key_name
from roadmap_tui.tui.terminal.tokenizer import PASTE_LIMIT
from roadmap_tui.tui.widgets.themes import OWN_THEMES, ensure_contrast, missing_variables

Result = TypeVar("Result")


class BaseApp(PrivateApp):
    """The base of the app: input queue, first frame, cell diff and flows, without content.

    ``modal_keys`` are the keys of the main screen that open a dialog. ``adopt_terminal`` is given if the
    first frame is already painted: the driver calls it to take the terminal over. ``shows_cursor`` keeps the
    hardware cursor visible. ``escape_ms`` is the setting, 0 to measure.
    """

    # By the loader, as the program may be a zip archive.
    CSS = __spec__.loader.get_data(  # type: ignore[union-attr] # all loaders of files have it
        os.path.join(os.path.dirname(__file__), "app.tcss")
    ).decode()
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", "quit", priority=True),
        Binding("ctrl+z", "suspend_process", "to the shell", priority=True),
    ]

    def __init__(
        self,
        theme: str,
        modal_keys: Iterable[str],
        adopt_terminal: Callable[[], Any] | None = None,
        *,
        shows_cursor: bool = False,
        escape_ms: int = 0,
    ) -> None:
        self.adopt_terminal = adopt_terminal
        self.shows_cursor = shows_cursor
        self.escape_ms = escape_ms
        self._styled_theme = ""  # the theme that the stylesheet was parsed for
        self._is_painted = False
        # Without colors the terminal's own are used: Textual would turn the theme's colors into greys.
        plain = is_color_disabled(os.environ)
        super().__init__(ansi_color=plain or None)
        self._modal_keys = {key_name(key) if len(key) == 1 else key for key in modal_keys}
        self.is_holding_input = False
        self._held_input: list[events.Key | events.Paste] = []
        self._hold_count = 0  # how often flows and dialogs held input back so far
        self._paint_lock = ExitStack()
        self._cell_diff = CellDiff(self.color_system, is_on=is_supported(version("textual")))
        for own in OWN_THEMES:
            self.register_theme(own)
        # Another version of Textual may not have the theme.
        known = theme if theme in self.available_themes else DARK_NAME
        self.theme = self._styled_theme = SIXTEEN_NAME if plain else known
        self.stylesheet.set_variables(self.get_css_variables())

    def get_driver_class(self) -> type[Driver]:
        """Return the class of the terminal driver."""
        return AdoptingDriver

    # Themes

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the variables of our stylesheet that one of Textual's themes lacks."""
        return missing_variables(self.current_theme)

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's variables with readable text colors; none until the theme is chosen."""
        if not self._styled_theme:
            return {}
        self.theme_variables = ensure_contrast(self.current_theme, super().get_css_variables())
        return self.theme_variables

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the stylesheet and restyle everything, except at the start, when that was just done.

        Textual does it a second time at each start, which takes a fifth of the time to the first frame.
        """
        if self._is_painted or self.theme != self._styled_theme:
            super().refresh_css(animate)

    # Painting

    def on_load(self) -> None:
        """Hold back painting until the first layout is complete; end on exceptions that nobody handles."""
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self._on_loop_error(context))
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        self._paint_lock.enter_context(self.batch_update())

    def fail(self, error: BaseException) -> None:
        """Exit because of a bug, after processing earlier input. May be called from any thread."""
        # Twice: keys from the input thread take one turn of the event loop longer to get here.
        self.call_later(self.call_later, self._fail, error)

    def _fail(self, error: Exception, tries: int = 150) -> None:
        if self.is_holding_input and tries:
            self.set_timer(0.02, partial(self._fail, error, tries - 1))
        elif not (self.focused or self.screen).call_later(self._handle_exception, error):
            self._handle_exception(error)

    def _on_loop_error(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            self.fail(error)

    def paint(self) -> None:
        """Draw the first frame, then freeze the garbage collector's view of objects created at start-up."""
        self._paint_lock.close()
        self._is_painted = True
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def paint_now(self, screen: Screen[Any]) -> None:
        """Draw the first frame without waiting for Textual's next tick."""
        self.paint()
        draw_now(screen)

    def rewrite_update(self, update: RenderableType | CompositorUpdate) -> Any:
        """Reduce an update to the cells that differ from what the terminal shows."""
        text = self._cell_diff.difference(update, self.size)
        if text is None:
            return update
        return RawUpdate(text) if text else None

    def invalidate_terminal(self) -> None:
        """Treat the terminal's content as unknown, because another program had it."""
        self._cell_diff.forget()

    def action_redraw(self) -> None:
        """Draw every cell again."""
        self.invalidate_terminal()
        self.refresh(layout=True)

    def show_refusal(self, message: str) -> None:
        """Show a message about input that was refused."""

    # Type-ahead: a key goes to whatever is open once the keys before it were processed

    async def on_event(self, event: events.Event) -> None:
        """Hold keys and pastes back while an earlier key may still open or close a dialog."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self.is_holding_input:
            self._held_input.append(event)
        elif isinstance(event, events.Paste):
            event.text = clean(event.text, PASTE_LIMIT)
            if (length := len(event.text)) > LONGEST_TEXT:
                more = " or more" if length >= PASTE_LIMIT else ""
                self.show_refusal(f"Not pasted: {length:,} characters{more}; at most {LONGEST_TEXT:,} fit")
            else:
                await super().on_event(event)
        elif len(self.screen_stack) == 1 and self.focused is None:
            self.is_holding_input = event.key in self._modal_keys
            await super().on_event(event)
        else:
            await self._process_dialog_key(event)

    async def _process_dialog_key(self, event: events.Key) -> None:
        """Pass a key to a dialog or to the search; hold further input until it was processed.

        A dialog that was closed or opened meanwhile belongs to a flow, which releases the input then.
        """
        screen, target = self.screen, self.focused or self.screen
        # Characters for a text field only need to keep their order.
        self.is_holding_input = not event.is_printable or self.focused is None
        await super().on_event(event)
        if not self.is_holding_input:
            return
        count = self._hold_count
        # The key passes from its target up to the app, which runs the action; then its messages do.
        path = 2 * target.ancestors_with_self

        def follow(step: int) -> None:
            while step < len(path):
                step += 1
                if path[step - 1].call_later(follow, step):
                    return
            if self.screen is screen and self._hold_count == count:
                self.call_later(self.release_input)

        follow(0)

    async def release_input(self) -> None:
        """Process the input held back, now that a dialog is open or none will be opened."""
        self.is_holding_input = False
        while self._held_input and not self.is_holding_input:
            await self.on_event(self._held_input.pop(0))

    def start_flow(self, flow: Coroutine[Any, Any, None]) -> None:
        """Run a sequence of dialogs in a worker, and hold input back while it has none open."""

        async def run() -> None:
            await flow
            self._release_soon()

        self._hold_input()
        self.run_worker(run())

    async def ask(self, dialog: Screen[Result]) -> Result | None:
        """Open a dialog and wait for its result; input held back goes to it.

        Call it in a flow, or in a worker of another dialog.
        """
        is_nested = len(self.screen_stack) > 1
        self._hold_input()
        if not self._is_painted:
            dialog.call_after_refresh(self.paint_now, dialog)
        dialog.call_after_refresh(self.call_later, self.release_input)
        result = await self.push_screen_wait(dialog)
        if is_nested:
            self._release_soon()
        return result

    def _hold_input(self) -> None:
        self._hold_count += 1
        self.is_holding_input = True

    def _release_soon(self) -> None:
        """Release the input after the messages of the last dialog, which may start another flow."""
        count = self._hold_count

        def release() -> None:
            if self._hold_count == count:
                self.call_later(self.release_input)

        self.screen.call_later(self.call_later, release)
