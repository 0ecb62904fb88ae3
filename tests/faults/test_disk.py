"""Disks that are full, fail, lie and forbid: what a session said was saved is there afterwards."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.grounds import Disk, Tmpfs, run
from tests.faults.sessions import Session, strace
from tests.faults.table import Loss
from tests.journals import journal, replay

Begin = Callable[..., Session]
FULL = "No space left on device"
NOBODY = 65534


def _all_good(log: Path) -> bool:
    """Whether every line of every log is an event."""
    reader = journal(log)
    reader.read()
    return not reader.health.bad


def _until_told(session: Session, why: str) -> None:
    """Wait until a session that looks after its file knows why that can't be kept."""
    end = time.monotonic() + 5
    while why not in session.tell("mend"):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_full_disk(tmpfs: Tmpfs, begin: Begin, loss: Loss, thorough: bool) -> None:
    log = tmpfs.path / "data" / "log"
    session = begin(log, title=900)
    session.append(3)
    injected = 0
    for room in range(6 if thorough else 3):
        tmpfs.fill(room % 3)
        assert FULL in session.append(16)
        injected += session.waiting
        before = {*replay(log)}
        assert before == {*session.acknowledged}
        assert _all_good(log), "a write that broke off was left behind"
        tmpfs.make_room()
        assert session.tell("retry") == ""
    session.save()
    loss.count("ENOSPC, small tmpfs", injected, session.acknowledged, replay(log))
    assert len(replay(log)) == len(session.acknowledged) == 3 + 16 * (6 if thorough else 3)


def test_writes_that_break_off(log: Path, begin: Begin, loss: Loss) -> None:
    session = begin(log)
    session.append(2)
    size = (log / "box.jsonl").stat().st_size
    injected = 0
    for room in (1, 2, 60, 200):
        session.tell("limit", size + room)
        assert "File too large" in session.append()
        injected += 1
        assert (log / "box.jsonl").stat().st_size == size
        session.tell("limit", -1)
        assert session.tell("retry") == ""
        size = (log / "box.jsonl").stat().st_size
    session.save()
    loss.count("short writes, then EFBIG", injected, session.acknowledged, replay(log))
    assert _all_good(log)


@pytest.mark.parametrize("code", ["EIO", "ENOSPC", "EDQUOT", "EROFS"])
def test_writes_that_fail(log: Path, begin: Begin, loss: Loss, code: str) -> None:
    tracer = strace(f"write:error={code}:when=2..4", log / "box.jsonl")
    session = begin(log, before=tracer)
    assert session.append() == ""
    for _ in range(3):
        assert os.strerror(getattr(errno, code)) in session.append()
    assert session.waiting == 3
    assert {*replay(log)} == {*session.acknowledged}
    assert session.append() == ""
    session.save()
    loss.count(f"{code} of write", 3, session.acknowledged, replay(log))
    assert len(session.acknowledged) == 5


def test_writes_that_say_more_than_they_did(log: Path, begin: Begin, loss: Loss) -> None:
    tracer = strace("write:retval=40:when=2..5", log / "box.jsonl")
    session = begin(log, before=tracer)
    session.append(4)
    session.save()
    loss.count("write that lies about its length", 4, session.acknowledged, replay(log))


@pytest.mark.parametrize("times", ["1", "1..2"])
def test_an_fsync_that_fails(log: Path, begin: Begin, loss: Loss, times: str) -> None:
    tracer = strace(f"fsync:error=EIO:when={times}", log / "box.jsonl")
    session = begin(log, before=tracer)
    session.append(5)
    end = time.monotonic() + 5
    while len(list(log.iterdir())) < 2:
        assert time.monotonic() < end
        time.sleep(0.01)
    session.append(2)
    session.save()
    # The system may have dropped the pages of that file: nothing may depend on it.
    (log / "box.jsonl").unlink()
    loss.count(f"EIO of fsync, {times.replace('..', ' to ')}", 1, session.acknowledged, replay(log))


def test_a_disk_that_fails_every_fsync(log: Path, begin: Begin, loss: Loss) -> None:
    """What is written then is in the system's memory and nowhere else, and that is said."""
    session = begin(log, before=strace("fsync:error=EIO"))
    session.append(3)
    _until_told(session, "Input/output error")
    assert "Input/output error" in session.append()
    assert "Input/output error" in session.tell("close")
    loss.count("EIO of every fsync", 1, session.acknowledged, replay(log))
    assert [path.name for path in log.iterdir()] == ["box.jsonl"]


@pytest.mark.parametrize("code", ["ENOLCK", "EOPNOTSUPP"])
def test_locks_that_fail(log: Path, begin: Begin, loss: Loss, code: str) -> None:
    sessions = [begin(log, before=strace(f"flock:error={code}")) for _ in range(2)]
    for _ in range(3):
        for session in sessions:
            assert session.append() == ""
    names = [path.name for path in log.iterdir() if path.stat().st_size]
    assert len(names) == 2
    assert all(name.startswith("box-") for name in names)
    for session in sessions:
        session.save()
    told = [one for session in sessions for one in session.acknowledged]
    loss.count(f"{code} of flock", 2, told, replay(log))


def test_a_disk_that_becomes_read_only(disk: Disk, begin: Begin, loss: Loss) -> None:
    """Its file system finds a fault in itself, with the log open for writing."""
    log = disk.path / "data" / "log"
    session = begin(log)
    session.append(3)
    assert session.tell("close") == ""
    session.append(3)
    disk.find_a_fault()
    for _ in range(3):
        assert "read-only" in session.append().lower()
    assert {*replay(log)} == {*session.acknowledged}
    loss.count("EROFS, ext4 after a fault", 1, session.acknowledged, replay(log))


def test_a_disk_that_is_mounted_read_only_and_writable_again(tmpfs: Tmpfs, begin: Begin, loss: Loss) -> None:
    log = tmpfs.path / "data" / "log"
    session = begin(log)
    injected = 0
    for _ in range(3):
        assert session.append(2) == ""
        assert session.tell("close") == ""
        tmpfs.read_only()
        injected += 1
        assert "read-only" in session.append()
        assert not session.waiting
        tmpfs.read_only(False)
    session.append()
    session.save()
    loss.count("EROFS, remount", injected, session.acknowledged, replay(log))


def test_a_disk_that_is_gone(disk: Disk, begin: Begin, loss: Loss) -> None:
    """Every call answers EIO; another disk is mounted in its place then."""
    log = disk.path / "data" / "log"
    session = begin(log)
    session.append(3)
    disk.unplug()
    assert "Input/output error" in session.append(2)
    assert session.waiting == 2
    _until_told(session, "Input/output error")
    with Tmpfs(disk.path, kilobytes=256):
        session.append()
        session.save()
        loss.count("EIO of everything, another disk", 1, session.acknowledged, replay(log))
        session.kill()


def _as_nobody() -> list[str]:
    if os.geteuid():
        pytest.skip("only root can be somebody else")
    words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    # Also where nobody else may run this Python.
    run(*words, sys.executable, "-c", "import encodings")
    return words


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """A data folder that belongs to somebody who may do little."""
    folder = tmp_path / "public"
    folder.mkdir()
    for parent in folder.parents:
        if parent.stat().st_mode & 0o5 != 0o5 and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o5)
    os.chown(folder, NOBODY, NOBODY)
    return folder


def test_a_folder_that_may_not_be_written(public: Path, begin: Begin, loss: Loss) -> None:
    session = begin(public / "log", before=_as_nobody())
    session.append(3)
    injected = 0
    for path in (public / "log", public):
        os.chown(path, 0, 0)
        path.chmod(0o755)
        injected += 1
        if path == public / "log":
            assert "read-only" in session.append()
        else:
            # The log's own folder is its user's again: that is enough.
            assert session.append() == ""
        os.chown(public / "log", NOBODY, NOBODY)
    log = public / "log" / "box.jsonl"
    os.chown(log, 0, 0)  # somebody else's file now, and open here
    assert session.append() == ""
    assert session.tell("close") == ""
    assert session.append() == ""
    assert len(list(log.parent.iterdir())) == 2
    session.save()
    loss.count("EACCES, as another user", injected + 1, session.acknowledged, replay(public / "log"))


def test_a_folder_that_may_not_even_be_searched(public: Path, begin: Begin, loss: Loss) -> None:
    session = begin(public / "log", before=_as_nobody())
    session.append(3)
    os.chown(public, 0, 0)
    public.chmod(0o700)
    assert session.append()
    assert session.tell("mend")
    public.chmod(0o755)
    session.append()
    session.save()
    loss.count("EACCES, folder above", 1, session.acknowledged, replay(public / "log"))


def test_the_program_of_somebody_without_a_home_keeps_what_it_says(tmp_path: Path, loss: Loss) -> None:
    """Where there is nowhere to keep it, nothing is said to be saved; with a place named, it is kept."""
    from tests.cli.program_runs import process
    from tests.cli.test_process import NO_HOME

    refused = process(None, "mark", "done", "backprop", code=NO_HOME)
    assert (refused.returncode, refused.stdout) == (74, "")
    marked = process(tmp_path, "mark", "done", "backprop", code=NO_HOME)
    assert marked.returncode == 0
    ids = replay(tmp_path / "log")
    loss.count("no HOME", 2, ["marked"], ["marked"] * len(ids))
