"""Append to one log file per session; a file is never rewritten.

A line is written in a single call with a newline before and after it, so that an incomplete line left
by a killed writer cannot corrupt the next one.
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
# Delay before the background fsync, so that it covers several appends.
SYNC_DELAY_SECONDS: Final = 0.3

_FLAGS: Final = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
# The slot's path is a symlink, a folder, a socket or another user's file.
_NOT_USABLE: Final = frozenset({errno.ELOOP, errno.EACCES, errno.EISDIR, errno.EPERM, errno.ENXIO})
_BUSY: Final = frozenset({errno.EWOULDBLOCK, errno.EACCES, errno.ENOENT})


def host_name() -> str:
    """Return the name of this machine, made safe for a file name."""
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in os.uname().nodename)
    return name[:40].lstrip("-") or "host"


class LogWriter:
    """Appends the lines of one session to a file of its own in a folder of logs.

    The first append locks a free file (non-blocking flock, held until ``close``). ``append`` returns when
    the lines are in the file; a background thread calls fsync within a second, ``close`` does at once.
    If the file disappears or is truncated, the lines of this session are written again; readers identify
    lines by id and use each once.
    """

    def __init__(self, folder: str, host: str | None = None) -> None:
        self.folder = folder
        self.path = ""
        self._host = host or host_name()
        self._handle = -1
        self._size = 0
        self._written: list[bytes] = []
        self._lost = False
        # The error of the last fsync, if neither the file nor a new one could be synced.
        self._sync_error: OSError | None = None
        # Why accepted lines are not on the disk: the file is gone or failing, and no replacement could
        # be written. Empty if nothing is known to be lost.
        self.lost_reason = ""
        self._unsynced = False
        self._unsynced_folders: set[str] = set()
        self._lock = threading.Lock()
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def append(self, lines: list[bytes]) -> None:
        """Append lines. Raises OSError; none of them counts as written then."""
        with self._lock:
            self._ensure_open()
            self._write(lines)
            self._written.extend(lines)
        self._schedule_sync()

    def rewrite_lost(self) -> bool:
        """Write this session's lines again if lost or not synced; return True if so. Raises OSError."""
        with self._lock:
            rewritten = self._rewrite_lost()
        if rewritten:
            self._schedule_sync()
        return rewritten

    def close(self) -> None:
        """Sync and release the file. Raises OSError; may be called again after an error.

        ``append`` may be called again later; it locks a file again.
        """
        self._closing.set()
        self._dirty.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._closing.clear()
        try:
            with self._lock:
                self._rewrite_lost()
            self._sync()
        finally:
            with self._lock:
                self._close_handle()

    def _rewrite_lost(self) -> bool:
        if self._handle < 0 and not self._lost and not self._sync_error:
            return False
        had_sync_error = self._sync_error is not None
        self._ensure_open()
        if not self._lost:
            return had_sync_error
        self._write([])
        return True

    def _ensure_open(self) -> None:
        """Open or check the file, and find out whether it lost lines of this session."""
        try:
            if self._sync_error:
                self._rewrite_to_new_file()
            elif self._handle < 0:
                self._lock_slot()
            else:
                self._check_file()
        except OSError as error:
            if self._lost or self._sync_error:
                self._record_loss(error)
            raise

    def _write(self, lines: list[bytes]) -> None:
        """Write lines in one call, preceded by all earlier lines if the file has lost them."""
        data = frame_lines(self._written + lines if self._lost else lines)
        try:
            write_all(self._handle, data)
        except OSError as error:
            self._truncate_partial_write(data)
            if self._lost:
                self._record_loss(error)
            raise
        self._size += len(data)
        self._lost, self._unsynced, self.lost_reason = False, True, ""

    def _record_loss(self, error: OSError) -> None:
        if self._written:
            self.lost_reason = error.strerror or str(error)

    def _truncate_partial_write(self, data: bytes) -> None:
        """Truncate the file after a failed write, if it ends with a part of ``data``.

        If that is impossible it stays: readers ignore the incomplete line.
        """
        with suppress(OSError):
            left = os.pread(self._handle, len(data) + 1, self._size)
            if left and data.startswith(left):
                os.ftruncate(self._handle, self._size)
        with suppress(OSError):
            self._size = os.fstat(self._handle).st_size

    def _check_file(self) -> None:
        try:
            own = os.fstat(self._handle)
            on_disk = os.stat(self.path, follow_symlinks=False)
        except OSError:
            pass
        else:
            if os.path.samestat(own, on_disk) and own.st_nlink:
                # It grew: a machine with the same host name writes to it, and its locks are not visible here.
                if own.st_size > self._size:
                    self._lost = True
                    self._close_handle()
                    self._open_private()
                self._lost = self._lost or own.st_size < self._size
                self._size = os.fstat(self._handle).st_size
                return
        self._lost = True
        self._close_handle()
        self._lock_slot()

    def _close_handle(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            # An error loses nothing: the lines were synced or will be written again.
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
                if error.errno in _NOT_USABLE:
                    continue
                raise
            try:
                own = os.fstat(handle)
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                on_disk = os.stat(path, follow_symlinks=False)
            except OSError as error:
                os.close(handle)
                if error.errno in _BUSY:
                    continue
                break  # No locks on this file system: use a file name that nobody else can choose.
            if os.path.samestat(own, on_disk) and stat.S_ISREG(own.st_mode):
                self._adopt(handle, path)
                return
            os.close(handle)
        self._open_private()

    def _open_private(self) -> None:
        self._unsynced_folders.update(make_folder(self.folder))
        name = f"{self._host}-{os.getpid()}-{os.urandom(4).hex()}.jsonl"
        path = os.path.join(self.folder, name)
        self._adopt(os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600), path)

    def _adopt(self, handle: int, path: str) -> None:
        self._handle, self.path = handle, path
        self._size = os.fstat(handle).st_size
        self._unsynced_folders.add(self.folder)

    def _schedule_sync(self) -> None:
        self._dirty.set()
        if self._thread is not None:
            return
        thread = threading.Thread(target=self._sync_loop, name="journal-fsync", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no thread available: sync synchronously
            with suppress(OSError):  # reported by the next append, as for the thread
                self._sync()
        else:
            self._thread = thread

    def _sync_loop(self) -> None:
        while True:
            self._dirty.wait()
            self._dirty.clear()
            if self._closing.wait(SYNC_DELAY_SECONDS):
                return
            try:
                self._sync()
            except OSError:
                # The next append, rewrite_lost or close tries again and raises the error.
                if not self._sync_error:
                    self._dirty.set()

    def _sync(self) -> None:
        with self._lock:
            if self._handle < 0 or not self._unsynced:
                return
            handle = os.dup(self._handle)
            folders, self._unsynced_folders, self._unsynced = self._unsynced_folders, set(), False
        try:
            sync(handle)
            for folder in folders:
                sync_folder(folder)
        except OSError:
            with self._lock:
                self._unsynced_folders |= folders
                self._rewrite_to_new_file()
        finally:
            os.close(handle)

    def _rewrite_to_new_file(self) -> None:
        """Write and sync all lines to a new file after a failed fsync. Raises OSError.

        After an fsync error the kernel may drop the dirty pages and report the next fsync as successful,
        so the old descriptor is not used again. If the new file fails too, it is deleted.
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
            self._handle, self.path, self._size, self._sync_error = old, old_path, old_size, error
            self._record_loss(error)
            raise
        self._size, self._lost, self._sync_error, self.lost_reason = len(data), False, None, ""
        self._unsynced_folders = set()
        if old >= 0:
            with suppress(OSError):
                os.close(old)


def frame_lines(lines: Iterable[bytes]) -> bytes:
    """Return the bytes of lines in a log, each with a newline before and after it."""
    return b"".join(b"\n" + line + b"\n" for line in lines)
