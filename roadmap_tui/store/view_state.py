"""Where the reader left off: the roadmap opened last and, in each, the cursor and the folds.

Convenience, not progress: it may be lost, so it is written without waiting for the disk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from roadmap_tui.store.files import read_regular, replace

_FILE = "place.json"
_LARGEST = 1 << 24  # bytes


class Place(NamedTuple):
    """A spot in a roadmap: the node under the cursor, and the sections folded (None: never opened)."""

    cursor: str = ""
    folded: tuple[str, ...] | None = None


def _load(state: str) -> dict[str, Any]:
    try:
        known = json.loads(read_regular(os.path.join(state, _FILE), _LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def last_roadmap(state: str) -> str:
    """The name of the roadmap opened last, empty where none was."""
    last = _load(state).get("last")
    return last if isinstance(last, str) else ""


def place_in(state: str, roadmap: str) -> Place:
    """Where the reader left a roadmap; an empty place where that is not known."""
    roadmaps = _load(state).get("roadmaps")
    spot = roadmaps.get(roadmap) if isinstance(roadmaps, dict) else None
    if not isinstance(spot, dict):
        return Place()
    cursor, folded = spot.get("cursor"), spot.get("folded")
    return Place(
        cursor if isinstance(cursor, str) else "",
        tuple(one for one in folded if isinstance(one, str)) if isinstance(folded, list) else None,
    )


def keep_place(state: str, roadmap: str, name: str, place: Place) -> None:
    """Remember a place, and ``name`` as what to open next time. Raises OSError."""
    known = _load(state)
    roadmaps = known.get("roadmaps")
    spots: dict[str, Any] = roadmaps if isinstance(roadmaps, dict) else {}
    spots[roadmap] = {"cursor": place.cursor, "folded": place.folded}
    # In ASCII, so that a file name that is no UTF-8 comes back as it was.
    data = json.dumps({"last": name, "roadmaps": spots}).encode()
    replace(os.path.join(state, _FILE), data, durable=False)


def keeper(state: str, roadmap: str, name: str) -> Callable[[Place], None]:
    """What keeps the places of a roadmap; one that can't be kept is no loss."""

    def keep(place: Place) -> None:
        with suppress(OSError):
            keep_place(state, roadmap, name, place)

    return keep


def once(state: str, what: str) -> bool:
    """Whether something is to be said that is said once only; from now on it was."""
    path = os.path.join(state, f"said-{what}")
    if os.path.exists(path):
        return False
    try:
        replace(path, b"", durable=False)
    except OSError:
        return False  # it would be said at every start
    return True
