"""Terminal size, clipboard and environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from roadmap_tui.text.terminal import SSH_VARIABLES, has_16_colors, has_true_color

# Variables that tmux updates when a client attaches, by default or because users configure it.
_MOVES_WITH_TMUX: Final = {
    *SSH_VARIABLES,
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
}
# The longest control string that the oldest versions of GNU screen accept.
_SCREEN_PIECE: Final = 240


def size(environment: Mapping[str, str] = os.environ) -> tuple[int, int]:
    """Return the terminal's columns and rows as Textual will determine them; 80 and 24 if unknown.

    Does what ``shutil.get_terminal_size`` does, without importing shutil before the first frame.
    """
    actual = os.get_terminal_size(sys.stdout.fileno())
    columns, rows = (
        int(value) if (value := environment.get(name, "")).isdecimal() else 0 for name in ("COLUMNS", "LINES")
    )
    return columns or actual.columns or 80, rows or actual.lines or 24


def correct_environment() -> None:
    """Correct the variables that Textual and Rich misread; call it before they are imported.

    COLUMNS and LINES are wrong after the first resize, if a shell exported them. An empty NO_COLOR is not
    set. The number of colors does not follow from the end of TERM alone.
    """
    environment = os.environ
    if all(os.get_terminal_size(sys.stdout.fileno())):
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
    if not environment.get("NO_COLOR"):
        environment.pop("NO_COLOR", None)
    colors = (
        "truecolor" if has_true_color(environment) else "standard" if has_16_colors(environment) else "256"
    )
    environment.setdefault("TEXTUAL_COLOR_SYSTEM", colors)


def discard_output() -> None:
    """Drop buffered output for a terminal that is gone; flushing it at exit would fail."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)


def copy(
    text: str,
    osc52: Callable[[str], None],
    write: Callable[[str], None],
    environment: Mapping[str, str] = os.environ,
) -> str:
    """Copy text to the terminal's clipboard; return where it went, or "" if there is no clipboard.

    Uses OSC 52, which works over SSH. GNU screen does not know it, so it is also sent wrapped. tmux drops it
    by default, so tmux is asked directly too. ``write`` sends a control sequence unchanged. The Linux console
    has no clipboard.
    """
    osc52(text)
    if environment.get("STY"):
        from base64 import b64encode  # not needed for the first frame

        write(wrap_for_screen(f"\x1b]52;c;{b64encode(text.encode()).decode()}\a"))
    if environment.get("TMUX"):
        # With -w, tmux 3.2 and later also passes the text to its own terminal.
        if _run_tmux("load-buffer", "-w", "-", stdin=text) is not None:
            return "to the clipboard and to tmux"
        if _run_tmux("load-buffer", "-", stdin=text) is not None:
            return "to tmux: this one is too old to pass it to the clipboard"
    name = environment.get("TERM", "")
    if name.startswith(("tmux", "screen")) and not environment.get("TMUX") and not environment.get("STY"):
        # tmux runs at the other end of an SSH session and can't be asked. By default it drops OSC 52.
        return "to the clipboard, if the tmux outside has set-clipboard on"
    return "" if name == "linux" else "to the clipboard"


def wrap_for_screen(sequence: str) -> str:
    """Wrap a control sequence in DCS strings, so that GNU screen passes it to its own terminal."""
    starts = range(0, len(sequence), _SCREEN_PIECE)
    return "".join(f"\x1bP{sequence[start : start + _SCREEN_PIECE]}\x1b\\" for start in starts)


def current_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment; inside tmux with the values of the client that attached last."""
    current = dict(environment)
    if not environment.get("TMUX"):
        return current
    lines = (_run_tmux("show-environment") or "").splitlines()
    for line in lines:
        name, assigned, value = line.partition("=")
        if assigned and name in _MOVES_WITH_TMUX:
            current[name] = value
        elif line.removeprefix("-") in _MOVES_WITH_TMUX and line[:1] == "-":
            current.pop(line[1:], None)
    if "-SSH_CONNECTION" in lines:
        # Of the three variables tmux updates only this one; the other two are stale then.
        for name in SSH_VARIABLES:
            current.pop(name, None)
    return current


def _run_tmux(*args: str, stdin: str = "") -> str | None:
    """Return the output of a tmux command, None if it fails or takes more than 2 seconds."""
    import shutil
    import subprocess

    if not shutil.which("tmux"):
        return None
    with suppress(OSError, subprocess.TimeoutExpired):
        result = subprocess.run(
            ["tmux", *args],
            input=stdin.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2,
            check=False,
        )
        if result.returncode == 0:
            return result.stdout.decode("utf-8", "replace")
    return None
