"""Disks that fail below the screen: it says NOT SAVED and why, and ticks nothing that is not kept."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from roadmap_tui.store.log_writer import host_name
from tests.faults.grounds import Disk, Tmpfs
from tests.faults.sessions import strace
from tests.faults.table import Loss
from tests.journals import replay
from tests.tui.pty_program import Terminal

Open = Callable[..., Terminal]
HOST = f"{host_name()}.jsonl"
FULL, FAILS = "No space left on device", "Input/output error"


class Reader:
    """Somebody who marks one item after the other as done, and believes what the screen says."""

    def __init__(self, terminal: Terminal, log: Path) -> None:
        self.terminal = terminal
        self.log = log
        terminal.until_drawn()
        terminal.type("=")
        self._next()

    def _next(self) -> None:
        self.terminal.type("}")
        self.terminal.until(lambda: self.terminal.here.startswith(("·", "○")))

    def mark(self) -> None:
        """Mark the item under the cursor, and go to the next one."""
        before = self.said
        self.terminal.type(" ")
        self.terminal.until(lambda: self.said != before)
        self._next()

    @property
    def said(self) -> tuple[int, int, bool]:
        """How many items it says are done, how many changes are not saved, and whether it only shows."""
        top = "\n".join(self.terminal.lines[:6])  # a message about the disk stands above the title
        done = re.search(r"(\d+)/\d+ · \d+%", top)
        waiting = re.search(r"NOT SAVED \((\d+)\): ", self.terminal.text)
        assert done
        return int(done[1]), int(waiting[1]) if waiting else 0, "View only" in top

    def signs(self, sign: str) -> int:
        """How many items of the outline have a sign."""
        return sum(bool(re.match(rf"▌? *(?:[▾▸] )?{sign} ", line)) for line in self.terminal.lines[:14])

    @property
    def ticks(self) -> int:
        """How many items of the outline have a tick."""
        return self.signs("✓")

    @property
    def acknowledged(self) -> list[str]:
        """A name for each item that the screen says is done."""
        return [f"item {number}" for number in range(self.said[0])]

    @property
    def found(self) -> list[str]:
        """A name for each that a new reader of the log finds."""
        return [f"item {number}" for number, _ in enumerate({*replay(self.log)})]

    def leave(self) -> None:
        """Leave, all being saved."""
        self.terminal.type("q")
        assert self.terminal.wait() == 0


def test_a_full_disk_and_then_room(tmpfs: Tmpfs, open_terminal: Open, loss: Loss) -> None:
    reader = Reader(open_terminal(home=tmpfs.path), tmpfs.path / "log")
    reader.mark()
    assert reader.ticks == 1
    tmpfs.fill()
    # The page that the log ends in may have room for some.
    while not reader.said[1]:
        reader.mark()
    kept = reader.said[0]
    for waiting in (2, 3):
        reader.mark()
        reader.terminal.until_text(f"NOT SAVED ({waiting}): {FULL}")
    assert reader.said[0] == kept == len(reader.found)
    assert reader.signs("!") == 3
    tmpfs.make_room()
    reader.terminal.until_text("Saved; the disk is writable again", 3)
    reader.terminal.until(lambda: reader.said == (kept + 3, 0, False))
    loss.count("screen: ENOSPC", 3, reader.acknowledged, reader.found)
    reader.leave()


def test_writes_that_fail_and_then_do_not(tmp_path: Path, open_terminal: Open, loss: Loss) -> None:
    log = tmp_path / "log"
    tracer = strace("write:error=EIO:when=2..4", log / HOST)
    command = (*tracer, sys.executable, "-m", "roadmap_tui")
    reader = Reader(open_terminal(command=command), log)
    reader.mark()
    reader.mark()
    reader.terminal.until_text(f"NOT SAVED (1): {FAILS}")
    assert reader.said[0] == reader.ticks == len(reader.found) == 1
    reader.mark()
    reader.terminal.until_text("Saved; the disk is writable again", 4)
    reader.terminal.until(lambda: reader.said == (3, 0, False))
    loss.count("screen: EIO of write", 3, reader.acknowledged, reader.found)
    reader.leave()


def test_a_disk_that_is_mounted_read_only(tmpfs: Tmpfs, open_terminal: Open, loss: Loss) -> None:
    reader = Reader(open_terminal(home=tmpfs.path), tmpfs.path / "log")
    tmpfs.read_only()
    reader.mark()
    reader.terminal.until_text("View only: read-only folder")
    assert reader.said == (0, 0, True)
    assert not reader.ticks
    tmpfs.read_only(False)
    reader.mark()
    reader.terminal.until(lambda: reader.said == (1, 0, False))
    loss.count("screen: EROFS, remount", 1, reader.acknowledged, reader.found)
    reader.leave()


def test_a_disk_that_becomes_read_only(disk: Disk, open_terminal: Open, loss: Loss) -> None:
    reader = Reader(open_terminal(home=disk.path), disk.path / "log")
    reader.mark()
    disk.find_a_fault()
    reader.mark()
    # Some kernels tell the program that it can't write, others only when it does.
    reader.terminal.until(lambda: bool(reader.said[1]) or reader.said[2])
    reader.terminal.until_text("ead-only")
    assert reader.ticks <= 1
    loss.count("screen: EROFS, ext4 after a fault", 1, reader.acknowledged, reader.found)


def test_what_was_saved_and_is_on_the_disk_no_longer_is_told(
    disk: Disk, open_terminal: Open, loss: Loss
) -> None:
    """A disk that fails takes along what was written to it and had not reached it."""
    reader = Reader(open_terminal(home=disk.path), disk.path / "log")
    for _ in range(3):
        reader.mark()
    disk.unplug()
    reader.mark()
    reader.terminal.until_text(f"): {FAILS}", 4)
    reader.terminal.until(lambda: reader.said[1] in {1, 4}, 4)
    terminal = reader.terminal
    with Tmpfs(disk.path, kilobytes=256):
        terminal.until_text("Saved; the disk is writable again", 4)
        terminal.until(lambda: reader.said[:2] == (4, 0))
        loss.count("screen: disk gone, another in its place", 1, reader.acknowledged, reader.found)
        reader.leave()


def test_a_log_that_is_gone_and_can_not_be_made_again(
    tmp_path: Path, open_terminal: Open, loss: Loss
) -> None:
    """The ticks it held are no longer ticks; leaving asks first, then prints them and says so."""
    home = tmp_path / "home"
    home.mkdir()
    reader = Reader(open_terminal(home=home), home / "log")
    terminal = reader.terminal
    for _ in range(3):
        reader.mark()
    assert reader.ticks == 3
    shutil.rmtree(home)
    home.write_text("in the way")
    terminal.until_text("NOT SAVED (3): ", 4)
    assert reader.ticks == 0
    terminal.type("q")
    terminal.until_text("3 changes are not saved: ")
    terminal.type("\x1b")
    terminal.until(lambda: "Leave all the same" not in terminal.text)
    home.unlink()
    terminal.until_text("Saved; the disk is writable again", 4)
    terminal.until(lambda: reader.said == (3, 0, False))
    assert reader.ticks == 3
    loss.count("screen: data folder gone for a while", 1, reader.acknowledged, reader.found)
    shutil.rmtree(home)
    home.write_text("in the way")
    terminal.until_text("NOT SAVED (3): ", 4)
    terminal.type("q")
    terminal.until_text("3 changes are not saved: ")
    terminal.type("y")
    assert terminal.wait() == 74
    printed = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
    records = [json.loads(found) for found in re.findall(r"\{.*\}", printed)]
    assert [record["s"] for record in records] == ["done"] * 3
    assert "roadmap-tui: not saved" in printed
    assert os.path.isfile(home)
