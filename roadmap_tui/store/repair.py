"""Repair a data folder by adding to it: no existing file is rewritten or deleted."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

from roadmap_tui.core.errors import ReadError, RoadmapTuiError, SaveError
from roadmap_tui.store import library
from roadmap_tui.store.files import make_folder, printable_path
from roadmap_tui.store.library import ROADMAP_SUFFIX, TRASH_DIR, is_damaged, try_decode
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.log_lines import read_logs
from roadmap_tui.store.repository import BRANCH, Repository
from roadmap_tui.store.restore import RestorePlan, diff_logs, read_source, restore_events

_ROADMAPS: Final = "roadmaps/"


def repair(locations: Locations) -> list[str]:
    """Create missing folders, restore events that only backups have, and lost or damaged roadmaps.

    Returns a line for each repair. Damaged files are moved aside. Raises SaveError.
    """
    try:
        return [*_make_folders(locations), *_restore_events(locations), *_restore_roadmaps(locations)]
    except OSError as error:
        what = printable_path(error.filename or locations.data)
        raise SaveError("not repaired", error.strerror or str(error), f"look at {what}") from None


def _make_folders(locations: Locations) -> list[str]:
    done = []
    for folder in (locations.log, locations.roadmaps, locations.backups):
        if not os.path.lexists(folder):
            make_folder(folder)
            done.append(f"made the folder {printable_path(folder)}")
    return done


def count_only_in_backups(locations: Locations) -> int:
    """Count the events that backups have and the logs lack; 0 if one of them cannot be read."""
    with suppress(OSError, ReadError):
        found = _only_in_backups(locations)
        return found.events + found.newer
    return 0


def _only_in_backups(locations: Locations) -> RestorePlan:
    """Return the log lines that only the backups have. Raises ReadError and OSError."""
    kept = read_source(locations.backups)
    return diff_logs(read_logs(locations.log, everything=True).logs, kept)


def _restore_events(locations: Locations) -> list[str]:
    with suppress(ReadError):
        found = _only_in_backups(locations)
        if name := restore_events(found, locations.log):
            count = found.events + found.newer
            events = "event" if count == 1 else "events"
            return [f"restored {count:,} {events} that only backups had, in log/{name}"]
    return []


def _restore_roadmaps(locations: Locations) -> list[str]:
    done = []
    damaged = _damaged(locations.roadmaps)
    for name in (*damaged, *_lost_roadmaps(locations)):
        for origin, data in _versions(locations, name):
            if try_decode(data) is not None:
                library.write(locations.roadmaps, name, data)
                beside = "; the damaged one is beside it" if name in damaged else ""
                shown = printable_path(name.removesuffix(ROADMAP_SUFFIX))
                done.append(f"roadmap {shown}: restored from {origin}{beside}")
                break
    return done


def gone_roadmaps(locations: Locations) -> list[str]:
    """Return the roadmaps of the last sync that are missing now although nobody removed them."""
    return [printable_path(path.removesuffix(ROADMAP_SUFFIX)) for path in _lost_roadmaps(locations)]


def _repository(locations: Locations) -> Repository | None:
    """Return the repository that sync uses, or None if there was no sync."""
    path = locations.repository
    return Repository(path, can_ask=False) if path and os.path.isdir(path) else None


def _lost_roadmaps(locations: Locations) -> list[str]:
    paths: list[str] = []
    with suppress(RoadmapTuiError):
        if (git := _repository(locations)) and (head := git.resolve(BRANCH)):
            paths = sorted(git.list_files(head))
    return [
        name
        for name in (path.removeprefix(_ROADMAPS) for path in paths if path.startswith(_ROADMAPS))
        if library.is_path(name)
        and not name.startswith(TRASH_DIR)
        and not any(
            os.path.lexists(os.path.join(locations.roadmaps, path)) for path in (name, TRASH_DIR + name)
        )
    ]


def _damaged(folder: str) -> list[str]:
    return [
        path
        for path, data in library.read_all(folder).items()
        if not path.startswith(TRASH_DIR) and is_damaged(data)
    ]


def _versions(locations: Locations, name: str) -> list[tuple[str, bytes]]:
    """Return candidates to replace a roadmap: synced versions, the newest first, then a removed one."""
    versions: list[tuple[str, bytes]] = []
    with suppress(RoadmapTuiError):
        if git := _repository(locations):
            versions += [("the last sync", data) for data in git.versions(_ROADMAPS + name)]
    removed = library.read_all(locations.roadmaps).get(TRASH_DIR + name)
    return [*versions, ("removed/", removed)] if removed is not None else versions
