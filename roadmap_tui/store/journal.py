"""The journal: an append-only log of events, shared by every session and host that can see its folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from roadmap_tui import __version__
from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.progress.events import Event, SessionStarted, Stamp
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.progress.records import CLOCK_END, VERSION, InvalidRecord, encode
from roadmap_tui.store.cache import Cache
from roadmap_tui.store.checkpoints import keep, resume
from roadmap_tui.store.files import nearest_existing_parent
from roadmap_tui.store.log_reader import MAX_LINE_BYTES, BadLine, LogReader, parse
from roadmap_tui.store.log_writer import LogWriter

_FARTHEST_AHEAD: Final = 366 * 24 * 3600 * 1000  # milliseconds


class LogHealth(NamedTuple):
    """What was found when the logs were read."""

    files: list[str]
    bad: list[BadLine]
    newer: list[BadLine]


class Journal:
    """One session of writing, and everything that all sessions wrote.

    ``folder`` None is a journal that keeps nothing: it is read as empty and can't be written. In the
    folder ``cache`` it keeps what spares the next session from reading a long history.
    """

    def __init__(
        self,
        folder: str | None,
        now: Callable[[], datetime],
        *,
        host: str | None = None,
        cache: str | None = None,
    ) -> None:
        self.folder = folder
        self._cache = Cache(cache)
        self.pending: list[Event] = []
        self.now = now
        self._reader = LogReader(folder) if folder else None
        self._writer = LogWriter(folder, host) if folder else None
        self._session = os.urandom(4).hex()
        self._count = 0
        self._clock = 0
        self._introduced = False
        self._saved: list[Event] = []
        self._refused_because = ""

    @property
    def lost(self) -> list[Event]:
        """What this session saved and no disk has any more: its file is gone or fails, and none could be
        written in its place yet.
        """
        return self._saved if self._writer and self._writer.lost_reason else []

    @property
    def pending_reason(self) -> str:
        """Why something is ``unsaved`` or ``missing``; empty where nothing is."""
        return self._refused_because or (self._writer.lost_reason if self._writer else "")

    @property
    def view_only(self) -> str:
        """Why nothing can be written, in a few words; empty where it can."""
        if self.folder is None or self._reader is None:
            return "there is no home folder (set HOME or ROADMAP_TUI_HOME)"
        if self._reader.needs_newer:
            return "a newer roadmap-tui wrote here (update this one)"
        there = nearest_existing_parent(self.folder)
        if not os.path.isdir(there):
            return f"not a folder: {there}"
        return "" if os.access(there, os.W_OK | os.X_OK) else f"read-only folder {there}"

    @property
    def health(self) -> LogHealth:
        """What the files hold that is not an event."""
        if self._reader is None:
            return LogHealth([], [], [])
        lines = self._reader.bad_lines
        return LogHealth(
            self._reader.files,
            [line for line in lines if not line.newer],
            [line for line in lines if line.newer],
        )

    def read(self) -> list[Event]:
        """The events that came into the folder since the last call, this session's own included.

        Never raises for what is in the files: see ``health``. May be called from another thread
        than the one that writes, but from one only.
        """
        return self._reader.read() if self._reader else []

    def progress(self) -> Progress:
        """What all events add up to; ``read`` goes on from there."""
        if self._reader is None:
            return Progress()
        kept = resume(self._reader, self._cache)
        progress = Progress() if kept is None else kept
        events = self._reader.read()
        progress.add(events)
        # Where all had to be read after all, the next start would have to as well.
        count = len(progress) if kept is None or kept.is_whole else len(events)
        keep(self._reader, progress, count, self._cache)
        return progress

    def observe_clock(self, clock: int) -> None:
        """Have every later stamp be newer than what was seen, whatever the other host's clock says.

        One that is ahead by more than a year is nobody's time: following it would leave none to others.
        """
        if clock < int(self.now().timestamp() * 1000) + _FARTHEST_AHEAD:
            self._clock = max(self._clock, clock)

    def next_stamp(self, above: int = 0) -> Stamp:
        """A stamp for an event that is newer than this session's last and than the clock ``above``.

        Raises Refused where no clock is left above that one.
        """
        now = self.now()
        clock = max(int(now.timestamp() * 1000), self._clock + 1, above + 1)
        if clock >= CLOCK_END:
            raise UsageError(
                "not recorded", "the last event about it is at the end of time", "remove its line"
            )
        self._clock = clock
        self._count += 1
        return Stamp(
            f"{self._clock:012x}-{self._session}-{self._count}", self._clock, now.replace(microsecond=0)
        )

    def append(self, event: Event, *, waits: bool = True) -> list[Event]:
        """Write an event; all that are in the file by it: this one, and those that waited before it.

        Raises CannotSave where it can't be written: then it waits in ``unsaved``, unless the journal
        is view-only or the event is not one that ``waits``. Raises Refused where no reader would
        take it, as when it is larger than a record may be.
        """
        reason = self.view_only
        if reason:
            raise SaveError("not saved", f"view only: {reason}", "nothing was changed")
        _check(event)
        self.pending.append(event)
        try:
            return self.flush_pending()
        except SaveError:
            if not waits:
                self.pending.remove(event)
            raise

    def flush_pending(self) -> list[Event]:
        """Write what waits in ``unsaved``; the events that are saved by it. Raises CannotSave."""
        if not self.pending or self._writer is None:
            return []
        head = (
            []
            if self._introduced
            else [SessionStarted(self.next_stamp(), f"roadmap-tui {__version__}", VERSION)]
        )
        try:
            self._writer.append([_line(event) for event in (*head, *self.pending)])
        except OSError as error:
            self._refused_because = error.strerror or str(error)
            raise SaveError(
                f"not saved ({len(self.pending)})", self._refused_because, "it is tried again"
            ) from None
        self._introduced = True
        saved, self.pending, self._refused_because = self.pending, [], ""
        self._saved.extend(saved)
        return saved

    def rewrite_lost(self) -> bool:
        """Write this session's events again if their file is gone or was cut; whether it was so.

        Raises CannotSave.
        """
        try:
            return self._writer.rewrite_lost() if self._writer else False
        except OSError as error:
            raise SaveError("not saved", error.strerror or str(error), "it is tried again") from None

    def close(self) -> None:
        """Put everything on the disk. Raises CannotSave where that fails."""
        try:
            if self._writer:
                self._writer.close()
        except OSError as error:
            raise SaveError("not saved", error.strerror or str(error), "look at the disk") from None


def dump(event: Event) -> str:
    """The record of an event as one line of JSON."""
    return json.dumps(encode(event), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _check(event: Event) -> None:
    """Make sure that what is written can be read. Raises Refused."""
    try:
        line = _line(event)
        if len(line) > MAX_LINE_BYTES:
            raise UsageError("too much at once", "it does not fit into a record of 1 MiB", "do it in parts")
        parse(line)
    except (InvalidRecord, UnicodeError) as error:
        why = str(error) if isinstance(error, InvalidRecord) else "not UTF-8"
        raise UsageError("not recorded", f"it would be unreadable ({why})", "choose another") from None


def _line(event: Event) -> bytes:
    return dump(event).encode()
