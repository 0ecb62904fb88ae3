"""Sync with a machine that still has roadmap-tui 0.1.0.

``tests/data/roadmap-tui-0.1.0.tar.xz`` is what the wheel of that version contained.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from roadmap_tui.core.progress import events
from roadmap_tui.core.progress.events import Event
from roadmap_tui.core.progress.records import EVENT_KINDS
from roadmap_tui.store.journal import dump
from tests.cli.program_runs import ROOT, environment, process
from tests.journals import stamp
from tests.store.machines import needs_git, remote

OLD_VERSION = ROOT / "tests/data/roadmap-tui-0.1.0.tar.xz"
ABOUT = ("plan", "one", "One")
LATER = stamp(3).at
ITEMS = [
    {
        "type": "item",
        "id": "one",
        "title": "One",
        "kind": "topic",
        "hours": 2.5,
        "level": 2,
        "new": {"x": [1]},
    },
    {"type": "item", "id": "two", "title": "Two", "prerequisites": ["one"], "kind": "project"},
    {"type": "item", "id": "six", "title": "Six", "questions": [{"id": "q", "ask": "Why?", "answer": "So."}]},
]


def _events() -> list[Event]:
    """Return events of all kinds, with every optional field."""
    whole = ABOUT[0], "Plan"
    return [
        events.SessionStarted(stamp(1), "0.2.0", 1),
        events.StatusSet(stamp(2), "plan", ("one", "two"), "Plan", "done", events.PLACEMENT),
        events.NoteWritten(stamp(3)._replace(by="helper"), *ABOUT, "Q: Why?\nA: So.", (stamp(2).id,)),
        events.ResourceTicked(stamp(4), *ABOUT, "https://example.org", on=True),
        events.ReviewGraded(stamp(5), *ABOUT, 3, 1200, "n:0123456789abcdef"),
        events.QuestionHidden(stamp(6), *ABOUT, "b:why", on=True),
        events.TimeLogged(stamp(7), *ABOUT, 600, LATER, stamp(6).id, (stamp(6).id,)),
        events.CustomResourceSet(
            stamp(8), *ABOUT, "https://example.org/a", "A", "book", "https://example.org/b"
        ),
        events.CustomItemSet(stamp(9), "plan", "own:1", "Mine", "Mine", "one"),
        events.ReviewsPaused(stamp(10), *whole, LATER),
        events.Snoozed(stamp(11), *ABOUT, "2026-12-24"),
        events.NeedSet(stamp(12), *ABOUT, "six", on=True),
        events.GoalSet(stamp(13), *ABOUT, "2027-01-31", 7.5),
        events.Excluded(stamp(14), *whole, (stamp(2).id,)),
        events.RoadmapUpdated(stamp(15), *whole, "ab" * 32, "cd" * 32, ("six",)),
        events.Undone(stamp(16), *whole, stamp(12).id),
    ]


def _lines(home: Path) -> set[bytes]:
    found = [line for path in (home / "log").glob("*.jsonl") for line in path.read_bytes().split(b"\n")]
    return set(filter(None, found))


@pytest.fixture
def old_version(tmp_path: Path) -> Path:
    with tarfile.open(OLD_VERSION) as archive:
        archive.extractall(tmp_path / "old", filter="data")
    return tmp_path / "old"


@needs_git
def test_records_and_fields_survive_a_sync_by_the_old_version(tmp_path: Path, old_version: Path) -> None:
    hub, mine, theirs, third = (tmp_path / name for name in ("hub", "mine", "theirs", "third"))
    remote(hub)
    lines = [dump(event) for event in _events()]
    assert {json.loads(line)["k"] for line in lines} == set(EVENT_KINDS)
    lines += [
        '{"v":1,"id":"x-y-1","c":99,"at":"2030-01-01T00:00:00Z","k":"later","r":"plan","z": {"a":[ 1 ]}}'
    ]
    (mine / "log").mkdir(parents=True)
    (mine / "log/box.jsonl").write_text("".join(f"\n{line}\n" for line in lines))
    roadmap = {"format": 1, "id": "plan", "title": "Plan", "children": ITEMS}
    (mine / "roadmaps").mkdir()
    (mine / "roadmaps/plan.json").write_text(json.dumps(roadmap))

    def run_old(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "roadmap_tui", *words],
            env=environment(theirs, PYTHONPATH=str(old_version)),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run_old("--version") == "roadmap-tui 0.1.0\n"
    assert process(mine, "sync", "--remote", str(hub)).returncode == 0
    run_old("sync", "--remote", str(hub))
    run_old("--roadmap", "plan", "mark", "doing", "two")
    assert "2" in run_old("--roadmap", "plan", "status")
    run_old("sync")
    for home, words in ((third, ("--remote", str(hub))), (mine, ())):
        done = process(home, "sync", *words)
        assert done.returncode == 0, done.stderr
    theirs_only = _lines(theirs) - set(map(str.encode, lines))
    assert [json.loads(line)["k"] for line in theirs_only if b'"status"' in line] == ["status"]
    for home in (mine, theirs, third):
        assert _lines(home) == set(map(str.encode, lines)) | theirs_only
        assert json.loads((home / "roadmaps/plan.json").read_text()) == roadmap
    assert (
        process(mine, "--roadmap", "plan", "show", "--json").stdout
        == process(third, "--roadmap", "plan", "show", "--json").stdout
    )
