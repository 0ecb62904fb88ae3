"""What the program knows of the terminal around it, and what it asks of it beside drawing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from roadmap_tui.text.terminal import SSH_VARIABLES

# What tmux takes from whoever attaches, by default or by what users add to it.
_MOVES_WITH_TMUX: Final = {
    *SSH_VARIABLES,
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS"),
}
# Its oldest versions hold no longer string.
_SCREEN_PIECE: Final = 240


def size(environment: Mapping[str, str] = os.environ) -> tuple[int, int]:
    """The columns and rows that the toolkit will take the terminal for: 80 and 24 where it tells none.

    It asks ``shutil.get_terminal_size``, which takes longer to load than the first frame may.
    """
    told = os.get_terminal_size(sys.stdout.fileno())
    columns, rows = (
        int(said) if (said := environment.get(name, "")).isdecimal() else 0 for name in ("COLUMNS", "LINES")
    )
    return columns or told.columns or 80, rows or told.lines or 24


def discard_output() -> None:
    """Drop what a terminal that is gone did not take: the end of the program would trip over it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def copy(
    text: str,
    osc52: Callable[[str], None],
    write: Callable[[str], None],
    environment: Mapping[str, str] = os.environ,
) -> str:
    """Put a text into the clipboard of the terminal; a word on where it went, empty where it went nowhere.

    By OSC 52, which crosses SSH; inside tmux, which drops that by default, by tmux itself too; through
    GNU screen, which knows it not, wrapped. ``write`` sends a text to the terminal as it is.
    The console of Linux has no clipboard.
    """
    osc52(text)
    if environment.get("STY"):
        from base64 import b64encode  # the first frame does not wait for it

        write(wrap_for_screen(f"\x1b]52;c;{b64encode(text.encode()).decode()}\a"))
    if environment.get("TMUX"):
        # As of tmux 3.2 it hands the text on to its own terminal; before, it keeps a buffer of it.
        if _in_tmux("load-buffer", "-w", "-", feed=text) is not None:
            return "to the clipboard and to tmux"
        if _in_tmux("load-buffer", "-", feed=text) is not None:
            return "to tmux: this one is too old to pass it to the clipboard"
    name = environment.get("TERM", "")
    if name.startswith(("tmux", "screen")) and not environment.get("TMUX") and not environment.get("STY"):
        # It is at the other end of an SSH session, where it can't be asked; by default it drops OSC 52.
        return "to the clipboard, if the tmux outside has set-clipboard on"
    return "" if name == "linux" else "to the clipboard"


def wrap_for_screen(sequence: str) -> str:
    """The sequence as GNU screen passes it on to its own terminal: in pieces that it has room for."""
    starts = range(0, len(sequence), _SCREEN_PIECE)
    return "".join(f"\x1bP{sequence[at : at + _SCREEN_PIECE]}\x1b\\" for at in starts)


def current_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment; inside tmux as it is where somebody attached last, not where the pane was opened."""
    now = dict(environment)
    if not environment.get("TMUX"):
        return now
    lines = (_in_tmux("show-environment") or "").splitlines()
    for line in lines:
        name, assigned, value = line.partition("=")
        if assigned and name in _MOVES_WITH_TMUX:
            now[name] = value
        elif line.removeprefix("-") in _MOVES_WITH_TMUX and line[:1] == "-":
            now.pop(line[1:], None)
    if "-SSH_CONNECTION" in lines:
        # tmux asks for this one of the three only; without it the others are left over.
        for name in SSH_VARIABLES:
            now.pop(name, None)
    return now


def _in_tmux(*words: str, feed: str = "") -> str | None:
    """What a command of tmux prints; None where it fails. Where it hangs, so does the whole screen."""
    import shutil
    import subprocess

    if not shutil.which("tmux"):
        return None
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            ["tmux", *words],
            input=feed.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2,
            check=False,
        )
        if done.returncode == 0:
            return done.stdout.decode("utf-8", "replace")
    return None
