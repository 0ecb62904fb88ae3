"""The commands for the selected link: copy it, open it in a browser, or show it as a QR code."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from roadmap_tui.core.urls import host, to_ascii_url
from roadmap_tui.text import terminal
from roadmap_tui.text.styled_text import ASCII
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.terminal import capabilities

_NO_URL: Final = "No link here"
# A browser that can't be opened exits within this time; one still running has opened a window.
_BROWSER_TIMEOUT_SECONDS: Final = 3.0
_POLL_SECONDS: Final = 0.05


class LinkFlows:
    """Handlers of the commands for the selected link, named after them."""

    def __init__(self, app: BaseApp, main: MainScreen) -> None:
        self._app, self._main = app, main

    @property
    def _state(self) -> MainState:
        return self._main.state  # another one after a roadmap was opened

    async def copy(self) -> None:
        """Copy the selected resource's URL."""
        self._state.show_message(copy_link(self._app, self._state.selected_url))

    async def open(self) -> None:
        """Open the selected resource's URL."""
        await self.open_url(self._state.selected_url)

    async def open_url(self, url: str) -> None:
        """Open a URL in a browser window if the reader would see it, otherwise copy it."""
        from roadmap_tui.tui.terminal import browser

        def show_message(message: str, *, copies: bool = False) -> None:
            self._state.show_message(f"{message}. {copy_link(self._app, url)}" if copies else message)
            self._main.sync()

        if not url:
            show_message(_NO_URL)
            return
        environment = capabilities.current_environment()
        program = browser.opener(environment)
        if not program:
            is_remote = terminal.is_over_ssh(environment)
            show_message("Over SSH" if is_remote else "No display here", copies=True)
            return
        try:
            process = browser.start(program, url, environment)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "this address cannot be opened"
            show_message(f"{program}: {reason}", copies=True)
            return
        show_message(f"Opened by {program}: {url}")
        for _ in range(round(_BROWSER_TIMEOUT_SECONDS / _POLL_SECONDS)):
            if process.returncode is not None:
                break
            await asyncio.sleep(_POLL_SECONDS)
        if process.returncode:
            show_message(f"{program} found no browser", copies=True)

    async def qr(self) -> None:
        """Show the selected resource's URL as a QR code, or a message why that is not possible."""
        from roadmap_tui.tui.render.qr import render_qr
        from roadmap_tui.tui.screens.qr import HINT_ROWS, QrScreen

        state = self._state
        url, ascii_only = state.selected_url, state.glyphs is ASCII
        if not url:
            state.show_message(_NO_URL)
            return
        columns, rows = self._app.size
        drawing = render_qr(url, columns, rows - HINT_ROWS, ascii_only=ascii_only)
        if drawing.lines:
            domain = host(to_ascii_url(url) if ascii_only else url)
            is_plain = terminal.is_color_disabled(os.environ)
            reversed_is_light = not terminal.is_light(os.environ) if is_plain else None
            screen = QrScreen(state.keymap, drawing, domain, reversed_is_light=reversed_is_light)
            if await self._app.ask(screen):
                return
        needed = f"{drawing.columns}x{drawing.rows + HINT_ROWS}"
        copy_hint = f"{state.keymap.key('copy')} copies it"
        state.show_message(f"The address is too long for a QR code here (needs {needed}); {copy_hint}")


def copy_link(app: BaseApp, url: str) -> str:
    """Copy a URL to the clipboard; return a message about it."""
    if not url:
        return _NO_URL
    where = capabilities.copy(url, app.copy_to_clipboard, app.write_to_terminal)
    return f"Copied {where}: {url}" if where else f"No clipboard in this terminal. Address: {url}"
