"""A session of the journal in a process of its own, which does what it is told and says what it saved."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.journals import ROOT

LONGEST_SECONDS = 10.0
# What a session was told to do, a word and a number a line; it answers each with a line of JSON.
_PROGRAM = """
import json, resource, sys, time
from datetime import datetime, timezone
from roadmap_tui.core.errors import SaveError
from roadmap_tui.core.progress.events import StatusSet
from roadmap_tui.store.journal import Journal

journal = Journal(sys.argv[1], lambda: datetime.now(timezone.utc), host="box")
title = "x" * int(sys.argv[2])
print(json.dumps({"saved": [], "why": "", "waiting": 0}), flush=True)
for line in sys.stdin:
    word, number = line.split()
    saved, why = [], ""
    try:
        if word == "append":
            for _ in range(int(number)):
                try:
                    saved += journal.append(
                        StatusSet(journal.next_stamp(), "maths", ("vectors",), title, "done")
                    )
                except SaveError as error:
                    why = str(error)
        elif word == "retry":
            saved += journal.flush_pending()
        elif word == "mend":
            journal.rewrite_lost()
        elif word == "thread":
            journal.write_in_thread(lambda: None)
        elif word == "close":
            journal.close()
        elif word == "limit":
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            soft = int(number) if int(number) >= 0 else hard
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    except SaveError as error:
        why = str(error)
    answer = {"saved": [event.stamp.id for event in saved], "why": why, "waiting": len(journal.pending)}
    print(json.dumps(answer), flush=True)
"""


class Session:
    """One session. ``acknowledged`` are the ids of what it said was saved."""

    def __init__(self, log: Path, *, before: Sequence[str] = (), title: int = 100) -> None:
        self.acknowledged: list[str] = []
        self.why = ""
        self.waiting = 0
        self.process = subprocess.Popen(
            [*before, sys.executable, "-c", _PROGRAM, str(log), str(title)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd="/",
        )
        self._hear()

    def _hear(self) -> None:
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], LONGEST_SECONDS)[0]:
            self.kill()
            raise AssertionError("the session hangs")
        answer: dict[str, Any] = json.loads(self.process.stdout.readline() or "{}")
        assert answer, f"the session ended: {self.process.wait()}"
        self.acknowledged += answer["saved"]
        self.why, self.waiting = answer["why"], answer["waiting"]

    def tell(self, word: str, number: int = 0) -> str:
        """Have it do something; why that could not be saved, empty where it could."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word} {number}\n".encode())
        self.process.stdin.flush()
        self._hear()
        return self.why

    def append(self, count: int = 1) -> str:
        """Have it write so many events; why the last that failed did."""
        return self.tell("append", count)

    def save(self) -> None:
        """Have it save all it has, which must work."""
        assert self.tell("retry") == self.tell("mend") == self.tell("close") == ""
        assert not self.waiting

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream and not stream.closed:
                stream.close()
        self.process.wait()


def strace(inject: str, path: Path | None = None, *, trace: str = "") -> list[str]:
    """What to put before a command so that calls fail: ``inject`` as strace has it, on one path or all.

    The test is skipped where there is no strace that can.
    """
    tracer = shutil.which("strace")
    if tracer is None:
        pytest.skip("strace is not installed")
    call = trace or inject.partition(":")[0]
    words = [tracer, "-f", "-qqq", "-o/dev/null", f"-etrace={call}", "-esignal=none", f"-einject={inject}"]
    if path is not None:
        words.insert(1, f"-P{path}")
    done = subprocess.run([*words, "true"], capture_output=True, check=False, timeout=30)
    if done.returncode:
        pytest.skip(f"strace does not work here: {done.stderr.decode(errors='replace').strip()[:200]}")
    return words
