"""The measurements and their limits."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from statistics import fmean, median
from time import perf_counter

from content import CHAPTER, bullets, log, reviews, roadmap, tasks
from pairs import HEADER, SIZE, TAIL, TIME, YEAR, Line, Pair, far_off, interleaved, quantile
from peers import against_peers
from terminal import Session

HERE = Path(__file__).resolve().parent
BUNDLED = "Mathematical Foundations"  # a chapter of the roadmap that comes with the program
TODAY = "Review ("  # a heading of the Today page
UP, DOWN = "\x1b[A", "\x1b[B"
FIND = "gradient kernel"  # thousands have both
ESCAPE = "\x1b"
PAGE_MARK_UNDO = ("\x1b[5~", " ", "u")
STANDARD, NO_DETAIL = (80, 24), (80, 15)  # columns and rows
ITEM = "numpy-pandas-matplotlib"
# Milliseconds of `python -c pass` on the machine the limits in milliseconds were set for.
PASS_MS = 9.0

# How standard input, output and error are opened.
_STREAMS = os.O_RDONLY, os.O_WRONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC

Numbers = dict[str, float]


class Bench:
    """Runs the measurements in a temporary folder."""

    def __init__(self, python: str, folder: Path, *, quick: bool) -> None:
        self.python = python
        # What the reader runs, with the imports of the installer's script.
        self.program = str(Path(python).with_name("roadmap-tui"))
        self.folder = folder
        self.quick = quick
        kept = ("PATH", "HOME", "TMPDIR")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        # The item limit is a setting; here it allows every size.
        self.environment |= {"ROADMAP_TUI_MOST_ITEMS": "100000"}
        self.environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self.environment |= {"XDG_CACHE_HOME": str(folder / "cache")}

    def pairs(self, full: int) -> int:
        """Return the number of pairs to measure: ``full``, or fewer with --quick."""
        return max(3, full // 3) if self.quick else full

    def home(self, name: str) -> Path:
        """Return a data folder without view state; its log is kept between calls."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        for what in ("place.json", "said-slow-link"):
            (home / "state" / what).unlink(missing_ok=True)
        return home

    def file(self, name: str, content: Callable[[], bytes]) -> str:
        """Return the path of a file, created with ``content()`` at the first call."""
        path = self.folder / name
        if not path.exists():
            path.write_bytes(content())
        return str(path)

    # One measurement

    def process(self, *words: str) -> Pair:
        """Run a process; return its milliseconds of processor time, and of elapsed time."""
        paths = os.devnull, os.devnull, str(self.folder / "errors.txt")
        files = [
            (os.POSIX_SPAWN_OPEN, stream, path, flags, 0o600)
            for (stream, flags), path in zip(enumerate(_STREAMS), paths, strict=True)
        ]
        begin = perf_counter()
        pid = os.posix_spawn(words[0], words, self.environment, file_actions=files)
        _, status, usage = os.wait4(pid, 0)
        elapsed = perf_counter() - begin
        if code := os.waitstatus_to_exitcode(status):
            raise SystemExit(f"bench: {' '.join(words)}: exit code {code}\n{Path(paths[2]).read_text()}")
        return (usage.ru_utime + usage.ru_stime) * 1000, elapsed * 1000

    def nothing(self) -> float:
        """Return the elapsed milliseconds of ``python -c pass``, to compare keys and starts with."""
        return self.process(self.python, "-c", "pass")[1]

    def nothing_cpu(self) -> float:
        """Return its processor time, to compare commands with."""
        return self.process(self.python, "-c", "pass")[0]

    def command(self, *words: str) -> float:
        """Return the milliseconds of processor time of a command, as a whole process."""
        home = str(self.home("commands"))
        return self.process(self.program, "--data-dir", home, *words)[0]

    def screen(
        self, home: Path, *words: str, size: tuple[int, int] = STANDARD, first: str = "outline"
    ) -> Session:
        """Start the program in a pseudo terminal."""
        environment = self.environment | {"ROADMAP_TUI_FIRST": first}
        return Session([self.program, "--data-dir", str(home), *words], environment, size)

    def reviewed(self, items: int, grades: int) -> tuple[str, ...]:
        """Return the options for a data folder and a roadmap of finished items, with graded reviews."""
        home = self.home(f"reviews-{items}-{grades}")
        if not (home / "log").exists():
            (home / "log").mkdir()
            (home / "log" / "bench.jsonl").write_bytes(reviews(grades, items))
        path = self.file(f"{items}.json", lambda: roadmap(items))
        return "--data-dir", str(home), "--roadmap", path

    def ours(self) -> Numbers:
        """Measure a start and quitting."""
        with self.screen(self.home("start")) as session:
            found = session.start(BUNDLED)
            found["memory"] = session.memory()
            found["leaving"] = session.leave()
        return found

    def today(self) -> Numbers:
        """Measure a start with Today, on a year of events."""
        _, home, *words = self.reviewed(150, 5_000)
        with self.screen(Path(home), *words, first="today") as session:
            return session.start(TODAY)

    def bare(self) -> Numbers:
        """Measure the same for the bare Textual app, and ``python -c pass``."""
        with Session([self.python, str(HERE / "bare.py")], self.environment) as session:
            found = session.start("Here it is")
            found["memory"] = session.memory()
            found["leaving"] = session.leave()
        found["nothing"] = self.nothing()
        return found

    def keys(self, size: tuple[int, int]) -> Numbers:
        """Measure cursor keys in the unfolded outline, a held key, and page up, mark and undo."""
        moves = 8 if self.quick else 24
        with self.screen(self.home("keys"), size=size) as session:
            session.start(BUNDLED)
            session.press("=")
            answers = [session.press(key) for key in [DOWN] * 2 * moves + [UP] * moves]
            times = [answer.ms for answer in answers]
            found = {
                "median": median(times),
                "p95": quantile(times, 0.95),
                "bytes": fmean(answer.bytes for answer in answers),
                "floor": fmean(answer.floor for answer in answers),
            }
            if size == STANDARD:
                found["lag"], found["held"] = session.hold(DOWN, 45, 30)
                turns = [[session.press(key).ms for key in PAGE_MARK_UNDO] for _ in range(3)]
                page, mark, undo = (median(taken) for taken in zip(*turns, strict=True))
                found |= {"page": page, "mark": mark, "undo": undo}
        return found

    def sized(self, items: int, events: int) -> Numbers:
        """Measure a start and keys with a number of items and events."""
        home = self.home(f"sized-{items}-{events}")
        if events and not (home / "log").exists():
            (home / "log").mkdir()
            (home / "log" / "bench.jsonl").write_bytes(log(events, items))
        path = self.file(f"{items}.json", lambda: roadmap(items))
        with self.screen(home, "--roadmap", path) as session:
            found = session.start(CHAPTER)
            found["memory"] = session.memory()
            found["unfold"] = session.press("=").ms
            found["key"] = median([session.press(DOWN).ms for _ in range(12)])
            found["fold"] = session.press("-").ms
            session.press("/")
            found["find"] = median([session.press(letter).ms for letter in FIND])
            session.press(ESCAPE)
            session.press("f")
            found["filter"] = session.press("1").ms
            session.press(ESCAPE)
        return found

    def slow(self) -> float:
        """Return the bytes of a cursor move with --slow-link."""
        with self.screen(self.home("slow"), "--slow-link") as session:
            session.start(BUNDLED)
            session.press("=")
            session.press("g")  # from here no move scrolls
            return fmean(session.press(DOWN).bytes for _ in range(12))

    # The lines of the table

    def starts(self) -> Iterator[Line]:
        """Start, memory and quitting."""
        found = interleaved(self.ours, self.bare, self.pairs(15))
        found_today = interleaved(self.today, self.bare, self.pairs(9))

        def against(what: str, name: str, other: str, limit: float | None, kind: float = TIME) -> Line:
            pairs = [(ours[name], bare[other]) for ours, bare in found]
            return Line(what, pairs, "KiB" if name == "memory" else "ms", limit, kind)

        yield against("outline visible / bare app", "visible", "visible", 0.24)
        pairs = [(ours["visible"], bare["visible"]) for ours, bare in found_today]
        yield Line("Today visible, a year of events / bare app", pairs, "ms", 0.24, YEAR)
        yield against("outline drawn by the toolkit / bare app", "live", "live", 1.2)
        yield against("settled / bare app", "settled", "settled", 1.1)
        yield against("outline visible / python -c pass", "visible", "nothing", None)
        yield against("settled / python -c pass", "settled", "nothing", None)
        yield against("leaving / bare app", "leaving", "leaving", 0.05, TAIL)
        yield against("memory / bare app", "memory", "memory", 1.15, SIZE)

    def cursor(self) -> Iterator[Line]:
        """Cursor moves."""
        found = interleaved(
            lambda: self.keys(STANDARD),
            lambda: (self.keys(NO_DETAIL), self.nothing()),
            self.pairs(9),
            is_warm=self.quick,
        )

        def of(name: str, other: Callable[[Numbers, Numbers, float], float]) -> list[Pair]:
            return [(ours[name], other(ours, short, nothing)) for ours, (short, nothing) in found]

        yield Line(
            "key, bytes / floor of the changed cells", of("bytes", lambda o, *_: o["floor"]), "B", 0.9, SIZE
        )
        yield Line(
            "key / the same without a detail pane", of("median", lambda _, s, __: s["median"]), "ms", 3
        )
        for name, what, limit in (
            ("median", "key", 4.5),
            ("p95", "key, 95th of 100", 8.0),
            ("lag", "key held at 30 Hz, lag", 17.0),
            ("page", "page up", None),
            ("mark", "mark", None),
            ("undo", "undo", None),
        ):
            pairs = of(name, lambda *values: values[2])
            kind = TIME if name == "median" else TAIL
            yield Line(f"{what} / python -c pass", pairs, "ms", limit and round(limit / PASS_MS, 2), kind)
        yield Line("key held at 30 Hz, bytes / 2,100", of("held", lambda *_: 2100.0), "B", 1, SIZE)
        yield Line("key with --slow-link, bytes / 60", [(self.slow(), 60.0)], "B", 1, SIZE)

    def idle(self) -> Iterator[Line]:
        """Idle processor time and output."""
        pairs: list[tuple[Pair, Pair]] = []
        for _ in range(1 if self.quick else 3):
            with self.screen(self.home("start")) as session:
                session.start(BUNDLED)
                taken, written = session.idle(3)
            pairs.append(((taken, 3000), (written, 0)))
        yield Line("idle, processor / time", [cpu for cpu, _ in pairs], "ms", 0.003, TAIL)
        yield Line("idle, bytes", [size for _, size in pairs], "B", 0)

    def sizes(self) -> Iterator[Line]:
        """Large roadmaps and long logs."""
        limits = {"visible": None, "settled": 1.15, "key": 1.05}
        for items in (20_000,) if self.quick else (20_000, 100_000):
            found = self._against_small(items, 0)
            for name, limit in limits.items() if items == 20_000 else {"settled": 2.0, "key": None}.items():
                yield Line(f"{items:,} items, {name} / 127 items", _both(found, name), "ms", limit)
            if items == 20_000:
                for name, what, limit_ms in (
                    ("unfold", "unfold all", 40),
                    ("fold", "fold all", 40),
                    ("find", "a search key", 40),
                    ("filter", "filter", 40),
                ):
                    pairs = [(ours[name], self.nothing()) for ours, _ in found]
                    line = f"{items:,} items, {what} / python -c pass"
                    yield Line(line, pairs, "ms", round(limit_ms / PASS_MS, 1))
        for events in (100_000,) if self.quick else (10_000, 100_000):
            found = self._against_small(127, events)
            for name, limit in limits.items():
                yield Line(f"{events:,} events, {name} / no events", _both(found, name), "ms", limit)

    def _against_small(self, items: int, events: int) -> list[tuple[Numbers, Numbers]]:
        return interleaved(lambda: self.sized(items, events), lambda: self.sized(127, 0), self.pairs(7))

    def commands(self) -> Iterator[Line]:
        """Commands that print and exit."""
        turn = iter(range(1 << 30))

        def mark() -> float:
            return self.command("mark", "todo" if next(turn) % 2 else "done", ITEM)

        def plain(*words: str) -> Callable[[], float]:
            return lambda: self.command(*words)

        runs = {"status": plain("status"), "next": plain("next"), "mark": mark}
        for name, run in (runs | {"list": plain("list"), "show": plain("show")}).items():
            pairs = interleaved(run, self.nothing_cpu, self.pairs(15))
            yield Line(f"{name} / python -c pass", pairs, "ms", 4.3 if name in runs else None)

    def reviews(self) -> Iterator[Line]:
        """Commands that need the memory model, on long histories."""
        for name, what, limit, items, records in (
            ("today", "today, a year of reviews", 7, 150, 5_000),
            ("stats", "stats, a year of reviews", 7, 150, 5_000),
            ("plan", "plan, a year of reviews", 7, 150, 5_000),
            ("path item-149", "path, a year of reviews", 7, 150, 5_000),
            ("review", "review, 10,000 due", 11, 10_000, 0),
            ("review", "review, 20,000 graded events", 33, 150, 20_000),
        ):
            words = (self.program, *self.reviewed(items, records), *name.split())
            pairs = interleaved(lambda words=words: self.process(*words)[0], self.nothing_cpu, self.pairs(9))  # type: ignore[misc] # mypy can't infer a default
            yield Line(f"{what} / python -c pass", pairs, "ms", limit)

    def peers(self) -> Iterator[Line]:
        """Other programs, if installed."""
        return against_peers(self.environment, self.folder, self.pairs(7), self.moved)

    def moved(self) -> Numbers:
        """Measure a start and cursor moves in the unfolded outline."""
        with self.screen(self.home("keys")) as session:
            found = session.start(BUNDLED)
            session.press("=")
            answers = [session.press(DOWN) for _ in range(12)]
        return found | {
            "key": median(answer.ms for answer in answers),
            "bytes": fmean(answer.bytes for answer in answers),
        }

    def imports(self) -> Iterator[Line]:
        """Importing and updating Markdown."""
        large = self.file("bullets.md", lambda: bullets(1_400, 270_000))
        small = self.file("tasks.md", lambda: tasks(127))
        for path, what, limit in (
            (large, "1,400 bullets, 270 KB", 1500 / PASS_MS),
            (small, "127 tasks", 250 / PASS_MS),
        ):
            pairs = interleaved(
                lambda path=path: self.command("import", path, "--dry-run"),  # type: ignore[misc] # mypy can't infer a default
                self.nothing_cpu,
                self.pairs(9),
            )
            yield Line(f"import of {what} / python -c pass", pairs, "ms", round(limit))
        count = self.pairs(7)
        words = [self.python, str(HERE / "twice.py"), str(count)]
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, check=True)
        times = [json.loads(line) for line in done.stdout.splitlines()]
        yield Line("2 x 5,000 items reconciled / imported once", [(t[1], t[0]) for t in times], "ms", None)
        pairs = [(t[1], self.nothing()) for t in times]
        yield Line("2 x 5,000 items reconciled / python -c pass", pairs, "ms", round(1000 / PASS_MS))


def _both(found: list[tuple[Numbers, Numbers]], name: str) -> list[Pair]:
    return [(ours[name], other[name]) for ours, other in found]


def main() -> int:
    """Measure, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="of the environment the program is in")
    parser.add_argument("--quick", action="store_true", help="fewer pairs and sizes")
    parser.add_argument("--check", action="store_true", help="fail where a limit is missed by far")
    names = ("starts", "cursor", "idle", "sizes", "commands", "reviews", "imports", "peers")
    parser.add_argument("--only", choices=names, action="append", help="this part alone; may be repeated")
    options = parser.parse_args()
    gc.freeze()
    lines: list[Line] = []
    python = os.path.abspath(options.python)  # not resolved: the symlink identifies the virtual environment
    # Outside the checkout, so that the installed program is imported.
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, chdir(folder):
        bench = Bench(python, Path(folder), quick=options.quick)
        print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.system()}")
        print(HEADER)
        for name in options.only or names:
            part: Callable[[], Iterator[Line]] = getattr(bench, name)
            for line in part():
                lines.append(line)
                print(line, flush=True)
    late = list(far_off(lines)) if options.check else []
    for what in late:
        print(f"bench: far over its limit: {what}", file=sys.stderr)
    return 1 if late else 0
