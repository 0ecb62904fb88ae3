"""Syncs with the reader's other machines in a thread, and counts what waits to be sent."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.message import Message

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.store.locations import Locations
from roadmap_tui.text.sync import format_sync

if TYPE_CHECKING:
    from roadmap_tui.store.sync import SyncResult

# What a sync changes in the repository.
_SYNC_FILES: Final = ("FETCH_HEAD", "refs/remotes/origin/main", "packed-refs", "roadmap-tui.remote")
EXIT_SECONDS: Final = 3.0
_STOP_SECONDS: Final = 0.5
_POLL_SECONDS: Final = 0.02
_COUNT_SHARE: Final = 20  # counting takes at most one part in this many of the time


class Syncer:
    """Runs one sync at a time in a thread that does not keep the program from ending.

    Without ``locations`` nothing can be synced. ``on_synced`` is called on the UI thread with each result.
    """

    @dataclass
    class Finished(Message):
        """Posted when a sync ended; ``is_quiet`` if the reader did not ask for it."""

        result: SyncResult | None
        error: RoadmapTuiError | None
        is_quiet: bool

    @dataclass
    class Counted(Message):
        """Posted when another number of events waits to be sent."""

        count: int

    def __init__(
        self, locations: Locations | None = None, on_synced: Callable[[SyncResult], None] = lambda _: None
    ) -> None:
        self.locations, self.on_synced = locations, on_synced
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._counted: tuple[object, ...] = ()  # what the last count was made of
        self.count = 0
        self._next_count = 0.0

    @property
    def has_remote(self) -> bool:
        """True if a sync has succeeded before."""
        folder = self.locations and self.locations.repository
        return folder is not None and os.path.exists(os.path.join(folder, _SYNC_FILES[-1]))

    @property
    def is_running(self) -> bool:
        """True while a sync is running."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, post: Callable[[Message], object], *, is_quiet: bool = False) -> bool:
        """Start a sync, whose end is posted; return False if it cannot be started."""
        if self.is_running or self.locations is None:
            return False
        args = post, self.locations, is_quiet
        self._thread = threading.Thread(target=self._run, args=args, name="sync", daemon=True)
        self._thread.start()
        return True

    def _run(self, post: Callable[[Message], object], locations: Locations, is_quiet: bool) -> None:
        from roadmap_tui.store.sync import sync

        try:
            result = sync(locations, "", can_ask=False, stop=self._stop)
        except RoadmapTuiError as error:
            post(self.Finished(None, error, is_quiet))
        else:
            post(self.Finished(result, None, is_quiet))

    def stop(self) -> None:
        """End a running sync and the git that it runs; what it did stays, and the next one continues."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def poll(self, post: Callable[[Message], object], event_count: int) -> None:
        """Count what waits to be sent if it may have changed; called about every second in a thread."""
        folder = self.locations and self.locations.repository
        if not folder or self.locations is None or self.is_running:
            return
        if time.monotonic() < self._next_count or not self.has_remote:
            return
        state = event_count, *(_changed_at(folder, name) for name in _SYNC_FILES)
        if state == self._counted:
            return
        from roadmap_tui.store.sync import count_to_send

        start = time.monotonic()
        with suppress(RoadmapTuiError, OSError):
            count = count_to_send(self.locations)
            if count != self.count:
                self.count = count
                post(self.Counted(count))
        self._counted = state
        self._next_count = time.monotonic() + _COUNT_SHARE * (time.monotonic() - start)

    def sync_at_exit(self, is_ending: Callable[[], bool], seconds: float = EXIT_SECONDS) -> str:
        """Sync for some seconds at most, or until ``is_ending``; return a message if that failed."""
        if not self.has_remote:
            return ""
        self.stop()
        self._stop = threading.Event()
        ended: list[Message] = []
        end = time.monotonic() + seconds
        self.start(ended.append, is_quiet=True)
        while self.is_running and time.monotonic() < end and not is_ending():
            time.sleep(_POLL_SECONDS)
        has_ended = not self.is_running
        self.stop()
        if not has_ended or not isinstance(last := ended[0], self.Finished):
            return f"not synced within {seconds:g} s; the next sync sends it"
        if last.result is not None:
            self.on_synced(last.result)
            return format_sync(last.result) if last.result.why else ""
        return str(last.error)


def _changed_at(folder: str, name: str) -> int:
    try:
        return os.stat(os.path.join(folder, name)).st_mtime_ns
    except OSError:
        return 0
