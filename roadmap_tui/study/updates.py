"""Updates of a roadmap as events: applying one, undoing and redoing it."""

from collections.abc import Callable
from typing import Final

from roadmap_tui.core.errors import RoadmapTuiError, SaveError, UsageError
from roadmap_tui.core.progress.events import RoadmapUpdated
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.roadmap.update import restore_version
from roadmap_tui.core.settings import LARGEST_ROADMAP
from roadmap_tui.store import library
from roadmap_tui.study.event_store import Change, EventStore

_MAX_NEW_IDS: Final = 5_000  # more would not fit into a record


class RoadmapUpdates:
    """Replaces the roadmap of a study in the library; the versions before stay on this machine."""

    def __init__(self, store: EventStore, folder: str | None) -> None:
        self._store = store
        self._folder = folder

    def apply(self, new: Roadmap, new_ids: tuple[str, ...]) -> Change:
        """Save a new version, and write an event that can be undone. Raises SaveError."""
        store, old = self._store, self._store.source
        was, sha256 = self._keep(old), self._keep(new)
        stamp = store.journal.next_stamp()
        ids = new_ids if len(new_ids) <= _MAX_NEW_IDS else ()
        event = RoadmapUpdated(stamp, new.id, new.title, was, sha256, ids)
        return self._replace(old, new, lambda: Change(event, store.write_now(event)))

    def revert(self, action: RoadmapUpdated, ref: str, superseded_clock: int, *, is_redo: bool) -> Change:
        """Save the version before an update (for a redo, the one after it), and undo the event ``ref``.

        Raises SaveError, and UsageError if that version is not on this machine.
        """
        store, folder = self._store, self._folder
        present, wanted = (action.was, action.sha256) if is_redo else (action.sha256, action.was)
        version = library.find_version(action.roadmap, wanted, folder) if folder else None
        if version is None:
            day = f"{action.stamp.at.astimezone():%Y-%m-%d}"
            raise UsageError(
                "redo" if is_redo else "undo",
                f"the last change is the update of {day}, and its other version is not on this machine",
                "do it where the update was made, or update from another source",
            )
        try:
            current = library.find(store.source.id, folder, most_items=LARGEST_ROADMAP)
        except RoadmapTuiError:  # removed or damaged meanwhile
            current = store.source
        self._keep(current, present)
        restored = restore_version(version, current, lambda node_id: store.progress.has(current.id, node_id))
        return self._replace(current, restored, lambda: store.revert(action, ref, superseded_clock))

    def _keep(self, roadmap: Roadmap, sha256: str = "") -> str:
        if self._folder is None:
            raise SaveError("not saved", "there is no home folder", "set HOME or ROADMAP_TUI_HOME")
        try:
            return library.keep_version(roadmap, self._folder, sha256)
        except OSError as error:
            raise SaveError("not saved", error.strerror or str(error), f"look at {self._folder}") from None

    def _replace(self, old: Roadmap, new: Roadmap, write: Callable[[], Change]) -> Change:
        """Save a version in place of another one and write the event, or do neither. Raises SaveError."""
        if reason := self._store.view_only:
            raise SaveError("not saved", f"view only: {reason}", "nothing was changed")
        library.save(new, self._folder)
        try:
            change = write()
        except SaveError:
            library.save(old, self._folder)
            raise
        self._store.change_source(new)
        return change
