#!/usr/bin/env python3
"""Run the fuzz targets with atheris, one after the other: ``python fuzz/run.py --seconds 60 [TARGET…]``.

Beside them, ``terminal_input.py`` types into the real program for the same time, unless targets are named.
Exits with 1 if anything fails, and prints the failing input. Without atheris it prints a notice and skips the
targets; ``tests/test_fuzz.py`` runs them with hypothesis.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

INPUT_LIMIT = 4096  # bytes
MEMORY_LIMIT = 1024  # MiB, including atheris itself
TIME_LIMIT = 10  # seconds for one input


def fuzz(name: str, seconds: int, seed: int) -> None:
    """Fuzz a target in this process; atheris ends the process."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["roadmap_tui", "markdown_it"]):
        from fuzz.targets import TARGETS
    target, seeds = TARGETS[name]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for number, text in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(text)
        limits = [
            f"-seed={seed}",
            f"-max_total_time={seconds}",
            f"-max_len={INPUT_LIMIT}",
            f"-rss_limit_mb={MEMORY_LIMIT}",
        ]
        limits += [
            f"-timeout={TIME_LIMIT}",
            f"-artifact_prefix={folder}/",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        atheris.Setup([sys.argv[0], *limits, folder], target)
        atheris.Fuzz()


def run_target(name: str, seconds: int, seed: int) -> tuple[int, str]:
    """Fuzz a target in a subprocess; return its exit code and output."""
    command = [sys.executable, __file__, "--seconds", str(seconds), "--seed", str(seed), "--here", name]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=seconds + 60, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return 1, "it did not end"
    return done.returncode, (done.stderr + done.stdout).decode("utf-8", "replace")


def main() -> int:
    """Fuzz the targets given as arguments; return the exit code."""
    parser = argparse.ArgumentParser(description="Fuzz what reads bytes or words of others.")
    parser.add_argument("--seconds", type=int, default=60, help="how long to fuzz in all (default: 60)")
    parser.add_argument(
        "--seed", type=int, default=0, help="repeat a run; 0, the default, tries other inputs each time"
    )
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    args = parser.parse_args()
    if args.here:
        fuzz(args.targets[0], args.seconds, args.seed)
    typist = ROOT / "fuzz" / "terminal_input.py"
    command = [sys.executable, str(typist), "--seconds", str(args.seconds)]
    command += ["--seed", str(args.seed)] if args.seed else []
    typing = None if args.targets else subprocess.Popen(command, cwd=ROOT)
    failed = run_targets(args.targets, args.seconds, args.seed)
    return failed or (typing.wait(args.seconds + 60) if typing else 0)


def run_targets(names: list[str], seconds: int, seed: int) -> int:
    """Fuzz the targets of these names, or all, in a time; return the exit code."""
    if importlib.util.find_spec("atheris") is None:
        print("fuzz: left out, atheris is not installed (there is no wheel of it for every Python)")
        return 0
    from fuzz.targets import TARGETS

    names = names or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        print(f"fuzz: there is no target {min(unknown)}; there are {', '.join(TARGETS)}")
        return 2
    failed, end = 0, time.monotonic() + seconds
    for position, name in enumerate(names):
        # Starting and instrumenting count too, which takes seconds.
        each = max(1, round((end - time.monotonic()) / (len(names) - position)))
        code, output = run_target(name, each, seed)
        runs = [line.split()[-1] for line in output.splitlines() if "number_of_executed_units" in line]
        result, count = "failed" if code else "well", runs[0] if runs else "some"
        print(f"fuzz: {name}: {result}, {count} inputs in {each} s")
        if code:
            failed = 1
            print(output[-4000:])
    return failed


if __name__ == "__main__":
    sys.exit(main())
