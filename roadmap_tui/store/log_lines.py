"""Logs as bags of lines: what one has and another lacks, and giving it that without changing a byte.

A line is known by its bytes. Readers know an event by its id, so that one which stands in two
files counts once; here nothing is looked into, and what only a later version understands is
carried like all else.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.progress.events import SessionStarted
from roadmap_tui.core.progress.records import InvalidRecord, NewerRecord
from roadmap_tui.store.files import make_folder, sync, sync_folder, write_all
from roadmap_tui.store.log_reader import LOG_SUFFIX, parse
from roadmap_tui.store.log_writer import frame_lines

LARGEST_NAME: Final = 200
_ADDING: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_READING: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

# The lines of each log, by its name.
Logs: TypeAlias = Mapping[str, list[bytes]]


class LogScan(NamedTuple):
    """The logs of a folder; ``left_out`` says of which files nothing was taken, and why."""

    logs: dict[str, list[bytes]]
    left_out: list[str]


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a log that are not empty. An unfinished one at its end counts once it is a record:
    somebody may be writing it.
    """
    *lines, rest = data.split(b"\n")
    if rest and _is_record(rest):
        lines.append(rest)
    return [line for line in lines if line.strip()]


def _is_record(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def is_log_name(name: str) -> bool:
    """Whether a name that others chose may be that of a log here."""
    return (
        name.endswith(LOG_SUFFIX)
        and name[0] not in ".-"
        and "/" not in name
        and name.isprintable()
        and len(os.fsencode(name)) <= LARGEST_NAME
    )


def read_logs(folder: str) -> LogScan:
    """All logs of a folder; one that is not there is empty. Raises OSError.

    Links are not followed: what they lead to is perhaps not meant for other machines.
    """
    found = LogScan({}, [])
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return found
    for name in names:
        if not name.endswith(LOG_SUFFIX) or name[0] == ".":
            continue
        try:
            found.logs[name] = lines_of(read_regular_file(os.path.join(folder, name)))
        except FileNotFoundError:
            continue
        except OSError as error:
            why = "it is a link" if error.errno == errno.ELOOP else error.strerror or "cannot be read"
            found.left_out.append(f"{name}: {why}")
    return found


def read_regular_file(path: str) -> bytes:
    """What a regular file holds. Raises OSError, also for a link."""
    with open(os.open(path, _READING), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", path)
        return file.read()


def missing_lines(here: Logs, there: Logs) -> dict[str, list[bytes]]:
    """The lines that are in no log here and in some log there, each once, by the log they are in there."""
    known = {line for lines in here.values() for line in lines}
    missing: dict[str, list[bytes]] = {}
    for name, lines in there.items():
        new = [line for line in dict.fromkeys(lines) if line not in known]
        if new:
            missing[name] = new
            known.update(new)
    return missing


def count_events(lines: Iterable[bytes]) -> int:
    """How many of some lines say that something was done, if only to a later version."""
    count = 0
    for line in lines:
        try:
            count += not isinstance(parse(line), SessionStarted)
        except NewerRecord:
            count += 1
        except InvalidRecord:
            continue
    return count


def append_lines(folder: str, name: str, lines: Iterable[bytes]) -> str:
    """Put lines at the end of a log, and on the disk; the name of the log they are in. Raises OSError.

    A log that a session holds is left to it, and so is one that can't be locked or written: then they
    go into one beside it. No log ever gets shorter by this, and none is replaced.
    """
    changed = [folder, *make_folder(folder)]
    if not is_log_name(name):
        name = f"from-sync{LOG_SUFFIX}"
    stem = name.removesuffix(LOG_SUFFIX)[: LARGEST_NAME - 40]
    beside = f"{stem}.sync{LOG_SUFFIX}"
    for candidate in (name, beside, f"{stem}.sync-{os.urandom(4).hex()}{LOG_SUFFIX}"):
        try:
            handle = _take(os.path.join(folder, candidate), alone=candidate not in {name, beside})
        except OSError as error:
            if error.errno not in _NOT_FREE:
                raise
            continue
        if handle >= 0:
            try:
                _append(handle, lines)
            finally:
                os.close(handle)
            for one in changed:
                sync_folder(one)
            return candidate
    raise OSError(errno.EBUSY, "no log could be written to")


# A link, a folder or another user's file stands there, or a file system that has no locks.
_NOT_FREE: Final = frozenset(
    {errno.ELOOP, errno.EACCES, errno.EISDIR, errno.EPERM, errno.ENXIO, errno.EWOULDBLOCK, errno.ENOENT}
    | {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.EEXIST}
)


def _take(path: str, *, alone: bool) -> int:
    """A handle on a log that nobody else writes to; -1 where it is no file, or was replaced just now.

    Raises OSError. ``alone``: a new log, which needs no lock because nobody else can know its name.
    """
    handle = os.open(path, _ADDING | (os.O_EXCL if alone else 0), 0o600)
    try:
        mine = os.fstat(handle)
        if not alone:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            there = os.stat(path, follow_symlinks=False)
            is_same = (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)
            if not is_same or not stat.S_ISREG(mine.st_mode):
                os.close(handle)
                return -1
    except BaseException:
        os.close(handle)
        raise
    return handle


def _append(handle: int, lines: Iterable[bytes]) -> None:
    size = os.fstat(handle).st_size
    try:
        write_all(handle, frame_lines(lines))
        sync(handle)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, size)
        raise


def write_new(folder: str, stem: str, lines: Iterable[bytes]) -> str:
    """Put lines into a new log, 0600 and on the disk; its name. Raises OSError, and then leaves none."""
    changed = [folder, *make_folder(folder)]
    name = f"{stem}-{os.urandom(4).hex()}{LOG_SUFFIX}"
    path = os.path.join(folder, name)
    handle = _take(path, alone=True)
    try:
        _append(handle, lines)
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise
    finally:
        os.close(handle)
    for one in changed:
        sync_folder(one)
    return name
