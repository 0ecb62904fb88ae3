"""Writing one log file: a slot of its own, appended to and never rewritten.

A line goes out in a single write with a newline before it as well as behind: what a killed
writer left unfinished in the file is then a line of its own and spoils none of ours.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import threading
from typing import Final

SLOTS: Final = 64
# The fsync that puts lines on the disk itself waits this long for more of them.
GATHER_SECONDS: Final = 0.3


def host_name() -> str:
    """The name of this machine as a part of a file name."""
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in os.uname().nodename)
    return name[:40].lstrip("-") or "host"


class LogWriter:
    """One session's lines in a folder of logs.

    The file is taken at the first append, under a lock held for life and never waited for.
    ``append`` returns when the lines are in the file; a thread puts them on the disk within a
    second, ``close`` at once. When the file goes missing or loses lines, this session's lines
    are written again: readers know a line by its id and take it once.
    """

    def __init__(self, folder: str, host: str | None = None) -> None:
        self.folder = folder
        self.path = ""
        self._host = host or host_name()
        self._handle = -1
        self._size = 0
        self._written: list[bytes] = []
        self._lost = False
        self._guard = threading.Lock()
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def append(self, lines: list[bytes]) -> None:
        """Put lines at the end of the log. Raises OSError; then none of them counts as written."""
        with self._guard:
            if self._handle < 0:
                self._take_slot()
            else:
                self._look()
            self._put(lines)
            self._written.extend(lines)
        self._dirty.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._sync_forever, name="journal-fsync", daemon=True)
            self._thread.start()

    def mend(self) -> bool:
        """Write this session's lines again if they are no longer in the file; whether that was needed.

        Raises OSError.
        """
        with self._guard:
            if self._handle >= 0:
                self._look()
            if not self._lost:
                return False
            self._put([])
        self._dirty.set()
        return True

    def close(self) -> None:
        """Put what is written on the disk and give the slot up. Raises OSError."""
        self._closing.set()
        self._dirty.set()
        if self._thread is not None:
            self._thread.join()
        try:
            self._sync()
        finally:
            with self._guard:
                self._drop()

    def _put(self, lines: list[bytes]) -> None:
        """Write lines in one go, behind all earlier ones where these were lost."""
        if self._lost:
            lines = self._written + lines
        data = b"".join(b"\n" + line + b"\n" for line in lines)
        written = os.write(self._handle, data)
        if written != len(data):
            # The rest would be refused too: the disk is full. What did get there goes again, or,
            # where it can't be cut off, stays as a line that no reader takes.
            try:
                os.ftruncate(self._handle, self._size)
            except OSError:
                self._size += written
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.path)
        self._size += written
        self._lost = False

    def _look(self) -> None:
        """Find out whether lines of ours are gone; the handle is then on a file that can be appended to."""
        mine = os.fstat(self._handle)
        try:
            there = os.stat(self.path, follow_symlinks=False)
        except OSError:
            there = None
        if there is None or not mine.st_nlink or _identity(there) != _identity(mine):
            self._lost = True
            self._drop()
            self._take_slot()
        else:
            self._lost = self._lost or mine.st_size < self._size
            self._size = mine.st_size

    def _drop(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _take_slot(self) -> None:
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        for slot in range(SLOTS):
            number = f".{slot}" if slot else ""
            path = os.path.join(self.folder, f"{self._host}{number}.jsonl")
            try:
                handle = os.open(path, _FLAGS | os.O_CREAT, 0o600)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.EACCES, errno.EISDIR, errno.EPERM):
                    continue  # A link, or another user's file.
                raise
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                there = os.stat(path, follow_symlinks=False)
                taken = _identity(there) == _identity(os.fstat(handle))
            except OSError as error:
                os.close(handle)
                if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.ENOENT):
                    continue
                break  # No locks on this file system: a file that nobody else can choose.
            if taken:
                self._use(handle, path)
                return
            os.close(handle)
        self._take_private()

    def _take_private(self) -> None:
        name = f"{self._host}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"
        path = os.path.join(self.folder, name)
        self._use(os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600), path)

    def _use(self, handle: int, path: str) -> None:
        self._handle, self.path = handle, path
        self._size = os.fstat(handle).st_size
        _sync_folder(self.folder)

    def _sync_forever(self) -> None:
        while not self._closing.is_set():
            self._dirty.wait()
            self._dirty.clear()
            self._closing.wait(GATHER_SECONDS)
            try:
                self._sync()
            except OSError:
                # Nothing can be said from here; the next append meets the same fault and says it.
                continue

    def _sync(self) -> None:
        with self._guard:
            handle = os.dup(self._handle) if self._handle >= 0 else -1
        if handle < 0:
            return
        try:
            os.fsync(handle)
        except OSError:
            self._start_afresh()
        finally:
            os.close(handle)

    def _start_afresh(self) -> None:
        """After a failed fsync the system may have dropped the pages and call the next one good.

        So that descriptor is never asked again: all lines go to a new file.
        """
        with self._guard:
            self._drop()
            self._lost = True
            self._take_private()
            self._put([])
            os.fsync(self._handle)


_FLAGS: Final = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _sync_folder(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # A file system that can't; then it need not.
            raise
    finally:
        os.close(handle)
