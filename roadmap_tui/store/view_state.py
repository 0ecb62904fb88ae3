"""Store the view state: the roadmap opened last and, for each, what the reader left.

It is not progress and may be lost, so it is written without fsync.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from roadmap_tui.store.files import atomic_write, read_regular

_FILE = "place.json"
_MAX_BYTES = 1 << 24  # bytes


class ViewState(NamedTuple):
    """The node under the cursor, the folded sections and the new items that the reader has seen.

    ``folded`` is None if the roadmap was never opened.
    """

    cursor: str = ""
    folded: tuple[str, ...] | None = None
    seen: tuple[str, ...] = ()


def _load(state: str) -> dict[str, Any]:
    try:
        known = json.loads(read_regular(os.path.join(state, _FILE), _MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def last_roadmap(state: str) -> str:
    """Return the name of the roadmap opened last, or ""."""
    last = _load(state).get("last")
    return last if isinstance(last, str) else ""


def load_view_state(state: str, roadmap: str) -> ViewState:
    """Return the saved view state of a roadmap, or an empty one."""
    roadmaps = _load(state).get("roadmaps")
    view = roadmaps.get(roadmap) if isinstance(roadmaps, dict) else None
    if not isinstance(view, dict):
        return ViewState()
    cursor, folded = view.get("cursor"), view.get("folded")
    return ViewState(
        cursor if isinstance(cursor, str) else "",
        _texts(folded) if isinstance(folded, list) else None,
        _texts(view.get("seen")),
    )


def _texts(values: object) -> tuple[str, ...]:
    """Return the texts of a list, none of anything else."""
    return tuple(one for one in values if isinstance(one, str)) if isinstance(values, list) else ()


def save_view_state(state: str, roadmap: str, name: str, view: ViewState) -> None:
    """Save the view state, and ``name`` as the roadmap to open next time. Raises OSError."""
    known = _load(state)
    roadmaps = known.get("roadmaps")
    views: dict[str, Any] = roadmaps if isinstance(roadmaps, dict) else {}
    views[roadmap] = view._asdict()
    # ASCII, so that a file name that is not UTF-8 survives.
    data = json.dumps({"last": name, "roadmaps": views}).encode()
    atomic_write(os.path.join(state, _FILE), data, durable=False)


def saver(state: str, roadmap: str, name: str) -> Callable[[ViewState], None]:
    """Return a function that saves the view state of a roadmap and ignores errors."""

    def save(view: ViewState) -> None:
        with suppress(OSError):
            save_view_state(state, roadmap, name, view)

    return save


def first_on(state: str, day: date) -> bool:
    """Return True the first time it is called for this day, and remember the day."""
    path, text = os.path.join(state, "day"), day.isoformat().encode()
    try:
        if read_regular(path, _MAX_BYTES) == text:
            return False
    except OSError:
        pass  # never called
    try:
        atomic_write(path, text, durable=False)
    except OSError:
        return False  # otherwise it would be True at every start
    return True


def first_time(state: str, key: str) -> bool:
    """Return True the first time it is called for this key, and remember that."""
    path = os.path.join(state, f"said-{key}")
    if os.path.exists(path):
        return False
    try:
        atomic_write(path, b"", durable=False)
    except OSError:
        return False  # otherwise it would be shown at every start
    return True
