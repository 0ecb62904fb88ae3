"""What is done with the address of a resource: copied, opened, shown as a code."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any, Final

from textual.app import App

from roadmap_tui.core.urls import host, to_ascii_url
from roadmap_tui.text import terminal
from roadmap_tui.text.styled_text import ASCII
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.terminal import capabilities
from roadmap_tui.tui.widgets.modal import BeforeOpen

_NO_ADDRESS: Final = "There is no address here"
# A browser that can't be opened is known by then; one that stays is a window.
_PATIENCE_SECONDS: Final = 3.0
_STEP_SECONDS: Final = 0.05

Say = Callable[[str], None]


def copy_link(app: App[Any], url: str) -> str:
    """Copy an address as it is written; a sentence on what was done. It is empty where there is none."""
    if not url:
        return _NO_ADDRESS
    driver = app._driver  # noqa: SLF001 - what the toolkit itself sends a clipboard by
    how = capabilities.copy(url, app.copy_to_clipboard, driver.write if driver else lambda _: None)
    return f"Copied {how}: {url}" if how else f"This terminal has no clipboard; the address is {url}"


async def open_in_browser(app: App[Any], url: str, say: Say) -> None:
    """Open an address where somebody can see that; elsewhere copy it. ``say`` is told what was done."""
    from roadmap_tui.tui.terminal import browser

    if not url:
        say(_NO_ADDRESS)
        return
    environment = capabilities.current_environment()
    program = browser.opener(environment)
    if not program:
        why = "Over SSH" if terminal.is_over_ssh(environment) else "No display here"
        say(f"{why}. {copy_link(app, url)}")
        return
    try:
        process = browser.start(program, url, environment)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "this is no address it may have"
        say(f"{program}: {why}. {copy_link(app, url)}")
        return
    say(f"Opened by {program}: {url}")
    for _ in range(round(_PATIENCE_SECONDS / _STEP_SECONDS)):
        if process.returncode is not None:
            break
        await asyncio.sleep(_STEP_SECONDS)
    if process.returncode:
        say(f"{program} found no browser. {copy_link(app, url)}")


async def show_qr(app: App[Any], state: MainState, shown: BeforeOpen, say: Say) -> None:
    """Show the address of the chosen resource as a QR code until that is closed, or say why not.

    ``shown`` is given the dialog before it opens.
    """
    from roadmap_tui.tui.render.qr import drawn
    from roadmap_tui.tui.screens.qr import HINT_ROWS, QrScreen

    url, ascii_only = state.selected_url, state.glyphs is ASCII
    if not url:
        say(_NO_ADDRESS)
        return
    columns, rows = app.size
    drawing = drawn(url, columns, rows - HINT_ROWS, ascii_only=ascii_only)
    if drawing.lines:
        place = host(to_ascii_url(url) if ascii_only else url)
        is_plain = terminal.is_color_disabled(os.environ)
        reversed_is_light = not terminal.is_light(os.environ) if is_plain else None
        screen = QrScreen(state.keymap, drawing, place, reversed_is_light=reversed_is_light)
        if await app.push_screen_wait(shown(screen)):
            return
    needs = f"{drawing.columns}x{drawing.rows + HINT_ROWS}"
    copy_it = f"{state.keymap.key('copy')} copies it"
    say(f"The address is too long for a code here (needs {needs}); {copy_it}")
