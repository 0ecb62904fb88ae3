"""Every key of the main screen does what the table says, in tmux as it comes, at 80x24."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadmap_tui.text.keymap import KEYMAP
from tests.tui.tmux import Tmux

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")

FIRST = "▌     ○ Linear"
SECOND = "▌     · Calculus"
CHAPTER, FOLDED = "▌   ▾ 1. Math", "▌   ▸ 1. Math"
SEND = {
    "down": "Down", "up": "Up", "left": "Left", "right": "Right", "home": "Home", "end": "End",
    "pagedown": "NPage", "pageup": "PPage", "tab": "Tab", "enter": "Enter", "escape": "Escape",
    "space": "Space", "f1": "F1",
}  # fmt: skip

# The keys as the keymap names them; what is then on the screen, and after ! what is not. ~ is: another row.
WALK = (
    ("j", SECOND), ("k", FIRST), ("down", SECOND), ("up", FIRST),
    ("h", CHAPTER), ("h", FOLDED), ("l", CHAPTER), ("l", FIRST),
    ("left", CHAPTER), ("left", FOLDED), ("right", CHAPTER), ("right", FIRST),
    ("G", "▌   ▸ 12. Practical"), ("g", "▌ About"), ("end", "▌   ▸ 12. Practical"), ("home", "▌ About"),
    ("ctrl+d", "~"), ("ctrl+u", "▌ About"), ("pagedown", "~"), ("pageup", "▌ About"),
    ("]", FIRST), ("}", SECOND), ("[", FIRST), ("j", SECOND), ("{", FIRST),
    ("p", "Path to"), ("escape", "!Path to"), ("j", SECOND), ("p", "Path to"), ("enter", FIRST),
    ("ctrl+o", SECOND), ("k", FIRST), ("-", "▌ ▸ Machine"), ("=", "○ Linear"), ("]", FIRST),
    ("tab", "x tick resource"), ("tab", "!x tick"), ("enter", "x tick resource"), ("escape", "!x tick"),
    ("space", "▌     ✓ Linear"), ("i", "▌     ▶ Linear"), ("s", "▌     – Linear"),
    ("0", FIRST), ("D", "1/127"), ("D", "0/127"), ("h", CHAPTER), ("D", "4/127"),
    ("u", "Undid: "), ("ctrl+r", "4/127"), ("u", "Undid: "), ("escape", "!Undone"), ("]", FIRST),
    ("v", "1 selected"), ("V", "2 selected"), ("escape", "!selected"), ("[", FIRST),
    ("/", "!j/k move"), ("L", " L"), ("e", " Le"), ("enter", "  Le"),
    ("/", "!j/k move"), ("a", " a"), ("t", " at"), ("t", " att"), ("enter", "  att"),
    ("n", "  att"), ("N", "  att"), ("escape", "j/k move"),
    ("f", "Filter"), ("1", "[✓] to do"), ("enter", "shown: to do"), ("f", "Filter"), ("f", "!shown: to do"),
    ("a", "Line to add"), ("x", "│ x"), ("enter", "✎"),
    ("e", "ctrl+s save"), ("y", "│ xy"), ("ctrl+s", "!ctrl+s save"), ("E", "from the editor"),
    ("9", None), ("8", None), ("7", None), ("6", None), ("5", None), ("4", None), ("3", None), ("2", None),
    ("1", "ticks it"), ("x", "1/"), ("x", "0/"),
    ("y", "Copied "), ("o", "opied"), ("Q", "esc close"), ("escape", "!esc close"), ("escape", "j/k move"),
    ("+", "Address"), ("escape", "!Address"), ("A", "New item under"), ("escape", "!New item under"),
    ("t", "Timing "), ("t", " total"), ("ctrl+t", "esc"), ("escape", "j/k move"),
    ("space", "1/127"), ("r", "due"), ("!", "1 of 1"), ("escape", "!1 of 1"),
    ("T", "Done today"), ("escape", "!Done today"), ("%", "% = 1 of 127"),
    ("*", "Goal: "), ("*", "No longer the goal"), ("P", "Your pace"), ("escape", "!Your pace"),
    ("&", "Prerequisites of"), ("escape", "!Prerequisites of"),
    ("z", "3d, 2w"), ("escape", "!3d, 2w"), ("m", "How many minutes"), ("escape", "!How many"),
    ("K", "Could you explain"), ("escape", "!Could you explain"),
    ("C", "No new items"), ("S", "no remote is set"), ("B", "Notes and"), ("escape", "!Notes and"),
    ("#", "Activity"), ("escape", "!Activity"), ("R", "a import"), ("escape", "!a import"),
    ("ctrl+p", "Command, ite"), ("escape", "!Command, ite"),
    ("?", "enter run"), ("escape", "!enter run"), ("f1", "enter run"), ("escape", "!enter run"),
    ("ctrl+l", "j/k move"),
)  # fmt: skip


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "from the editor" > "$1"\n')
    editor.chmod(0o700)
    server = Tmux(tmp_path, as_it_comes=True, more={"EDITOR": str(editor)})
    program = shlex.join([sys.executable, "-m", "roadmap_tui"])
    # A line more, for the status line that tmux comes with.
    server("new-session", "-d", "-x", "80", "-y", "25", f"{program}; echo left with $?; sleep 60")
    yield server
    server("kill-server")


def _sent(key: str) -> str:
    return SEND.get(key) or (f"C-{key[5:]}" if key.startswith("ctrl+") else key)


def _row(screen: str) -> str:
    found = re.search("^▌.*", screen, re.MULTILINE)
    return found[0] if found else ""


def test_every_key_does_what_it_says(tmux: Tmux, tmp_path: Path) -> None:
    screen = ("capture-pane", "-p")
    tmux.until(FIRST, *screen)
    before = ""
    for number, (key, wanted) in enumerate(WALK):
        before = tmux(*screen)
        tmux("send-keys", _sent(key))
        deadline = time.monotonic() + 10
        while not _is_as_wanted(shown := tmux(*screen), wanted, before):
            assert time.monotonic() < deadline, f"{number}: {key} -> {wanted}\n{shown}"
            time.sleep(0.02)
    tmux("send-keys", "q")
    tmux.until("left with 0", *screen)
    assert not os.path.exists(tmp_path / "state" / "crash.txt")


def _is_as_wanted(shown: str, wanted: str | None, before: str) -> bool:
    if wanted is None:
        return True
    if wanted == "~":
        return _row(shown) not in {"", _row(before)}
    return wanted[1:] not in shown if wanted[0] == "!" else wanted in shown


def test_the_walk_leaves_no_key_out() -> None:
    walked = {key for key, _ in WALK} | {"q"}
    assert {key for command in KEYMAP.in_scope() for key in command.keys} <= walked
