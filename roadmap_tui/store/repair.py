"""Mending a data folder by adding to it: no file that is there is rewritten or deleted."""

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
    """Make the folders that are missing, bring back the events that only backups have, and put good
    versions in the place of lost roadmaps, and of damaged ones, which are put aside. What was done, a
    line each.

    Raises CannotSave.
    """
    try:
        return [*_make_folders(places), *_restore_events(places), *_restore_roadmaps(places)]
    except OSError as error:
        what = printable_path(error.filename or places.data)
        raise SaveError("not mended", error.strerror or str(error), f"look at {what}") from None


def _make_folders(places: Locations) -> list[str]:
    done = []
    for folder in (places.log, places.roadmaps, places.backups):
        if not os.path.lexists(folder):
            make_folder(folder)
            done.append(f"made the folder {printable_path(folder)}")
    return done


def count_only_in_backups(places: Locations) -> int:
    """How many events the backups have and the logs lack; 0 where one of them can't be read."""
    with suppress(OSError):
        if found := _lost_events(places):
            return found.events + found.newer
    return 0


def _lost_events(places: Locations) -> RestorePlan | None:
    """What only the backups have; None where there is none."""
    try:
        kept = read_source(places.backups)
    except ReadError:
        # There is no backup yet, or it is damaged, which costs nothing as long as the log is well.
        return None
    return diff_logs(read_logs(places.log).logs, kept)


def _restore_events(places: Locations) -> list[str]:
    found = _lost_events(places)
    name = restore_events(found, places.log) if found else ""
    if not found or not name:
        return []
    return [
        f"brought back {pluralize(found.events + found.newer, 'event')} that only backups had, in log/{name}"
    ]


def _restore_roadmaps(places: Locations) -> list[str]:
    done = []
    damaged = _damaged(places.roadmaps)
    for name in (*damaged, *_lost_roadmaps(places)):
        for where, data in _versions(places, name):
            if try_decode(data) is not None:
                library.write(places.roadmaps, name, data)
                told = (
                    f"roadmap {printable_path(name.removesuffix(ROADMAP_SUFFIX))}: brought back from {where}"
                )
                done.append(f"{told}; the damaged one is beside it" if name in damaged else told)
                break
    return done


def gone_roadmaps(places: Locations) -> list[str]:
    """The names of the roadmaps that the last sync had, and that were lost since: nobody removed them."""
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
    """What may stand for a damaged roadmap: what was synced last, then what was removed."""
    found: list[tuple[str, bytes]] = []
    if os.path.isdir(os.path.join(places.data, ".git")):
        with suppress(RoadmapTuiError):
            versions = Repository(places.data, can_ask=False).versions(_TRACKED + name)
            found += [("the last sync", data) for data in versions]
    removed = library.read_all(places.roadmaps).get(TRASH_DIR + name)
    return [*found, ("removed/", removed)] if removed is not None else found
