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
from roadmap_tui.text.format import pluralize

_TRACKED: Final = "roadmaps/"


def repair(places: Locations) -> list[str]:
    """Create missing folders, and restore lost events and lost or damaged roadmaps.

    Damaged roadmap files are kept under another name. Returns one line for each thing done.
    Raises SaveError.
    """
    try:
        return [*_make_folders(places), *_restore_events(places), *_restore_roadmaps(places)]
    except OSError as error:
        path = printable_path(error.filename or places.data)
        raise SaveError("not mended", error.strerror or str(error), f"look at {path}") from None


def _make_folders(places: Locations) -> list[str]:
    done = []
    for folder in (places.log, places.roadmaps, places.backups):
        if not os.path.lexists(folder):
            make_folder(folder)
            done.append(f"made the folder {printable_path(folder)}")
    return done


def count_only_in_backups(places: Locations) -> int:
    """Return the number of events that only backups have; 0 if logs or backups are unreadable."""
    with suppress(OSError):
        if plan := _lost_events(places):
            return plan.events + plan.newer
    return 0


def _lost_events(places: Locations) -> RestorePlan | None:
    """Return the events that only backups have, or None without a readable backup."""
    try:
        backup = read_source(places.backups)
    except ReadError:
        return None
    return diff_logs(read_logs(places.log).logs, backup)


def _restore_events(places: Locations) -> list[str]:
    plan = _lost_events(places)
    name = restore_events(plan, places.log) if plan else ""
    if not plan or not name:
        return []
    count = pluralize(plan.events + plan.newer, "event")
    return [f"brought back {count} that only backups had, in log/{name}"]


def _restore_roadmaps(places: Locations) -> list[str]:
    done = []
    damaged = _damaged(places.roadmaps)
    for name in (*damaged, *_lost_roadmaps(places)):
        for origin, data in _versions(places, name):
            if try_decode(data) is not None:
                library.write(places.roadmaps, name, data)
                title = printable_path(name.removesuffix(ROADMAP_SUFFIX))
                line = f"roadmap {title}: brought back from {origin}"
                done.append(f"{line}; the damaged one is beside it" if name in damaged else line)
                break
    return done


def gone_roadmaps(places: Locations) -> list[str]:
    """Return the names of roadmaps that were synced and are missing although nobody removed them."""
    return [printable_path(path.removesuffix(ROADMAP_SUFFIX)) for path in _lost_roadmaps(places)]


def _lost_roadmaps(places: Locations) -> list[str]:
    if not os.path.isdir(os.path.join(places.data, ".git")):
        return []
    paths: list[str] = []
    with suppress(RoadmapTuiError):
        git = Repository(places.data, can_ask=False)
        head = git.commit_of(BRANCH)
        paths = sorted(git.files(head.tree)) if head else []
    names = [path.removeprefix(_TRACKED) for path in paths if path.startswith(_TRACKED)]
    return [
        name
        for name in names
        if library.is_path(name)
        and not name.startswith(TRASH_DIR)
        and not any(os.path.lexists(os.path.join(places.roadmaps, one)) for one in (name, TRASH_DIR + name))
    ]


def _damaged(folder: str) -> list[str]:
    return [
        path
        for path, data in library.read_all(folder).items()
        if not path.startswith(TRASH_DIR) and is_damaged(data)
    ]


def _versions(places: Locations, name: str) -> list[tuple[str, bytes]]:
    """Return possible replacements of a roadmap with their origin, the synced ones first."""
    found: list[tuple[str, bytes]] = []
    if os.path.isdir(os.path.join(places.data, ".git")):
        with suppress(RoadmapTuiError):
            versions = Repository(places.data, can_ask=False).versions(_TRACKED + name)
            found += [("the last sync", data) for data in versions]
    removed = library.read_all(places.roadmaps).get(TRASH_DIR + name)
    return [*found, ("removed/", removed)] if removed is not None else found
