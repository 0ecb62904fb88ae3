"""What a disk does to a log: it is full, it fails, it takes its time."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from roadmap_tui.core.errors import SaveError
from roadmap_tui.store import log_writer
from roadmap_tui.store.journal import Journal
from tests.journals import ROOT, append, ids, journal, mark, replay, run_python


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "log"


@pytest.fixture
def session(folder: Path) -> Iterator[Journal]:
    one = journal(folder)
    yield one
    one.close()


def _logs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.jsonl"))


class Disk:
    """Counts what is asked of ``os.fsync``, and fails on demand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: Counter[int] = Counter()
        self.failing: set[int] | None = set()
        self.code = errno.EIO
        self._fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self)

    def __call__(self, handle: int) -> None:
        status = os.fstat(handle)
        self.asked[status.st_ino] += 1
        if self.failing is None or status.st_ino in self.failing:
            raise OSError(self.code, os.strerror(self.code))
        self._fsync(handle)


def _wait_for(condition: Callable[[], bool], seconds: float = 3) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def test_lines_and_folders_are_on_the_disk_within_a_second_and_at_close(
    folder: Path, session: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    append(session)
    inodes = [path.stat().st_ino for path in (folder / "box.jsonl", folder, folder.parent)]
    assert _wait_for(lambda: all(disk.asked[inode] for inode in inodes), 1)
    append(session)
    session.close()
    assert disk.asked[inodes[0]] >= 2


def test_the_system_is_asked_within_a_second_of_the_write(folder: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom tests.journals import journal, append\n"
        "one = journal(Path(sys.argv[1]))\nappend(one)\ntime.sleep(1.1)\nappend(one)\none.close()"
    )
    tracer = ["strace", "-fqqy", "-ttt", "-etrace=write,fsync", "-esignal=none", f"-o{trace}"]
    try:
        done = subprocess.run(
            [*tracer, sys.executable, "-c", code, str(folder)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("there is no strace")
    if done.returncode or not trace.exists():
        pytest.skip(f"strace does not work here: {done.stderr[:200]!r}")
    calls = [
        (float(words[1]), words[2].split("(")[0])
        for line in trace.read_text().splitlines()
        if "box.jsonl" in line and len(words := line.split()) > 2
    ]
    names = [name for _, name in calls]
    assert names == ["write", "fsync", "write", "fsync"]
    assert calls[1][0] - calls[0][0] < 1


def test_after_a_failed_fsync_that_file_is_never_asked_again(
    folder: Path, session: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    written = [append(session)]
    bad = (folder / "box.jsonl").stat().st_ino
    disk.failing = {bad}
    written.append(append(session))
    assert _wait_for(lambda: len(_logs(folder)) == 2)
    written.append(append(session))
    session.close()
    asked = disk.asked[bad]
    assert asked <= 2
    (folder / "box.jsonl").unlink()
    assert replay(folder) == [event.stamp.id for event in written]
    (private,) = _logs(folder)
    assert private.startswith(f"box-{os.getpid()}-")
    assert disk.asked[(folder / private).stat().st_ino] >= 1


def test_a_disk_that_takes_nothing_is_told_and_not_filled_with_copies(
    folder: Path, session: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    disk.failing = None
    first = append(session)
    assert _wait_for(lambda: disk.asked[(folder / "box.jsonl").stat().st_ino] > 0)
    assert _wait_for(lambda: session._writer is not None and session._writer._sync_error is not None)
    for _ in range(3):
        with pytest.raises(SaveError, match="Input/output error"):
            session.rewrite_lost()
    with pytest.raises(SaveError, match=r"not saved \(1\): Input/output error"):
        append(session)
    (second,) = session.pending
    with pytest.raises(SaveError, match="Input/output error"):
        session.close()
    assert _logs(folder) == ["box.jsonl"]
    disk.failing = set()
    assert session.flush_pending() == [second]
    assert not session.rewrite_lost()
    session.close()
    (folder / "box.jsonl").unlink()
    assert replay(folder) == [first.stamp.id, second.stamp.id]


def test_mend_is_enough_when_the_disk_works_again(
    folder: Path, session: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    disk.failing = None
    first = append(session)
    with pytest.raises(SaveError):
        session.close()
    disk.failing = set()
    assert session.rewrite_lost()
    assert not session.rewrite_lost()
    (folder / "box.jsonl").unlink()
    assert replay(folder) == [first.stamp.id]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP])
def test_a_file_system_without_fsync_is_no_fault(
    folder: Path, session: Journal, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    disk = Disk(monkeypatch)
    disk.failing, disk.code = None, code
    append(session)
    session.close()
    assert _logs(folder) == ["box.jsonl"]


LIMITED = """
import os, resource, sys
from pathlib import Path
from roadmap_tui.core.errors import SaveError
from tests.journals import append, journal, replay
folder = Path(sys.argv[1])
one = journal(folder)
first = append(one)
whole = (folder / "box.jsonl").read_bytes()
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + int(sys.argv[2]), hard))
for _ in range(2):
    try:
        append(one) if not one.pending else one.flush_pending()
    except SaveError as error:
        assert str(error) == "not saved (1): File too large; trying again", error
    else:
        raise AssertionError
    assert len(one.pending) == 1
    assert (folder / "box.jsonl").read_bytes() == whole
assert replay(folder) == [first.stamp.id]
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
(second,) = one.flush_pending()
assert not one.pending and not one.pending_reason
one.close()
assert (folder / "box.jsonl").read_bytes().count(second.stamp.id.encode()) == 1
assert (folder / "box.jsonl").read_bytes().startswith(whole)
assert replay(folder) == [first.stamp.id, second.stamp.id]
"""


@pytest.mark.parametrize("room", [0, 1, 50])
def test_a_write_that_breaks_off_leaves_no_half_event(folder: Path, room: int) -> None:
    run_python(LIMITED, str(folder), str(room))


def test_a_full_disk_keeps_events_waiting_and_saves_each_once(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted: {mounted.stderr!r}")
    try:
        one, filler = journal(tmp_path / "log"), tmp_path / "filler"
        append(one)
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 512):
                pass
        saved, title, said = 0, "title" * 90, ""
        while not said:
            try:
                one.append(mark(clock=saved + 1, title=title))
                saved += 1
            except SaveError as error:
                said = str(error)
        assert said == "not saved (1): No space left on device; trying again"
        with pytest.raises(SaveError, match=r"not saved \(2\)"):
            one.append(mark(clock=999, title=title))
        waiting = ids(one.pending)
        assert one.pending_reason == "No space left on device"
        assert not {*waiting} & {*replay(tmp_path / "log")}
        assert journal(tmp_path / "log").health.bad == []
        filler.unlink()
        assert ids(one.flush_pending()) == waiting
        assert one.flush_pending() == []
        one.close()
        found = ids(journal(tmp_path / "log").read())
        assert len(found) == len({*found}) == 1 + saved + 2
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize("foreign", [b"", b"\nnot ours\n"])
def test_what_others_wrote_is_not_cut_off_with_a_broken_write(
    folder: Path, session: Journal, monkeypatch: pytest.MonkeyPatch, foreign: bytes
) -> None:
    first = append(session)
    before = (folder / "box.jsonl").read_bytes()

    def break_off(handle: int, data: bytes) -> None:
        os.write(handle, data[:30] + foreign)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(log_writer, "write_all", break_off)
        with pytest.raises(SaveError):
            append(session)
    after = (folder / "box.jsonl").read_bytes()
    assert after.startswith(before)
    assert after.endswith(foreign or before)
    (second,) = session.flush_pending()
    assert replay(folder) == [first.stamp.id, second.stamp.id]


# As much memory as there is now, and a little: too little for the stack of a thread.
_NO_THREAD = """
import os, resource, sys, threading
from pathlib import Path
from tests.journals import append, journal
one = journal(Path(sys.argv[1]))
pages = int(open("/proc/self/statm").read().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + (2 << 20),) * 2)
try:
    threading.Thread(target=len).start()
except RuntimeError:
    print(append(one).stamp.id)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="it does not tell how much memory it has")
def test_where_there_is_no_thread_to_be_had_it_is_saved_all_the_same(folder: Path) -> None:
    assert run_python(_NO_THREAD, str(folder)).strip() in replay(folder)
