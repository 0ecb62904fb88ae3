"""A long day of foreign events, resizes, keys and dialogs: memory, descriptors and threads stay the same.

``ROADMAP_TUI_ENDURANCE=42`` is the whole day: 100,000 foreign events, 10,000 resizes, 50,000 keys, and each
dialog 500 times. ``ROADMAP_TUI_ENDURANCE_REPORT`` names a file for the figures of each hour.
"""

from __future__ import annotations

import os
import select
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.faults.table import Loss
from tests.journals import replay
from tests.tui.pty_program import Terminal

Open = Callable[..., Terminal]
# What opens each dialog, and what is on the screen then; escape closes all.
DIALOGS = {
    "?": "enter run",
    "T": "Done today",
    "#": "Activity",
    "f": "Filter",
    "R": "a import",
    "\x10": "Command, ite",
    "p": "Path to",
    "P": "Your pace",
    "K": "Could you explain",
    "m": "How many minutes",
    "&": "Prerequisites of",
    "z": "3d, 2w",
    "\x14": "enter accept",
    "a": "Line to add",
    "e": "ctrl+s save",
    "+": "Address",
    "A": "New item under",
    "Q": "esc close",
    "!": "1 of 1",
}
REST = "j/k move"
UPDATE_END = b"\x1b[?2026l"
ESCAPE = "\x1b"
REDRAW = "\x0c"
QUIET_SECONDS = 0.005
EVENT_MEGABYTES = 0.001


class _Resources(NamedTuple):
    """What a process uses, and the seconds and the processor time that a key took, as a median."""

    descriptors: int
    threads: int
    megabytes: float
    key_milliseconds: float
    key_ticks: float


def _measure(terminal: Terminal, keys: int) -> _Resources:
    terminal.settle()
    pid = terminal.process.pid
    before, times = _ticks(pid), [_press(terminal, "jk"[number % 2]) for number in range(keys)]
    ticks = (_ticks(pid) - before) / keys
    status = Path(f"/proc/{pid}/status").read_text().split("\n")
    values = dict(line.split(":\t", 1) for line in status if ":\t" in line)
    return _Resources(
        len(os.listdir(f"/proc/{pid}/fd")),
        int(values["Threads"]),
        int(values["VmRSS"].split()[0]) / 1024,
        statistics.median(times) * 1000,
        ticks,
    )


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _press(terminal: Terminal, keys: str) -> float:
    """Type keys that change the screen; return the seconds until an update is drawn."""
    start = time.monotonic()
    terminal.type(keys)
    _await_update(terminal)
    return time.monotonic() - start


def _await_update(terminal: Terminal) -> None:
    """Wait for an update and the quiet after it.

    The emulator is left out, as it needs more time than the program; a redraw brings it up to date. A key may
    have taken back, before anything was drawn, what the one before it did: then a redraw is the answer.
    """
    for seconds in (2.0, 20.0):
        data, wait = b"", seconds
        while select.select([terminal.handle], [], [], wait)[0]:
            data = data[-len(UPDATE_END) :] + os.read(terminal.handle, 65536)
            wait = QUIET_SECONDS if UPDATE_END in data else wait
        if wait == QUIET_SECONDS:
            return
        terminal.type(REDRAW)
    raise AssertionError("no answer")


def _hour(terminal: Terminal, home: Path, number: int, scale: int) -> None:
    """Do what a reader and others do in an hour."""
    with (home / "log" / "foreign.jsonl").open("a") as file:
        for n in range(100 * scale):
            clock = 1 + number * 100_000 + n
            file.write(
                f'\n{{"v":1,"id":"{clock:012x}-foreign-1","c":{clock},"at":"2025-03-01T12:00:00Z","k":"status",'
                f'"r":"ml-dl","t":"item-{n % 50}","title":"x","s":"doing"}}\n'
            )
    for n in range(10 * scale):
        _press(terminal, "kjkjk" if n % 2 else "jkjkj")
        terminal.resize((81 + n % 20, 24 + n % 6))
        _await_update(terminal)
    terminal.resize((80, 24))
    _see(terminal)
    for key, text in DIALOGS.items():
        terminal.type(key)
        terminal.until_text(text, 20)
        terminal.type(ESCAPE)
        terminal.until(lambda text=text: text not in terminal.text and REST in terminal.text, 20)  # type: ignore[misc]
    for _ in range((scale - 1) // 2):
        for key in DIALOGS:
            _press(terminal, key)
            _press(terminal, ESCAPE)
    _see(terminal)
    terminal.chunks.clear()


def _see(terminal: Terminal) -> None:
    """Have the screen drawn again, which must be the main screen with the cursor where it was."""
    terminal.type(REDRAW)
    terminal.until(lambda: REST in terminal.text and "Linear Algebra" in terminal.here, 20)


def test_a_long_day(tmp_path: Path, open_terminal: Open, loss: Loss, thorough: bool) -> None:
    scale = int(os.environ.get("ROADMAP_TUI_ENDURANCE") or (4 if thorough else 1))
    hours = 24 if thorough or scale > 4 else 2
    report = os.environ.get("ROADMAP_TUI_ENDURANCE_REPORT")
    terminal = open_terminal()
    terminal.until_drawn()
    terminal.type("=] ")
    terminal.until(lambda: terminal.here.startswith("✓"))
    found = []
    for number in range(hours):
        _hour(terminal, tmp_path, number, scale)
        found.append(_measure(terminal, min(50 * scale, 200)))
        if report:
            with Path(report).open("a") as file:
                file.write(f"{number + 1} h: {found[-1]}\n")
        terminal.type("t")  # a change an hour: a timer is started or stopped
        terminal.until_text("total" if number % 2 else "Timing", 20)
    first, last = found[0], found[-1]
    assert last.descriptors <= first.descriptors + 1
    assert last.threads <= first.threads + 1
    # An event takes up to 1 kB as long as the program runs; nothing else may grow.
    events = 100 * scale * (hours - 1)
    assert last.megabytes < first.megabytes + 12 + events * EVENT_MEGABYTES
    # The processor time, which does not depend on what else runs.
    assert last.key_ticks < first.key_ticks * 1.5 + 1
    terminal.type("q")
    assert terminal.wait() == 0
    own = [one for one in replay(tmp_path / "log") if "foreign" not in one]
    told, kept = (f"change {n}" for n in range(hours + 1)), (f"change {n}" for n, _ in enumerate(own))
    loss.count(f"a long day, {hours} h", hours, told, kept)
