"""A long day of foreign events, resizes, keys and dialogs: memory, descriptors and threads stay the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.faults.table import Loss
from tests.journals import replay
from tests.tui.pty_program import Terminal

Open = Callable[..., Terminal]
DIALOGS = {"?": "?", "T": "\x1b", "#": "\x1b", "f": "\x1b", "R": "\x1b", "\x10": "\x1b"}


class _Resources:
    """What a process uses."""

    def __init__(self, pid: int) -> None:
        self.descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        status = Path(f"/proc/{pid}/status").read_text().split("\n")
        values = dict(line.split(":\t", 1) for line in status if ":\t" in line)
        self.threads = int(values["Threads"])
        self.megabytes = int(values["VmRSS"].split()[0]) / 1024


def _hour(terminal: Terminal, home: Path, number: int, scale: int) -> None:
    """Do what a reader and others do in an hour."""
    foreign = home / "log" / "foreign.jsonl"
    with foreign.open("a") as file:
        for n in range(100 * scale):
            clock = 1 + number * 100_000 + n
            file.write(
                f'\n{{"v":1,"id":"{clock:012x}-foreign-1","c":{clock},"at":"2025-03-01T12:00:00Z","k":"status",'
                f'"r":"ml-dl","t":"item-{n % 50}","title":"x","s":"doing"}}\n'
            )
    for n in range(5 * scale):
        terminal.resize((80 + n % 20, 24 + n % 6))
        terminal.type("j" if n % 2 else "k")
        terminal.settle(0.03)
    terminal.resize((80, 24))
    terminal.settle(0.1)
    for key, close in DIALOGS.items():
        for _ in range(scale):
            before = terminal.text
            terminal.type(key)
            terminal.until(lambda before=before: terminal.text != before)  # type: ignore[misc]
            opened = terminal.text
            terminal.type(close)
            terminal.until(lambda opened=opened: terminal.text != opened)  # type: ignore[misc]
            terminal.settle(0.05)
    terminal.type("] ")
    terminal.settle(0.3)


def test_a_long_day(tmp_path: Path, open_terminal: Open, loss: Loss, thorough: bool) -> None:
    scale = int(os.environ.get("ROADMAP_TUI_ENDURANCE") or (4 if thorough else 1))
    hours = 24 if thorough else 3
    terminal = open_terminal()
    terminal.until_drawn()
    terminal.type("=] ")
    terminal.until(lambda: terminal.here.startswith("✓"))
    for number in range(2):
        _hour(terminal, tmp_path, number, scale)
    before = _Resources(terminal.process.pid)
    for number in range(2, hours):
        _hour(terminal, tmp_path, number, scale)
    after = _Resources(terminal.process.pid)
    assert after.descriptors <= before.descriptors + 1
    assert after.threads <= before.threads + 1
    assert after.megabytes < before.megabytes + 12
    terminal.type("q")
    assert terminal.wait() == 0
    own = [one for one in replay(tmp_path / "log") if "foreign" not in one]
    marks, found = (f"mark {number}" for number in range(hours + 1)), (f"mark {n}" for n, _ in enumerate(own))
    loss.count(f"a long day, {hours} h", hours, marks, found)
