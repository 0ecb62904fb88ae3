"""Copying a URL, opening it in a browser, and showing it as a QR code."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Final

from roadmap_tui.core.urls import host, to_ascii_url
from roadmap_tui.text import terminal
from roadmap_tui.text.styled_text import ASCII
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.terminal import capabilities

_NO_URL: Final = "There is no address here"
# A browser that can't be opened exits within this time; one that runs on is a window.
_BROWSER_TIMEOUT_SECONDS: Final = 3.0
_POLL_SECONDS: Final = 0.05

ShowMessage = Callable[[str], None]


def copy_link(app: BaseApp, url: str) -> str:
    """Copy a URL to the clipboard; return a message about it."""
    if not url:
        return _NO_URL
    where = capabilities.copy(url, app.copy_to_clipboard, app.write_to_terminal)
    return f"Copied {where}: {url}" if where else f"This terminal has no clipboard; the address is {url}"


async def open_in_browser(app: BaseApp, url: str, show_message: ShowMessage) -> None:
    """Open a URL in a browser window if the reader would see it, otherwise copy it."""
    from roadmap_tui.tui.terminal import browser

    if not url:
        show_message(_NO_URL)
        return
    environment = capabilities.current_environment()
    program = browser.opener(environment)
    if not program:
        reason = "Over SSH" if terminal.is_over_ssh(environment) else "No display here"
        show_message(f"{reason}. {copy_link(app, url)}")
        return
    try:
        process = browser.start(program, url, environment)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is no address it may have"
        show_message(f"{program}: {reason}. {copy_link(app, url)}")
        return
    show_message(f"Opened by {program}: {url}")
    for _ in range(round(_BROWSER_TIMEOUT_SECONDS / _POLL_SECONDS)):
        if process.returncode is not None:
            break
        await asyncio.sleep(_POLL_SECONDS)
    if process.returncode:
        show_message(f"{program} found no browser. {copy_link(app, url)}")


async def show_qr(app: BaseApp, state: MainState) -> None:
    """Show the URL of the selected resource as a QR code, or a message why that is not possible."""
    from roadmap_tui.tui.render.qr import render_qr
    from roadmap_tui.tui.screens.qr import HINT_ROWS, QrScreen

    url, ascii_only = state.selected_url, state.glyphs is ASCII
    if not url:
        state.show_message(_NO_URL)
        return
    columns, rows = app.size
    drawing = render_qr(url, columns, rows - HINT_ROWS, ascii_only=ascii_only)
    if drawing.lines:
        domain = host(to_ascii_url(url) if ascii_only else url)
        is_plain = terminal.is_color_disabled(os.environ)
        reversed_is_light = not terminal.is_light(os.environ) if is_plain else None
        screen = QrScreen(state.keymap, drawing, domain, reversed_is_light=reversed_is_light)
        if await app.ask(screen):
            return
    needed = f"{drawing.columns}x{drawing.rows + HINT_ROWS}"
    copy_hint = f"{state.keymap.key('copy')} copies it"
    state.show_message(f"The address is too long for a code here (needs {needed}); {copy_hint}")
