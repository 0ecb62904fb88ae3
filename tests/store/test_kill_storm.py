"""Writers that are killed at any moment lose nothing that they said was saved."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.journals import ROOT, journal, replay

WRITERS = 4
SECONDS = 5.0
WRITE = """
import os, sys, time
from datetime import datetime, timezone
from roadmap_tui.core.events import StatusSet
from roadmap_tui.store.journal import Journal
journal = Journal(sys.argv[1], lambda: datetime.now(timezone.utc), host="box")
while True:
    event = StatusSet(journal.stamp(), "maths", ("vectors",), "Vectors " * 20, "done")
    journal.append(event)
    os.write(1, event.stamp.id.encode() + b"\\n")
    time.sleep(0.0003)
"""


def test_a_storm_of_kills_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    log, acknowledged = tmp_path / "log", tmp_path / "acknowledged"
    chance = random.Random(11)
    handle = os.open(acknowledged, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def start() -> tuple[subprocess.Popen[bytes], float]:
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(log)],
            stdout=handle,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        return writer, time.monotonic() + chance.uniform(0.1, 0.9)

    end = time.monotonic() + SECONDS
    writers = [start() for _ in range(WRITERS)]
    killed = 0
    while time.monotonic() < end:
        time.sleep(0.005)
        for i, (writer, until) in enumerate(writers):
            if time.monotonic() > until:
                writer.send_signal(signal.SIGKILL)
                assert writer.wait() == -signal.SIGKILL
                killed += 1
                writers[i] = start()
    for writer, _ in writers:
        writer.kill()
        writer.wait()
    os.close(handle)
    told = acknowledged.read_text().split("\n")[:-1]
    assert killed >= WRITERS
    assert len(told) > 100
    assert not {*told} - {*replay(log)}
    # A killed session leaves its file to the next one.
    assert len(list(log.iterdir())) <= WRITERS
    assert len(journal(log).health.files) == 0
