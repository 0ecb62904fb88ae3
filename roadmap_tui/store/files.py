"""Create and replace private files durably and atomically."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import Final

from roadmap_tui.core.errors import SaveError
from roadmap_tui.core.sanitize import clean

MAX_NAME_BYTES: Final = 200
# Errors of file systems that do not support fsync, or not for this kind of file.
_SYNC_UNSUPPORTED: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def printable_path(path: str) -> str:
    """Return a path as printable text; the path need not be valid UTF-8."""
    return clean(os.fsencode(path).decode("utf-8", "replace"), 200, one_line=True)


def is_safe_name(name: str, suffix: str) -> bool:
    """Return True if a name, possibly chosen by others, is safe as the name of a file with this suffix."""
    return (
        name.endswith(suffix)
        and name[0] not in ".-"
        and "/" not in name
        and name.isprintable()
        and clean(name) == name
        and len(os.fsencode(name)) <= MAX_NAME_BYTES
    )


def read_regular(path: str, max_bytes: int) -> bytes:
    """Read at most ``max_bytes`` + 1 bytes of a regular file, without blocking.

    Raises OSError, also if it is changed while it is read, twice: half a file would look like a whole one.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:
        raise OSError(errno.EINVAL, "not a file name", path) from None
    with open(handle, "rb") as file:
        for _ in range(2):
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise OSError(errno.EINVAL, "it is not a regular file", path)
            file.seek(0)
            data = file.read(max_bytes + 1)
            after = os.fstat(handle)
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                return data
    raise OSError(errno.EAGAIN, "it was changed while it was read", path)


def nearest_existing_parent(path: str) -> str:
    """Return the path itself, or its nearest parent that exists."""
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path


def unique_path(path: str) -> str:
    """Return this path, or one with a number appended if it exists."""
    number, name = 2, path
    while os.path.lexists(name):
        name = f"{path}-{number}"
        number += 1
    return name


def make_folder(path: str) -> list[str]:
    """Create a folder and its missing parents with mode 0700. Raises OSError.

    Returns the folders that got a new entry; they must be synced to make the new folder durable.
    """
    missing: list[str] = []
    folder = os.path.abspath(path)
    while not os.path.isdir(folder):
        missing.append(folder)
        if folder == (folder := os.path.dirname(folder)):
            break
    for folder in reversed(missing):
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            if not os.path.isdir(folder):
                raise
    return [os.path.dirname(folder) for folder in missing]


def sync(handle: int) -> None:
    """Call fsync on a file or folder, unless its file system does not support it. Raises OSError."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _SYNC_UNSUPPORTED:
            raise


def sync_folder(path: str) -> None:
    """Call fsync on a folder; does nothing if it is gone. Raises OSError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    except (FileNotFoundError, PermissionError):
        return
    try:
        sync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write all of ``data``. Raises OSError; a part of it may have been written then."""
    view = memoryview(data)
    while view:
        written = os.write(handle, view)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]


def atomic_write(path: str, data: bytes, *, durable: bool = True) -> None:
    """Replace ``path`` by a file of mode 0600, creating its folder (0700). Raises OSError.

    Readers see the old file or the new one, never a part. ``durable`` also syncs the file and its folder.
    """
    folder = os.path.dirname(os.path.abspath(path))
    changed = [folder, *make_folder(folder)]
    temporary = f"{path}.{os.urandom(4).hex()}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(temporary, flags, 0o600)
    try:
        try:
            write_all(handle, data)
            if durable:
                sync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    if durable:
        for changed_folder in changed:
            sync_folder(changed_folder)


def write_file(path: str, data: bytes) -> None:
    """Replace a file atomically, keeping its mode; a symbolic link is followed. Raises SaveError."""
    target = os.path.realpath(path)
    try:
        os.umask(umask := os.umask(0o022))
        mode = os.stat(target).st_mode & 0o777 if os.path.exists(target) else 0o666 & ~umask
        if not os.path.isdir(os.path.dirname(target)):
            raise FileNotFoundError(errno.ENOENT, "there is no such folder")
        atomic_write(target, data)
        os.chmod(target, mode)
    except OSError as error:
        why = error.strerror or str(error)
        raise SaveError(f"'{printable_path(path)}'", why, "give another file") from None
