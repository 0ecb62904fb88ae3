"""Runs the program for tests of the command line, as a process or, faster, in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from roadmap_tui.cli import run

ROOT = Path(__file__).parents[2]


def environment(home: Path | None, **more: str) -> dict[str, str]:
    """Return the environment for a process of the program, without the real user's folders."""
    passed_on = ("PATH", "PYTHONDONTWRITEBYTECODE", "XDG_STATE_HOME")
    kept = {name: os.environ[name] for name in passed_on if name in os.environ}
    kept |= {"PYTHONPATH": str(ROOT), "HOME": "/nonexistent", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    kept["ROADMAP_TUI_FIRST"] = "outline"
    if home is not None:
        kept["ROADMAP_TUI_HOME"] = str(home)
    return kept | more


def process(
    home: Path | None, *args: str, feed: str | bytes = b"", code: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the program in its own process; ``feed`` is its stdin, ``code`` is Python to run before it."""
    start = (
        ["-c", f"{code}\nfrom roadmap_tui.__main__ import main\nmain()"] if code else ["-m", "roadmap_tui"]
    )
    done = subprocess.run(
        [sys.executable, *start, *args],
        input=feed if isinstance(feed, bytes) else feed.encode(),
        capture_output=True,
        check=False,
        timeout=30,
        cwd="/",
        env=environment(home, **more),
    )
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in out + err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


class Result(NamedTuple):
    """The exit code and output of a run in this process."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output, parsed as JSON."""
        return json.loads(self.out)


class CliRunner:
    """Runs the program in this process on one data folder."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.capture = capture

    def __call__(self, *args: str) -> Result:
        self.capture.readouterr()
        code = run(["--data-dir", str(self.home), *args])
        shown = self.capture.readouterr()
        assert "Traceback" not in shown.out + shown.err
        assert code != 1, shown.err
        return Result(code, shown.out, shown.err)


def one_line(err: str) -> str:
    """Check that stderr is one error line and return it."""
    assert err.startswith("roadmap-tui: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert err.isprintable() or err[:-1].isprintable()
    return err[:-1]


def write_roadmap(path: Path, children: list[dict[str, Any]], **fields: Any) -> Path:
    """Write a roadmap file with these nodes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    roadmap = {"format": 1, "id": path.stem, "title": "Small", "children": children} | fields
    path.write_text(json.dumps(roadmap))
    return path


def item(id_: str, title: str, **fields: Any) -> dict[str, Any]:
    """Make an item of a roadmap file."""
    return {"type": "item", "id": id_, "title": title} | fields


def section(id_: str, title: str, *children: dict[str, Any]) -> dict[str, Any]:
    """Make a section of a roadmap file."""
    return {"type": "section", "id": id_, "title": title, "children": list(children)}


def small(home: Path) -> Path:
    """Add a roadmap named small, with two sections and five items, to the library of a data folder."""
    video = {"title": "A film", "url": "https://example.org/film", "kind": "video"}
    return write_roadmap(
        home / "roadmaps" / "small.json",
        [
            section(
                "basics",
                "Basics",
                item("sets", "Sets", ticked=True, hours=2.5, level=1, resources=[video]),
                item("maps", "Maps of sets", prerequisites=["sets"]),
            ),
            section("nets", "Nets", section("deep", "Deep nets", item("relu", "ReLU", summary="A hinge."))),
            item("exam", "Exam", kind="topic", children=[item("oral", "Oral exam")]),
        ],
        retired=[item("gone", "Gone", children=[item("gone-too", "Gone too")])],
    )
