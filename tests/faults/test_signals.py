"""The ways that a program is told to end, in whatever it is doing: it ends soon, and in good order."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.program_runs import process
from tests.faults.table import Loss
from tests.journals import replay
from tests.tui.pty_program import Terminal

Open = Callable[..., Terminal]
GONE = "terminal gone"
ENDINGS = {"TERM": signal.SIGTERM, "HUP": signal.SIGHUP, "QUIT": signal.SIGQUIT, GONE: signal.SIGHUP}
LONGEST_SECONDS = 3.0
_MODES = (b"1000", b"1002", b"1003", b"1006", b"1015", b"1016", b"1004", b"2004", b"2048", b"1049")
_REDRAW = "\x0c"

# What a shell does with one job: hands the terminal to it, undoes it when the job is stopped,
# and hands on what hangs up.
_SHELL = """
import os, signal, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if not job:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, "-m", "roadmap_tui"])

def hang_up(*_):
    os.killpg(job, signal.SIGHUP)
    os.killpg(job, signal.SIGCONT)

signal.signal(signal.SIGHUP, hang_up)
with open(sys.argv[1], "w") as out:
    while not out.tell():
        _, status = os.waitpid(job, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            os.tcsetpgrp(0, os.getpgrp())
            os.write(1, b"[stopped]")
            with open(sys.argv[1] + ".job", "w") as name:
                name.write(str(job))
        else:
            out.write(str(os.waitstatus_to_exitcode(status)))
"""


class _Program:
    """The program in a terminal, in some state, with one item marked as done."""

    terminal: Terminal
    still_reads = True

    def __init__(self, open_terminal: Open, home: Path) -> None:
        self.log = home / "log"
        self.home = home
        self.ended_after = -1.0
        self._open = open_terminal
        self._told = 0.0

    def start(self) -> None:
        """Start it."""
        self.terminal = self._open(home=self.home)

    def prepare(self) -> None:
        """Have it shown, marked and in its state."""
        self.terminal.until(lambda: b"\x1b[?1000h" in self.terminal.output)
        self.terminal.type("]")
        self.terminal.until(lambda: self.terminal.here.startswith(("·", "○")))
        self.terminal.type(" ")
        self.terminal.until_text("1/127")

    @property
    def pid(self) -> int:
        """The process."""
        return self.terminal.process.pid

    def tell(self, ending: str) -> None:
        """Have it end."""
        self._told = time.monotonic()
        if ending == GONE:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, self.terminal.handle)  # which closes it
            os.close(nothing)
        else:
            os.kill(self.pid, ENDINGS[ending])

    def has_ended(self) -> bool:
        """Whether it has; when it has is written down the first time."""
        if self.exit_code() is None:
            return False
        if self.ended_after < 0:
            self.ended_after = time.monotonic() - self._told
        return True

    def exit_code(self) -> int | None:
        """With what it ended."""
        return self.terminal.process.poll()

    def read(self) -> None:
        """Take in what it writes, as its terminal does."""
        if self.still_reads:
            self.terminal.read(0)


class Loading(_Program):
    """Only the first frame is there."""

    def start(self) -> None:
        assert process(self.home, "mark", "done", "backprop").returncode == 0

    def prepare(self) -> None:
        super().start()
        self.terminal.until(lambda: b"\x1b[?1049h" in self.terminal.output)


class Idle(_Program):
    """Nothing happens."""

    def prepare(self) -> None:
        super().prepare()
        self.terminal.settle(0.15)


class Repainting(_Program):
    """It has much to draw, all the time."""

    def tell(self, ending: str) -> None:
        self.terminal.type(_REDRAW * 100)
        self.terminal.read(0.2)
        super().tell(ending)


class Stalled(_Program):
    """It can't go on: what it writes is no longer read."""

    still_reads = False

    def prepare(self) -> None:
        super().prepare()
        self.terminal.type(_REDRAW * 300)
        used = -1.0
        # Blocked, once it needs no processor any more.
        while used != (used := self._seconds_used()):
            time.sleep(0.15)

    def _seconds_used(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return float(fields[11]) + float(fields[12])


class Stopped(_Program):
    """Ctrl+z was pressed: its terminal is the shell's."""

    def start(self) -> None:
        command = (sys.executable, "-c", _SHELL, str(self.home / "exit"))
        self.terminal = self._open(home=self.home, command=command)

    def prepare(self) -> None:
        super().prepare()
        self.terminal.type("\x1a")
        self.terminal.until(lambda: b"[stopped]" in self.terminal.output)

    @property
    def pid(self) -> int:
        return int((self.home / "exit.job").read_text())

    def tell(self, ending: str) -> None:
        super().tell(ending)
        if ending != GONE:
            os.kill(self.pid, signal.SIGCONT)  # as a shell's kill does

    def exit_code(self) -> int | None:
        if self.terminal.process.poll() is None:
            return None
        return int((self.home / "exit").read_text())


STATES = (Idle, Repainting, Stalled, Stopped, Loading)
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc is needed to see a process wait")


@only_linux
@pytest.mark.parametrize("ending", ENDINGS)
def test_told_to_end(tmp_path: Path, open_terminal: Open, loss: Loss, thorough: bool, ending: str) -> None:
    states = STATES if thorough or ending in {"TERM", GONE} else (Idle, Stalled)
    programs = [state(open_terminal, tmp_path / state.__name__) for state in states]
    for program in programs:
        program.home.mkdir()
        program.start()
    for program in programs:
        program.prepare()
    for program in programs:
        program.tell(ending)
    deadline = time.monotonic() + 2 * LONGEST_SECONDS
    running = programs
    while running and time.monotonic() < deadline:
        time.sleep(0.01)
        for program in running if ending != GONE else []:
            program.read()
        running = [program for program in running if not program.has_ended()]
    for program in programs:
        name = type(program).__name__
        assert program.has_ended(), name
        assert program.exit_code() == 128 + ENDINGS[ending], name
        assert program.ended_after < LONGEST_SECONDS, name
        with pytest.raises(ProcessLookupError):
            os.killpg(program.pid if isinstance(program, Stopped) else program.terminal.process.pid, 0)
        assert _is_free(program.log), name
        if ending != GONE:
            _is_given_back(program.terminal, name)
    told = [f"of {program.home.name}" for program in programs]
    found = [f"of {program.home.name}" for program in programs for _ in replay(program.log)]
    name = ending if ending == GONE else f"SIG{ending}"
    loss.count(f"{name}, in {len(states)} states", len(programs), told, found)


def _is_free(log: Path) -> bool:
    """Whether nobody holds the lock of a log."""
    (path,) = log.glob("*.jsonl")
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def _is_given_back(terminal: Terminal, name: str) -> None:
    """Check that a terminal is as it was before, whatever was not read of what was written to it."""
    # The last of it comes when there is room again, which the system makes in its own time.
    while terminal.read(0.2):
        pass
    assert terminal.attributes == terminal.before, name
    output = terminal.output
    for mode in _MODES:
        assert output.rfind(b"\x1b[?%bl" % mode) >= output.rfind(b"\x1b[?%bh" % mode), (name, mode)
    assert output.rfind(b"\x1b[?25h") > output.rfind(b"\x1b[?25l")
    taken = [found.start() for found in re.finditer(rb"\x1b\[>\d+u", output)]
    assert output.rfind(b"\x1b[<u") >= max(taken, default=-1)
