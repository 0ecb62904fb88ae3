"""The roadmaps at hand: the bundled one, the imported ones, and any file of the program's own format."""

from __future__ import annotations

import os

from roadmap_tui.core.errors import CannotRead, CannotSave, Refused
from roadmap_tui.core.roadmap import Roadmap
from roadmap_tui.core.roadmap_format import encode
from roadmap_tui.store import bundled
from roadmap_tui.store.files import replace

_ENDING = ".json"


def names(folder: str | None) -> list[str]:
    """The names of the roadmaps that ``find`` knows, the bundled one first."""
    try:
        imported = sorted(
            name.removesuffix(_ENDING)
            for name in os.listdir(folder or "")
            if name.endswith(_ENDING) and name[0] != "."
        )
    except OSError:
        imported = []
    return [bundled.ID, *(name for name in imported if name != bundled.ID)]


def find(name: str, folder: str | None) -> Roadmap:
    """The roadmap of a name of ``names``, or the one in a JSON file. Raises CannotRead and BadRoadmap."""
    if name.endswith(_ENDING) or os.sep in name:
        return bundled.read(name)
    imported = os.path.join(folder or "", name + _ENDING)
    if name == bundled.ID and not (folder and os.path.exists(imported)):
        return bundled.load()
    if name in names(folder):
        return bundled.read(imported)
    raise CannotRead(f"roadmap {name!r}", "there is none of that name", "`roadmap-tui list` shows them")


def keep(roadmap: Roadmap, folder: str | None) -> None:
    """Put a roadmap into the library under its id, in place of an earlier version. Raises CannotSave."""
    if folder is None:
        raise CannotSave("not saved", "there is no home folder", "set HOME or ROADMAP_TUI_HOME")
    try:
        replace(os.path.join(folder, roadmap.id + _ENDING), encode(roadmap))
    except OSError as error:
        raise CannotSave("not saved", error.strerror or str(error), f"look at {folder}") from None


def remove(name: str, folder: str | None) -> None:
    """Take an imported roadmap out of the library; its progress stays in the journal.

    Raises Refused where it is not an imported one, CannotSave where it can't be removed.
    """
    path = os.path.join(folder or "", name + _ENDING)
    if os.sep in name or not folder or not os.path.isfile(path):
        raise Refused(f"roadmap {name!r}", "it was not imported", "`roadmap-tui list` shows the roadmaps")
    try:
        os.unlink(path)
    except OSError as error:
        raise CannotSave("not removed", error.strerror or str(error), f"look at {folder}") from None
