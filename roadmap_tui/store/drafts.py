"""Store unsaved notes on the disk until they are saved, also those that an external editor writes."""

import errno
import json
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from roadmap_tui.core.sanitize import clean
from roadmap_tui.store.files import atomic_write, read_regular

_MAX_BYTES: Final = 1 << 24  # far more than a note may have: a draft may be too long to be saved
_SUFFIX: Final = ".json"
# The files in the folder of a note that an external editor has open.
_EDITED: Final = "note.md"
_GIVEN: Final = "given.json"
# nano saves here when the terminal is lost; vim and Emacs leave recovery files that they offer themselves.
_RESCUED: Final = "note.md.save"
_BACKUP: Final = "note.md~"
_MAX_UNCHANGED: Final = 20  # files kept for editors that returned at once and may still be open


class NoteDraft(NamedTuple):
    """An unsaved note on a node, and the saved note that it started from."""

    roadmap: str
    node: str
    text: str
    before: str
    offered: bool = False  # at the start of the screen


class Drafts:
    """The drafts in a folder, one file each; in memory only if there is no folder.

    An external editor gets a file in a folder of its own, which outlives both programs. Whatever it wrote
    there becomes a draft when ``collect_edits`` is called, however the editor ended. ``is_removed`` tells
    whether the roadmap of an id was removed.
    """

    def __init__(self, folder: str | None, is_removed: Callable[[str], bool] = lambda _: False) -> None:
        self._folder, self._is_removed = folder, is_removed
        self._drafts: dict[tuple[str, str], NoteDraft] = {}
        self._unwritten: set[tuple[str, str]] = set()
        for draft in _read_all(folder) if folder else ():
            self._drafts[draft.roadmap, draft.node] = draft
        self.collect_edits()

    def for_roadmap(self, roadmap: str) -> list[NoteDraft]:
        """Return the drafts of a roadmap."""
        return [draft for draft in self._drafts.values() if draft.roadmap == roadmap]

    def get(self, roadmap: str, node: str) -> NoteDraft | None:
        """Return the draft for a node, or None; another session may have written it."""
        key = roadmap, node
        if self._folder and key not in self._unwritten and (draft := _read(_path(self._folder, *key))):
            self._drafts[key] = draft
        return self._drafts.get(key)

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
                atomic_write(_path(self._folder, *key), _dump(draft))
                self._unwritten.discard(key)

    def drop(self, roadmap: str, node: str) -> None:
        """Delete the draft for a node."""
        self._drafts.pop((roadmap, node), None)
        self._unwritten.discard((roadmap, node))
        if self._folder:
            with suppress(OSError):
                os.unlink(_path(self._folder, roadmap, node))

    def adopt_orphans(self, roadmap: str, has_node: Callable[[str], bool], note: str) -> None:
        """Append drafts whose item or roadmap is gone to the draft for a roadmap as a whole.

        ``note`` is its saved note. Each text is preceded by the id of what it was written on.
        """
        for draft in list(self._drafts.values()):
            if draft.roadmap == roadmap and (not draft.node or has_node(draft.node)):
                continue
            if draft.roadmap != roadmap and not self._is_removed(draft.roadmap):
                continue
            source = [draft.node] if draft.roadmap == roadmap else [draft.roadmap, draft.node]
            added = f"{' / '.join(filter(None, source))}:\n{draft.text}"
            base = self.get(roadmap, "") or NoteDraft(roadmap, "", note, note)
            if added not in base.text:  # else the program was killed between the next two steps
                self.save(base._replace(text=f"{base.text}\n\n{added}".strip(), offered=False))
            if (roadmap, "") not in self._unwritten:
                self.drop(draft.roadmap, draft.node)

    # External editors

    def begin_edit(self, given: NoteDraft) -> str:
        """Write a text to a file for an external editor; return the path of the file. Raises OSError."""
        if not self._folder:
            raise OSError(errno.ENOENT, "there is no folder for drafts")
        folder = _path(self._folder, given.roadmap, given.node).removesuffix(_SUFFIX)
        atomic_write(os.path.join(folder, _GIVEN), _dump(given))
        path = os.path.join(folder, _EDITED)
        # An equal file stays as it is: an editor that was killed compares its recovery file with it.
        with suppress(OSError):
            if read_edited(path).rstrip() == given.text.rstrip():
                return path
        text = given.text.rstrip()
        atomic_write(path, f"{text}\n".encode() if text else b"")
        return path

    def collect_edits(self) -> None:
        """Turn the files that external editors saved into drafts."""
        try:
            folders = [entry.path for entry in os.scandir(self._folder or "") if entry.is_dir()]
        except OSError:
            return
        unchanged = []
        for folder in folders:
            with suppress(OSError):
                if not self._collect(folder):
                    path = os.path.join(folder, _EDITED)
                    unchanged.append((os.stat(path).st_mtime_ns, path))
        for _, path in sorted(unchanged)[:-_MAX_UNCHANGED]:
            end_edit(path)

    def _collect(self, folder: str) -> bool:
        """Turn the file of an editor into a draft; return False if it has not changed. Raises OSError."""
        given, edited = _read(os.path.join(folder, _GIVEN)), read_edited(os.path.join(folder, _EDITED))
        if given is None:
            return True
        if edited.strip() in {given.text.strip(), ""}:
            return False
        key, text = (given.roadmap, given.node), edited
        typed = self.get(*key)
        if typed and typed.text.strip() not in {given.text.strip(), text.strip()}:
            text = f"{typed.text}\n\n{text}"  # written in both places; none of them may be lost
        self.save(NoteDraft(*key, text, given.before))
        if key not in self._unwritten:
            # The editor may still be open: what it saves next is another draft.
            atomic_write(os.path.join(folder, _GIVEN), _dump(given._replace(text=edited)))
        return True


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
    drafts = [_read(os.path.join(folder, name)) for name in names]
    return [draft for draft in drafts if draft is not None]


def _read(path: str) -> NoteDraft | None:
    """Return the draft in a file, or None. An unreadable file is left alone: it may be the only copy."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        record = json.loads(read_regular(path, _MAX_BYTES))
        roadmap, node, text, before = values = [record[key] for key in NoteDraft._fields[:4]]
        if all(isinstance(value, str) for value in values):
            offered = record.get("offered") is True
            return NoteDraft(roadmap, node, clean(text, _MAX_BYTES), clean(before, _MAX_BYTES), offered)
    return None


def _dump(draft: NoteDraft) -> bytes:
    return json.dumps(draft._asdict()).encode()


def read_edited(path: str) -> str:
    """Return the text that an editor saved last in a file of ``begin_edit``. Raises OSError."""
    rescued = os.path.join(os.path.dirname(path), _RESCUED)
    with suppress(FileNotFoundError):
        if os.stat(rescued).st_mtime_ns >= os.stat(path).st_mtime_ns:
            path = rescued
    data = read_regular(path, _MAX_BYTES)
    if len(data) > _MAX_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # nothing fails here: an editor without UTF-8 writes one byte each
    return clean(text, _MAX_BYTES)


def end_edit(path: str) -> None:
    """Delete a file of ``begin_edit``, once its text is saved."""
    folder = os.path.dirname(path)
    # Anything else in the folder belongs to an editor that is still running or was killed.
    for name in (_EDITED, _RESCUED, _BACKUP, _GIVEN):
        with suppress(OSError):
            os.unlink(os.path.join(folder, name))
    with suppress(OSError):
        os.rmdir(folder)
