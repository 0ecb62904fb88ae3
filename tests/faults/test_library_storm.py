"""Three machines that sync, update, import, remove and restore a roadmap while it is open on each of them."""

from __future__ import annotations

import os
import random
from pathlib import Path

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.importers.base import SourceData
from roadmap_tui.core.progress.events import STATUSES
from roadmap_tui.core.roadmap.retired import find_orphans
from roadmap_tui.store import library
from roadmap_tui.store.importer import plan_import, save_import
from roadmap_tui.store.library import RoadmapFile
from roadmap_tui.study.study import Study
from tests.faults.table import Loss
from tests.store.machines import Machine, needs_git, remote

TITLES = ["Sets", "Maps", "Logic", "Trees", "Graphs", "Groups", "Rings", "Naive sets", "Fields"]
# How often each is done; ROADMAP_TUI_STORM asks for a number of rounds.
DEEDS = {
    "mark": 10,
    "note": 3,
    "undo": 2,
    "look": 6,
    "sync": 5,
    "import": 3,
    "remove": 1,
    "restore": 1,
    "start": 1,
}


class Screen:
    """What an open screen does: it writes to the version it shows, and takes another when it looks."""

    def __init__(self, machine: Machine, chance: random.Random) -> None:
        self.machine = machine
        self.chance = chance
        self.folder = str(machine.home / "roadmaps")
        self.versions: list[bytes] = []
        self.acknowledged: set[str] = set()
        self.study: Study | None = None

    @property
    def path(self) -> Path:
        return self.machine.home / "roadmaps" / "numbers.json"

    def start(self) -> None:
        if self.study:
            self.study.close()
            self.study = None
        if self.path.exists():
            file = RoadmapFile("numbers", self.folder, None)
            self.study = self.machine.sit(file.load())
            self.study.file = file

    def look(self) -> None:
        """As the watcher does, which looks twice: a file may still be written."""
        study = self.study
        if study is None:
            return self.start()
        study.apply(study.journal.read())
        assert study.file
        for _ in range(2):
            if study.file.has_changed() and self.path.exists():
                study.change_source(study.file.load())
        return None

    def import_(self) -> None:
        titles = self.chance.sample(TITLES, 5)
        text = "# Numbers\n" + "".join(f"- [ ] {title}\n" for title in titles)
        source = SourceData(text.encode(), "README.md", "https://example.org/README.md")
        progress = self.machine.sit().progress
        plan = plan_import(source, None, self.folder, progress).plan()
        save_import(plan, self.folder)
        self.versions.append(self.path.read_bytes())

    def restore(self) -> None:
        """Somebody puts an older file back."""
        if self.versions and self.path.exists():
            self.path.write_bytes(self.chance.choice(self.versions))

    def do(self, deed: str) -> None:
        match deed:
            case "sync":
                self.machine.sync()
            case "import":
                self.import_()
            case "remove":
                if self.path.exists():
                    library.remove("numbers", self.folder)
            case "start" | "look" | "restore":
                getattr(self, deed)()
            case _ if self.study:
                self._change(self.study, deed)

    def _change(self, study: Study, deed: str) -> None:
        items = [item.id for item in study.tree.items()]
        before = {event.stamp.id for event in study.history()}
        try:
            match deed:
                case "mark":
                    study.set_status([self.chance.choice(items)], self.chance.choice(STATUSES))
                case "note":
                    study.write_note(self.chance.choice(items), f"{self.chance.random()}")
                case "undo":
                    study.undo()
        except RoadmapTuiError:
            return
        self.acknowledged |= {event.stamp.id for event in study.history()} - before


@needs_git
def test_a_storm_of_updates_removals_and_open_screens(tmp_path: Path, loss: Loss, thorough: bool) -> None:
    rounds = int(os.environ.get("ROADMAP_TUI_STORM") or (300 if thorough else 40))
    chance = random.Random(rounds)
    hub = remote(tmp_path / "hub")
    screens = [Screen(Machine(tmp_path / host, host, hub), chance) for host in ("box", "lap", "mac")]
    screens[0].import_()
    for screen in screens:
        screen.machine.sync()
        screen.start()
    for _ in range(rounds):
        screen = chance.choice(screens)
        screen.do(*chance.choices(list(DEEDS), list(DEEDS.values())))
        if screen.study:
            assert not _missing(screen.study)
    for screen in (*screens, *screens):
        if not screen.path.exists():
            screen.import_()
        screen.machine.sync()
        screen.look()
    acknowledged = {one for screen in screens for one in screen.acknowledged}
    for screen in screens:
        assert screen.study
        assert not _missing(screen.study)
        found = screen.machine.ids()
        assert acknowledged <= found
    name = f"storm with updates and removals, {rounds} rounds"
    loss.count(name, rounds, acknowledged, found)


def _missing(study: Study) -> list[str]:
    """Return the ids of the items with progress that are not in the tree."""
    orphans = find_orphans(study.source, study.progress, study.tree.index_of)
    hidden = [
        name
        for name in study.progress.ids_with_events("numbers")
        if name and study.progress.has("numbers", name) and name not in study.tree.index_of
    ]
    return [*hidden, *(item.id for item in orphans)]
