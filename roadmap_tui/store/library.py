"""The roadmaps at hand: the bundled one, the imported ones, and any file of the program's own format."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from roadmap_tui.core.errors import InvalidRoadmap, ReadError, SaveError, UsageError
from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.settings import DEFAULTS, LARGEST_ROADMAP
from roadmap_tui.store import bundled, roadmap_reader
from roadmap_tui.store.files import atomic_write, unique_path

# Where a roadmap lies in the folder of a library: in use under its id, removed in a folder of its own.
ROADMAP_SUFFIX: Final = ".json"
TRASH_DIR: Final = "removed/"


def names(folder: str | None) -> list[str]:
    """The names of the roadmaps that ``find`` knows, the bundled one first."""
    try:
        imported = sorted(
            name.removesuffix(ROADMAP_SUFFIX)
            for name in os.listdir(folder or "")
            if name.endswith(ROADMAP_SUFFIX) and name[0] != "."
        )
    except OSError:
        imported = []
    return [bundled.ID, *(name for name in imported if name != bundled.ID)]


def find(
    name: str, folder: str | None, cache: str | None = None, *, most_items: int = DEFAULTS.most_items
) -> Roadmap:
    """The roadmap of a name of ``names``, or the one in a JSON file. Raises CannotRead and BadRoadmap.

    ``cache`` is a folder in which what was read may be kept, to be faster the next time.
    """
    if name.endswith(ROADMAP_SUFFIX) or os.sep in name:
        return roadmap_reader.read(name, cache, most_items=most_items)
    imported = os.path.join(folder or "", name + ROADMAP_SUFFIX)
    if name == bundled.ID and not (folder and os.path.exists(imported)):
        return bundled.load()
    if name in names(folder):
        return roadmap_reader.read(imported, cache, most_items=most_items)
    raise ReadError(f"roadmap {name!r}", "there is none of that name", "`roadmap-tui list` shows them")


def iter_roadmaps(folder: str | None) -> Iterator[Roadmap]:
    """Every roadmap of a library that can be read, then those that were removed from it."""
    for name in names(folder):
        with suppress(ReadError, InvalidRoadmap):
            yield find(name, folder, most_items=LARGEST_ROADMAP)
    removed = os.path.join(folder or "", TRASH_DIR)
    for name in sorted(os.listdir(removed)) if folder and os.path.isdir(removed) else ():
        with suppress(ReadError, InvalidRoadmap):
            yield roadmap_reader.read(os.path.join(removed, name), most_items=LARGEST_ROADMAP)


def save(roadmap: Roadmap, folder: str | None) -> None:
    """Put a roadmap into the library under its id, in place of an earlier version. Raises CannotSave.

    A file of that name which can't be read is put aside, and never in place of another: somebody may
    still mend it.
    """
    if folder is None:
        raise SaveError("not saved", "there is no home folder", "set HOME or ROADMAP_TUI_HOME")
    path = os.path.join(folder, roadmap.id + ROADMAP_SUFFIX)
    try:
        if os.path.exists(path) and _is_damaged(path):
            os.replace(path, unique_path(f"{path}.damaged"))
        atomic_write(path, encode(roadmap))
    except OSError as error:
        raise SaveError("not saved", error.strerror or str(error), f"look at {folder}") from None


def remove(name: str, folder: str | None) -> None:
    """Put an imported roadmap aside; with its ids its progress comes back when it is imported again.

    Raises Refused where it is not an imported one, CannotSave where it can't be removed.
    """
    path = os.path.join(folder or "", name + ROADMAP_SUFFIX)
    if os.sep in name or not folder or not os.path.isfile(path):
        raise UsageError(f"roadmap {name!r}", "it was not imported", "`roadmap-tui list` shows the roadmaps")
    from roadmap_tui.store.roadmap_files import move_to_trash  # hardly any command removes one

    try:
        move_to_trash(folder, name + ROADMAP_SUFFIX)
    except OSError as error:
        raise SaveError("not removed", error.strerror or str(error), f"look at {folder}") from None


def _is_damaged(path: str) -> bool:
    try:
        roadmap_reader.read(path, most_items=LARGEST_ROADMAP)
    except InvalidRoadmap:
        return True
    return False
