"""Folders and files of our own: private, durable, and never half replaced."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import IO, Final

from roadmap_tui.core.sanitize import clean

_PART: Final = 1 << 20
# What a file system says that has no fsync for this kind of thing, or none at all.
_NO_SYNC: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def printable_path(path: str) -> str:
    """A path, or a part of one, as it can be said: it need not be text."""
    return clean(os.fsencode(path).decode("utf-8", "replace"), 200, one_line=True)


def read_regular(path: str, largest: int) -> bytes:
    """The bytes of a regular file, one more than ``largest`` of them at the most. Raises OSError.

    A pipe does not hold the program up, and a device does not fill its memory.
    """
    with _opened(path) as file:
        return file.read(largest + 1)


def _opened(path: str) -> IO[bytes]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:
        raise OSError(errno.EINVAL, "that is no name of a file", path) from None
    file = open(handle, "rb")  # noqa: SIM115 - its reader closes it
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is not a regular file", path)
    return file


def digest_regular(path: str, largest: int) -> str:
    """The SHA-256 of what ``read_regular`` reads, a part of it in memory at a time. Raises OSError."""
    from hashlib import sha256  # asked of large files only

    sum_of_all = sha256(usedforsecurity=False)
    with _opened(path) as file:
        left = largest + 1
        while left and (part := file.read(min(left, _PART))):
            sum_of_all.update(part)
            left -= len(part)
    return sum_of_all.hexdigest()


def nearest_existing_parent(path: str) -> str:
    """What there is of a path: itself, or the first above it that exists."""
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path


def unique_path(path: str) -> str:
    """A path that nothing has: this one, or one made from it."""
    number, name = 2, path
    while os.path.lexists(name):
        name = f"{path}-{number}"
        number += 1
    return name


def make_folder(path: str) -> list[str]:
    """Create a folder and those above it, each of mode 0700. Raises OSError.

    Returns the folders that have a new entry by it: these must be synced for the new one to last.
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
    """Wait until the disk has a file or folder, if its file system can tell. Raises OSError."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def sync_folder(path: str) -> None:
    """Wait until the disk has the entries of a folder; one that is gone has none. Raises OSError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    except (FileNotFoundError, PermissionError):
        return
    try:
        sync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write all of ``data``. Raises OSError; a part of it may then have been written."""
    view = memoryview(data)
    while view:
        written = os.write(handle, view)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]


def atomic_write(path: str, data: bytes, *, durable: bool = True) -> None:
    """Write a file of mode 0600 in place of ``path``, creating its folder (0700). Raises OSError.

    A reader sees the old file or the new one, never a part. ``durable`` also waits until the disk has it.
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
        for one in changed:
            sync_folder(one)
