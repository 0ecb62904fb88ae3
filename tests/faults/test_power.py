"""A power cut: what the disk has, and not what the system says."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.faults.grounds import Disk
from tests.faults.table import Loss
from tests.faults.test_storm import WRITE
from tests.journals import ROOT, replay

# As the design has it: what is acknowledged is on the disk within a second.
LATE_SECONDS = 1.0
_RUN = f"import os; os.environ.clear(); import sys; sys.path.insert(0, {str(ROOT)!r}); exec({WRITE!r})"


def test_a_power_cut_costs_nothing_older_than_a_second(
    tmp_path: Path, disk: Disk, loss: Loss, thorough: bool
) -> None:
    log = disk.path / "data" / "log"
    acknowledged = tmp_path / "acknowledged"
    with acknowledged.open("wb") as out:
        writer = subprocess.Popen([sys.executable, "-c", _RUN, str(log)], stdout=out)
    copies: list[tuple[Disk, list[str]]] = []
    seen: list[tuple[float, int]] = []
    try:
        end = time.monotonic() + 10
        while not acknowledged.stat().st_size:
            assert time.monotonic() < end
            time.sleep(0.01)
        for _ in range(8 if thorough else 2):
            until = time.monotonic() + 1.37  # not in step with the writer's own second
            while time.monotonic() < until:
                seen.append((time.monotonic(), acknowledged.stat().st_size))
                time.sleep(0.005)
            cut = time.monotonic()
            copy = disk.copy()
            size = max(size for when, size in seen if when < cut - LATE_SECONDS)
            copies.append((copy, acknowledged.read_bytes()[:size].decode().split("\n")[:-1]))
    finally:
        writer.kill()
        writer.wait()
    told: set[str] = set()
    found: set[str] = set()
    for number, (copy, old_enough) in enumerate(copies):
        assert old_enough
        with_number = f"{number} {{}}".format
        with copy.again():
            told |= {*map(with_number, old_enough)}
            found |= {*map(with_number, replay(copy.path / "data" / "log"))}
    loss.count("power cut, ext4 (older than 1 s)", len(copies), told, found)
