"""What terminals send, and what users type quickly, on a real pty, in GNU screen and in tmux."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from wcwidth import wcwidth

from tests.tui.pty_program import Terminal
from tests.tui.terminal.test_tokenizer import REPLIES
from tests.tui.tmux import Tmux

Open = Callable[..., Terminal]
UNKNOWN = ("\x1b[106;1:1u", "\x1b[1;1:3B", "\x1b[106:74;2u", "\x1b[1114112u", "\x1b[201~")


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def one(*words: str, **options: object) -> Terminal:
        opened.append(Terminal(*words, home=tmp_path, **options))  # type: ignore[arg-type] # as given
        opened[-1].until_drawn()
        opened[-1].settle(0.15)
        return opened[-1]

    yield one
    for terminal in opened:
        terminal.close()


def written(home: Path, *kinds: str) -> list[dict[str, object]]:
    """The records in the logs, without those of sessions that started."""
    lines = [
        line for path in (home / "log").glob("*.jsonl") for line in path.read_text().splitlines() if line
    ]
    return [record for record in map(json.loads, lines) if record["k"] != "open"]


def leave(terminal: Terminal) -> None:
    terminal.type("q")
    assert terminal.wait() == 0, terminal.text


def test_no_reply_and_no_unknown_sequence_does_anything(open_terminal: Open, tmp_path: Path) -> None:
    terminal = open_terminal()
    terminal.type("]")
    terminal.until(lambda: "Linear Algebra" in terminal.here)
    for sent in (*UNKNOWN, *REPLIES.values()):
        terminal.type(sent)
        terminal.settle(0.02)
        # Split after the escape, as by a slow link: Escape, and then nothing. 150 ms is the longest wait.
        terminal.type(sent[0])
        terminal.settle(0.2)
        terminal.type(sent[1:])
        terminal.settle(0.02)
    terminal.type("\x1b")
    terminal.settle(0.2)
    terminal.type("[D")
    terminal.settle(0.2)
    assert "Linear Algebra" in terminal.here
    leave(terminal)
    assert written(tmp_path) == []


def test_replies_in_a_note_are_not_text(open_terminal: Open, tmp_path: Path) -> None:
    terminal = open_terminal()
    terminal.type("]e")
    terminal.until_text("ctrl+s")
    for number, sent in enumerate((*UNKNOWN, *REPLIES.values())):
        terminal.type(f"{number}{sent[:3]}")
        terminal.settle(0.01)
        terminal.type(f"{sent[3:]},")
    terminal.type("\x1b[13;2u\x1b[32;2uüx\x1b[127;2u\x13")  # shift with enter, space and backspace
    terminal.until_text("✎")
    leave(terminal)
    count = len(UNKNOWN) + len(REPLIES)
    assert [record["x"] for record in written(tmp_path)] == [
        "".join(f"{number}," for number in range(count)) + "\n ü"
    ]


def test_escape_and_a_key_in_one_read_are_both(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.type("/learn")
    terminal.until_text("/ learn")
    terminal.type("\x1bG")
    terminal.until(lambda: "12. Practical" in terminal.here)
    terminal.type("/gg")
    terminal.until_text("/ gg")
    terminal.type("\x1b[103;3u")  # alt+g with the kitty protocol
    terminal.until(lambda: "About" in terminal.here)
    leave(terminal)


def test_a_paste_without_an_end_does_not_block_the_keyboard(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.type("]a")
    terminal.until_text("Line to add")
    terminal.type("\x1b[200~abc")
    terminal.until_text("abc")
    terminal.type("d\r")
    terminal.until_text("✎")
    leave(terminal)


def test_a_paste_that_is_too_long_is_refused_with_its_length(open_terminal: Open, tmp_path: Path) -> None:
    terminal = open_terminal()
    for opening, closing in (("e", "\x13"), ("a", "\r")):
        terminal.type(f"]{opening}")
        terminal.settle()
        terminal.type("kept ")
        # As a terminal does, in pieces: a pty takes 4096 bytes.
        for piece in ("\x1b[200~", *["x" * 1001] * 21, "\x1b[201~"):
            terminal.type(piece)
            terminal.read(0.01)
        terminal.until_text("Not pasted: 21,021 characters; at most 20,000 fit")
        terminal.type(closing)
        terminal.settle()
    leave(terminal)
    assert [record["x"] for record in written(tmp_path)] == ["kept", "kept\nkept"]


def test_what_the_terminal_still_answers_is_not_left_to_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Terminal, "answer", lambda *_: None)
    terminal = Terminal(home=tmp_path)
    terminal.until(lambda: b"\x1b[?2026$p" in terminal.output, 20)
    terminal.type("q")
    terminal.until(lambda: b"\x1b[?1000l" in terminal.output)
    assert terminal.process.poll() is None
    os.write(terminal.handle, b"\x1b[?2026;2$y")
    assert terminal.wait() == 0
    other = terminal._other
    raw = termios.tcgetattr(other)
    raw[3] &= ~termios.ICANON
    termios.tcsetattr(other, termios.TCSANOW, raw)
    os.set_blocking(other, False)
    with pytest.raises(BlockingIOError):
        os.read(other, 100)
    terminal.close()


@pytest.mark.parametrize("is_late", [False, True])
def test_replies_to_an_editor_are_dropped(open_terminal: Open, tmp_path: Path, is_late: bool) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nprintf '\\033]11;?\\033\\\\\\033[>c'; printf edited > \"$1\"\n")
    editor.chmod(0o700)
    terminal = open_terminal(EDITOR=str(editor))
    terminal.type("]E")
    terminal.until(lambda: b"\x1b[>c" in terminal.output)
    pieces = ["\x1b]11;rgb:1c1c/", "1c1c/1c1c\x1b", "\\\x1b[>41;330", ";0c"]
    if is_late:
        # A terminal answers in order: its reply to the program, which is back, comes before or after these.
        terminal.until(lambda: terminal.output.count(b"\x1b[?2026$p") == 2)
        terminal.settle(0.3)
    else:
        pieces = ["".join(pieces)]
    for piece in pieces:
        terminal.type(piece)
        terminal.settle(0.05)
    terminal.until_text("✎")
    leave(terminal)
    assert [record["x"] for record in written(tmp_path)] == ["edited"]


# The environment


def test_the_terminal_knows_its_size_better_than_the_shell(open_terminal: Open) -> None:
    terminal = open_terminal(COLUMNS="200", LINES="60")
    assert b"\x1b[30;1H" not in terminal.output
    assert "keys" in terminal.lines[-1]
    leave(terminal)


def test_commands_take_the_size_of_the_terminal_too(tmp_path: Path) -> None:
    for words, expected in (("doctor", "xterm-256color, 60x20, "), ("--help", "Usage: ")):
        terminal = Terminal(words, home=tmp_path, size=(60, 20), COLUMNS="200", LINES="60")
        assert terminal.wait(20) == 0
        output = terminal.output.decode()
        assert expected in output
        if words == "--help":
            assert 55 < max(map(len, output.split("\r\n"))) <= 60
        terminal.close()


@pytest.mark.parametrize("name", ["xterm-ghostty", "xterm-direct", "xterm-kitty", "alacritty", "foot"])
def test_terminals_get_the_colours_that_they_have(open_terminal: Open, name: str) -> None:
    terminal = open_terminal(TERM=name, COLORTERM="")
    assert b"38;2;" in terminal.output
    assert b"38;5;" not in terminal.output
    leave(terminal)


def test_no_color_that_is_empty_is_not_set(open_terminal: Open) -> None:
    terminal = open_terminal(NO_COLOR="")
    assert b"38;2;" in terminal.output
    leave(terminal)


def test_without_utf8_in_a_multiplexer_it_is_ascii_and_says_so_once(open_terminal: Open) -> None:
    for is_first in (True, False):
        terminal = open_terminal(LC_ALL="", TERM="screen-256color", STY="1.x")
        assert terminal.text.isascii()
        assert ("ASCII only: no UTF-8 locale" in terminal.text) == is_first
        assert (
            b"\x1b[?1000h" not in terminal.output
        )  # GNU screen holds Escape back while the mouse is tracked
        leave(terminal)


def test_a_letter_in_latin_1(open_terminal: Open, tmp_path: Path) -> None:
    terminal = open_terminal(LC_ALL="de_DE.iso88591")
    terminal.type("]a")
    terminal.until_text("Line to add")
    os.write(terminal.handle, "grün\r".encode("latin-1"))
    terminal.settle()
    leave(terminal)
    assert [record["x"] for record in written(tmp_path)] == ["grün"]


# Multiplexers


@pytest.mark.skipif(not shutil.which("screen"), reason="GNU screen is not installed")
def test_escape_in_gnu_screen(tmp_path: Path) -> None:
    program = shlex.join([sys.executable, "-m", "roadmap_tui"])
    rc, sockets = tmp_path / "screenrc", tmp_path / "sockets"
    rc.write_text("startup_message off\n")
    sockets.mkdir(mode=0o700)
    command = ("screen", "-c", str(rc), "-U", "sh", "-c", program)
    terminal = Terminal(home=tmp_path, command=command, SCREENDIR=str(sockets), SHELL="/bin/sh")
    terminal.until_text("Roadmap Video", 20)
    terminal.settle()
    terminal.type("/learn")
    terminal.until_text("/ learn")
    terminal.type("\x1b")
    terminal.until(lambda: "/ learn" not in terminal.text)
    terminal.type("q")
    terminal.wait()
    terminal.close()


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_escape_and_a_key_in_tmux_as_it_comes(tmp_path: Path) -> None:
    tmux = Tmux(tmp_path, as_it_comes=True)
    tmux("new-session", "-d", "-x", "80", "-y", "25", shlex.join([sys.executable, "-m", "roadmap_tui"]))
    screen = ("capture-pane", "-p")
    try:
        tmux.until("Roadmap Video", *screen)
        tmux("send-keys", "/", "l", "e")
        tmux.until("/ le", *screen)
        tmux("send-keys", "M-G")
        tmux.until("▌   ▸ 12. Practical", *screen)
    finally:
        tmux("kill-server")


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_text_of_disputed_width_shifts_nothing_in_tmux(tmp_path: Path) -> None:
    """The border between the panes, the frame of a dialog and the text in them stay in their columns."""
    titles = ["👍🏽 up 👍🏿👍🏿 up", "☝🏽 index", "🏽 alone", "☰ menu", "🇩🇪 flag", "plain"]
    children = [{"type": "item", "id": f"i{n}", "title": title} for n, title in enumerate(titles)]
    odd = {"format": 1, "id": "odd", "title": "☝🏽 Odd", "children": children}
    (tmp_path / "roadmaps").mkdir()
    (tmp_path / "roadmaps/odd.json").write_text(json.dumps(odd))
    tmux = Tmux(tmp_path)
    program = shlex.join([sys.executable, "-m", "roadmap_tui", "odd"])
    joined = "🏽🏿" if tmux("-V") >= "tmux 3.4" else ""
    tmux("new-session", "-d", "-x", "100", "-y", "24", program)

    def columns(sign: str) -> list[set[int]]:
        """The columns of a sign in each line with it, as tmux measures them."""
        found = []
        for line in tmux("capture-pane", "-p").split("\n"):
            widths = [1 if char in "☰🇩🇪" else 0 if char in joined else wcwidth(char) for char in line]
            found.append({sum(widths[:at]) for at, char in enumerate(line) if char == sign})
        return [columns for columns in found if columns]

    try:
        tmux.until("plain", "capture-pane", "-p")
        for _ in titles:
            tmux("send-keys", "j")
        tmux.until("▌ ○ plain", "capture-pane", "-p")
        border = columns("│")[0]
        assert (len(border), columns("│")) == (1, [border] * 22)
        assert columns("○") == [{2}] * len(titles)
        tmux("send-keys", "a")
        tmux.until("Line to add", "capture-pane", "-p")
        tmux("send-keys", "-l", "👍🏽❤\ufe0f☰ and more")
        tmux.until("and more", "capture-pane", "-p")
        frame = [found for found in columns("│") if found != border]
        assert frame == [{10, 89}] * 5
        assert {23} in columns("m")
    finally:
        tmux("kill-server")


def test_a_lone_escape_acts_without_a_second_key(open_terminal: Open) -> None:
    terminal = open_terminal(ROADMAP_TUI_ESCAPE_MS="1000")
    terminal.type("/learn")
    terminal.until_text("/ learn")
    start = time.monotonic()
    terminal.type("\x1b")
    terminal.until(lambda: "/ learn" not in terminal.text)
    assert time.monotonic() - start >= 1  # as set
    leave(terminal)
