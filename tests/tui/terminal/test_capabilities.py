"""The real program on a real terminal: nothing here knows how it is made."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from roadmap_tui.core.progress.events import NoteWritten
from roadmap_tui.store import library
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.view_state import ViewState, save_view_state
from roadmap_tui.study.study import Study, wall_clock
from tests.cli.program_runs import process
from tests.tui.pty_program import Emulator, Terminal, differences
from tests.tui.tmux import Tmux

SIZES = pytest.mark.parametrize(
    "size", [(80, 24), (120, 40), (40, 10)], ids=lambda size: f"{size[0]}x{size[1]}"
)
FOLDED = ("contents", "resources-and-links", "projects-and-practice", "mathematical-foundations")
# What the toolkit writes first, and the first frame never.
_TOOLKIT = b"\x1b[?1000h"
_ALTERNATE, _BACK = b"\x1b[?1049h", b"\x1b[?1049l"

Open = Callable[..., Terminal]


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def one(*words: str, **options: object) -> Terminal:
        opened.append(Terminal(*words, home=tmp_path, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield one
    for terminal in opened:
        terminal.close()


@pytest.fixture
def half_way(tmp_path: Path) -> Path:
    """Somebody was here before, and left the cursor on an item in the middle."""
    study = _study(tmp_path)
    study.set_status([f"{name}" for name in ("calculus", "backpropagation", "weight-initialization")], "done")
    study.set_status(["dropout-and-normalization"], "doing")
    study.set_status(["loss-functions"], "skipped")
    study.write_note("backpropagation", "Once by hand, on paper.")
    study.tick_resource("backpropagation", study.node("backpropagation").resources[0].url, True)
    study.close()
    save_view_state(str(tmp_path / "state"), "ml-dl", "ml-dl", ViewState("backpropagation", FOLDED))
    return tmp_path


def _study(home: Path) -> Study:
    return Study(library.load_bundled(), Journal(str(home / "log"), wall_clock))


def _opened(terminal: Terminal) -> Terminal:
    terminal.until_drawn()
    terminal.settle(0.15)
    return terminal


# The start


def without_review(lines: Iterable[str]) -> list[str]:
    """Remove the day of the next review from the lines of a screen."""
    return [re.sub(r"(level \d).*", r"\1", line).rstrip() for line in lines]


@SIZES
@pytest.mark.parametrize("ground", ["15;0", "0;15"], ids=["dark", "light"])
def test_the_first_frame_is_what_stays(
    open_terminal: Open, half_way: Path, size: tuple[int, int], ground: str
) -> None:
    terminal = _opened(open_terminal(size=size, COLORFGBG=ground))
    early, _, late = terminal.output.partition(_TOOLKIT)
    assert late
    assert early.startswith(_ALTERNATE)
    emulator = Emulator(size)
    emulator.feed(early)
    first, settled = emulator.glimpse, terminal.emulator.glimpse
    assert "Backpropagation" in "\n".join(first.text)
    # Cards are computed later: only then the next review is known.
    assert [one for one in differences(first, settled) if one[2] != " "] == []
    grounds = {cell[0] for row in settled.looks for cell in row}
    assert ("16181f" if ground == "15;0" else "f8f8f5") in grounds
    # Whatever was on the screen in between was that as well.
    emulator.feed(_TOOLKIT)
    for at in range(0, len(late), 97):
        emulator.feed(late[at : at + 97])
        assert without_review(emulator.lines) == without_review(settled.text)


def test_without_all_colours_the_first_frame_has_the_same_text(open_terminal: Open, half_way: Path) -> None:
    for more in ({"COLORTERM": ""}, {"NO_COLOR": "1"}, {"TERM": "xterm", "COLORTERM": ""}):
        terminal = _opened(open_terminal(**more))
        emulator = Emulator(terminal.size)
        emulator.feed(terminal.output.partition(_TOOLKIT)[0])
        assert without_review(emulator.lines) == without_review(terminal.lines)
        terminal.type("q")
        assert terminal.wait() == 0


def test_a_first_look_is_the_first_frame_too(open_terminal: Open) -> None:
    terminal = _opened(open_terminal())
    emulator = Emulator(terminal.size)
    emulator.feed(terminal.output.partition(_TOOLKIT)[0])
    assert differences(emulator.glimpse, terminal.emulator.glimpse) == []
    assert "Linear Algebra" in terminal.here


@pytest.mark.parametrize("more", [{}, {"COLUMNS": "80", "LINES": "24"}], ids=["nobody", "environment"])
def test_a_terminal_that_tells_no_size_has_the_usual_one(open_terminal: Open, more: dict[str, str]) -> None:
    # The toolkit's parts take another one each for it, and went to and fro between them, faster and larger.
    terminal = _opened(open_terminal(tells_size=False, **more))
    early, _, _ = terminal.output.partition(_TOOLKIT)
    first = Emulator((80, 24))
    first.feed(early)
    assert tuple(first.lines) == terminal.emulator.glimpse.text
    assert "Study Roadmap" in first.lines[0]
    terminal.type("q")
    assert terminal.wait() == 0


def test_keys_typed_before_the_toolkit_is_loaded_are_kept_and_not_echoed(open_terminal: Open) -> None:
    fresh = _opened(open_terminal())
    terminal = open_terminal(early=b"j")
    terminal.until(lambda: _ALTERNATE in terminal.output)
    assert _TOOLKIT not in terminal.output
    terminal.type("jj")
    terminal.until(lambda: terminal.here.startswith("· Optimization"))
    terminal.settle(0.15)
    early = terminal.output.partition(_TOOLKIT)[0].partition(_ALTERNATE)[2]
    emulator = Emulator(terminal.size)
    emulator.feed(early)
    assert "jj" not in "\n".join(emulator.lines)
    assert "jj" not in terminal.text
    assert emulator.lines == fresh.lines or emulator.lines[1:] == fresh.lines[1:]


# While it runs


def test_three_ticks_and_the_cursor_outlive_a_kill(open_terminal: Open) -> None:
    terminal = _opened(open_terminal())
    terminal.type("G- ")
    for number in (1, 2, 3):
        terminal.type("] ")
        terminal.until_text(f"{number}/127")
    here = terminal.here
    assert here.startswith("✓")
    terminal.kill()
    again = _opened(open_terminal())
    assert "3/127" in again.lines[0]
    assert again.here == here
    assert again.text.count("✓ ") >= 3


def test_a_mark_from_another_process_is_shown_within_two_seconds(open_terminal: Open, half_way: Path) -> None:
    terminal = _opened(open_terminal())
    assert "· Perceptron, Feedforward" in terminal.text
    done = process(half_way, "mark", "done", "feedforward-networks")
    assert done.returncode == 0
    assert terminal.until_text("✓ Perceptron, Feedforward") < 2
    assert "4/126" in terminal.lines[0]


@pytest.mark.parametrize("key", ["q", "\x03"], ids=["q", "ctrl+c"])
def test_leaving_gives_the_terminal_back(open_terminal: Open, key: str) -> None:
    terminal = _opened(open_terminal())
    assert terminal.attributes != terminal.before
    terminal.type(key)
    assert terminal.wait() == 0
    assert terminal.attributes == terminal.before
    inside, left, after = terminal.output.rpartition(_BACK)
    assert left
    assert inside.count(_ALTERNATE) == 1
    assert b"\x1b[?25h" in after
    emulator = Emulator(terminal.size)
    emulator.feed(after)
    assert "".join(emulator.lines).strip() == ""
    for mode in (b"1000", b"1003", b"1006", b"2004"):
        assert terminal.output.rindex(b"\x1b[?%bl" % mode) > terminal.output.rindex(b"\x1b[?%bh" % mode)


def test_addresses_are_links_to_themselves(open_terminal: Open, half_way: Path) -> None:
    terminal = _opened(open_terminal(size=(120, 40)))
    for resource in _study(half_way).node("backpropagation").resources[:3]:
        assert b";%b\x1b\\" % resource.url.encode() in terminal.output
    assert b"\x1b]8;" in terminal.output


def test_a_key_is_one_update_and_none_is_none(open_terminal: Open, half_way: Path) -> None:
    terminal = _opened(open_terminal())
    for key in ("j", "k", " ", "\x1b[B", "i", "G", "%", "g"):
        before = terminal.updates
        terminal.type(key)
        terminal.until(partial(lambda seen: terminal.updates > seen, before))
        terminal.settle(0.15)
        assert terminal.updates == before + 1, key
    assert not terminal.read(2.5)


# Keys, then a dialog: what opens it, what shows that it is there, what is done in it, what closes it.
WALK = (
    ("jjjj l", "?", "esc close", "jjk", "q"),
    ("jjj[jkGg]]]]\ti\t", "e", "ctrl+s save", "深層 e\u0301 note", "\x13"),
    ("==\x04\x04\x15vvVs", "\x10", "Command, item", "", "\x1b"),
    ("-jjljj  x3kx", "?", "esc close", "\x04", "?"),
    ("G3x\tkkuu\x12D", "e", "ctrl+s save", "", "\x1b"),
)


@pytest.mark.parametrize(
    "more",
    [{}, {"size": (120, 40)}, {"NO_COLOR": "1"}, {"TERM": "xterm", "COLORTERM": ""}],
    ids=["80x24", "120x40", "no colours", "sixteen"],
)
def test_what_is_shown_is_what_a_full_redraw_shows(open_terminal: Open, more: dict[str, Any]) -> None:
    terminal = _opened(open_terminal(**more))
    for keys, opening, there, inside, closing in WALK:
        terminal.type(keys)
        _is_as_redrawn(terminal)
        terminal.type(opening)
        terminal.until_text(there)
        terminal.type(inside)
        terminal.type(closing)
        terminal.until(partial(lambda text: text not in terminal.text, there))
        _is_as_redrawn(terminal)


def _is_as_redrawn(terminal: Terminal) -> None:
    # Keys are carried out in their order: when this message is shown, the others were. Ctrl+L ends it.
    terminal.type("%")
    terminal.until_text("% = ")
    terminal.type("\x1b[24~")
    terminal.until_text("f12 has no command")
    shown, written = terminal.emulator.glimpse, len(terminal.output)
    terminal.type("\x0c")
    terminal.until(lambda: len(terminal.output) > written + terminal.size[0] * terminal.size[1])
    terminal.until(lambda: terminal.output.endswith(b"\x1b[?2026l"))
    bottom = terminal.size[1] - 1
    assert [cell for cell in differences(terminal.emulator.glimpse, shown) if cell[0] < bottom] == []


def test_a_new_size_is_as_if_it_had_always_been(open_terminal: Open, half_way: Path) -> None:
    terminal = _opened(open_terminal())
    for size in ((120, 40), (40, 10), (80, 24)):
        terminal.resize(size)
        fresh = _opened(open_terminal(size=size)).emulator.glimpse
        terminal.until(partial(lambda wanted: not differences(terminal.emulator.glimpse, wanted), fresh))


# The user's own editor

_EDITOR = """#!/bin/sh
echo "the editor is here"
case $(cat {mode}) in
  write) echo "Written in $(basename "$0"), and saved" > "$1.new"; mv "$1.new" "$1";;
  fail) echo lost > "$1"; exit 3;;
esac
"""


def test_a_note_is_written_in_the_user_s_editor(open_terminal: Open, half_way: Path) -> None:
    mode, editor = half_way / "mode", half_way / "my editor"
    mode.write_text("write")
    editor.write_text(_EDITOR.format(mode=mode))
    editor.chmod(0o700)
    terminal = _opened(open_terminal(EDITOR=shlex.quote(str(editor)), size=(120, 40)))
    assert "Once by hand, on paper." in terminal.text

    terminal.type("E")
    terminal.until_text("Written in my editor, and saved")
    terminal.settle(0.15)
    shown = terminal.emulator.glimpse
    assert b"the editor is here" in terminal.output
    assert "the editor is here" not in terminal.text
    assert "Once by hand" not in terminal.text
    assert len(_notes(half_way)) == 2

    for what, said in (
        ("same", "Unchanged. If my editor is still open, what it saves becomes a draft"),
        ("fail", "my editor: it ended with status 3; the text is kept as a draft; e opens it"),
        ("gone", "my editor: No such file or directory; the text is kept as a draft; e opens it"),
    ):
        mode.write_text(what)
        if what == "gone":
            editor.unlink()
        written = len(terminal.output)
        terminal.type("E")
        # The toolkit takes the terminal back.
        terminal.until(partial(lambda seen: b"\x1b[?2004h" in terminal.output[seen:], written))
        terminal.until_text(said)
        # All is as it was, but for the line at the bottom.
        terminal.until(
            lambda: (
                {cell[0] for cell in differences(terminal.emulator.glimpse, shown)} <= {terminal.size[1] - 1}
            )
        )
        assert len(_notes(half_way)) == 2
    terminal.type("jk")
    terminal.until_text("j/k ")
    terminal.type("q")
    assert terminal.wait() == 0
    assert terminal.attributes == terminal.before


def _notes(home: Path) -> list[str]:
    return [event.text for event in _study(home).history() if isinstance(event, NoteWritten)]


# In tmux


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_in_tmux(half_way: Path) -> None:
    tmux = Tmux(half_way)
    program = shlex.join([sys.executable, "-m", "roadmap_tui"])
    tmux("new-session", "-d", "-x", "80", "-y", "24", program)
    screen = ("capture-pane", "-p")
    try:
        shown = tmux.until("▌     ✓ Backpropagation", *screen)
        assert len(shown.splitlines()) == 24
        tmux("send-keys", "2", "y")
        tmux.until("Copied to the clipboard and to tmux:", *screen)
        address = _study(half_way).node("backpropagation").resources[1].url
        assert tmux("show-buffer").strip() == address
        tmux("send-keys", "Escape")
        tmux.until("▌", *screen)
        tmux("send-keys", "]", "Space")
        tmux.until("4/126", *screen)
        tmux("send-keys", "u")
        tmux.until("Undid: ", *screen)
        tmux("send-keys", "?")
        tmux.until("enter run", *screen)
        tmux("send-keys", "q")
        tmux.until("3/126", *screen)
        tmux("resize-window", "-x", "120", "-y", "40")
        tmux.until("│", *screen)
    finally:
        tmux("kill-server")
    assert not os.path.exists(half_way / "state" / "crash")


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_to_the_shell_and_back(half_way: Path) -> None:
    tmux = Tmux(half_way)
    tmux("new-session", "-d", "-x", "80", "-y", "24", "bash --norc -i")
    screen = ("capture-pane", "-p")
    try:
        tmux("send-keys", shlex.join([sys.executable, "-m", "roadmap_tui"]), "Enter")
        tmux.until("q quit", *screen)
        before = tmux.until("next review", *screen)
        assert "▌     ✓ Backpropagation" in before
        tmux("send-keys", "C-z")
        tmux.until("Stopped", *screen)
        tmux("send-keys", "clear; fg", "Enter")
        # Whole, and not only its last line: what is drawn comes in several pieces.
        tmux.until(before, *screen)
    finally:
        tmux("kill-server")


def test_the_note_command_edits_too(open_terminal: Open, half_way: Path) -> None:
    mode, editor = half_way / "mode", half_way / "my editor"
    editor.write_text(_EDITOR.format(mode=mode))
    editor.chmod(0o700)
    for what, code, said in (
        ("write", 0, "Backpropagation: note saved"),
        ("same", 0, "Backpropagation: the note has not changed"),
        ("fail", 2, "roadmap-tui: the editor: it ended with status 3; what you wrote is kept: --edit opens"),
    ):
        mode.write_text(what)
        terminal = open_terminal("note", "backpropagation", "--edit", EDITOR=shlex.quote(str(editor)))
        assert terminal.wait() == code
        assert said in " ".join(terminal.text.split())
        assert _notes(half_way)[-1] == "Written in my editor, and saved"
    assert len(_notes(half_way)) == 2
