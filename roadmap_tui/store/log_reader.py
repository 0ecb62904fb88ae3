"""Reading the log files: every session's, of every host, and copies that other tools made of them."""

from __future__ import annotations

import errno
import gc
import json
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, NoReturn

from roadmap_tui.core.progress.events import Event, SessionStarted
from roadmap_tui.core.progress.events import sort_key as event_order
from roadmap_tui.core.progress.records import VERSION, InvalidRecord, NewerRecord, decode

LONGEST_LINE: Final = 1 << 20
LOG_SUFFIX: Final = ".jsonl"
_CHUNK: Final = 1 << 20
_SEAM: Final = 512


class BadLine(NamedTuple):
    """A line that is no event of this version: it is kept, and counts for nothing."""

    file: str
    line: int
    reason: str
    newer: bool


class _FileState(NamedTuple):
    """How far a file was read: the offset and number of the first line not yet read to its end.

    ``size`` is the file's when it was read, ``seam`` what stood right before the offset, ``changed`` when the
    file had last been changed before its first line was read.
    """

    inode: int
    size: int
    offset: int
    line: int
    seam: bytes
    changed: int


def _no_number(name: str) -> NoReturn:
    raise InvalidRecord(f"{name} is not a number of JSON")


# One decoder for all lines: json.loads with an argument would build a new one for each.
_decode_json: Final = json.JSONDecoder(parse_constant=_no_number).raw_decode


def parse(line: bytes) -> Event:
    """The event on a line of a log. Raises BadRecord or NewerRecord."""
    if len(line) > LONGEST_LINE:
        raise InvalidRecord("longer than 1 MiB")
    try:
        text = line.strip().decode()
        record, end = _decode_json(text)
    except UnicodeDecodeError:
        raise InvalidRecord("not UTF-8") from None
    except InvalidRecord:
        raise
    except (ValueError, RecursionError):
        raise InvalidRecord("not JSON") from None
    if end != len(text):
        raise InvalidRecord("not JSON")
    return decode(record)


def is_event(line: bytes) -> bool:
    """Whether a line of a log is an event, be it one that only a later version can read."""
    try:
        parse(line)
    except NewerRecord:
        return True
    except InvalidRecord:
        return False
    return True


class ReadOffset(NamedTuple):
    """How far a file was read, and the digest of all that was: enough to go on from there another time."""

    offset: int
    line: int
    digest: str


class LogReader:
    """The union of all events in a folder of logs, read once and then only where a file grew.

    Where ``ends`` are given, of those files alone, and of each only so many bytes.
    """

    def __init__(self, folder: str, ends: Mapping[str, int] | None = None) -> None:
        self.folder = folder
        self.needs_newer = False
        self._ends = ends
        self._tails: dict[str, _FileState] = {}
        self._bad: dict[tuple[str, int], BadLine] = {}
        self._unreadable: dict[str, str] = {}

    @property
    def bad_lines(self) -> list[BadLine]:
        """The lines that are no events, by file and line; an unreadable file is its line 0."""
        files = [BadLine(name, 0, reason, False) for name, reason in list(self._unreadable.items())]
        return sorted(files + list(self._bad.values()))

    @property
    def files(self) -> list[str]:
        """The names of the log files seen last."""
        return sorted(self._tails)

    def read(self) -> list[Event]:
        """The events that were added since the last call, in the order of history.

        One that stands in several files may be given several times.
        """
        try:
            names = [name for name in os.listdir(self.folder) if self._is_log(name)]
        except FileNotFoundError:
            names = []
        except OSError as error:
            self._unreadable = {self.folder: error.strerror or "cannot be read"}
            return []
        events: list[Event] = []
        unreadable: dict[str, str] = {}
        # Nothing that is read here is garbage, and to look for some takes a third of the time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            for name in names:
                try:
                    self._read_file(name, events)
                except OSError as error:
                    unreadable[name] = error.strerror or "cannot be read"
            events.sort(key=event_order)
        finally:
            if collecting:
                gc.enable()
        self._unreadable = unreadable
        for gone in self._tails.keys() - set(names):
            self._forget(gone)
        return events

    def _is_log(self, name: str) -> bool:
        return name.endswith(LOG_SUFFIX) and name[0] != "." and (self._ends is None or name in self._ends)

    def read_offsets(self) -> dict[str, ReadOffset] | None:
        """How far each file was read; None where one could not be read or was changed since."""
        if self._unreadable:
            return None
        marks: dict[str, ReadOffset] = {}
        for name, tail in self._tails.items():
            try:
                status, found, _ = self._digest(name, tail.offset)
            except OSError:
                return None
            # What was read may be what no longer stands there.
            if (status.st_ino, status.st_ctime_ns) != (tail.inode, tail.changed):
                return None
            marks[name] = ReadOffset(tail.offset, tail.line, found)
        return marks

    def resume_from(self, marks: dict[str, ReadOffset], bad: Iterable[BadLine], *, needs_newer: bool) -> bool:
        """Take for read what another reader had read, if all of that is there as it was; whether it is.

        ``bad`` and ``needs_newer`` are what it found there.
        """
        tails: dict[str, _FileState] = {}
        for name, mark in marks.items():
            try:
                status, found, seam = self._digest(name, mark.offset)
            except OSError:
                return False
            if found != mark.digest:
                return False
            # Of no size it could have: it is looked at once more for what came after.
            tails[name] = _FileState(status.st_ino, -1, mark.offset, mark.line, seam, status.st_ctime_ns)
        self._tails, self.needs_newer = tails, needs_newer
        self._bad = {
            (one.file, one.line): one for one in bad if one.file in tails and one.line < tails[one.file].line
        }
        return True

    def _digest(self, name: str, length: int) -> tuple[os.stat_result, str, bytes]:
        """What a file is, the SHA-256 of its first bytes, and the seam behind them.

        Raises OSError where it has fewer.
        """
        from hashlib import sha256  # asked of long logs only

        sum_of_all, left = sha256(usedforsecurity=False), length
        handle = os.open(os.path.join(self.folder, name), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size < length:
                raise OSError(errno.EINVAL, "shorter than it was")
            while left and (part := os.read(handle, min(left, _CHUNK))):
                sum_of_all.update(part)
                left -= len(part)
            return status, sum_of_all.hexdigest(), _tail_fingerprint(handle, length)
        finally:
            os.close(handle)

    def _forget(self, name: str) -> None:
        self._tails.pop(name, None)
        for key in [key for key in self._bad if key[0] == name]:
            del self._bad[key]

    def _read_file(self, name: str, events: list[Event]) -> None:
        # Opened each time, not only looked at: that is when NFS asks its server how long the
        # file is. Not blocking, so that a pipe of that name cannot hold the program up.
        handle = os.open(os.path.join(self.folder, name), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "not a file")
            tail = self._tails.get(name)
            if tail is not None and (status.st_ino, status.st_size) == (tail.inode, tail.size):
                return
            if (
                tail is None
                or status.st_ino != tail.inode
                or _tail_fingerprint(handle, tail.offset) != tail.seam
            ):
                self._forget(name)
                tail = _FileState(status.st_ino, 0, 0, 1, b"", status.st_ctime_ns)
            self._tails[name] = self._read_on(handle, name, tail, events)
        finally:
            os.close(handle)

    def _read_on(self, handle: int, name: str, tail: _FileState, events: list[Event]) -> _FileState:
        size = offset = tail.offset
        number = tail.line
        rest = b""
        end = sys.maxsize if self._ends is None else self._ends[name]
        os.lseek(handle, offset, os.SEEK_SET)
        while chunk := os.read(handle, min(_CHUNK, end - size)):
            size += len(chunk)
            # What is too long to be a record is not held in memory either.
            lines = (rest[: LONGEST_LINE + 1] + chunk).split(b"\n")
            rest = lines.pop()
            if lines:
                offset = size - len(rest)
            for number, line in enumerate(lines, number):  # noqa: B020 - each chunk counts on
                if line and (event := self._parse_line(name, number, line)):
                    events.append(event)
            number += bool(lines)
        # Torn, or its writer is just at it: then it is read again when there is more of it.
        if rest and (event := self._parse_line(name, number, rest)):
            events.append(event)
            offset = size
        return tail._replace(size=size, offset=offset, line=number, seam=_tail_fingerprint(handle, offset))

    def _parse_line(self, name: str, number: int, line: bytes) -> Event | None:
        if self._bad:
            self._bad.pop((name, number), None)
        try:
            event = parse(line)
        except InvalidRecord as error:
            if line.strip():
                self._bad[name, number] = BadLine(name, number, str(error), isinstance(error, NewerRecord))
            return None
        if isinstance(event, SessionStarted) and event.min_reader > VERSION:
            self.needs_newer = True
        return event


def _tail_fingerprint(handle: int, offset: int) -> bytes:
    """What stands right before an offset: enough for the id of the record there to be in it."""
    length = min(offset, _SEAM)
    return os.pread(handle, length, offset - length)
