"""Writing one log file: a slot of its own, appended to and never rewritten.

A line goes out in a single write with a newline before it as well as behind: what a killed
writer left unfinished in the file is then a line of its own and spoils none of ours.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from roadmap_tui.store.files import make_folder, sync, sync_folder, write_all

SLOTS: Final = 64
# The fsync that puts lines on the disk itself waits this long for more of them.
GATHER_SECONDS: Final = 0.3

_FLAGS: Final = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
# A link, a folder, a socket, or another user's file stands where the slot would be.
_NOT_OURS: Final = frozenset({errno.ELOOP, errno.EACCES, errno.EISDIR, errno.EPERM, errno.ENXIO})
_BUSY: Final = frozenset({errno.EWOULDBLOCK, errno.EACCES, errno.ENOENT})


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
        # Set when neither the file nor a new one could be put on the disk.
        self._fault: OSError | None = None
        # Why lines that ``append`` took are on no disk: their file is gone or fails, and no other could
        # be written in its place. Empty as long as nothing of the kind is known.
        self.lost_because = ""
        self._unsynced = False
        self._unsynced_folders: set[str] = set()
        self._guard = threading.Lock()
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def append(self, lines: list[bytes]) -> None:
        """Put lines at the end of the log. Raises OSError; then none of them counts as written."""
        with self._guard:
            self._ensure_open()
            self._write(lines)
            self._written.extend(lines)
        self._sync_soon()

    def rewrite_lost(self) -> bool:
        """Write this session's lines again if they are no longer in the file, or could not be put on the
        disk; whether that was needed. Raises OSError.
        """
        with self._guard:
            mended = self._rewrite_lost()
        if mended:
            self._sync_soon()
        return mended

    def close(self) -> None:
        """Put what is written on the disk and give the slot up. Raises OSError.

        After an error it may be called again. So may ``append``, which takes a slot again.
        """
        self._closing.set()
        self._dirty.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._closing.clear()
        try:
            with self._guard:
                self._rewrite_lost()
            self._sync()
        finally:
            with self._guard:
                self._close_handle()

    def _rewrite_lost(self) -> bool:
        if self._handle < 0 and not self._lost and not self._fault:
            return False
        faulty = self._fault is not None
        self._ensure_open()
        if not self._lost:
            return faulty
        self._write([])
        return True

    def _ensure_open(self) -> None:
        """Have a handle on a file that can be appended to, and know whether it lacks lines of ours."""
        try:
            if self._fault:
                self._rewrite_to_new_file()
            elif self._handle < 0:
                self._lock_slot()
            else:
                self._check_file()
        except OSError as error:
            if self._lost or self._fault:
                self._note_loss(error)
            raise

    def _write(self, lines: list[bytes]) -> None:
        """Write lines in one go, behind all earlier ones where these were lost."""
        data = frame_lines(self._written + lines if self._lost else lines)
        try:
            write_all(self._handle, data)
        except OSError as error:
            self._cut_off(data)
            if self._lost:
                self._note_loss(error)
            raise
        self._size += len(data)
        self._lost, self._unsynced, self.lost_because = False, True, ""

    def _note_loss(self, error: OSError) -> None:
        if self._written:
            self.lost_because = error.strerror or str(error)

    def _cut_off(self, data: bytes) -> None:
        """Take back what a failed write of ``data`` left behind, and nothing that is not ours.

        Where that can't be done it stays: the line that it breaks off in is one that no reader takes.
        """
        with suppress(OSError):
            left = os.pread(self._handle, len(data) + 1, self._size)
            if left and data.startswith(left):
                os.ftruncate(self._handle, self._size)
        with suppress(OSError):
            self._size = os.fstat(self._handle).st_size

    def _check_file(self) -> None:
        try:
            mine = os.fstat(self._handle)
            there = os.stat(self.path, follow_symlinks=False)
        except OSError:
            pass
        else:
            if _identity(mine) == _identity(there) and mine.st_nlink:
                # Longer: another machine of our name writes here, and its locks are not ours.
                if mine.st_size > self._size:
                    self._lost = True
                    self._close_handle()
                    self._open_private()
                self._lost = self._lost or mine.st_size < self._size
                self._size = os.fstat(self._handle).st_size
                return
        self._lost = True
        self._close_handle()
        self._lock_slot()

    def _close_handle(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            # Nothing is lost by an error here: what matters was synced, or is written again.
            with suppress(OSError):
                os.close(handle)

    def _lock_slot(self) -> None:
        self._unsynced_folders.update(make_folder(self.folder))
        for slot in range(SLOTS):
            number = f".{slot}" if slot else ""
            path = os.path.join(self.folder, f"{self._host}{number}.jsonl")
            try:
                handle = os.open(path, _FLAGS | os.O_CREAT, 0o600)
            except OSError as error:
                if error.errno in _NOT_OURS:
                    continue
                raise
            try:
                mine = os.fstat(handle)
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                there = os.stat(path, follow_symlinks=False)
            except OSError as error:
                os.close(handle)
                if error.errno in _BUSY:
                    continue
                break  # No locks on this file system: a file that nobody else can choose.
            if _identity(there) == _identity(mine) and stat.S_ISREG(mine.st_mode):
                self._use(handle, path)
                return
            os.close(handle)
        self._open_private()

    def _open_private(self) -> None:
        self._unsynced_folders.update(make_folder(self.folder))
        name = f"{self._host}-{os.getpid()}-{os.urandom(4).hex()}.jsonl"
        path = os.path.join(self.folder, name)
        self._use(os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600), path)

    def _use(self, handle: int, path: str) -> None:
        self._handle, self.path = handle, path
        self._size = os.fstat(handle).st_size
        self._unsynced_folders.add(self.folder)

    def _sync_soon(self) -> None:
        self._dirty.set()
        if self._thread is not None:
            return
        thread = threading.Thread(target=self._sync_forever, name="journal-fsync", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no more of them: then whoever writes waits for the disk
            with suppress(OSError):  # which is said as it is where the thread meets it
                self._sync()
        else:
            self._thread = thread

    def _sync_forever(self) -> None:
        while True:
            self._dirty.wait()
            self._dirty.clear()
            if self._closing.wait(GATHER_SECONDS):
                return
            try:
                self._sync()
            except OSError:
                # Nothing can be said from here: the next append, mend or close tries again and says it.
                if not self._fault:
                    self._dirty.set()

    def _sync(self) -> None:
        with self._guard:
            if self._handle < 0 or not self._unsynced:
                return
            handle = os.dup(self._handle)
            folders, self._unsynced_folders, self._unsynced = self._unsynced_folders, set(), False
        try:
            sync(handle)
            for folder in folders:
                sync_folder(folder)
        except OSError:
            with self._guard:
                self._unsynced_folders |= folders
                self._rewrite_to_new_file()
        finally:
            os.close(handle)

    def _rewrite_to_new_file(self) -> None:
        """Put all lines on the disk in a new file, after an fsync that failed. Raises OSError.

        The system may have dropped the pages then and call the next fsync good, so the old
        descriptor is never asked again. Where the new file fails too, it is taken away.
        """
        old, old_path, old_size = self._handle, self.path, self._size
        data = frame_lines(self._written)
        try:
            self._open_private()
            try:
                write_all(self._handle, data)
                sync(self._handle)
                for folder in self._unsynced_folders:
                    sync_folder(folder)
            except OSError:
                with suppress(OSError):
                    os.unlink(self.path)
                self._close_handle()
                raise
        except OSError as error:
            self._handle, self.path, self._size, self._fault = old, old_path, old_size, error
            self._note_loss(error)
            raise
        self._size, self._lost, self._fault, self.lost_because = len(data), False, None, ""
        self._unsynced_folders = set()
        if old >= 0:
            with suppress(OSError):
                os.close(old)


def frame_lines(lines: Iterable[bytes]) -> bytes:
    """Lines as they stand in a log, each with a newline before and behind it."""
    return b"".join(b"\n" + line + b"\n" for line in lines)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
