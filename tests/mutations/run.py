"""Make deliberate faults in copies of the program, and see whether the tests concerned notice.

Usage: ``python tests/mutations/run.py [--only TEXT] [--jobs N]``. Prints a line for each fault of
``table.toml`` that has the text in its row, and how many were caught. STALE means that the program does not
have the text that is to be replaced exactly once, or that pytest cannot run with the new one. All of them
take about half an hour, so this is run on demand.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 600  # a fault may make a test wait for ever


class Mutation(NamedTuple):
    """A fault in ``path``: ``old`` is replaced by ``new``; ``why`` explains one that no test can notice."""

    path: str
    what: str
    old: str
    new: str
    tests: str
    why: str = ""


def mutations() -> list[Mutation]:
    """Return the faults of the table."""
    table = tomllib.loads(Path(__file__).with_name("table.toml").read_text())
    return [Mutation(**row) for row in table["mutation"]]


def main(args: list[str]) -> int:
    """Run the mutations; return the number of survivors that the table does not explain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    options = parser.parse_args(args)
    chosen = [mutation for mutation in mutations() if options.only in " ".join(mutation)]
    caught = unexplained = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(options.jobs):
            copies.put(_copy(Path(folder, str(number))))
        for mutation, is_caught in zip(chosen, pool.map(lambda one: _run(copies, one), chosen), strict=True):
            caught += is_caught is True
            unexplained += not is_caught and not mutation.why
            verdict = {True: "caught  ", False: "SURVIVED", None: "STALE   "}[is_caught]
            why = "" if is_caught else f" ({mutation.why or 'not explained'})"
            print(f"{verdict}  {mutation.path}: {mutation.what}{why}", flush=True)
    print(f"{caught} of {len(chosen)} caught")
    return unexplained


def _copy(folder: Path) -> Path:
    """Copy what the tests need."""
    folder.mkdir()
    for name in ("roadmap_tui", "tests", "data", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    return folder


def _run(copies: SimpleQueue[Path], mutation: Mutation) -> bool | None:
    copy = copies.get()
    try:
        return _is_caught(copy, mutation)
    finally:
        copies.put(copy)


def _is_caught(copy: Path, mutation: Mutation) -> bool | None:
    """Return True if a test fails on a copy with the mutation, which is taken back; None if it is stale."""
    file = copy / "roadmap_tui" / mutation.path
    text = file.read_text() if file.exists() else ""
    if text.count(mutation.old) != 1:
        return None
    file.write_text(text.replace(mutation.old, mutation.new))
    tests = [f"tests/{name}" for name in mutation.tests.split()]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests]
    # Python notices a change of the same second and size only if nothing was compiled.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
    pytest = subprocess.Popen(
        command,
        cwd=copy,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = pytest.wait(SECONDS)
    except subprocess.TimeoutExpired:
        return True
    finally:
        with suppress(ProcessLookupError):
            os.killpg(pytest.pid, signal.SIGKILL)  # also what the tests started and left
        pytest.wait()
        file.write_text(text)
    # Another code means that pytest could not run: the fault is no Python.
    return {0: False, 1: True, 2: True}.get(code)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 100))
