"""The journal: an append-only set of events, shared by all sessions and hosts that use its folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui import __version__
from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.progress.events import Event, SessionStarted, Stamp, clock_limit
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.records import CLOCK_END, VERSION, InvalidRecord, encode
from roadmap_tui.store.files import nearest_existing_parent
from roadmap_tui.store.log_reader import MAX_LINE_BYTES, BadLine, LogReader, parse

if TYPE_CHECKING:
    from roadmap_tui.store.log_writer import LogWriter
    from roadmap_tui.store.snapshot_progress import SnapshotProgress
    from roadmap_tui.store.writer_thread import WriterThread

SNAPSHOT_MIN_EVENTS: Final = 2000  # fewer are folded as fast as a snapshot is read
_SNAPSHOT: Final = "snapshot.sqlite"

# How long the screen waits for a write before it goes on, and where it cannot go on without.
PATIENCE_SECONDS: Final = 0.2
LONGEST_WAIT_SECONDS: Final = 3.0
MAX_WAITING: Final = 100  # events that wait for a slow write; more are refused


class LogHealth(NamedTuple):
    """The log files, their unreadable lines, and the lines of later versions."""

    files: list[str]
    bad: list[BadLine]
    newer: list[BadLine]


class Journal:
    """The events of all sessions, and the log of this session.

    With ``folder`` None it is empty and cannot be written. ``cache`` is the folder of the snapshot,
    ``review`` has the arguments of the scheduler whose cards it stores.
    """

    def __init__(
        self,
        folder: str | None,
        now: Callable[[], datetime],
        *,
        host: str | None = None,
        cache: str | None = None,
        review: tuple[float, int] | None = None,
    ) -> None:
        self.folder = folder
        self._cache = cache
        self._review = review
        self.pending: list[Event] = []
        self._lines: dict[str, bytes] = {}  # of the pending events, by their ids
        self.now = now
        self.on_saved: Callable[[list[Event]], None] = lambda _: None
        self.by = ""  # the assistant that writes, "" for the reader
        self._reader = LogReader(folder or "")
        self._host = host
        self._session = os.urandom(4).hex()
        self._count = 0
        self._clock = 0
        self._started_written = False
        self._saved: list[Event] = []
        self._write_error = ""
        self._thread: WriterThread | None = None
        self._in_flight = 0  # the number of pending events that the thread is writing

    def write_in_thread(self, notify: Callable[[], object]) -> None:
        """Write in a thread from now on: events whose write is slow stay pending until ``flush_pending``.

        ``notify`` is called from the thread when such a write has ended.
        """
        from roadmap_tui.store.writer_thread import WriterThread  # no command needs it

        self._thread = WriterThread(notify)

    @property
    def is_saving(self) -> bool:
        """True while a write in the thread has not returned; the pending events wait for it."""
        return self._thread is not None and self._thread.is_busy

    @property
    def lost(self) -> list[Event]:
        """The events of this session that were saved and are no longer on the disk."""
        return self._saved if self._lost_reason else []

    @property
    def pending_reason(self) -> str:
        """The reason why events are ``pending`` or ``lost``, empty if none are."""
        slow = "the disk is slow" if self.is_saving else ""
        return self._write_error or self._lost_reason or slow

    @property
    def _lost_reason(self) -> str:
        return self._writer.lost_reason if self._has_writer else ""

    @cached_property
    def _writer(self) -> LogWriter:
        """The writer of this session's log, created when something is written first."""
        from roadmap_tui.store.log_writer import LogWriter

        return LogWriter(self.folder or "", self._host)

    @property
    def _has_writer(self) -> bool:
        return "_writer" in self.__dict__

    @property
    def view_only(self) -> str:
        """The reason why nothing can be written, empty if it can."""
        if self.folder is None:
            return "there is no home folder (set HOME or ROADMAP_TUI_HOME)"
        if file := self._reader.needs_newer:
            return f"a newer roadmap-tui wrote log/{file} (update this one, or move that file away)"
        parent = nearest_existing_parent(self.folder)
        if not os.path.isdir(parent):
            return f"not a folder: {parent}"
        return "" if os.access(parent, os.W_OK | os.X_OK) else f"read-only folder {parent}"

    @property
    def unread(self) -> list[BadLine]:
        """The lines that this version could not read, and (as line 0) unreadable files and folders."""
        return self._reader.bad_lines

    @property
    def health(self) -> LogHealth:
        """The log files and their lines that are no events."""
        lines = self.unread
        return LogHealth(
            self._reader.files,
            [line for line in lines if not line.newer],
            [line for line in lines if line.newer],
        )

    def read(self) -> list[Event]:
        """Return the events added to the folder since the last call, this session's own included.

        Unreadable files and lines do not raise; see ``health``. May be called from a thread other than the
        writing one, but always from the same one.
        """
        return self._reader.read()

    def progress(self) -> Progress:
        """Return the progress of all events; ``read`` continues from there."""
        path = os.path.join(self._cache, _SNAPSHOT) if self._cache else ""
        loaded: SnapshotProgress | None = None
        if path and os.path.exists(path):
            from roadmap_tui.store import snapshot  # short logs have none

            loaded = snapshot.load(self._reader, path)
        events = self._reader.read()
        progress = Progress() if loaded is None else loaded
        is_outdated = loaded is not None and self._review not in {None, loaded.review}
        if loaded is not None and (is_outdated or len(events) >= SNAPSHOT_MIN_EVENTS):
            loaded.load_all()  # for a new snapshot: otherwise every start would do this work again
        progress.add(events)
        if path and progress.is_complete and len(progress) >= SNAPSHOT_MIN_EVENTS:
            from roadmap_tui.store import snapshot

            snapshot.save(self._reader, progress, path, self._review)
        return progress

    def observe_clock(self, clock: int) -> None:
        """Make every later stamp newer than ``clock``, the highest clock of another session.

        A clock more than a year ahead is ignored: following it could use up the range of clocks.
        """
        if clock < clock_limit(self.now()):
            self._clock = max(self._clock, clock)

    def next_stamp(self, above: int = 0) -> Stamp:
        """Return a stamp that is newer than this session's last one and than the clock ``above``.

        Raises UsageError if there is no higher clock.
        """
        now = self.now()
        clock = max(int(now.timestamp() * 1000), self._clock + 1, above + 1)
        if clock >= CLOCK_END:
            raise UsageError(
                "not recorded",
                "the last event about it is at the end of time",
                "run `roadmap-tui doctor --fix`",
            )
        self._clock = clock
        self._count += 1
        event_id = f"{self._clock:012x}-{self._session}-{self._count}"
        return Stamp(event_id, self._clock, now.replace(microsecond=0), self.by)

    def append(self, event: Event, *, waits: bool = True, seconds: float = PATIENCE_SECONDS) -> list[Event]:
        """Write an event; return the events written: those that were pending, and this one.

        Raises SaveError if it cannot be written: it is ``pending`` then, unless ``waits`` is false (for a
        journal without pending events) or the journal is view-only. Raises UsageError if no reader would
        accept it, for example if it is too large. In the thread, it stays pending without an error if that
        takes longer than ``seconds``.
        """
        reason = self.view_only
        if reason:
            raise SaveError("not saved", f"view only: {reason}", "nothing was changed")
        if self.is_saving and len(self.pending) >= MAX_WAITING:
            why = f"the disk is slow, and {MAX_WAITING} changes wait for it"
            raise SaveError("not recorded", why, "nothing was changed; try again later")
        self._lines[event.stamp.id] = _checked_line(event)
        self.pending.append(event)
        try:
            return self.flush_pending(seconds)
        except SaveError:
            if not waits:
                self.pending.remove(event)
            raise

    def start(self) -> list[Event]:
        """Write that this session has started, which else precedes its first event. Raises SaveError."""
        return self.append(SessionStarted(self.next_stamp(), f"roadmap-tui {__version__}", VERSION))

    def flush_pending(self, seconds: float = PATIENCE_SECONDS) -> list[Event]:
        """Write the pending events and return those that are written. Raises SaveError if none are."""
        saved: list[Event] = []
        if self.is_saving:
            # Others wait only once for a write.
            saved = self._finish(seconds if seconds > PATIENCE_SECONDS else 0)
        if not self.pending or self.is_saving:
            return saved
        lines = [self._lines[event.stamp.id] for event in self.pending]
        if not (self._started_written or isinstance(self.pending[0], SessionStarted)):
            started = SessionStarted(self.next_stamp(), f"roadmap-tui {__version__}", VERSION)
            lines.insert(0, dump(started).encode())
        self._in_flight = len(self.pending)
        if self._thread is not None:
            writer = self._writer
            self._thread.start(lambda: writer.append(lines))
        try:
            return saved + self._finish(seconds, lines)
        except SaveError:
            if not saved:
                raise
            return saved

    def _finish(self, seconds: float, lines: list[bytes] | None = None) -> list[Event]:
        """End the write of the events in flight and return them; none if it takes longer than ``seconds``."""
        try:
            if self._thread is None:
                self._writer.append(lines or [])
            elif not self._thread.finish(seconds):
                return []
        except OSError as error:
            self._write_error = error.strerror or str(error)
            raise SaveError(f"not saved ({len(self.pending)})", self._write_error, "trying again") from None
        self._started_written, self._write_error = True, ""
        saved, self.pending = self.pending[: self._in_flight], self.pending[self._in_flight :]
        for event in saved:
            del self._lines[event.stamp.id]
        self._saved.extend(saved)
        self.on_saved(saved)
        return saved

    def rewrite_lost(self) -> bool:
        """Write this session's events again if their file lost them; return True if so. Raises SaveError."""
        if self.is_saving:
            return False  # that write does it
        try:
            return self._has_writer and self._writer.rewrite_lost()
        except OSError as error:
            raise SaveError("not saved", error.strerror or str(error), "trying again") from None

    def close(self) -> None:
        """Wait until everything is on the disk, and close the log. Raises SaveError."""
        if self.is_saving:
            raise SaveError(f"not saved ({len(self.pending)})", self.pending_reason, "check the disk")
        try:
            if self._has_writer:
                self._writer.close()
        except OSError as error:
            raise SaveError("not saved", error.strerror or str(error), "check the disk") from None


def dump(event: Event) -> str:
    """Return the record of an event as one line of JSON."""
    return json.dumps(encode(event), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _checked_line(event: Event) -> bytes:
    """Return the line to write for an event. Raises UsageError if it could not be read back."""
    try:
        line = dump(event).encode()
        if len(line) > MAX_LINE_BYTES:
            raise UsageError("too much at once", "larger than a record of 1 MiB", "split it")
        parse(line)
    except (InvalidRecord, UnicodeError) as error:
        why = str(error) if isinstance(error, InvalidRecord) else "not UTF-8"
        raise UsageError("not recorded", f"it would be unreadable ({why})", "choose another") from None
    return line
