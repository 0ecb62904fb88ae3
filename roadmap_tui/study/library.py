"""The library service: listing, opening, importing, updating and removing roadmaps."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from roadmap_tui.core.errors import RoadmapTuiError, UsageError
from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.core.progress.events import Event
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.roadmap.retired import find_orphans
from roadmap_tui.core.settings import DEFAULTS, Settings
from roadmap_tui.store import library
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.log_reader import BadLine
from roadmap_tui.store.view_state import ViewState, load_view_state, saver
from roadmap_tui.study.study import Clock, Study, wall_clock

if TYPE_CHECKING:
    from roadmap_tui.core.importers.base import ImportOptions
    from roadmap_tui.store.importer import ImportPlan, ImportRequest


class LibraryEntry(NamedTuple):
    """A roadmap of the library with its counts and a read-only study, or why it cannot be opened."""

    name: str
    title: str
    counts: Counts
    error: RoadmapTuiError | None = None
    study: Study | None = None


class ProgressReport(NamedTuple):
    """Counts of items with progress: all, not in their roadmap (always 0), and by id of a missing roadmap."""

    items: int
    orphaned: int
    elsewhere: dict[str, int]


class OpenRoadmap(NamedTuple):
    """An open roadmap, its last view state, and a function that saves the current view state."""

    study: Study
    view_state: ViewState
    save_view_state: Callable[[ViewState], None]


class Library:
    """The library of one user, in the folders of ``locations``; without those, only the bundled roadmap."""

    def __init__(
        self, locations: Locations | None, clock: Clock = wall_clock, settings: Settings = DEFAULTS
    ) -> None:
        self._locations = locations
        self._folder = locations.roadmaps if locations else None
        self._log = locations.log if locations else None
        self._cache = locations.cache if locations else None
        self._clock = clock
        self.unread: list[BadLine] = []  # what could not be read of the journal
        self._settings = settings
        self.on_saved: Callable[[list[Event]], None] = lambda _: None  # of the journals of opened roadmaps

    def names(self) -> list[str]:
        """Return the names of all roadmaps, the bundled one first."""
        return list(library.names(self._folder))

    def entries(self) -> list[LibraryEntry]:
        """List all roadmaps with their counts, the bundled one first. Reads the journal once."""
        progress = self._progress()
        entries = []
        for name in self.names():
            try:
                roadmap = self._find(name)
            except RoadmapTuiError as error:
                entries.append(LibraryEntry(name, name, Counts(), error))
                continue
            study = Study(roadmap, Journal(None, self._clock), self._settings, progress)
            entries.append(LibraryEntry(name, roadmap.title, study.counts_at(), None, study))
        return entries

    def titles(self) -> list[tuple[str, str]]:
        """Return the name and title of each readable roadmap, the bundled one first."""
        titles = []
        for name in self.names():
            with suppress(RoadmapTuiError):
                titles.append((name, self._find(name).title))
        return titles

    def progress_report(self) -> ProgressReport:
        """Count the items with progress, and the ones whose roadmap is missing."""
        progress = self._progress()
        studies = [entry.study for entry in self.entries() if entry.study is not None]
        nodes = [key for key in progress.nodes() if key[1] and progress.has(*key)]
        orphans = [find_orphans(study.source, progress, study.tree.index_of) for study in studies]
        here = {study.source.id for study in studies}
        elsewhere = Counter(name for name, _ in nodes if name not in here)
        return ProgressReport(len(nodes), sum(map(len, orphans)), dict(elsewhere))

    def open(self, name: str) -> OpenRoadmap:
        """Open a roadmap. Raises ReadError and InvalidRoadmap."""
        return self.restore_view(self._study(name), name)

    def _study(self, name: str, roadmap: Roadmap | None = None) -> Study:
        """Open a study of a roadmap, by default of the version in the library."""
        file = self._file(name)
        roadmap = roadmap or file.load()
        study = Study.open(roadmap, self._log, self._clock, self._settings, cache=self._cache)
        study.file = file
        study.journal.on_saved = self.on_saved
        return study

    def restore_view(self, study: Study, name: str) -> OpenRoadmap:
        """Load the view state of a study; ``name`` is the roadmap that the next start opens."""
        if self._locations is None:
            return OpenRoadmap(study, ViewState(), lambda _: None)
        folder, roadmap_id = self._locations.state, study.roadmap.id
        return OpenRoadmap(study, load_view_state(folder, roadmap_id), saver(folder, roadmap_id, name))

    def active_studies(self, study: Study) -> list[Study]:
        """Return ``study`` and read-only studies of the other roadmaps that have progress."""
        from roadmap_tui.study.today import active_studies

        return active_studies(study, self._folder)

    def plan_import(
        self, source: str, options: "ImportOptions | None" = None, name: str = ""
    ) -> "ImportRequest":
        """Fetch a source and prepare its import. Raises ReadError, InvalidRoadmap and UsageError."""
        from roadmap_tui.store.importer import plan_import
        from roadmap_tui.store.sources import fetch

        return plan_import(fetch(source), options, self._folder, self._progress(), name)

    def plan_interactive_import(self, source: str) -> "ImportRequest":
        """Prepare an import on the screen, where stdin is the keyboard and no shell expands ``~``."""
        from roadmap_tui.store.sources import STDIN

        if source == STDIN:
            raise UsageError("import", "what is typed here is for the screen", "give a file or an address")
        return self.plan_import(os.path.expanduser(source))

    def plan_update(
        self, roadmap: Roadmap | str, source: str = "", *, follows_source: bool = False
    ) -> "ImportRequest":
        """Fetch a newer version and prepare the update. Raises ReadError and InvalidRoadmap.

        With ``follows_source``, the roadmap that was imported from the source, if any, is updated instead.
        """
        from roadmap_tui.store.importer import find_by_source, origin_of, plan_update
        from roadmap_tui.store.sources import fetch

        old = self._find(roadmap) if isinstance(roadmap, str) else roadmap
        data = fetch(source or origin_of(old))
        if follows_source:
            found = {one.id: one for one in find_by_source(data, self._folder)}
            old = found.get(old.id) or next(iter(found.values()), old)
        return plan_update(old, data, None, self._progress())

    def apply(self, plan: "ImportPlan") -> None:
        """Write the result of an import or update; an update can be undone. Raises SaveError."""
        from roadmap_tui.store.importer import save_import

        if plan.old is None or plan.changes is None or plan.same:
            save_import(plan, self._folder)
            return
        study = self._study(plan.old.id, plan.old)
        try:
            study.updates.apply(plan.roadmap, tuple(match.id for match in plan.changes.new))
        finally:
            study.close()

    def remove(self, name: str) -> None:
        """Remove an imported roadmap from the library. Raises UsageError and SaveError."""
        library.remove(name, self._folder)

    def _find(self, name: str) -> Roadmap:
        return self._file(name).load()

    def _file(self, name: str) -> library.RoadmapFile:
        return library.RoadmapFile(name, self._folder, self._cache, most_items=self._settings.most_items)

    def _progress(self) -> Progress:
        journal = Journal(self._log, self._clock, cache=self._cache, review=self._settings.review_model)
        progress = journal.progress()
        self.unread = journal.unread
        return progress
