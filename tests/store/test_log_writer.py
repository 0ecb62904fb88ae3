from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roadmap_tui.core.errors import SaveError
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.log_writer import SLOTS, host_name
from tests.journals import append, journal, kill, replay


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


def test_folders_and_files_are_private_whatever_the_umask(folder: Path, session: Journal) -> None:
    old = os.umask(0)
    try:
        append(session)
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder.parent, folder)}
    assert modes == {"data": 0o700, "log": 0o700}
    assert stat.S_IMODE((folder / "box.jsonl").stat().st_mode) == 0o600


def test_nothing_is_made_before_there_is_something_to_write(folder: Path, session: Journal) -> None:
    assert session.read() == []
    assert not session.rewrite_lost()
    session.close()
    assert not folder.parent.exists()


def test_a_line_has_a_newline_before_it_and_behind(folder: Path, session: Journal) -> None:
    append(session)
    append(session, "matrices")
    lines = (folder / "box.jsonl").read_bytes().split(b"\n")
    assert [bool(line) for line in lines] == [False, True, False, True, False, True, False]


def test_two_sessions_have_a_file_each_and_a_killed_one_leaves_its_own(folder: Path) -> None:
    one, two, three = journal(folder), journal(folder), journal(folder)
    written = [append(one), append(two)]
    assert _logs(folder) == ["box.1.jsonl", "box.jsonl"]
    kill(one)
    written += [append(three), append(two)]
    assert _logs(folder) == ["box.1.jsonl", "box.jsonl"]
    two.close()
    three.close()
    assert replay(folder) == sorted(event.stamp.id for event in written)


def test_what_a_killed_writer_left_torn_spoils_no_line_of_ours(folder: Path, session: Journal) -> None:
    killed = journal(folder)
    first = append(killed)
    kill(killed)
    with (folder / "box.jsonl").open("ab") as file:
        file.write(b'\n{"v":1,"id":"0')
    second = append(session)
    assert _logs(folder) == ["box.jsonl"]
    assert replay(folder) == sorted([first.stamp.id, second.stamp.id])


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.EIO])
def test_without_locks_a_session_writes_where_nobody_else_can(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(handle: int, operation: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    one, two = journal(folder), journal(folder)
    written = [append(one), append(two), append(one)]
    private = [name for name in _logs(folder) if name.startswith(f"box-{os.getpid()}-")]
    assert len(private) == 2
    assert (folder / "box.jsonl").read_bytes() == b""
    one.close()
    two.close()
    assert replay(folder) == sorted(event.stamp.id for event in written)


def test_when_all_slots_are_taken_there_is_still_a_file(folder: Path, session: Journal) -> None:
    folder.mkdir(parents=True)
    held = []
    for slot in range(SLOTS):
        handle = os.open(folder / f"box{f'.{slot}' if slot else ''}.jsonl", os.O_CREAT | os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)
        held.append(handle)
    event = append(session)
    assert replay(folder) == [event.stamp.id]
    assert len(_logs(folder)) == SLOTS + 1
    for handle in held:
        os.close(handle)


@pytest.mark.parametrize("make", ["link", "dangling", "pipe", "folder", "socket"])
def test_what_is_no_file_in_the_place_of_the_log_is_passed_over(
    folder: Path, tmp_path: Path, session: Journal, make: str
) -> None:
    folder.mkdir(parents=True)
    slot, target = folder / "box.jsonl", tmp_path / "diary"
    if make == "link":
        target.write_text("dear diary")
        slot.symlink_to(target)
    elif make == "dangling":
        slot.symlink_to(target)
    elif make == "pipe":
        os.mkfifo(slot)
    elif make == "socket":
        os.mknod(slot, stat.S_IFSOCK | 0o600)
    else:
        slot.mkdir()
    event = append(session)
    assert replay(folder) == [event.stamp.id]
    assert "box.1.jsonl" in _logs(folder)
    assert not target.exists() or target.read_text() == "dear diary"


def _delete(log: Path) -> None:
    log.unlink()


def _replace_with_older(log: Path) -> None:
    older = log.with_suffix(".old")
    older.write_bytes(log.read_bytes()[:40])
    older.rename(log)


def _rename(log: Path) -> None:
    log.rename(log.with_suffix(".bak"))


def _cut(log: Path) -> None:
    os.truncate(log, log.stat().st_size - 9)


def _empty(log: Path) -> None:
    log.write_bytes(b"")


def _delete_folder(log: Path) -> None:
    shutil.rmtree(log.parent)


def _delete_all(log: Path) -> None:
    shutil.rmtree(log.parent.parent)


def _swap_for_link(log: Path) -> None:
    log.rename(log.parent.parent / "stolen")
    log.symlink_to(log.parent.parent / "stolen")


def _swap_for_folder(log: Path) -> None:
    log.unlink()
    log.mkdir()


HARMS = [_delete, _replace_with_older, _rename, _cut, _empty, _delete_folder, _delete_all, _swap_for_link]


@pytest.mark.parametrize("noticed_by", ["append", "mend", "close"])
@pytest.mark.parametrize("harm", [*HARMS, _swap_for_folder])
def test_lines_that_went_missing_are_written_again(
    folder: Path, session: Journal, harm: Callable[[Path], None], noticed_by: str
) -> None:
    written = [append(session), append(session, "matrices")]
    harm(folder / "box.jsonl")
    if noticed_by == "append":
        written.append(append(session))
    elif noticed_by == "mend":
        assert session.rewrite_lost()
        assert not session.rewrite_lost()
    else:
        session.close()
    assert replay(folder) == [event.stamp.id for event in written]


def test_a_folder_that_cannot_be_made_again_is_said_and_retried(folder: Path, session: Journal) -> None:
    written = [append(session)]
    shutil.rmtree(folder.parent)
    folder.parent.write_text("in the way")
    for _ in range(2):
        with pytest.raises(SaveError):
            session.rewrite_lost()
    with pytest.raises(SaveError, match="not a folder"):
        append(session)
    with pytest.raises(SaveError):
        session.close()
    folder.parent.unlink()
    written.append(append(session))
    assert replay(folder) == [event.stamp.id for event in written]


def test_a_file_that_another_writes_to_in_spite_of_the_lock_is_left_to_it(
    folder: Path, session: Journal
) -> None:
    first = append(session)
    with (folder / "box.jsonl").open("ab") as file:  # A machine of our name, its locks its own.
        file.write(b"\n" + b"x" * 99 + b"\n")
    second = append(session)
    assert _logs(folder)[0].startswith(f"box-{os.getpid()}-")
    assert second.stamp.id.encode() not in (folder / "box.jsonl").read_bytes()
    (folder / "box.jsonl").unlink()
    assert replay(folder) == [first.stamp.id, second.stamp.id]
    assert len(_logs(folder)) == 1


def test_a_journal_can_be_written_again_after_it_was_closed(folder: Path, session: Journal) -> None:
    written = [append(session)]
    session.close()
    session.close()
    written.append(append(session))
    session.close()
    assert _logs(folder) == ["box.jsonl"]
    assert replay(folder) == [event.stamp.id for event in written]


def test_the_name_of_the_host_is_fit_for_a_file() -> None:
    name = host_name()
    assert name
    assert all(c.isascii() and (c.isalnum() or c in "-_") for c in name)
