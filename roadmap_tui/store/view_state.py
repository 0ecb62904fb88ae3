"""Where the reader left off: the roadmap opened last and, in each, the cursor and the folds.

Convenience, not progress: it may be lost, so it is written without waiting for the disk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from roadmap_tui.store.files import atomic_write, read_regular

_FILE = "place.json"
_LARGEST = 1 << 24  # bytes


class ViewState(NamedTuple):
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


def load_view_state(state: str, roadmap: str) -> ViewState:
    """Where the reader left a roadmap; an empty place where that is not known."""
    roadmaps = _load(state).get("roadmaps")
    spot = roadmaps.get(roadmap) if isinstance(roadmaps, dict) else None
    if not isinstance(spot, dict):
        return ViewState()
    cursor, folded = spot.get("cursor"), spot.get("folded")
    return ViewState(
        cursor if isinstance(cursor, str) else "",
        tuple(one for one in folded if isinstance(one, str)) if isinstance(folded, list) else None,
    )


def save_view_state(state: str, roadmap: str, name: str, place: ViewState) -> None:
    """Remember a place, and ``name`` as what to open next time. Raises OSError."""
    known = _load(state)
    roadmaps = known.get("roadmaps")
    spots: dict[str, Any] = roadmaps if isinstance(roadmaps, dict) else {}
    spots[roadmap] = {"cursor": place.cursor, "folded": place.folded}
    # In ASCII, so that a file name that is no UTF-8 comes back as it was.
    data = json.dumps({"last": name, "roadmaps": spots}).encode()
    atomic_write(os.path.join(state, _FILE), data, durable=False)


def saver(state: str, roadmap: str, name: str) -> Callable[[ViewState], None]:
    """What keeps the places of a roadmap; one that can't be kept is no loss."""

    def keep(place: ViewState) -> None:
        with suppress(OSError):
            save_view_state(state, roadmap, name, place)

    return keep


def first_time(state: str, what: str) -> bool:
    """Whether something is to be said that is said once only; from now on it was."""
    path = os.path.join(state, f"said-{what}")
    if os.path.exists(path):
        return False
    try:
        atomic_write(path, b"", durable=False)
    except OSError:
        return False  # it would be said at every start
    return True
