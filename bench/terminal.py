"""A program on a pseudo terminal, with a clock on every byte, and an emulator for what it drew."""

from __future__ import annotations

import codecs
import os
import pty
import re
import select
import signal
import termios
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

try:
    import pyte
    from pyte.screens import Char
except ImportError:
    raise SystemExit("bench: it needs pyte: run it with the Python that has `.[test]` installed") from None

Cells = list[list[Char]]

START_LIMIT = 30.0
SILENCE_AT_START = 0.25
# An answer is over after this long without a byte; a frame of the toolkit is 17 ms.
SILENCE = 0.045
READY = b"\x1b[?2004h"  # the toolkit is up: it sets this before it draws

_QUERY = re.compile(rb"\x1b\[\?(\d+)\$p|\x1b\[(0?c|6n)")
_NOT_FOR_EMULATOR = re.compile(
    r"\x1b\[[<=>][0-9;:]*[ -/]*[@-~]|\x1b\[\??[0-9;:]*[ -/]+[@-~]|\x1b\[\?[0-9;]*[ucm]|\x1b[PX^_].*?\x1b\\",
    re.DOTALL,
)
_CUT_SHORT = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[PX^_\]][^\x1b\x07]*)?$")
_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")


class Chunk(NamedTuple):
    """Bytes, and when they came."""

    at: float
    data: bytes


class Answer(NamedTuple):
    """What a key led to: milliseconds to the last byte, bytes, and the bytes the change is worth."""

    ms: float
    bytes: int
    floor: int


class Emulator:
    """What is on the screen, cell by cell."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes) -> None:
        """Draw; the data may end anywhere."""
        text = self._rest + self._decoder.decode(data)
        cut = _CUT_SHORT.search(text)
        self._rest = text[cut.start() :] if cut else ""
        text = _NOT_FOR_EMULATOR.sub("", text[: cut.start()] if cut else text)
        self._stream.feed(text.replace("\x1b[?1049h", "\x1b[2J"))

    @property
    def cells(self) -> Cells:
        """A copy of all cells."""
        buffer = self._screen.buffer
        return [[buffer[y][x] for x in range(self._screen.columns)] for y in range(self._screen.lines)]


def floor(before: Cells, after: Cells) -> int:
    """The bytes that drawing the changed cells takes: a move a run, a style where it changes, the text."""
    size, style = 0, ""
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        changed = [x for x in range(len(new)) if old[x] != new[x]]
        # Four cells between two runs are cheaper written again than passed over.
        gaps = [right for left, right in pairwise(changed) if right - left > 5]
        starts, ends = {*changed[:1], *gaps}, dict(pairwise(changed))
        for x in changed:
            if x in starts:
                size += len(f"\x1b[{y + 1};{x + 1}H")
            following = ends.get(x, x + 1)
            for cell in new[x : x + 1 if following in starts else following]:
                if (look := _look(cell)) != style:
                    size, style = size + len(look), look
                size += len(cell.data.encode())
    return size


def _look(cell: Char) -> str:
    flags = (cell.bold, cell.italics, cell.underscore, cell.reverse, cell.strikethrough)
    on = "".join(f";{code}" for code, flag in zip((1, 3, 4, 7, 9), flags, strict=True) if flag)
    return f"\x1b[0{on};{_colour(cell.fg, 30)};{_colour(cell.bg, 40)}m"


def _colour(name: str, base: int) -> str:
    if name in _NAMES:
        return str(base + _NAMES.index(name))
    if len(name) == 6:
        return f"{base + 8};2;{int(name[:2], 16)};{int(name[2:4], 16)};{int(name[4:], 16)}"
    return str(base + 9)


class Session:
    """A program on a terminal of its own; times are seconds since it was started."""

    def __init__(
        self,
        command: list[str],
        environment: dict[str, str],
        size: tuple[int, int] = (80, 24),
        folder: str = ".",
    ) -> None:
        self.emulator = Emulator(*size)
        self._queue: list[Chunk] = []
        self._begin = perf_counter()
        self._pid, self._handle = pty.fork()
        if self._pid == 0:
            with suppress(BaseException):
                termios.tcsetwinsize(0, (size[1], size[0]))
                os.chdir(folder)
                os.execve(command[0], command, environment)
            os._exit(127)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pid:
            with suppress(OSError):
                os.killpg(self._pid, signal.SIGKILL)
            self._reap()

    def _now(self) -> float:
        return perf_counter() - self._begin

    def _reap(self) -> int:
        _, status = os.waitpid(self._pid, 0)
        os.close(self._handle)
        self._pid = 0
        return os.waitstatus_to_exitcode(status)

    def read(self, timeout: float) -> Chunk | None:
        """What comes next; None where nothing does in time, or the program has ended."""
        if not select.select([self._handle], [], [], max(timeout, 0))[0]:
            return None
        try:
            data = os.read(self._handle, 65536)
        except OSError:
            return None
        chunk = Chunk(self._now(), data)
        self._queue.append(chunk)
        for mode, question in _QUERY.findall(data):
            if mode:
                os.write(self._handle, b"\x1b[?%s;%d$y" % (mode, 2 if mode == b"2026" else 0))
            else:
                os.write(self._handle, b"\x1b[1;1R" if question == b"6n" else b"\x1b[?62;22c")
        return chunk

    def start(self, marker: str) -> dict[str, float]:
        """Wait until it is settled; milliseconds to the marker, to the toolkit's own, and to the end."""
        found: dict[str, float] = {}
        seen, mark = b"", marker.encode()
        last = 0.0
        while True:
            chunk = self.read(SILENCE_AT_START if "live" in found else START_LIMIT)
            if chunk is None:
                break
            seen, last = seen + chunk.data, chunk.at
            if mark in seen:
                found.setdefault("visible", last * 1000)
            if READY in seen and mark in seen.partition(READY)[2]:
                found.setdefault("live", last * 1000)
        if "live" not in found:
            raise SystemExit(f"bench: {marker!r} never came:\n{seen.decode(errors='replace')[-2000:]}")
        self.draw()
        return found | {"settled": last * 1000}

    def settle(self) -> float:
        """Wait until another program has started and is quiet; milliseconds to its last byte."""
        last = 0.0
        while chunk := self.read(2 * SILENCE_AT_START if last else START_LIMIT):
            last = chunk.at
        self.draw()
        return last * 1000

    def draw(self) -> int:
        """Feed the emulator with all that was read; the number of bytes."""
        queue, self._queue = self._queue, []
        for chunk in queue:
            self.emulator.feed(chunk.data)
        return sum(len(chunk.data) for chunk in queue)

    def press(self, key: str, limit: float = 2.0) -> Answer:
        """Press a key and wait for all of its answer."""
        before = self.emulator.cells
        begin = last = self._now()
        os.write(self._handle, key.encode())
        wait = limit
        while chunk := self.read(wait):
            last, wait = chunk.at, SILENCE
        size = self.draw()
        return Answer((last - begin) * 1000, size, floor(before, self.emulator.cells))

    def hold(self, key: str, count: int, rate: float) -> tuple[float, float]:
        """A key held down: the milliseconds it is drawn after its end, and bytes a key."""
        begin = self._now()
        for number in range(count):
            while (left := begin + number / rate - self._now()) > 0:
                self.read(left)
            pressed = last = self._now()
            os.write(self._handle, key.encode())
        while chunk := self.read(3 * SILENCE):
            last = chunk.at
        return (last - pressed) * 1000, self.draw() / count

    def idle(self, seconds: float) -> tuple[float, float]:
        """Let it be: the milliseconds of processor it takes, and the bytes it writes."""
        while self.read(0.5):
            pass
        self.draw()
        before, begin = self._cpu(), self._now()
        while (left := begin + seconds - self._now()) > 0:
            self.read(left)
        return self._cpu() - before, float(self.draw())

    def _cpu(self) -> float:
        tasks = Path(f"/proc/{self._pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6

    def memory(self) -> float:
        """The most KiB it ever had in memory."""
        status = Path(f"/proc/{self._pid}/status").read_text()
        return float(status.partition("VmHWM:")[2].split()[0])

    def leave(self) -> float:
        """Press q; the milliseconds until the program has ended, which it must do in order."""
        begin = self._now()
        os.write(self._handle, b"q")
        while self.read(5):
            pass
        if status := self._reap():
            raise SystemExit(f"bench: the program ended with {status}")
        return (self._now() - begin) * 1000
