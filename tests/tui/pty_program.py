"""The real program on a real terminal: a pseudo terminal, and an emulator that reads the screen."""

from __future__ import annotations

import codecs
import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pyte

from tests.cli.program_runs import ROOT

# What the emulator would take for something else: sequences with a private mark or an intermediate.
_UNKNOWN = re.compile(r"\x1b\[[<=>][0-9;:]*[ -/]*[@-~]|\x1b\[\??[0-9;:]*[ -/]+[@-~]|\x1b\[\?[0-9;]*[uc]")
_OTHER_SCREEN = re.compile(r"\x1b\[\?1049[hl]")
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*)?$")
_SYNC_QUERY, _SYNC_YES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"

_BECOME = "import os, sys; os.login_tty(0); os.execvp(sys.argv[1], sys.argv[1:])"


class Glimpse(NamedTuple):
    """The screen at one moment: its characters, and what each looks like."""

    text: tuple[str, ...]
    looks: tuple[tuple[tuple[Any, ...], ...], ...]


def differences(one: Glimpse, other: Glimpse) -> list[tuple[Any, ...]]:
    """The cells that are not the same: line, column, and both."""
    return [
        (y, x, one.text[y][x : x + 1], one.looks[y][x], other.text[y][x : x + 1], other.looks[y][x])
        for y in range(len(one.text))
        for x in range(len(one.looks[y]))
        if (one.text[y][x : x + 1], one.looks[y][x]) != (other.text[y][x : x + 1], other.looks[y][x])
    ]


class Emulator:
    """A screen that is fed with what a program writes."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._rest = ""

    def feed(self, data: bytes) -> None:
        """Take in bytes, which may end in the middle of a character or of a sequence."""
        text = self._rest + self._decoder.decode(data)
        cut = _UNFINISHED.search(text)
        self._rest = text[cut.start() :] if cut else ""
        text = _UNKNOWN.sub("", text[: cut.start()] if cut else text)
        # The emulator has one screen: let the other be a blank one, each time it is gone to.
        self._stream.feed(_OTHER_SCREEN.sub("\x1b[2J", text))

    @property
    def lines(self) -> list[str]:
        """The text of the screen."""
        return list(self.screen.display)

    @property
    def glimpse(self) -> Glimpse:
        """The screen, cell by cell."""
        rows = [
            [self.screen.buffer[y][x] for x in range(self.screen.columns)] for y in range(self.screen.lines)
        ]
        return Glimpse(
            tuple(self.lines),
            tuple(
                tuple(
                    # What a blank would be written in can't be seen.
                    (cell.bg, cell.underscore, cell.reverse)
                    + ((cell.fg, cell.bold, cell.italics) if cell.data.strip() else ())
                    for cell in row
                )
                for row in rows
            ),
        )


class Terminal:
    """A program in a terminal. What it writes is in ``chunks``, as it came, and on ``screen``.

    One that does not tell its size has the emulator's all the same.

    A test that is kept waiting by others answers late, and what is offered to far terminals would come in
    between: by default it was offered before.
    """

    WAS_OFFERED = True

    def __init__(
        self,
        *words: str,
        home: Path,
        size: tuple[int, int] = (80, 24),
        early: bytes = b"",
        command: tuple[str, ...] = (),
        tells_size: bool = True,
        **more: str,
    ) -> None:
        if self.WAS_OFFERED:
            with suppress(OSError):
                (home / "state").mkdir(mode=0o700, exist_ok=True)
                (home / "state" / "said-slow-link").touch(0o600)
        self.size = size
        self.chunks: list[bytes] = []
        self.emulator = Emulator(size)
        columns, lines = size if tells_size else (0, 0)
        self.handle, self._other = os.openpty()
        fcntl.ioctl(self._other, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = termios.tcgetattr(self._other)
        if early:
            os.write(self.handle, early)
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(home),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            "ROADMAP_TUI_HOME": str(home),
            "ROADMAP_TUI_FIRST": "outline",
        } | more
        argv = list(command) or [sys.executable, "-m", "roadmap_tui", *words]
        # The process has to make the terminal its own, and then becomes the program.
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _BECOME, *argv],
            stdin=self._other,
            stdout=self._other,
            stderr=self._other,
            cwd="/",
            env=environment,
        )

    # Its output

    @property
    def output(self) -> bytes:
        """All it wrote."""
        return b"".join(self.chunks)

    def read(self, seconds: float) -> bool:
        """Take in what comes within a time; whether anything came."""
        if not select.select([self.handle], [], [], seconds)[0]:
            return False
        data = os.read(self.handle, 65536)
        self.chunks.append(data)
        self.emulator.feed(data)
        # The question may come in two pieces.
        if _SYNC_QUERY in b"".join(self.chunks[-2:])[-len(data) - len(_SYNC_QUERY) + 1 :]:
            self.answer(_SYNC_YES)
        return True

    def answer(self, data: bytes) -> None:
        """Answer a question of the program's."""
        os.write(self.handle, data)

    def until(self, true: Callable[[], bool], seconds: float = 20.0) -> float:
        """Read until something is so; how long that took. Fails where it does not come."""
        start = time.monotonic()
        while not true():
            left = start + seconds - time.monotonic()
            assert left > 0, "\n".join(self.lines)
            self.read(min(left, 0.05))
        return time.monotonic() - start

    def until_drawn(self) -> None:
        """Read until the toolkit has drawn.

        An update is marked as one only once the terminal has said that it knows such marks. Where the first
        is drawn before that, and nothing is left to draw, there is no mark: silence tells.
        """
        self.until(lambda: _SYNC_QUERY in self.output, 20)
        while b"\x1b[?2026l" not in self.output and self.read(2.0):
            pass

    def until_text(self, text: str, seconds: float = 20.0) -> float:
        """Read until a text is on the screen, also if it is wrapped there."""
        return self.until(lambda: text in self.text or text in " ".join(self.text.split()), seconds)

    def settle(self, quiet: float = 0.3) -> None:
        """Read until nothing has come for a while."""
        while self.read(quiet):
            pass

    @property
    def updates(self) -> int:
        """How many updates were drawn."""
        return self.output.count(b"\x1b[?2026h")

    def resize(self, size: tuple[int, int]) -> None:
        """Give the terminal another size."""
        self.emulator.screen.resize(size[1], size[0])
        fcntl.ioctl(self._other, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    @property
    def lines(self) -> list[str]:
        """The text of the screen."""
        return self.emulator.lines

    @property
    def text(self) -> str:
        """The text of the screen, in one."""
        return "\n".join(self.lines)

    @property
    def here(self) -> str:
        """The row under the cursor."""
        rows = [line[1:].partition("│")[0] if line.startswith("│") else line for line in self.lines]
        return next((row[1:].strip() for row in rows if row.startswith("▌")), "")

    # Its end and its input

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self.handle, keys.encode())

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.wait()

    def wait(self, seconds: float = 20.0) -> int:
        """Read until it has ended; its exit code, or the signal below zero."""
        self.until(lambda: self.process.poll() is not None, seconds)
        self.settle(0.02)
        return self.process.wait()

    @property
    def attributes(self) -> list[Any]:
        """How the terminal is set now."""
        return termios.tcgetattr(self._other)

    def close(self) -> None:
        """Be rid of it."""
        if self.process.poll() is None:
            self.kill()
        os.close(self._other)
        os.close(self.handle)
