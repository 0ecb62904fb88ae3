"""Logs as sets of lines: compare them and append missing lines, byte for byte.

Lines are compared by their bytes and not interpreted, so records of a later version are copied like any
other. (A reader identifies an event by its id: an event in two files counts once.)
"""

import errno
import fcntl
import json
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.progress.events import Event, SessionStarted, copied_id
from roadmap_tui.core.progress.records import InvalidRecord, NewerRecord
from roadmap_tui.store.files import MAX_NAME_BYTES, is_safe_name, make_folder, sync, sync_folder, write_all
from roadmap_tui.store.log_reader import LOG_SUFFIX, MAX_LINE_BYTES, parse
from roadmap_tui.store.log_writer import frame_lines

MAX_LOG_BYTES: Final = 1 << 30
_CHUNK_BYTES: Final = 1 << 20
_APPEND: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_READ: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

# The lines of each log, by file name.
Logs: TypeAlias = Mapping[str, list[bytes]]


class LogScan(NamedTuple):
    """The logs of a folder; ``skipped`` has a line "name: reason" for each file that could not be read."""

    logs: dict[str, list[bytes]]
    skipped: list[str]


def lines_of(chunks: Iterable[bytes]) -> list[bytes]:
    """Split a log, given in chunks, into its distinct non-empty lines. Raises ValueError above 1 GiB.

    A last line without a newline counts only if it is valid JSON: another process may still be writing it.
    A line above 1 MiB, which no version writes, is left out.
    """
    found: dict[bytes, None] = {}
    rest = b""
    size = 0
    for chunk in chunks:
        if (size := size + len(chunk)) > MAX_LOG_BYTES:
            raise ValueError("it holds more than 1 GiB")
        data = rest[: MAX_LINE_BYTES + 1] + chunk
        for run in (64, 8, 2):  # millions of empty lines take no time
            data = data.replace(b"\n" * run, b"\n")
        *lines, rest = data.split(b"\n")
        found.update(dict.fromkeys(lines))
    with suppress(ValueError, RecursionError):
        if isinstance(json.loads(rest), dict):
            found[rest] = None
    return [line for line in found if len(line) <= MAX_LINE_BYTES and line.strip()]


def read_logs(folder: str, *, everything: bool = False) -> LogScan:
    """Read all logs of a folder, which may be missing. Raises OSError.

    Without ``everything`` it skips symlinks, whose target may not be meant for other machines, and a last
    line that may be incomplete.
    """
    scan = LogScan({}, [])
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return scan
    for name in names:
        if not name.endswith(LOG_SUFFIX) or name[0] == ".":
            continue
        try:
            path = os.path.join(folder, name)
            if everything:
                scan.logs[name] = lines_of(chain(read_chunks(os.path.realpath(path)), (b"\n",)))
            else:
                scan.logs[name] = lines_of(read_chunks(path))
        except FileNotFoundError:
            continue
        except ValueError as error:
            if everything:
                raise OSError(errno.EFBIG, str(error), path) from None
            scan.skipped.append(f"{name}: {error}")
        except OSError as error:
            if everything and error.errno == errno.EIO:
                raise  # an incomplete backup must not count as the one of its day
            why = "it is a link" if error.errno == errno.ELOOP else error.strerror or "cannot be read"
            scan.skipped.append(f"{name}: {why}")
    return scan


def locate(folder: str, ids: Collection[str]) -> dict[str, tuple[str, int]]:
    """Return the file and the line number of the records with some ids; skips what cannot be read."""
    found: dict[str, tuple[str, int]] = {}
    quoted = {
        json.dumps(event_id, ensure_ascii=escape).encode() for event_id in ids for escape in (True, False)
    }
    for name in sorted(os.listdir(folder)) if ids else ():
        if not name.endswith(LOG_SUFFIX):
            continue
        with suppress(OSError), open(os.open(os.path.join(folder, name), _READ), "rb") as file:
            for number, line in enumerate(file, 1):
                if any(text in line for text in quoted):
                    with suppress(InvalidRecord):
                        found.setdefault(parse(line).stamp.id, (name, number))
    return {event_id: place for event_id, place in found.items() if event_id in ids}


def read_chunks(path: str) -> Iterator[bytes]:
    """Yield a regular file in pieces. Raises OSError, also for a symlink."""
    with open(os.open(path, _READ), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", path)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def missing_lines(here: Logs, there: Logs) -> dict[str, list[bytes]]:
    """Return the distinct lines that are in a log of ``there`` but in no log of ``here``."""
    known = {line for lines in here.values() for line in lines}
    missing: dict[str, list[bytes]] = {}
    for name, lines in there.items():
        new = [line for line in dict.fromkeys(lines) if line not in known]
        if new:
            missing[name] = new
            known.update(new)
    return missing


def count_events(lines: Iterable[bytes], known: Iterable[bytes] = ()) -> int:
    """Count the events other than starts of sessions; a `copied_id` in ``known`` counts as known."""
    events, newer = _parse_all(lines)
    ids = {copied_id(event) or event.stamp.id for event in events}
    if any(map(copied_id, events)):
        ids -= {copied_id(event) or event.stamp.id for event in _parse_all(known)[0]}
    return len(ids) + newer


def _parse_all(lines: Iterable[bytes]) -> tuple[list[Event], int]:
    """Return the events other than starts of sessions, and how many only a newer version can read."""
    events: list[Event] = []
    newer = 0
    for line in lines:
        try:
            event = parse(line)
        except NewerRecord:
            newer += 1
        except InvalidRecord:
            continue
        else:
            if not isinstance(event, SessionStarted):
                events.append(event)
    return events, newer


def append_lines(folder: str, name: str, lines: Iterable[bytes]) -> str:
    """Append lines to a log, fsync it, and return the name of the log they went to. Raises OSError.

    A log that a session has locked, or that cannot be opened, is left alone; the lines then go into another
    file beside it. No log is ever shortened or replaced.
    """
    _make_folder(folder)
    if not is_safe_name(name, LOG_SUFFIX):
        name = f"from-sync{LOG_SUFFIX}"
    beside = f"{name.removesuffix(LOG_SUFFIX)[: MAX_NAME_BYTES - 40]}.sync"
    for candidate in (name, beside + LOG_SUFFIX):
        # For any reason (a symlink, a folder, no permission, no flock): the next file may work.
        with suppress(OSError):
            handle = _open_unlocked(os.path.join(folder, candidate))
            break
    else:
        return write_new(folder, beside, lines)
    try:
        _append(handle, lines)
    finally:
        os.close(handle)
    sync_folder(folder)
    return candidate


def write_new(folder: str, stem: str, lines: Iterable[bytes]) -> str:
    """Write lines into a new log and return its name. Raises OSError, and then leaves no file."""
    _make_folder(folder)
    name = f"{stem}-{os.urandom(4).hex()}{LOG_SUFFIX}"
    path = os.path.join(folder, name)
    handle = os.open(path, _APPEND | os.O_EXCL, 0o600)
    try:
        _append(handle, lines)
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise
    finally:
        os.close(handle)
    sync_folder(folder)
    return name


def _make_folder(folder: str) -> None:
    for parent in make_folder(folder):
        sync_folder(parent)


def _open_unlocked(path: str) -> int:
    """Open and lock a log for appending. Raises OSError if that fails or it is not a file (any more)."""
    handle = os.open(path, _APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours, current = os.fstat(handle), os.stat(path, follow_symlinks=False)
        if os.path.samestat(ours, current) and stat.S_ISREG(ours.st_mode):
            return handle
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    raise OSError(errno.EINVAL, "it is not a regular file, or was replaced", path)


def _append(handle: int, lines: Iterable[bytes]) -> None:
    size = os.fstat(handle).st_size
    try:
        write_all(handle, frame_lines(lines))
        sync(handle)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, size)
        raise
