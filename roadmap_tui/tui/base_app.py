"""The toolkit's app as this program wants it, whatever it shows.

One frame once the first layout is whole, then only cells that differ; what is typed while a dialog
opens goes into the dialog; the terminal is left as it was found.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any, ClassVar, TypeVar

from rich.color import ColorSystem
from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.keys import _character_to_key
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerFailed

from roadmap_tui.core.sanitize import clean
from roadmap_tui.store.textual_version import is_supported, version
from roadmap_tui.text.terminal import is_color_disabled
from roadmap_tui.tui.colors import DARK_NAME, SIXTEEN_NAME
from roadmap_tui.tui.terminal.cell_diff import CellDiff, RawUpdate
from roadmap_tui.tui.terminal.driver import AdoptingDriver
from roadmap_tui.tui.themes import OWN_THEMES, ensure_contrast, missing_variables

Opened = TypeVar("Opened", bound=Screen[Any])

SLOW_SECONDS = 0.15


class BaseApp(App[int]):
    """An app on a terminal.

    ``take_over`` is called when the terminal is this program's to leave as it was: given where the first
    frame is on the screen already. ``opening`` are the keys of the main screen that open a dialog;
    ``shows_cursor`` is whether the terminal's own cursor is to be seen.
    """

    class Answered(Message):
        """The terminal took so many seconds to answer."""

        def __init__(self, seconds: float) -> None:
            super().__init__()
            self.seconds = seconds

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", "quit", priority=True),
        Binding("ctrl+z", "suspend_process", "to the shell", priority=True),
    ]

    def __init__(
        self,
        theme: str,
        opening: Iterable[str],
        take_over: Callable[[], Any] | None = None,
        *,
        shows_cursor: bool = False,
    ) -> None:
        self.take_over = take_over
        self.shows_cursor = shows_cursor
        self._styled_for = ""  # the theme that the sheet was first made for
        self._is_painted = False
        # Without colours the terminal's own are kept: as greys they would be colours, and black of sixteen.
        plain = is_color_disabled(os.environ)
        super().__init__(ansi_color=plain or None)
        self._is_opening_dialog = False
        self._opening_keys = {_character_to_key(key) if len(key) == 1 else key for key in opening}
        self._typed_ahead: list[events.Key] = []
        self._held_back = ExitStack()
        colours = self.console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001 - as Strip asks it
        self._wire = CellDiff(colours, is_on=is_supported(version()))
        for own in OWN_THEMES:
            self.register_theme(own)
        # A later toolkit may not have each of those that this one had.
        known = theme if theme in self.available_themes else DARK_NAME
        self.theme = self._styled_for = SIXTEEN_NAME if plain else known
        self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our sheet asks for and a theme of the toolkit does not have."""
        return missing_variables(self.current_theme)

    def get_css_variables(self) -> dict[str, str]:
        """The variables of the theme, with texts that can be read; none until it is known which theme."""
        if not self._styled_for:
            return {}
        self.theme_variables = ensure_contrast(self.current_theme, super().get_css_variables())
        return self.theme_variables

    def refresh_css(self, animate: bool = True) -> None:
        """Read the sheet again and style everything anew, unless it was just made for this very theme.

        The toolkit does so at each start, after it has styled all of it: a fifth of what it takes to draw.
        """
        if self._is_painted or self.theme != self._styled_for:
            super().refresh_css(animate)

    def on_load(self) -> None:
        """Hold all painting back until the first layout is whole."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        self._held_back.enter_context(self.batch_update())

    def paint(self) -> None:
        """Paint: everything has its place. What was loaded until now is not garbage and never will be."""
        self._held_back.close()
        self._is_painted = True
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    @property
    def bug(self) -> Exception | None:
        """What ended the program, where it was not the user."""
        bug = self._exception
        return bug.error if isinstance(bug, WorkerFailed) and isinstance(bug.error, Exception) else bug

    def _display(self, screen: Screen[Any], renderable: RenderableType | CompositorUpdate | None) -> None:
        drawn = self._running and not self._closed and not self._batch_count and not self.is_headless
        if renderable is not None and drawn and self._driver is not None:
            text = self._wire.difference(renderable, self.size)
            if text == "":
                self.post_display_hook()
                return
            if text is not None:
                renderable = RawUpdate(text)
        super()._display(screen, renderable)  # type: ignore[arg-type] # what Textual itself passes

    def _handle_exception(self, error: Exception) -> None:
        super()._handle_exception(error)
        # The traceback is for a file, not for the terminal: whoever runs the app asks for ``bug``.
        self._exit_renderables.clear()

    def get_driver_class(self) -> type[Driver]:
        """The driver of the terminal."""
        return AdoptingDriver

    def terminal_answered(self, seconds: float) -> None:
        """Take note of how far away the terminal is. May be called from any thread."""
        if seconds > SLOW_SECONDS and not self.shows_cursor:
            self.post_message(self.Answered(seconds))

    async def on_event(self, event: events.Event) -> None:
        """Keys typed after one that opens a dialog are the dialog's, however long that takes to open.

        What is pasted may come from anywhere, and a line to type in shows it as it is: it is cleaned first.
        """
        if isinstance(event, events.Paste) and not event.is_forwarded:
            event.text = clean(event.text)
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self._is_opening_dialog:
                self._typed_ahead.append(event)
                return
            is_command = len(self.screen_stack) == 1 and self.focused is None
            self._is_opening_dialog = is_command and event.key in self._opening_keys
        await super().on_event(event)

    async def dialog_opened(self) -> None:
        """Hand on what was typed ahead, now that the dialog is there or is known not to come."""
        self._is_opening_dialog = False
        while self._typed_ahead and not self._is_opening_dialog:
            await self.on_event(self._typed_ahead.pop(0))

    def tell_when_open(self, dialog: Opened) -> Opened:
        """The dialog, which is about to open: what is typed ahead waits for it."""
        dialog.call_after_refresh(self.call_later, self.dialog_opened)
        return dialog

    def invalidate_terminal(self) -> None:
        """Take nothing for shown: somebody else had the terminal."""
        self._wire.forget()

    def action_redraw(self) -> None:
        """Draw every cell anew, whatever got onto the terminal."""
        self.invalidate_terminal()
        self.refresh(layout=True)
