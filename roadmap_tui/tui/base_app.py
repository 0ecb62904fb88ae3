"""The Textual app independent of its content: first frame, cell diff, type-ahead and themes.

Nothing is painted until the first layout is complete; afterwards only changed cells are sent. Keys typed
while a dialog opens go to the dialog. The terminal is left as it was found.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any, ClassVar, TypeVar

from rich.console import RenderableType
from textual import events
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen

from roadmap_tui.core.sanitize import clean
from roadmap_tui.store.textual_version import is_supported, version
from roadmap_tui.text.terminal import is_color_disabled
from roadmap_tui.tui.render.colors import DARK_NAME, SIXTEEN_NAME
from roadmap_tui.tui.terminal.cell_diff import CellDiff, RawUpdate
from roadmap_tui.tui.terminal.driver import AdoptingDriver
from roadmap_tui.tui.terminal.textual_private import CompositorUpdate, PrivateApp, key_name
from roadmap_tui.tui.widgets.themes import OWN_THEMES, ensure_contrast, missing_variables

Result = TypeVar("Result")


class BaseApp(PrivateApp):
    """An app on a terminal.

    ``modal_keys`` are the keys of the main screen that open a dialog. ``adopt_terminal`` is given if the
    first frame is already painted: the driver calls it to take the terminal over. ``shows_cursor`` keeps the
    hardware cursor visible.
    """

    CSS_PATH = "app.tcss"
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
    ) -> None:
        self.adopt_terminal = adopt_terminal
        self.shows_cursor = shows_cursor
        self._styled_theme = ""  # the theme that the stylesheet was parsed for
        self._is_painted = False
        # Without colors the terminal's own are used: Textual would turn the theme's colors into greys.
        plain = is_color_disabled(os.environ)
        super().__init__(ansi_color=plain or None)
        self._modal_keys = {key_name(key) if len(key) == 1 else key for key in modal_keys}
        self._type_ahead: list[events.Key] = []
        self.is_opening_dialog = False
        self.dialog_count = 0  # dialogs opened so far
        self._paint_lock = ExitStack()
        self._cell_diff = CellDiff(self.color_system, is_on=is_supported(version()))
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
        """Hold back painting until the first layout is complete."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        self._paint_lock.enter_context(self.batch_update())

    def paint(self) -> None:
        """Draw the first frame, then freeze the garbage collector's view of objects created at start-up."""
        self._paint_lock.close()
        self._is_painted = True
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

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

    # Type-ahead

    async def on_event(self, event: events.Event) -> None:
        """Buffer keys typed after one that opens a dialog, until it is open; sanitize pasted text."""
        if isinstance(event, events.Paste) and not event.is_forwarded:
            event.text = clean(event.text)
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self.is_opening_dialog:
                self._type_ahead.append(event)
                return
            is_command = len(self.screen_stack) == 1 and self.focused is None
            self.is_opening_dialog = is_command and event.key in self._modal_keys
        await super().on_event(event)

    async def release_keys(self) -> None:
        """Process the buffered keys, now that the dialog is open or will not be opened."""
        self.is_opening_dialog = False
        while self._type_ahead and not self.is_opening_dialog:
            await self.on_event(self._type_ahead.pop(0))

    async def ask(self, dialog: Screen[Result]) -> Result | None:
        """Open a dialog and wait for its result; buffered keys go to it. Call it in a worker."""
        self.dialog_count += 1
        self.is_opening_dialog = True  # also when another dialog opened it
        dialog.call_after_refresh(self.call_later, self.release_keys)
        return await self.push_screen_wait(dialog)
