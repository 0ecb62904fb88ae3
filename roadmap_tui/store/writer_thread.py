"""A thread for the writes of the screen, so that it can go on while a slow disk has one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue


class WriterThread:
    """Runs one write at a time in a thread; ``is_busy`` from ``start`` until ``finish`` returned True.

    ``notify`` is called from the thread when a write ends that ``finish`` did not wait for.
    """

    def __init__(self, notify: Callable[[], object]) -> None:
        self.is_busy = False
        self._notify = notify
        self._writes: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._ended = threading.Event()
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self._is_awaited = True
        # A daemon: a write that never returns must not keep the program from ending.
        threading.Thread(target=self._run, name="journal-write", daemon=True).start()

    def start(self, write: Callable[[], None]) -> None:
        """Begin a write; the one before must be finished."""
        self._ended.clear()
        self.is_busy = self._is_awaited = True
        self._writes.put(write)

    def finish(self, seconds: float) -> bool:
        """Wait for the end of the write; return False if it needs longer. Raises its exception."""
        if not self._ended.wait(seconds):
            with self._lock:
                if not self._ended.is_set():
                    self._is_awaited = False
                    return False
        self.is_busy = False
        if self._error is not None:
            raise self._error
        return True

    def _run(self) -> None:
        while True:
            write = self._writes.get()
            error: BaseException | None = None
            try:
                write()
            except BaseException as caught:  # noqa: BLE001 - raised again by `finish`
                error = caught
            with self._lock:
                self._error = error
                self._ended.set()
                is_awaited = self._is_awaited
            if not is_awaited:
                self._notify()
