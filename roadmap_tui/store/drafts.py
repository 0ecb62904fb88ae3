"""Texts that were typed and are not saved yet: kept on the disk until they are."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Final, NamedTuple

from roadmap_tui.core.sanitize import LONGEST_TEXT, clean
from roadmap_tui.store.files import atomic_write, read_regular

_LARGEST: Final = 8 * LONGEST_TEXT  # bytes
_ENDING: Final = ".json"


class NoteDraft(NamedTuple):
    """A text for the note of a node, and the note it was begun from."""

    roadmap: str
    node: str
    text: str
    before: str


class Drafts:
    """The drafts in a folder, one file each; where there is none they last as long as the program."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._drafts: dict[tuple[str, str], NoteDraft] = {}
        self._only_here: set[tuple[str, str]] = set()
        for draft in _read_all(folder) if folder else ():
            self._drafts[draft.roadmap, draft.node] = draft

    def of(self, roadmap: str) -> list[NoteDraft]:
        """The drafts of a roadmap."""
        return [draft for draft in self._drafts.values() if draft.roadmap == roadmap]

    def get(self, roadmap: str, node: str) -> NoteDraft | None:
        """The draft for a node, None where there is none."""
        return self._drafts.get((roadmap, node))

    @property
    def unsafe(self) -> int:
        """How many are lost when the program ends: there was no folder to put them in."""
        return len(self._only_here)

    def save(self, draft: NoteDraft) -> None:
        """Keep a draft in place of the one there was; where that can't be written, until the program ends."""
        key = draft.roadmap, draft.node
        if self._drafts.get(key) == draft and key not in self._only_here:
            return
        self._drafts[key] = draft
        self._only_here.add(key)
        if self._folder:
            with suppress(OSError):
                atomic_write(_path(self._folder, *key), json.dumps(draft._asdict()).encode())
                self._only_here.discard(key)

    def drop(self, roadmap: str, node: str) -> None:
        """Forget the draft for a node."""
        self._drafts.pop((roadmap, node), None)
        self._only_here.discard((roadmap, node))
        if self._folder:
            with suppress(OSError):
                os.unlink(_path(self._folder, roadmap, node))


def _path(folder: str, roadmap: str, node: str) -> str:
    from hashlib import sha256  # hardly ever needed, and slow to load

    # The ids of own items and of the roadmap itself are no names of files.
    name = sha256(f"{roadmap}\n{node}".encode()).hexdigest()[:32]
    return os.path.join(folder, name + _ENDING)


def _read_all(folder: str) -> list[NoteDraft]:
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(_ENDING))
    except OSError:
        return []
    found = []
    for name in names:
        # What can't be read is left where it is: it may be somebody's only copy of a text.
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            record = json.loads(read_regular(os.path.join(folder, name), _LARGEST))
            values = [record[key] for key in NoteDraft._fields]
            if all(isinstance(value, str) for value in values):
                roadmap, node, text, before = values
                found.append(NoteDraft(roadmap, node, clean(text), clean(before)))
    return found
