"""The roadmaps at hand, as the screen deals with them: what there is, opening, importing, removing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple

from roadmap_tui.core.counts import Tally
from roadmap_tui.core.errors import RoadmapError
from roadmap_tui.core.progress import ItemState, Progress
from roadmap_tui.store import library
from roadmap_tui.store.importer import Options, Plan, options_of, origin_of, plan_import, plan_update
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.place import Place, keep_place, place_in
from roadmap_tui.store.sources import fetch
from roadmap_tui.study import Clock, Study, wall_clock
from roadmap_tui.tui.desk import Desk
from roadmap_tui.tui.lines import Glyphs

_NOTHING = ItemState()


class Entry(NamedTuple):
    """A roadmap of the library and how far one is; ``problem`` says why it can't be opened."""

    name: str
    title: str
    tally: Tally
    imported: bool
    problem: str = ""


class Opened(NamedTuple):
    """A roadmap on a desk, and what to call with the place to come back to."""

    desk: Desk
    remember: Callable[[Place], None]


class Shelf:
    """The library of one user."""

    def __init__(self, locations: Locations, glyphs: Glyphs, clock: Clock = wall_clock) -> None:
        self._locations = locations
        self._glyphs = glyphs
        self._clock = clock

    def entries(self) -> list[Entry]:
        """All roadmaps, the bundled one first."""
        events = Journal(self._locations.log, self._clock).read()
        folder = self._locations.roadmaps
        found = []
        for number, name in enumerate(library.names(folder)):
            try:
                roadmap = library.find(name, folder)
            except RoadmapError as error:
                found.append(Entry(name, name, Tally(), bool(number), str(error).split("\n")[0]))
                continue
            study = Study(roadmap, Journal(None, self._clock))
            study.absorb(events)
            found.append(Entry(name, roadmap.title, study.tally(), bool(number)))
        return found

    def open(self, name: str) -> Opened:
        """A roadmap on a desk, where it was left. Raises CannotRead and BadRoadmap."""
        roadmap = library.find(name, self._locations.roadmaps)
        study = Study.open(roadmap, self._locations.log, self._clock)
        return self.desk(study, name)

    def desk(self, study: Study, name: str) -> Opened:
        """A study on a desk, where it was left; ``name`` is what to open next time."""

        def remember(place: Place) -> None:
            with suppress(OSError):
                keep_place(self._locations.state, study.roadmap.id, name, place)

        place = place_in(self._locations.state, study.roadmap.id)
        return Opened(Desk(study, self._glyphs, place), remember)

    def plan_import(self, source: str) -> Plan:
        """What importing a source comes to. Raises CannotRead, BadRoadmap and Refused."""
        return plan_import(fetch(source), Options(), self._locations.roadmaps, self._has_progress())

    def plan_update(self, name: str, accepted: Mapping[str, str]) -> Plan:
        """What a newer version of a roadmap comes to. Raises CannotRead, BadRoadmap and Refused."""
        old = library.find(name, self._locations.roadmaps)
        asked = self._has_progress()
        return plan_update(
            old, fetch(origin_of(old)), options_of(old), lambda node_id: asked(old.id, node_id), accepted
        )

    def keep(self, plan: Plan) -> None:
        """Carry a plan out. Raises CannotSave."""
        library.keep(plan.roadmap, self._locations.roadmaps)

    def remove(self, name: str) -> None:
        """Take an imported roadmap out of the library. Raises Refused and CannotSave."""
        library.remove(name, self._locations.roadmaps)

    def _has_progress(self) -> Callable[[str, str], bool]:
        progress = Progress(Journal(self._locations.log, self._clock).read())
        return lambda roadmap, node_id: progress.state(roadmap, node_id) != _NOTHING
