"""Read the log files of all sessions and hosts, including copies made by sync tools."""

import errno
import gc
import json
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, NoReturn
from zlib import crc32

from roadmap_tui.core.progress.events import Event, SessionStarted
from roadmap_tui.core.progress.events import sort_key as event_order
from roadmap_tui.core.progress.records import VERSION, InvalidRecord, NewerRecord, decode

MAX_LINE_BYTES: Final = 1 << 20
LOG_SUFFIX: Final = ".jsonl"
_CHUNK_BYTES: Final = 1 << 20
_FINGERPRINT_BYTES: Final = 512


class BadLine(NamedTuple):
    """A line that this version cannot read as an event. It is kept in the file and ignored."""

    file: str
    line: int
    reason: str
    newer: bool


class _FileState(NamedTuple):
    """Read position in one file: offset and number of the first line that is not read completely.

    ``size`` and ``ctime_ns`` are the file's at that time; ``fingerprint`` holds the bytes before the offset.
    """

    inode: int
    size: int
    offset: int
    line: int
    fingerprint: bytes
    ctime_ns: int


def _reject_constant(name: str) -> NoReturn:
    raise InvalidRecord(f"{name} is not a number of JSON")


# json.loads with an argument builds a new decoder for each call; this one is shared.
_decode_json: Final = json.JSONDecoder(parse_constant=_reject_constant).raw_decode


def parse(line: bytes) -> Event:
    """Parse one line of a log. Raises InvalidRecord or NewerRecord."""
    if len(line) > MAX_LINE_BYTES:
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
    """Return True if a line is an event, including one that only a later version can read."""
    try:
        parse(line)
    except NewerRecord:
        return True
    except InvalidRecord:
        return False
    return True


class ReadOffset(NamedTuple):
    """Read position in one file and the CRC-32 of everything before it; reading can resume from it.

    It detects a file that was replaced or damaged. Forgery need not be detected: who can write a log can
    write any event.
    """

    offset: int
    line: int
    checksum: int


class LogReader:
    """Reads the union of all events in a folder of logs; each call reads only what was appended.

    ``limits`` restricts it to some files, and to a number of bytes of each.
    """

    def __init__(self, folder: str, limits: Mapping[str, int] | None = None) -> None:
        self.folder = folder
        self.needs_newer = ""  # the file of a version that this one must not write beside
        self._limits = limits
        self._states: dict[str, _FileState] = {}
        self._bad: dict[tuple[str, int], BadLine] = {}
        self._unreadable: dict[str, str] = {}

    @property
    def bad_lines(self) -> list[BadLine]:
        """The unreadable lines, sorted by file and line; an unreadable file is listed as line 0."""
        files = [BadLine(name, 0, reason, False) for name, reason in list(self._unreadable.items())]
        return sorted(files + list(self._bad.values()))

    @property
    def files(self) -> list[str]:
        """The names of the log files found by the last read."""
        return sorted(self._states)

    def read(self) -> list[Event]:
        """Return the events added since the last call, sorted by (clock, id); may have duplicates."""
        try:
            names = [name for name in os.listdir(self.folder) if self._is_log(name)]
        except FileNotFoundError:
            names = []
        except OSError as error:
            self._unreadable = {self.folder: error.strerror or "cannot be read"}
            return []
        events: list[Event] = []
        unreadable: dict[str, str] = {}
        # Garbage collection would find nothing here and takes a third of the time.
        gc_was_enabled = gc.isenabled()
        gc.disable()
        try:
            for name in names:
                try:
                    self._read_file(name, events)
                except OSError as error:
                    unreadable[name] = error.strerror or "cannot be read"
            events.sort(key=event_order)
        finally:
            if gc_was_enabled:
                gc.enable()
        self._unreadable = unreadable
        for gone in self._states.keys() - set(names):
            self._forget(gone)
        return events

    def _is_log(self, name: str) -> bool:
        return name.endswith(LOG_SUFFIX) and name[0] != "." and (self._limits is None or name in self._limits)

    def read_offsets(self) -> dict[str, ReadOffset] | None:
        """Return the read position of each file, or None if one is unreadable or has changed since."""
        if self._unreadable:
            return None
        offsets: dict[str, ReadOffset] = {}
        for name, state in self._states.items():
            try:
                status, checksum, _ = self._checksum(name, state.offset)
            except OSError:
                return None
            # The file may have been replaced since it was read.
            if (status.st_ino, status.st_ctime_ns) != (state.inode, state.ctime_ns):
                return None
            offsets[name] = ReadOffset(state.offset, state.line, checksum)
        return offsets

    def resume_from(
        self, offsets: dict[str, ReadOffset], bad_lines: Iterable[BadLine], *, needs_newer: str
    ) -> bool:
        """Continue from the read positions of another reader; return False if a file no longer matches.

        ``bad_lines`` and ``needs_newer`` are what that reader found up to there.
        """
        states: dict[str, _FileState] = {}
        for name, offset in offsets.items():
            try:
                status, checksum, fingerprint = self._checksum(name, offset.offset)
            except OSError:
                return False
            if checksum != offset.checksum:
                return False
            # An impossible size, so that the next read looks for appended lines.
            states[name] = _FileState(
                status.st_ino, -1, offset.offset, offset.line, fingerprint, status.st_ctime_ns
            )
        # The last line, which may be incomplete, is read again.
        self._bad = {(bad.file, bad.line): bad for bad in bad_lines if bad.line < states[bad.file].line}
        self._states, self.needs_newer = states, needs_newer
        return True

    def _checksum(self, name: str, length: int) -> tuple[os.stat_result, int, bytes]:
        """Return the status of a file, and checksum and fingerprint of its first bytes. Raises OSError."""
        checksum, left = 0, length
        handle = os.open(os.path.join(self.folder, name), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size < length:
                raise OSError(errno.EINVAL, "shorter than it was")
            while left and (part := os.read(handle, min(left, _CHUNK_BYTES))):
                checksum = crc32(part, checksum)
                left -= len(part)
            return status, checksum, _tail_fingerprint(handle, length)
        finally:
            os.close(handle)

    def _forget(self, name: str) -> None:
        self._states.pop(name, None)
        for key in [key for key in self._bad if key[0] == name]:
            del self._bad[key]

    def _read_file(self, name: str, events: list[Event]) -> None:
        # Open the file instead of calling stat: NFS revalidates the size on open.
        # O_NONBLOCK, so that opening a pipe of that name does not block.
        handle = os.open(os.path.join(self.folder, name), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "not a file")
            state = self._states.get(name)
            if state is not None and (status.st_ino, status.st_size) == (state.inode, state.size):
                return
            if (
                state is None
                or status.st_ino != state.inode
                or _tail_fingerprint(handle, state.offset) != state.fingerprint
            ):
                self._forget(name)
                state = _FileState(status.st_ino, 0, 0, 1, b"", status.st_ctime_ns)
            self._states[name] = self._read_from(handle, name, state, events)
        finally:
            os.close(handle)

    def _read_from(self, handle: int, name: str, state: _FileState, events: list[Event]) -> _FileState:
        size = offset = state.offset
        number = state.line
        rest = b""
        end = sys.maxsize if self._limits is None else self._limits[name]
        os.lseek(handle, offset, os.SEEK_SET)
        while chunk := os.read(handle, min(_CHUNK_BYTES, end - size)):
            size += len(chunk)
            # Do not keep an over-long line in memory.
            lines = (rest[: MAX_LINE_BYTES + 1] + chunk).split(b"\n")
            rest = lines.pop()
            if lines:
                offset = size - len(rest)
            for number, line in enumerate(lines, number):  # noqa: B020 - the count continues in the next chunk
                if line and (event := self._parse_line(name, number, line)):
                    events.append(event)
            number += bool(lines)
        # An incomplete last line is read again when the file grows.
        if rest and (event := self._parse_line(name, number, rest)):
            events.append(event)
            offset = size
        return state._replace(
            size=size, offset=offset, line=number, fingerprint=_tail_fingerprint(handle, offset)
        )

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
            self.needs_newer = name
        return event


def _tail_fingerprint(handle: int, offset: int) -> bytes:
    """Return the bytes right before an offset, enough to contain the id of the record there."""
    length = min(offset, _FINGERPRINT_BYTES)
    return os.pread(handle, length, offset - length)
