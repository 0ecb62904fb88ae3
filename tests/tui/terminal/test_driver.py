"""The input of the terminal: passed on at once; it ends when told to, or with the terminal.

Half a second.
"""

from __future__ import annotations

import os
import threading
import time
import tty
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from roadmap_tui.tui.terminal.driver import read_tokens
from roadmap_tui.tui.terminal.tokenizer import InputTokenizer, Token


class Line(NamedTuple):
    """A terminal, the pipe that keeps its input going, and what came out of it."""

    keyboard: int
    terminal: int
    ended: int
    alive: int
    got: list[Token]
    thread: threading.Thread

    def until(self, *got: Token) -> None:
        end = time.monotonic() + 5
        while self.got != list(got) and time.monotonic() < end:
            time.sleep(0.001)
        assert self.got == list(got)

    def ends(self) -> float:
        """Wait for the end; the seconds it took."""
        begin = time.monotonic()
        self.thread.join(5)
        assert not self.thread.is_alive()
        return time.monotonic() - begin


@pytest.fixture
def line() -> Iterator[Line]:
    keyboard, terminal = os.openpty()
    tty.setraw(terminal)
    ended, alive = os.pipe()
    got: list[Token] = []
    thread = threading.Thread(
        target=lambda: got.extend(read_tokens(terminal, ended, InputTokenizer())), daemon=True
    )
    handles = [alive, keyboard, terminal, ended]
    thread.start()
    yield Line(keyboard, terminal, ended, alive, got, thread)
    for handle in handles:
        try:
            os.close(handle)
        except OSError:
            continue  # the test closed it
        thread.join(5)  # another test may get the same numbers


def test_keys_come_as_they_are_typed(line: Line) -> None:
    os.write(line.keyboard, b"j")
    line.until("j")
    os.write(line.keyboard, "é".encode()[:1])
    os.write(line.keyboard, "é".encode()[1:])
    line.until("j", "é")
    os.write(line.keyboard, b"\x1b")
    line.until("j", "é", "\x1b")


def test_keys_come_in_the_encoding_of_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.iso88591")
    terminal = os.openpty()
    tty.setraw(terminal[1])
    ended = os.pipe()
    os.write(terminal[0], "ü".encode("latin-1"))
    assert next(iter(read_tokens(terminal[1], ended[0], InputTokenizer()))) == "ü"
    for handle in (*terminal, *ended):
        os.close(handle)


def test_it_ends_when_it_is_told_to_and_not_a_poll_later(line: Line) -> None:
    os.close(line.alive)
    assert line.ends() < 0.05


def test_what_was_typed_before_the_end_is_left_to_whoever_reads_next(line: Line) -> None:
    os.close(line.alive)
    line.ends()
    os.write(line.keyboard, b"ls\r")
    assert os.read(line.terminal, 10) == b"ls\r"


def test_it_ends_with_the_terminal(line: Line) -> None:
    os.close(line.keyboard)
    assert line.ends() < 1


def test_a_terminal_that_another_program_told_not_to_wait_is_read_all_the_same(line: Line) -> None:
    os.set_blocking(line.terminal, False)
    for key in b"jk":
        os.write(line.keyboard, bytes([key]))
        time.sleep(0.01)
    line.until("j", "k")


def test_bytes_that_are_no_text_do_not_end_it(line: Line) -> None:
    os.write(line.keyboard, b"\xff")
    line.until("\ufffd")
