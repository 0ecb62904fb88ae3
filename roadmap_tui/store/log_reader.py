"""Reading the log files: every session's, of every host, and copies that other tools made of them."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, NoReturn

from roadmap_tui.core.events import VERSION, BadRecord, Event, NewerRecord, Opened, decode
from roadmap_tui.core.events import order as event_order

LONGEST_LINE: Final = 1 << 20
SUFFIX: Final = ".jsonl"


class BadLine(NamedTuple):
    """A line that is no event of this version: it is kept, and counts for nothing."""

    file: str
    line: int
    reason: str
    newer: bool


class _Tail(NamedTuple):
    """How far a file was read: the offset and number of the first line not yet read to its end."""

    inode: int
    offset: int
    line: int


def _no_number(name: str) -> NoReturn:
    raise BadRecord(f"{name} is not a number of JSON")


# One decoder for all lines: json.loads with an argument would build a new one for each.
_JSON: Final = json.JSONDecoder(parse_constant=_no_number)


def parse(line: bytes) -> Event:
    """The event on a line of a log. Raises BadRecord or NewerRecord."""
    if len(line) > LONGEST_LINE:
        raise BadRecord("longer than 1 MiB")
    try:
        record: Any = _JSON.decode(line.decode())
    except UnicodeDecodeError:
        raise BadRecord("not UTF-8") from None
    except BadRecord:
        raise
    except (ValueError, RecursionError):
        raise BadRecord("not JSON") from None
    return decode(record)


class LogReader:
    """The union of all events in a folder of logs, read once and then only where a file grew."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.needs_newer = False
        self._tails: dict[str, _Tail] = {}
        self._bad: dict[tuple[str, int], BadLine] = {}
        self._unreadable: dict[str, str] = {}

    @property
    def bad_lines(self) -> list[BadLine]:
        """The lines that are no events, by file and line; an unreadable file is its line 0."""
        files = [BadLine(name, 0, reason, False) for name, reason in self._unreadable.items()]
        return sorted(files + list(self._bad.values()))

    @property
    def files(self) -> list[str]:
        """The names of the log files seen last."""
        return sorted(self._tails)

    def read(self) -> list[Event]:
        """The events that were added since the last call, in the order of history."""
        events: list[Event] = []
        try:
            names = [name for name in os.listdir(self.folder) if name.endswith(SUFFIX) and name[0] != "."]
        except FileNotFoundError:
            names = []
        except OSError as error:
            self._unreadable[self.folder] = error.strerror or "cannot be read"
            names = []
        for name in names:
            try:
                events.extend(self._read_file(name))
            except OSError as error:
                self._unreadable[name] = error.strerror or "cannot be read"
            else:
                self._unreadable.pop(name, None)
        for gone in self._tails.keys() - set(names):
            self._forget(gone)
        events.sort(key=event_order)
        return events

    def _forget(self, name: str) -> None:
        self._tails.pop(name, None)
        for key in [key for key in self._bad if key[0] == name]:
            del self._bad[key]

    def _read_file(self, name: str) -> Iterable[Event]:
        # Opened each time, not only looked at: that is when NFS asks its server how long the
        # file is. Not blocking, so that a pipe of that name cannot hold the program up.
        handle = os.open(os.path.join(self.folder, name), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return []
            tail = self._tails.get(name)
            if tail is None or tail.inode != status.st_ino or status.st_size < tail.offset:
                self._forget(name)
                tail = _Tail(status.st_ino, 0, 1)
            data = _read_from(handle, tail.offset) if status.st_size > tail.offset else b""
        finally:
            os.close(handle)
        lines = data.split(b"\n")
        rest = lines.pop()
        self._tails[name] = _Tail(tail.inode, tail.offset + len(data) - len(rest), tail.line + len(lines))
        events = [self._parse_line(name, number, line) for number, line in enumerate(lines, tail.line)]
        if rest:
            # Torn, or its writer is just at it: it is read again when there is more of it.
            events.append(self._parse_line(name, tail.line + len(lines), rest))
        return [event for event in events if event is not None]

    def _parse_line(self, name: str, number: int, line: bytes) -> Event | None:
        self._bad.pop((name, number), None)
        if not line.strip(b" \t\r"):
            return None
        try:
            event = parse(line)
        except BadRecord as error:
            newer = isinstance(error, NewerRecord)
            self._bad[name, number] = BadLine(name, number, str(error), newer)
            return None
        if isinstance(event, Opened) and event.min_reader > VERSION:
            self.needs_newer = True
        return event


def _read_from(handle: int, offset: int) -> bytes:
    os.lseek(handle, offset, os.SEEK_SET)
    parts = []
    while part := os.read(handle, 1 << 20):
        parts.append(part)
    return b"".join(parts)
