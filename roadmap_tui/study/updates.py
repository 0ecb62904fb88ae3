"""Updates of a roadmap as events: applying one, undoing and redoing it."""

from collections.abc import Callable
from typing import Final

from roadmap_tui.core.errors import RoadmapTuiError, SaveError, UsageError
from roadmap_tui.core.progress.events import RoadmapUpdated
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.roadmap.retired import with_former
from roadmap_tui.store import library
from roadmap_tui.store.journal import LONGEST_WAIT_SECONDS
from roadmap_tui.study.event_store import Change, EventStore

_MAX_NEW_IDS: Final = 5_000  # more would not fit into a record


class RoadmapUpdates:
    """Replaces the roadmap of a study in the library; the versions before stay on this machine."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def apply(self, new: Roadmap, new_ids: tuple[str, ...]) -> Change:
        """Save a new version, and write an event that can be undone. Raises SaveError."""
        store, old = self._store, self._store.source
        file = self._writable_file()
        was, sha256 = _store_version(old, file), _store_version(new, file)
        stamp = store.journal.next_stamp()
        ids = new_ids if len(new_ids) <= _MAX_NEW_IDS else ()
        event = RoadmapUpdated(stamp, new.id, new.title, was, sha256, ids)
        return self._replace(old, new, file, lambda: Change(event, store.write_now(event)))

    def revert(self, action: RoadmapUpdated, ref: str, superseded_clock: int, *, is_redo: bool) -> Change:
        """Save the version before an update (for a redo, the one after it), and undo the event ``ref``.

        Marks on items that it does not have stay, as those on retired items. Raises SaveError, and UsageError
        if the version is not on this machine.
        """
        store, file = self._store, self._writable_file()
        present, wanted = (action.was, action.sha256) if is_redo else (action.sha256, action.was)
        version = library.find_version(action.roadmap, wanted, file.folder)
        if version is None:
            day = f"{action.stamp.at.astimezone():%Y-%m-%d}"
            raise UsageError(
                "redo" if is_redo else "undo",
                f"the last change is the update of {day}, and its other version is not on this machine",
                "do it where the update was made, or update from another source",
            )
        try:
            current = file.load()
        except RoadmapTuiError:  # removed or damaged meanwhile
            current = store.source
        _store_version(current, file, present)
        restored = with_former(version, current)
        return self._replace(current, restored, file, lambda: store.revert(action, ref, superseded_clock))

    def _writable_file(self) -> library.RoadmapFile:
        if reason := self._store.view_only:
            raise SaveError("not saved", f"view only: {reason}", "nothing was changed")
        file = self._store.file
        if file is None or file.is_path:
            raise UsageError("undo", "the update was made in the library", "open the roadmap by its name")
        return file

    def _replace(
        self, old: Roadmap, new: Roadmap, file: library.RoadmapFile, write: Callable[[], Change]
    ) -> Change:
        """Save a version in place of another one and write the event, or do neither. Raises SaveError."""
        self._store.require_saved("nothing was changed; try again", LONGEST_WAIT_SECONDS)
        file.replace(new)
        try:
            change = write()
        except SaveError:
            if not self._store.journal.is_saving:  # otherwise the event is written later
                file.replace(old)
            raise
        self._store.change_source(new)
        return change


def _store_version(roadmap: Roadmap, file: library.RoadmapFile, sha256: str = "") -> str:
    """Store a version with ``library.keep_version``. Raises SaveError."""
    try:
        return library.keep_version(roadmap, file.folder, sha256)
    except OSError as error:
        raise SaveError("not saved", error.strerror or str(error), f"look at {file.folder}") from None
