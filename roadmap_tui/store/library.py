"""The library: the bundled roadmap, the imported ones, the removed ones, and any roadmap file by its path."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from roadmap_tui import __version__
from roadmap_tui.core.errors import InvalidRoadmap, ReadError, SaveError, UsageError
from roadmap_tui.core.roadmap.format import FORMAT, decode_trusted, encode
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.settings import DEFAULTS, LARGEST_ROADMAP
from roadmap_tui.core.strict_json import BYTE_LIMIT
from roadmap_tui.store.files import (
    atomic_write,
    is_safe_name,
    make_folder,
    printable_path,
    read_regular,
    unique_path,
)

BUNDLED_ID: Final = "ml-dl"
# A roadmap in use is <id>.json in the library's folder; a removed one is in a folder inside it.
ROADMAP_SUFFIX: Final = ".json"
TRASH_DIR: Final = "removed/"
# Versions to go back to when an update is undone; local to this machine.
_VERSIONS_DIR: Final = ".versions/"
_MAX_VERSIONS: Final = 4  # of one roadmap: three to undo, and one to redo
# Smaller files are validated faster than hashlib is imported.
_TRUST_FROM_BYTES: Final = 32 << 10
_MAX_TRUSTED: Final = 200
# What `decode_trusted` may raise.
_MALFORMED: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def names(folder: str | None) -> list[str]:
    """Return the names that ``find`` accepts, the bundled roadmap first."""
    imported = [file.removesuffix(ROADMAP_SUFFIX) for file in _files(folder) if is_path(file)]
    return [BUNDLED_ID, *(name for name in imported if name != BUNDLED_ID)]


def unusable_files(folder: str | None) -> list[str]:
    """Return the files in the library whose names are unsafe to print or to pass on, made printable."""
    return [printable_path(file) for file in _files(folder) if not is_path(file)]


def _files(folder: str | None) -> list[str]:
    try:
        files = sorted(os.listdir(folder or ""))
    except OSError:
        return []
    return [file for file in files if file.endswith(ROADMAP_SUFFIX) and file[0] != "."]


def find(
    name: str, folder: str | None, cache: str | None = None, *, most_items: int = DEFAULTS.most_items
) -> Roadmap:
    """Return the roadmap of a name in ``names``, or in a JSON file. Raises ReadError and InvalidRoadmap.

    ``cache`` is the folder that records which files need no validation.
    """
    if name.endswith(ROADMAP_SUFFIX) or os.sep in name:
        return read_file(name, cache, most_items=most_items)
    if name in names(folder):
        path = _path_of(name, folder)
        return load_bundled() if path == bundled_path() else read_file(path, cache, most_items=most_items)
    raise ReadError(f"roadmap {name!r}", "no such name", "`roadmap-tui list` shows them")


class RoadmapFile:
    """The file of a roadmap that is open: notices that another process replaced or removed it."""

    def __init__(
        self, name: str, folder: str | None, cache: str | None, *, most_items: int = DEFAULTS.most_items
    ) -> None:
        self._name = name
        self.is_path = name.endswith(ROADMAP_SUFFIX) or os.sep in name  # not in the library
        self.folder = folder
        self._cache = cache
        self._most_items = most_items
        self._loaded = self._seen = self._version()

    def load(self) -> Roadmap:
        """Return the roadmap as ``find`` does. Raises ReadError and InvalidRoadmap."""
        self._loaded = self._seen = self._version()  # before reading: a later change must be noticed
        return find(self._name, self.folder, self._cache, most_items=self._most_items)

    def has_changed(self) -> bool:
        """Return True if the file was replaced and has not changed since the previous call."""
        before, self._seen = self._seen, self._version()
        # A file that is still being written would be damaged.
        return before == self._seen != self._loaded

    def replace(self, roadmap: Roadmap) -> None:
        """Write another version of the roadmap into the library. Raises SaveError."""
        save(roadmap, self.folder)
        self._loaded = self._seen = self._version()

    def _version(self) -> tuple[int, int, int]:
        try:
            status = os.stat(self._name if self.is_path else _path_of(self._name, self.folder))
        except (OSError, ValueError):
            return 0, 0, 0
        return status.st_ino, status.st_size, status.st_mtime_ns


def find_by_origin(origin: str, folder: str | None) -> Iterator[Roadmap]:
    """Yield the roadmaps imported from a source, removed ones last; skip unreadable files.

    Only files that contain the text of ``origin`` are decoded.
    """
    texts = [json.dumps(origin, ensure_ascii=escape).encode() for escape in (False, True)]
    trash = os.path.join(folder or "", TRASH_DIR)
    paths = [_path_of(name, folder) for name in names(folder)]
    if folder and os.path.isdir(trash):
        paths += [os.path.join(trash, name) for name in sorted(os.listdir(trash))]
    for path in paths:
        with suppress(OSError, InvalidRoadmap):
            data = read_regular(path, _byte_limit(LARGEST_ROADMAP))
            if any(text in data for text in texts):
                roadmap = _validate(data, path, item_limit=LARGEST_ROADMAP, byte_limit=len(data))
                if roadmap.source.origin == origin:
                    yield roadmap


def save(roadmap: Roadmap, folder: str | None) -> None:
    """Write a roadmap into the library under its id. Raises SaveError.

    An unreadable file of that name is kept under another name, because it may be repairable.
    """
    if folder is None:
        raise SaveError("not saved", "there is no home folder", "set HOME or ROADMAP_TUI_HOME")
    path = os.path.join(folder, roadmap.id + ROADMAP_SUFFIX)
    try:
        if os.path.exists(path):
            try:
                read_file(path, most_items=LARGEST_ROADMAP)
            except InvalidRoadmap:
                os.replace(path, unique_path(f"{path}.damaged"))
        atomic_write(path, encode(roadmap))
    except OSError as error:
        raise SaveError("not saved", error.strerror or str(error), f"look at {folder}") from None


def keep_version(roadmap: Roadmap, folder: str | None, sha256: str = "") -> str:
    """Store a version of a roadmap, delete all but the newest few; return its SHA-256. Raises OSError.

    ``sha256`` is given for a version that takes the place of another one.
    """
    from hashlib import sha256 as hasher  # only needed for updates

    data = encode(roadmap)
    name = sha256 or hasher(data).hexdigest()
    path = _version_path(roadmap.id, name, folder)
    atomic_write(path, data)
    with os.scandir(os.path.dirname(path)) as entries:
        ours = [entry for entry in entries if entry.name.startswith(f"{roadmap.id}.")]
        oldest_first = sorted((entry.stat().st_mtime_ns, entry.path) for entry in ours)
    for _, old in oldest_first[:-_MAX_VERSIONS]:
        os.unlink(old)
    return name


def find_version(roadmap_id: str, sha256: str, folder: str | None) -> Roadmap | None:
    """Return a version that ``keep_version`` stored on this machine, or None."""
    try:
        return read_file(_version_path(roadmap_id, sha256, folder), most_items=LARGEST_ROADMAP)
    except (ReadError, InvalidRoadmap):
        return None


def _version_path(roadmap_id: str, sha256: str, folder: str | None) -> str:
    # The hash may come from a log that others wrote.
    name = "".join(letter for letter in sha256 if letter.isalnum())
    return os.path.join(folder or "", _VERSIONS_DIR, f"{roadmap_id}.{name}{ROADMAP_SUFFIX}")


def remove(name: str, folder: str | None) -> None:
    """Move an imported roadmap to the removed ones. Raises UsageError if there is none, and SaveError."""
    if os.sep in name or not folder or not os.path.isfile(os.path.join(folder, name + ROADMAP_SUFFIX)):
        raise UsageError(f"roadmap {name!r}", "it was not imported", "`roadmap-tui list` shows the roadmaps")
    try:
        move_to_trash(folder, name + ROADMAP_SUFFIX)
    except OSError as error:
        raise SaveError("not removed", error.strerror or str(error), f"look at {folder}") from None


def is_removed(name: str, folder: str | None) -> bool:
    """Return True if a roadmap was removed and none in the library has its name now."""
    file = name + ROADMAP_SUFFIX
    removed = os.path.join(folder or "", TRASH_DIR, file)
    return file not in _files(folder) and is_path(file) and os.path.exists(removed)


# Reading one file


def bundled_path() -> str:
    """Return the path of the bundled roadmap: in an installed package, or next to it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    installed = os.path.join(package, "data", "roadmap.json")
    if os.path.exists(installed):
        return installed
    return os.path.join(os.path.dirname(package), "data", "roadmap.json")


def load_bundled() -> Roadmap:
    """Read the bundled roadmap without validation. Raises ReadError and InvalidRoadmap."""
    with suppress(OSError, *_MALFORMED):
        return decode_trusted(read_bundled(bundled_path()))
    return read_file(bundled_path())


def read_bundled(path: str) -> bytes:
    """Read a file next to the bundled roadmap, also if the program is a zip archive. Raises OSError."""
    try:
        return read_regular(path, BYTE_LIMIT)
    except NotADirectoryError:
        from pkgutil import get_data

        # An archive has the data where a wheel has it.
        return (
            get_data("roadmap_tui", f"data/{os.path.relpath(path, os.path.dirname(bundled_path()))}") or b""
        )


def read_file(path: str, cache: str | None = None, *, most_items: int = DEFAULTS.most_items) -> Roadmap:
    """Read a roadmap file. Raises ReadError and InvalidRoadmap.

    A large file is validated once: the SHA-256 of its content is recorded in the folder ``cache``, and the
    same content is not validated again.
    """
    byte_limit = _byte_limit(most_items)
    try:
        data = read_regular(path, byte_limit)
    except OSError as error:
        raise ReadError(path, error.strerror or "cannot be read", "give the path of a roadmap") from None
    trust_file = _trust_file(data, cache, most_items) if cache else ""
    if trust_file and os.path.exists(trust_file):
        with suppress(*_MALFORMED):
            return decode_trusted(data)
    roadmap = _validate(data, path, item_limit=most_items, byte_limit=byte_limit)
    if trust_file:
        with suppress(OSError, *_MALFORMED):
            # Not equal if a text was cleaned, or if unknown fields look like nodes.
            if decode_trusted(data) == roadmap:
                _record_trust(trust_file)
    return roadmap


def _validate(data: bytes, name: str, *, item_limit: int, byte_limit: int = BYTE_LIMIT) -> Roadmap:
    from roadmap_tui.core.roadmap.validation import decode  # deferred: not needed for trusted files

    return decode(data, name, item_limit=item_limit, byte_limit=byte_limit)


def _byte_limit(most_items: int) -> int:
    return BYTE_LIMIT * max(1, -(-most_items // DEFAULTS.most_items))


def _trust_file(data: bytes, cache: str, most_items: int) -> str:
    """Return the path of a marker file: it exists if this version has validated these bytes."""
    if len(data) < _TRUST_FROM_BYTES:
        return ""
    from hashlib import sha256  # only needed for large files

    name = f"{sha256(data, usedforsecurity=False).hexdigest()}-{most_items}-{__version__}"
    return os.path.join(cache, "trusted", name)


def _record_trust(path: str) -> None:
    atomic_write(path, b"", durable=False)
    folder = os.path.dirname(path)
    with os.scandir(folder) as entries:
        oldest_first = sorted((entry.stat().st_mtime, entry.path) for entry in entries)
    for _, old in oldest_first[:-_MAX_TRUSTED]:
        os.unlink(old)


def try_decode(data: bytes) -> Roadmap | None:
    """Return the roadmap in a file's bytes, or None if it is damaged or has a later format."""
    try:
        return _validate(
            data, "", item_limit=LARGEST_ROADMAP
        )  # above the limit of the settings is not damaged
    except InvalidRoadmap:
        return None


def is_damaged(data: bytes) -> bool:
    """Return True if a file is neither a roadmap of this format nor one of a later format."""
    if try_decode(data) is not None:
        return False
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        return True
    version = fields.get("format") if isinstance(fields, dict) else None
    return not (type(version) is int and version > FORMAT)


# The files of the library's folder, by their path in it


def is_path(path: str) -> bool:
    """Return True if a path, possibly chosen by others, is that of a roadmap in a library."""
    return is_safe_name(path.removeprefix(TRASH_DIR), ROADMAP_SUFFIX)


def read_all(folder: str) -> dict[str, bytes]:
    """Read every roadmap file, by its path in the library; links and over-long files are skipped."""
    found: dict[str, bytes] = {}
    for prefix in ("", TRASH_DIR):
        try:
            entries = sorted(os.listdir(os.path.join(folder, prefix)))
        except (FileNotFoundError, NotADirectoryError):
            continue
        for name in entries:
            path = os.path.join(folder, prefix, name)
            if not is_path(prefix + name) or os.path.islink(path):
                continue
            with suppress(OSError):
                data = read_regular(path, BYTE_LIMIT)
                if len(data) <= BYTE_LIMIT:
                    found[prefix + name] = data
    return found


def changed_at(folder: str, path: str) -> int:
    """Return when a roadmap file was written, in seconds since 1970; 0 if unknown."""
    try:
        return max(0, int(os.lstat(os.path.join(folder, path)).st_mtime))
    except OSError:
        return 0


def write(folder: str, path: str, data: bytes) -> None:
    """Write a roadmap file; a damaged one that it replaces is kept under another name. Raises OSError."""
    target = os.path.join(folder, path)
    with suppress(FileNotFoundError):
        if os.path.islink(target) or is_damaged(read_regular(target, BYTE_LIMIT)):
            os.replace(target, unique_path(f"{target}.damaged"))
    atomic_write(target, data)


def move_to_trash(folder: str, path: str) -> None:
    """Move a roadmap file to the removed ones, replacing one of the same name. Raises OSError."""
    make_folder(os.path.join(folder, TRASH_DIR))
    os.replace(os.path.join(folder, path), os.path.join(folder, TRASH_DIR, path))


def _path_of(name: str, folder: str | None) -> str:
    path = os.path.join(folder or "", name + ROADMAP_SUFFIX)
    return bundled_path() if name == BUNDLED_ID and not (folder and os.path.exists(path)) else path
