"""The roadmaps at hand: the bundled one, the imported ones, and any file of the program's own format."""

from __future__ import annotations

import os

from roadmap_tui.core.errors import CannotRead
from roadmap_tui.core.roadmap import Roadmap
from roadmap_tui.store import bundled

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
