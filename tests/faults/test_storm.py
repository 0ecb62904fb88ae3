"""Writers that are killed, stopped and torn at any moment lose nothing that they said was saved."""

from __future__ import annotations

import fcntl
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.table import Loss
from tests.journals import ROOT, journal, replay

WRITERS = 4
SECONDS, SECONDS_OF_A_SAMPLE = 20.0, 4.0
# A writer acknowledges an event on its standard output, after it is written.
WRITE = """
import os, sys, time
from datetime import datetime, timezone
from roadmap_tui.core.progress.events import StatusSet
from roadmap_tui.store.journal import Journal
journal = Journal(sys.argv[1], lambda: datetime.now(timezone.utc), host="box")
while True:
    event = StatusSet(journal.next_stamp(), "maths", ("vectors",), "Vectors " * 20, "done")
    journal.append(event)
    os.write(1, event.stamp.id.encode() + b"\\n")
    time.sleep(0.0003)
"""
TORN = b'\n{"v":1,"id":"0198c0ffee00-torn-1","c":1750000000000,"at":"2025-06-'


class _Writer:
    """A process that writes until its time has come; it may be stopped for a while before."""

    def __init__(self, log: Path, acknowledged: Path, chance: random.Random) -> None:
        self._acknowledged = acknowledged
        with acknowledged.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", WRITE, str(log)],
                stdout=out,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        self._end = chance.uniform(0.0, 0.5)
        self._stop = self._end - chance.uniform(0.0, 0.3) if chance.random() < 0.4 else None
        # Its time runs from its first event, however slow the machine; of some, from its start.
        self._began = time.monotonic() if chance.random() < 0.2 else None
        # One that was stopped is killed as it is, or goes on after its place was taken for dead.
        self._goes_on = chance.random() < 0.5
        self.stopped = 0

    def is_dead(self) -> bool:
        """Do to it what is due by now; whether that was its end."""
        if self._began is None:
            if not self._acknowledged.stat().st_size:
                return False
            self._began = time.monotonic()
        now = time.monotonic() - self._began
        if self._stop is not None and now > self._stop:
            self.process.send_signal(signal.SIGSTOP)
            self.stopped += 1
            self._stop = None
        if now < self._end:
            return False
        if self.stopped and self._goes_on:
            self.process.send_signal(signal.SIGCONT)
            self._goes_on, self._end = False, now + 0.1
            return False
        self.process.kill()
        assert self.process.wait() == -signal.SIGKILL
        return True


def _tear(log: Path) -> int:
    """Leave half a record at the end of a file that nobody writes to, as a writer killed in its write
    would; how many were left.
    """
    for path in log.glob("*.jsonl"):
        with path.open("ab", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            file.write(TORN)
            return 1
    return 0


def test_a_storm_of_kills_loses_nothing_that_was_acknowledged(
    tmp_path: Path, loss: Loss, thorough: bool
) -> None:
    log = tmp_path / "log"
    chance = random.Random(11)
    end = time.monotonic() + (SECONDS if thorough else SECONDS_OF_A_SAMPLE)
    acknowledged = (tmp_path / f"acknowledged-{number}" for number in itertools.count())
    writers = [_Writer(log, next(acknowledged), chance) for _ in range(WRITERS)]
    killed = stopped = torn = 0
    while time.monotonic() < end:
        time.sleep(0.005)
        for at, writer in enumerate(writers):
            if writer.is_dead():
                killed, stopped = killed + 1, stopped + writer.stopped
                if chance.random() < 0.5:
                    torn += _tear(log)
                writers[at] = _Writer(log, next(acknowledged), chance)
    for writer in writers:
        writer.process.kill()
        writer.process.wait()
    told = [line for file in tmp_path.glob("acknowledged-*") for line in file.read_text().split("\n")[:-1]]
    assert killed >= WRITERS
    assert stopped
    assert torn
    harm = killed + WRITERS + stopped + torn
    loss.count(f"kill -9, SIGSTOP and torn tails, {WRITERS} writers", harm, told, replay(log))
    assert len(told) > 100
    # A killed session leaves its file to the next one, torn as it is.
    assert len(list(log.iterdir())) <= WRITERS
    health = journal(log)
    health.read()
    assert len(health.health.bad) >= torn
    assert not health.health.newer
