"""Store unsaved notes on the disk until they are saved."""

import json
import os
from contextlib import suppress
from typing import Final, NamedTuple

from roadmap_tui.core.sanitize import LONGEST_TEXT, clean
from roadmap_tui.store.files import atomic_write, read_regular

_MAX_BYTES: Final = 8 * LONGEST_TEXT  # bytes
_SUFFIX: Final = ".json"


class NoteDraft(NamedTuple):
    """An unsaved note on a node, and the saved note that it started from."""

    roadmap: str
    node: str
    text: str
    before: str


class Drafts:
    """The drafts in a folder, one file each; in memory only if there is no folder."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._drafts: dict[tuple[str, str], NoteDraft] = {}
        self._unwritten: set[tuple[str, str]] = set()
        for draft in _read_all(folder) if folder else ():
            self._drafts[draft.roadmap, draft.node] = draft

    def for_roadmap(self, roadmap: str) -> list[NoteDraft]:
        """Return the drafts of a roadmap."""
        return [draft for draft in self._drafts.values() if draft.roadmap == roadmap]

    def get(self, roadmap: str, node: str) -> NoteDraft | None:
        """Return the draft for a node, or None."""
        return self._drafts.get((roadmap, node))

    @property
    def unwritten_count(self) -> int:
        """The number of drafts that could not be written and are lost when the program ends."""
        return len(self._unwritten)

    def save(self, draft: NoteDraft) -> None:
        """Replace the draft of its node; keeps it in memory if it cannot be written."""
        key = draft.roadmap, draft.node
        if self._drafts.get(key) == draft and key not in self._unwritten:
            return
        self._drafts[key] = draft
        self._unwritten.add(key)
        if self._folder:
            with suppress(OSError):
                atomic_write(_path(self._folder, *key), json.dumps(draft._asdict()).encode())
                self._unwritten.discard(key)

    def drop(self, roadmap: str, node: str) -> None:
        """Delete the draft for a node."""
        self._drafts.pop((roadmap, node), None)
        self._unwritten.discard((roadmap, node))
        if self._folder:
            with suppress(OSError):
                os.unlink(_path(self._folder, roadmap, node))


def _path(folder: str, roadmap: str, node: str) -> str:
    from hashlib import sha256  # rarely needed and slow to import

    # The ids of custom items and of the roadmap itself are not file names.
    name = sha256(f"{roadmap}\n{node}".encode()).hexdigest()[:32]
    return os.path.join(folder, name + _SUFFIX)


def _read_all(folder: str) -> list[NoteDraft]:
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(_SUFFIX))
    except OSError:
        return []
    found = []
    for name in names:
        # An unreadable file is left alone: it may be the only copy of a text.
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            record = json.loads(read_regular(os.path.join(folder, name), _MAX_BYTES))
            values = [record[key] for key in NoteDraft._fields]
            if all(isinstance(value, str) for value in values):
                roadmap, node, text, before = values
                found.append(NoteDraft(roadmap, node, clean(text), clean(before)))
    return found
