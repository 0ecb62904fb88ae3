"""A disk that needs seconds for each write: what is shown as saved is there, and the screen goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.sessions import Session, strace
from tests.faults.table import Loss
from tests.faults.test_screen import HOST, Reader
from tests.journals import replay
from tests.tui.pty_program import Terminal

Begin = Callable[..., Session]
Open = Callable[..., Terminal]


def _slow(log: Path, seconds: float) -> list[str]:
    return strace(f"write:delay_exit={round(seconds * 1_000_000)}", log)


def test_a_session_that_is_killed_during_a_write(log: Path, begin: Begin, loss: Loss, thorough: bool) -> None:
    """What it acknowledged is there; what it had not, it had not promised."""
    acknowledged: list[str] = []
    rounds = 3 if thorough else 1
    for number in range(rounds):
        session = begin(log, before=_slow(log / "box.jsonl", 2 if thorough else 0.5))
        session.tell("thread")
        assert session.append(5) == ""
        assert {session.waiting} == {5}
        end = time.monotonic() + 20
        while session.waiting:
            assert session.tell("retry") == ""
            assert time.monotonic() < end
        assert session.append(5 + number) == ""
        assert {session.waiting} == {5 + number}
        session.kill()
        acknowledged += session.acknowledged
    assert len(acknowledged) == 5 * rounds
    loss.count("2 s per write, killed", rounds, acknowledged, replay(log))


def test_a_screen_on_a_slow_disk(tmp_path: Path, open_terminal: Open, loss: Loss) -> None:
    log = tmp_path / "log"
    tracer = _slow(log / HOST, 2)
    reader = Reader(open_terminal(command=(*tracer, sys.executable, "-m", "roadmap_tui")), log)
    terminal = reader.terminal
    terminal.type(" ")
    terminal.until_text("Saving (1)", 20)
    assert not reader.ticks
    # Movement works, and other changes wait.
    here = terminal.here
    terminal.type("j")
    terminal.until(lambda: terminal.here != here, 20)
    terminal.type(" ")
    terminal.until(lambda: "Saving (2)" in terminal.text or reader.ticks == 1, 20)
    assert reader.ticks <= len(reader.found)
    terminal.until(lambda: reader.ticks == 2 and "Saving" not in terminal.text, 20)
    # Undo waits for what is being written.
    terminal.type("j u")
    terminal.until(lambda: "Undid: " in terminal.text, 20)
    terminal.until(lambda: reader.ticks == 2 and "Saving" not in terminal.text, 20)
    assert len(reader.found) == 4
    told = reader.acknowledged
    terminal.type(" q")
    terminal.until_text("Saving…", 20)
    assert terminal.wait(20) == 0
    loss.count("screen: 2 s per write", 5, told, reader.found)
    assert len(reader.found) == 5


def test_a_screen_on_a_disk_that_hangs(tmp_path: Path, open_terminal: Open) -> None:
    """Leaving asks after three seconds."""
    log = tmp_path / "log"
    tracer = _slow(log / HOST, 8)
    reader = Reader(open_terminal(command=(*tracer, sys.executable, "-m", "roadmap_tui")), log)
    terminal = reader.terminal
    terminal.type(" ")
    terminal.until_text("Saving (1)", 20)
    terminal.type("q")
    terminal.until_text("1 change is not saved: the disk is slow", 10)
    terminal.type("\x1b")
    terminal.until(lambda: reader.ticks == 1, 30)
    terminal.type("q")
    assert terminal.wait(20) == 0
    assert len(reader.found) == 1
