"""What is said to be saved is on the disk first, in the right order, and nothing else is replaced."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.store import files, repository
from roadmap_tui.store.git import run_git
from roadmap_tui.store.library_merge import LibraryMerge
from roadmap_tui.store.log_lines import append_lines
from roadmap_tui.store.log_reader import LogReader
from roadmap_tui.store.log_writer import LogWriter
from roadmap_tui.store.repository import Repository
from tests.journals import append, journal
from tests.store.machines import Machine, needs_git, remote, version


class Call(NamedTuple):
    """A call that was made: its name and what it was about, an inode or a command."""

    name: str
    subject: object


class FileSystem:
    """Passes calls on to the system and records them in order; fsync of the inodes ``failing`` fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[Call] = []
        self.failing: set[int] = set()
        fsync, replace = os.fsync, os.replace

        def recorded_fsync(handle: int) -> None:
            inode = os.fstat(handle).st_ino
            self.calls.append(Call("fsync", inode))
            if inode in self.failing:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            fsync(handle)

        def recorded_replace(source: str, target: str) -> None:
            self.calls.append(Call("replace", os.stat(source).st_ino))
            replace(source, target)

        def recorded_git(path: str, *args: str, **options: Any) -> bytes:
            self.calls.append(Call("git", args[0]))
            return run_git(path, *args, **options)

        monkeypatch.setattr(os, "fsync", recorded_fsync)
        monkeypatch.setattr(os, "replace", recorded_replace)
        monkeypatch.setattr(repository, "run_git", recorded_git)

    def order(self, *calls: Call) -> list[int]:
        """Return where each call was first made, after the one before it. Fails if one was not."""
        found = [-1]
        for call in calls:
            assert call in self.calls[found[-1] + 1 :], f"{call} is missing or too early in {self.calls}"
            found.append(self.calls.index(call, found[-1] + 1))
        return found[1:]


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> FileSystem:
    return FileSystem(monkeypatch)


def inode(path: Path) -> int:
    return path.stat().st_ino


def test_a_replaced_file_is_on_the_disk_before_its_name_and_its_folders_after(
    tmp_path: Path, system: FileSystem
) -> None:
    path = tmp_path / "new" / "folder" / "file"
    files.atomic_write(str(path), b"x")
    after = [Call("fsync", inode(folder)) for folder in (path.parent, path.parent.parent, tmp_path)]
    for folder in after:
        system.order(Call("fsync", inode(path)), Call("replace", inode(path)), folder)


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"old")

    def fail(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fail)
        with pytest.raises(OSError, match="No space left"):
            files.atomic_write(str(tmp_path / "file"), b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"old"}


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, data: write(handle, data[:3]))
        files.atomic_write(str(tmp_path / "file"), b"0123456789")
        assert append_lines(str(tmp_path), "box.jsonl", [b"{}", b"[]"]) == "box.jsonl"
    assert (tmp_path / "file").read_bytes() == b"0123456789"
    assert (tmp_path / "box.jsonl").read_bytes() == b"\n{}\n\n[]\n"


def test_a_failed_append_is_taken_back(tmp_path: Path, system: FileSystem) -> None:
    append_lines(str(tmp_path), "box.jsonl", [b"{}"])
    before = (tmp_path / "box.jsonl").read_bytes()
    system.failing = {inode(tmp_path / "box.jsonl")}
    with pytest.raises(OSError, match="Input/output error"):
        append_lines(str(tmp_path), "box.jsonl", [b"[]"])
    assert (tmp_path / "box.jsonl").read_bytes() == before


@needs_git
def test_received_lines_are_on_the_disk_before_the_commit_that_has_them(
    tmp_path: Path, system: FileSystem
) -> None:
    hub = remote(tmp_path / "hub")
    box, lap = Machine(tmp_path / "box", "box", hub), Machine(tmp_path / "lap", "lap", hub)
    box.mark("vectors")
    box.sync()
    lap.mark("limits")
    lap.sync()
    system.calls.clear()
    assert box.sync().received == 1
    received = Call("fsync", inode(box.log / "lap.jsonl"))
    system.order(Call("git", "fetch"), received, Call("fsync", inode(box.log)), Call("git", "update-ref"))


def test_a_new_log_after_a_failed_fsync_is_on_the_disk_at_once(tmp_path: Path, system: FileSystem) -> None:
    log = tmp_path / "data" / "log"
    writer = LogWriter(str(log), "box")
    writer.append([b'{"a":1}'])
    first = log / "box.jsonl"
    system.failing = {inode(first)}
    writer.close()
    (second,) = [path for path in log.iterdir() if path != first]
    assert second.read_bytes() == first.read_bytes()
    system.order(*(Call("fsync", inode(path)) for path in (first, second, log)))
    assert Call("fsync", inode(tmp_path)) in system.calls  # it has the new entry of the data folder


def test_an_altered_old_part_of_a_log_is_read_again(tmp_path: Path) -> None:
    session = journal(tmp_path)
    for _ in range(20):
        append(session)
    session.close()
    reader = LogReader(str(tmp_path))
    reader.read()
    offsets = reader.read_offsets()
    assert offsets
    assert LogReader(reader.folder).resume_from(offsets, [], needs_newer="")
    (path,) = tmp_path.iterdir()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"status", b"Status", 1))  # of the same length, far from the end
    assert len(path.read_bytes()) - path.read_bytes().index(b"Status") > 1024
    assert not LogReader(reader.folder).resume_from(offsets, [], needs_newer="")


def test_a_log_that_lost_its_name_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network file systems still answer by the name of a file that has no link any more."""
    writer = LogWriter(str(tmp_path), "box")
    writer.append([b'{"a":1}'])
    fstat, lost = os.fstat, inode(tmp_path / "box.jsonl")

    def without_link(handle: int) -> os.stat_result:
        status = fstat(handle)
        if status.st_ino != lost:
            return status
        return os.stat_result([*status[:3], 0, *status[4:10]])

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", without_link)
        writer.append([b'{"a":2}'])
    text = (tmp_path / "box.jsonl").read_bytes() + b"".join(
        path.read_bytes() for path in tmp_path.iterdir() if path.name != "box.jsonl"
    )
    writer.close()
    assert text.count(b'{"a":1}') == 2


@needs_git
def test_a_roadmap_that_is_changed_during_a_sync_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = remote(tmp_path / "hub")
    box, lap = Machine(tmp_path / "box", "box", hub), Machine(tmp_path / "lap", "lap", hub)
    box.keep(version("plan", "Sets", "Maps"))
    box.sync()
    lap.sync()
    lap.keep(version("plan", "Sets", "Maps", "Trees", sha="2"))
    lap.sync()
    fetch = Repository.fetch
    changed: list[Path] = []

    def while_fetching(self: Repository, url: str) -> str:
        commit = fetch(self, url)
        if not changed:
            box.keep(version("plan", "Sets", "Maps", "Logic", sha="3"))
            box.mark("logic", roadmap=version("plan", "Sets", "Maps", "Logic"))
            changed.append(box.home)
        return commit

    monkeypatch.setattr(Repository, "fetch", while_fetching)
    box.sync()
    monkeypatch.undo()
    lap.sync()
    assert box.roadmaps() == lap.roadmaps()
    merged = FlatTree(decode(box.roadmaps()["plan.json"], ""), with_retired=True)
    assert {"sets", "maps", "logic"} <= {node.id for node in merged.nodes}


def test_a_removed_roadmap_stays_among_the_removed_ones() -> None:
    removed = {"removed/plan.json": b"{}"}
    for ours, theirs in ((removed, {}), ({}, removed)):
        merge = LibraryMerge(
            removed, ours, theirs, is_ours_newer=lambda _: True, has_progress=lambda *_: False
        )
        assert merge.run().files == removed


@needs_git
def test_the_lock_of_a_running_git_is_left_alone(tmp_path: Path) -> None:
    git = Repository(str(tmp_path / "git"), can_ask=False)
    with git.locked():
        pass
    lock, stopped = tmp_path / "git" / "packed-refs.lock", threading.Event()

    def lock_again_and_again() -> None:
        while not stopped.wait(0.1):
            (tmp_path / "new").write_text("")
            (tmp_path / "new").rename(lock)

    thread = threading.Thread(target=lock_again_and_again)
    lock.write_text("")
    thread.start()
    try:
        with git.locked():
            assert lock.exists()
    finally:
        stopped.set()
        thread.join()
    assert git.repaired == []


def test_a_file_is_replaced_where_a_symlink_leads(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    target, link = tmp_path / "target" / "plan.md", tmp_path / "link.md"
    target.write_bytes(b"old")
    link.symlink_to(target)
    files.write_file(str(link), b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
