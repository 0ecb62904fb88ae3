"""Opening an address in a browser with a window of its own; never in one that would take the terminal."""

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
# What xdg-open itself tries where BROWSER is not set, without those that need a terminal.
_WINDOWED: Final = (
    "x-www-browser:firefox:firefox-esr:iceweasel:seamonkey:epiphany:konqueror:falkon:qutebrowser:"
    "chromium:chromium-browser:google-chrome:brave-browser:microsoft-edge"
)


def opener(environment: Mapping[str, str]) -> str:
    """The program that opens an address where the reader sits; empty where nobody would see a window."""
    if is_over_ssh(environment):
        return ""
    if sys.platform == "darwin":
        return "open"
    return "xdg-open" if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY") else ""


def start(program: str, url: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Have the program open an address, apart from this one and from the terminal.

    It outlives this process; ``returncode`` is set once it has ended. Raises OSError where it can't
    be started, ValueError for an address that may not be a link.
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
        env={**environment, "BROWSER": windowed(environment.get("BROWSER", ""))},
        start_new_session=True,
    )
    # Nobody else asks for its end, and it would stay a zombie.
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def windowed(browsers: str) -> str:
    """A value for BROWSER, a list parted by colons, without the browsers that need a terminal."""
    # An entry may be a command with arguments, and in one of those may be the colon of an address.
    kept = [entry for entry in browsers.split(":") if entry and not _needs_terminal(entry)]
    return ":".join(kept) or _WINDOWED


def _needs_terminal(command: str) -> bool:
    return any(PurePath(word).name in _IN_TERMINAL for word in command.split())
