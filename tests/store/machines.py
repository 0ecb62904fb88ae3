"""Data folders that share a git remote, for the tests of sync."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from roadmap_tui.core.progress.events import STATUSES
from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.update import update_roadmap
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.sync import SyncResult, sync
from roadmap_tui.study.study import Study, wall_clock
from tests.cli.program_runs import environment
from tests.journals import ROADMAP

ORIGIN = "https://example.org/plan.md"
ITEMS = [item.id for item in FlatTree(ROADMAP).items()]

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")


def git(folder: Path, *args: str, feed: str = "") -> str:
    """Run git in a folder and return its output."""
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@y", *args],
        cwd=folder,
        env=environment(None, HOME=str(folder)),
        input=feed,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def remote(folder: Path) -> Path:
    """Create an empty bare repository."""
    folder.mkdir()
    git(folder, "init", "-q", "--bare")
    return folder


class Machine(NamedTuple):
    """A data folder of a host."""

    home: Path
    host: str
    remote: Path

    @property
    def log(self) -> Path:
        return self.home / "log"

    def sit(self, roadmap: Roadmap = ROADMAP) -> Study:
        return Study(roadmap, Journal(str(self.log), wall_clock, host=self.host))

    def mark(self, item: str = "vectors", status: str = "done", roadmap: Roadmap = ROADMAP) -> None:
        """Set the status of an item in a session of its own."""
        study = self.sit(roadmap)
        study.set_status([item], status)
        study.close()

    @property
    def repository(self) -> Path:
        """The repository of its syncs."""
        return Path(self._locations.repository or "")

    @property
    def _locations(self) -> Locations:
        return Locations(str(self.home), str(self.home / "state"), str(self.home / "config"))

    def sync(self, address: str | None = None) -> SyncResult:
        """Sync with an address ("" for the saved one), by default with its remote if that is there."""
        if address is None:
            address = str(self.remote) if self.remote.exists() else ""
        return sync(self._locations, address, can_ask=False)

    def start_sync(self) -> subprocess.Popen[bytes]:
        """Start `roadmap-tui sync` as a process."""
        return subprocess.Popen(
            [sys.executable, "-m", "roadmap_tui", "sync", "--remote", str(self.remote)],
            env=environment(self.home),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def ids(self) -> set[str]:
        """Return the ids of all events, session starts included."""
        return {event.stamp.id for event in Journal(str(self.log), wall_clock).read()}

    def shown(self, roadmap: Roadmap = ROADMAP) -> object:
        """Return all states and counts of a roadmap."""
        study = Study(roadmap, Journal(str(self.log), wall_clock))
        return [(node.id, study.state(node.id)) for node in study.tree.nodes], study.counts_at()

    def lines(self) -> list[bytes]:
        """Return all lines of its logs, sorted."""
        return sorted(
            line for path in self.log.glob("*.jsonl") for line in path.read_bytes().split(b"\n") if line
        )

    def roadmaps(self) -> dict[str, bytes]:
        """Return the files of its library by path."""
        folder = self.home / "roadmaps"
        paths = [path for path in folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in paths}

    def keep(self, roadmap: Roadmap) -> None:
        """Save a roadmap in its library."""
        folder = self.home / "roadmaps"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{roadmap.id}.json").write_bytes(encode(roadmap))


def edit(study: Study, chance: random.Random) -> str:
    """Make a random change; return the id of its event, "" for none."""
    before = {event.stamp.id for event in study.history()}
    item = chance.choice(ITEMS)
    match chance.choice(["mark", "mark", "mark", "note", "tick", "undo", "redo"]):
        case "mark":
            study.set_status([item], chance.choice(STATUSES))
        case "note":
            study.write_note(item, f"a word {chance.random()}")
        case "tick":
            resources = study.node("vectors").resources
            study.tick_resource("vectors", resources[0].url, chance.random() < 0.7)
        case "undo" if study.progress.undoable(study.roadmap.id):
            study.undo()
        case "redo" if study.progress.redoable(study.roadmap.id):
            study.redo()
    return next(iter({event.stamp.id for event in study.history()} - before), "")


def update(machine: Machine, chance: random.Random) -> None:
    """Update to a random version of a source and mark one of its items."""
    titles = ["Sets", "Maps", "Logic", "Trees", "Graphs", "Groups", "Rings", "Naive sets"]
    new = version("plan", "Numbers", *chance.sample(titles, 5), sha=str(chance.random()), origin=ORIGIN)
    path = machine.home / "roadmaps" / "plan.json"
    if path.exists():
        old = decode(path.read_bytes(), "plan")
        progress = machine.sit(old).progress
        new = update_roadmap(old, new, has_progress=lambda node_id: progress.has("plan", node_id)).roadmap
    machine.keep(new)
    machine.mark(chance.choice([item.id for item in FlatTree(new).items()]), roadmap=new)


def version(id_: str, *titles: str, sha: str = "1", origin: str = "", **fields: object) -> Roadmap:
    """Return a roadmap of some items, like an imported one."""
    items = tuple(Item(title.lower().replace(" ", "-"), title) for title in titles)
    roadmap = Roadmap(id_, id_.title(), children=items)
    return roadmap._replace(source=roadmap.source._replace(kind="markdown", sha256=sha, origin=origin))
