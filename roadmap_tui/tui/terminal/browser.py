"""Opens a URL in a browser window, never in a browser that would take over the terminal."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from roadmap_tui.core.sanitize import safe_url
from roadmap_tui.core.urls import to_ascii_url
from roadmap_tui.text.terminal import is_over_ssh

_IN_TERMINAL: Final = {
    *("w3m", "lynx", "links", "links2", "elinks", "www-browser", "browsh", "carbonyl", "chawan", "cha"),
    *("edbrowse", "netrik", "retawq", "w3mman", "nd", "amfora"),
}
# What xdg-open tries if BROWSER is not set, without the browsers that need a terminal.
_WINDOWED: Final = (
    "x-www-browser:firefox:firefox-esr:iceweasel:seamonkey:epiphany:konqueror:falkon:qutebrowser:"
    "chromium:chromium-browser:google-chrome:brave-browser:microsoft-edge"
)


def opener(environment: Mapping[str, str]) -> str:
    """Return the program that opens URLs on this machine; "" over SSH or without a display."""
    if is_over_ssh(environment):
        return ""
    if sys.platform == "darwin":
        return "open"
    return "xdg-open" if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY") else ""


def start(program: str, url: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the program with a URL, detached from this process and from the terminal.

    The process's ``returncode`` is set once it has ended. Raises OSError if it can't be started, ValueError
    for an unsafe URL.
    """
    if safe_url(url) is None:
        raise ValueError(url)
    found = shutil.which(program, path=environment.get("PATH"))
    if found is None:
        raise FileNotFoundError(2, "it is not installed", program)
    process = subprocess.Popen(
        [found, to_ascii_url(url)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={**environment, "BROWSER": graphical_browsers(environment.get("BROWSER", ""))},
        start_new_session=True,
    )
    # Reap it, or it would stay a zombie.
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def graphical_browsers(browsers: str) -> str:
    """Remove browsers that run in the terminal from the value of BROWSER, a colon-separated list."""
    # An entry may be a command whose arguments contain colons; the pieces of such an entry stay in order.
    remaining = [entry for entry in browsers.split(":") if entry and not _needs_terminal(entry)]
    return ":".join(remaining) or _WINDOWED


def _needs_terminal(command: str) -> bool:
    return any(PurePath(part).name in _IN_TERMINAL for part in command.split())
