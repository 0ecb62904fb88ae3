"""The roadmaps at hand, as the screen deals with them: what there is, opening, importing, removing."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from roadmap_tui.core.errors import RoadmapTuiError, UsageError
from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.settings import DEFAULTS, Settings
from roadmap_tui.store import library
from roadmap_tui.store.importer import (
    ImportPlan,
    ImportRequest,
    apply_plan,
    origin_of,
    plan_import,
    plan_update,
)
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.sources import STDIN, fetch
from roadmap_tui.store.view_state import ViewState, load_view_state, saver
from roadmap_tui.study.study import Clock, Study, wall_clock
from roadmap_tui.study.today import active_studies
from roadmap_tui.text.styled_text import Glyphs
from roadmap_tui.tui.main.state import MainState


class LibraryEntry(NamedTuple):
    """A roadmap of the library and how far one is; ``problem`` says why it can't be opened."""

    name: str
    title: str
    tally: Counts
    imported: bool
    problem: str = ""


class OpenRoadmap(NamedTuple):
    """A roadmap on a desk, and what to call with the place to come back to."""

    state: MainState
    remember: Callable[[ViewState], None]


class Library:
    """The library of one user."""

    def __init__(
        self,
        locations: Locations,
        glyphs: Glyphs,
        clock: Clock = wall_clock,
        settings: Settings = DEFAULTS,
    ) -> None:
        self._locations = locations
        self._glyphs = glyphs
        self._clock = clock
        self._settings = settings

    def entries(self) -> list[LibraryEntry]:
        """All roadmaps, the bundled one first."""
        progress = self._progress()
        folder = self._locations.roadmaps
        found = []
        for number, name in enumerate(library.names(folder)):
            try:
                roadmap = self._find(name)
            except RoadmapTuiError as error:
                found.append(LibraryEntry(name, name, Counts(), bool(number), str(error).split("\n")[0]))
                continue
            study = Study(roadmap, Journal(None, self._clock), progress=progress)
            found.append(LibraryEntry(name, roadmap.title, study.counts_at(), bool(number)))
        return found

    def titles(self) -> list[tuple[str, str]]:
        """The name and the title of each roadmap that can be read, the bundled one first."""
        found = []
        for name in library.names(self._locations.roadmaps):
            with suppress(RoadmapTuiError):
                found.append((name, self._find(name).title))
        return found

    def open(self, name: str) -> OpenRoadmap:
        """A roadmap on a desk, where it was left. Raises CannotRead and BadRoadmap."""
        roadmap = self._find(name)
        study = Study.open(
            roadmap, self._locations.log, self._clock, self._settings, cache=self._locations.cache
        )
        return self.desk(study, name)

    def desk(self, study: Study, name: str) -> OpenRoadmap:
        """A study on a desk, where it was left; ``name`` is what to open next time."""
        place = load_view_state(self._locations.state, study.roadmap.id)
        remember = saver(self._locations.state, study.roadmap.id, name)
        return OpenRoadmap(MainState(study, self._glyphs, place), remember)

    def studied(self, study: Study) -> list[Study]:
        """A study and those of the other roadmaps in which anything was done."""
        return active_studies(study, self._locations.roadmaps)

    def propose_import(self, source: str) -> ImportRequest:
        """Importing a source. Raises CannotRead, BadRoadmap and Refused."""
        if source == STDIN:
            raise UsageError("import", "what is typed here is for the screen", "give a file or an address")
        fetched = fetch(os.path.expanduser(source))
        return plan_import(fetched, None, self._locations.roadmaps, self._progress())

    def propose_update(self, name: str) -> ImportRequest:
        """Taking over a newer version from a roadmap's own source. Raises CannotRead and BadRoadmap."""
        old = self._find(name)
        return plan_update(old, fetch(origin_of(old)), None, self._progress())

    def keep(self, plan: ImportPlan) -> None:
        """Carry a plan out. Raises CannotSave."""
        apply_plan(plan, self._locations.roadmaps)

    def remove(self, name: str) -> None:
        """Take an imported roadmap out of the library. Raises Refused and CannotSave."""
        library.remove(name, self._locations.roadmaps)

    def _find(self, name: str) -> Roadmap:
        most = self._settings.most_items
        return library.find(name, self._locations.roadmaps, self._locations.cache, most_items=most)

    def _progress(self) -> Progress:
        return Journal(self._locations.log, self._clock, cache=self._locations.cache).progress()
