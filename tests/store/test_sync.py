"""Sync: the data folder, the remote, and what happens if one of them is damaged or hostile."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.progress.events import targets
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.store import files, library, repository
from roadmap_tui.store import sync as sync_module
from roadmap_tui.store.log_writer import LogWriter
from tests.journals import append, journal, kill
from tests.store.machines import Machine, git, needs_git, remote, version

pytestmark = needs_git

NEWER = b'{"v":9,"id":"x","k":"dream","r":"maths","deep":{"a":[1.50,"\\u00e9"]}}'


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    return remote(tmp_path / "hub")


@pytest.fixture
def box(tmp_path: Path, hub: Path) -> Machine:
    return Machine(tmp_path / "box", "box", hub)


@pytest.fixture
def lap(tmp_path: Path, hub: Path) -> Machine:
    return Machine(tmp_path / "lap", "lap", hub)


def tracked(hub: Path) -> list[str]:
    return git(hub, "ls-tree", "-r", "--name-only", "main").split("\n")[:-1]


def test_two_machines_converge(box: Machine, lap: Machine, hub: Path) -> None:
    box.mark("vectors")
    lap.mark("limits")
    first, second, third = box.sync(), lap.sync(), box.sync()
    assert (first.sent, first.received) == (1, 0)
    assert (second.sent, second.received) == (1, 1)
    assert (third.sent, third.received) == (0, 1)
    assert box.ids() == lap.ids()
    assert box.shown() == lap.shown()
    assert sorted(tracked(hub)) == ["log/box.jsonl", "log/lap.jsonl"]
    before = git(hub, "rev-parse", "main")
    assert lap.sync().received == box.sync().sent == 0
    assert git(hub, "rev-parse", "main") == before


def test_only_logs_and_roadmaps_are_synced_and_the_repository_is_private(box: Machine, hub: Path) -> None:
    box.mark()
    for name in ("state/place.json", "config/config.toml", "log/.hidden.jsonl", "log/notes.txt", "crash.txt"):
        (box.home / name).parent.mkdir(exist_ok=True)
        (box.home / name).write_text("private")
    box.sync()
    assert tracked(hub) == ["log/box.jsonl"]
    assert stat.S_IMODE(box.repository.stat().st_mode) == 0o700
    for path in box.repository.rglob("*"):
        assert not path.stat().st_mode & 0o077, path


def test_a_sync_does_not_touch_the_log_of_a_running_session(box: Machine, lap: Machine) -> None:
    lap.mark("limits")
    lap.sync()
    with_session = journal(box.log)
    append(with_session)
    before = (box.log / "box.jsonl").stat()
    content = (box.log / "box.jsonl").read_bytes()
    box.sync()
    after = (box.log / "box.jsonl").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (box.log / "box.jsonl").read_bytes() == content
    append(with_session)
    assert sorted(path.name for path in box.log.iterdir()) == ["box.jsonl", "lap.jsonl"]
    seen = {event.stamp.id for event in with_session.read()}
    assert lap.ids() <= seen
    with_session.close()


def test_lines_of_another_host_with_the_same_name_go_into_a_second_file(
    tmp_path: Path, box: Machine, hub: Path
) -> None:
    copy = Machine(tmp_path / "copy", "box", hub)
    copy.mark("limits")
    copy.sync()
    with_session = journal(box.log)
    for _ in range(3):
        append(with_session)
        copy.mark("limits", "doing")
        copy.mark("limits", "done")
        copy.sync()
        box.sync()
    # Two files, however often: no line is in both, and the session keeps its file.
    assert sorted(path.name for path in box.log.iterdir()) == ["box.jsonl", "box.sync.jsonl"]
    with_session.close()
    copy.sync()
    assert box.ids() == copy.ids()
    assert len(box.lines()) == len(set(box.lines()))
    assert tracked(hub) == ["log/box.jsonl"]


def test_lines_are_copied_byte_for_byte_and_incomplete_ones_are_not(box: Machine, lap: Machine) -> None:
    box.log.mkdir(parents=True)
    odd = [NEWER, b"no json \xff\xfe", b"\x00" * 50, b'{"v":1,"torn', b'{"v":1}   ', b"\r"]
    (box.log / "box.jsonl").write_bytes(b"\n\n".join(odd) + b"\n" + b'{"v":1,"id":"unfin')
    box.sync()
    lap.sync()
    assert lap.lines() == sorted(odd[:-1])
    with open(box.log / "box.jsonl", "ab") as file:
        file.write(b'ished","k":"x"}\n')
    box.sync()
    lap.sync()
    assert b'{"v":1,"id":"unfinished","k":"x"}' in lap.lines()
    assert b'{"v":1,"id":"unfin' not in lap.lines()


def test_a_deleted_log_is_restored(box: Machine, lap: Machine) -> None:
    box.mark()
    box.sync()
    known = box.ids()
    shutil.rmtree(box.log)
    assert box.sync().received == 1
    assert box.ids() == known


def test_commits_wait_while_the_remote_is_missing_and_are_pushed_later(
    box: Machine, lap: Machine, hub: Path
) -> None:
    box.sync()
    away = hub.rename(hub.with_name("away"))
    for count, status in enumerate(["doing", "done"], 1):
        box.mark("vectors", status)
        done = box.sync("")
        assert done.waiting == count
        assert "does not appear to be a git repository" in done.why
    away.rename(hub)
    assert box.sync().waiting == 0
    lap.sync()
    assert lap.shown() == box.shown()


@pytest.mark.parametrize("harm", ["emptied", "gone back", "another history", "made anew"])
def test_an_emptied_or_rewritten_remote_is_completed_again(
    tmp_path: Path, box: Machine, lap: Machine, hub: Path, harm: str
) -> None:
    box.mark("vectors")
    box.sync()
    first = git(hub, "rev-parse", "main").strip()
    lap.mark("limits")
    lap.sync()
    box.mark("vectors", "doing")
    box.sync()
    match harm:
        case "emptied":
            git(hub, "update-ref", "-d", "refs/heads/main")
        case "gone back":
            git(hub, "update-ref", "refs/heads/main", first)
        case "another history":
            tree = git(hub, "rev-parse", f"{first}^{{tree}}").strip()
            other = git(hub, "commit-tree", tree, "-m", "squashed").strip()
            git(hub, "update-ref", "refs/heads/main", other)
        case "made anew":
            shutil.rmtree(hub)
            remote(hub)
    said = box.sync().notes
    assert any("remote" in note for note in said)
    lap.sync()
    fresh = Machine(tmp_path / "fresh", "fresh", hub)
    fresh.sync()
    assert fresh.ids() == box.ids()
    assert lap.ids() <= fresh.ids()
    assert not box.sync().notes


def test_a_remote_with_other_content_is_refused_and_not_remembered(
    tmp_path: Path, box: Machine, hub: Path
) -> None:
    work = tmp_path / "work"
    git(tmp_path, "init", "-q", "work")
    (work / "main.py").write_text("print()")
    (work / "README.md").write_text("# Mine")
    git(work, "add", ".")
    git(work, "commit", "-qm", "x")
    git(work, "push", "-q", str(hub), "HEAD:main")
    box.mark()
    with pytest.raises(UsageError, match=r"something else \(main.py\)"):
        box.sync()
    with pytest.raises(UsageError, match="no remote is set"):
        box.sync("")
    assert tracked(hub) == ["README.md", "main.py"]


def test_initial_files_of_a_hosting_service_stay(tmp_path: Path, box: Machine, hub: Path) -> None:
    work = tmp_path / "work"
    git(tmp_path, "init", "-q", "work")
    (work / "README.md").write_text("# Study")
    git(work, "add", ".")
    git(work, "commit", "-qm", "x")
    git(work, "push", "-q", str(hub), "HEAD:main")
    box.mark()
    box.sync()
    assert tracked(hub) == ["README.md", "log/box.jsonl"]
    assert not (box.home / "README.md").exists()


def test_a_repository_in_the_data_folder_is_left_alone(box: Machine) -> None:
    box.mark()
    git(box.home, "init", "-q")
    git(box.home, "add", ".")
    git(box.home, "commit", "-qm", "mine")
    git(box.home, "remote", "add", "origin", str(box.remote))
    before = {path: path.read_bytes() for path in (box.home / ".git").rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="no remote is set"):
        box.sync("")
    assert box.sync().sent == 1
    assert {path: path.read_bytes() for path in (box.home / ".git").rglob("*") if path.is_file()} == before


def test_lock_files_of_a_killed_git_are_removed(box: Machine) -> None:
    box.mark()
    box.sync()
    box.mark("limits")
    for name in ("refs/heads/main.lock", "HEAD.lock", "index.lock"):
        (box.repository / name).write_text("")
    done = box.sync()
    assert (done.sent, done.waiting) == (1, 0)
    assert sorted(note.rpartition(" ")[2] for note in done.notes) == ["HEAD.lock", "main.lock"]


def test_a_damaged_repository_is_reported_and_no_data_is_lost(box: Machine, hub: Path) -> None:
    box.mark()
    box.sync()
    (box.repository / "refs" / "heads" / "main").write_text("")
    for path in (box.repository / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(b"")
    known = box.ids()
    with pytest.raises(SaveError, match=r"move .*\.git away and name the remote again"):
        box.sync()
    assert box.ids() == known
    box.repository.rename(box.home / "old")
    assert box.sync().why == ""
    assert box.ids() == known


def test_symlinks_and_unsafe_names_of_a_remote_are_never_checked_out(
    tmp_path: Path, box: Machine, hub: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mine\n")
    blob = git(hub, "hash-object", "-w", "--stdin", feed='{"v":9,"k":"dream"}\n').strip()
    link = git(hub, "hash-object", "-w", "--stdin", feed=str(secret)).strip()
    entries = {
        "log": [
            ("120000", link, "linked.jsonl"),
            ("100644", blob, "-rf.jsonl"),
            ("100644", blob, "line\nbreak.jsonl"),
            ("100644", blob, ".hidden.jsonl"),
        ],
        "roadmaps": [("100644", blob, "-x.json"), ("100644", blob, "a\x1bb.json")],
    }
    lines = [
        f"{mode} {oid}\t{folder}/{name}\0" for folder, files in entries.items() for mode, oid, name in files
    ]
    git(hub, "update-index", "-z", "--index-info", feed="".join(lines))
    tree = git(hub, "write-tree").strip()
    git(hub, "update-ref", "refs/heads/main", git(hub, "commit-tree", tree, "-m", "x").strip())
    box.sync()
    assert sorted(path.name for path in box.log.iterdir()) == ["from-sync.jsonl"]
    assert box.lines() == [b'{"v":9,"k":"dream"}']
    assert not (box.home / "roadmaps").exists()
    assert secret.read_text() == "mine\n"


@pytest.mark.parametrize("name", ['"quoted".jsonl', "back\\slash.jsonl", "line\nbreak.jsonl", "é ü.jsonl"])
def test_a_log_with_an_odd_name_is_synced(box: Machine, lap: Machine, hub: Path, name: str) -> None:
    box.mark()
    (box.log / "box.jsonl").rename(box.log / name)
    box.sync()
    assert git(hub, "ls-tree", "-r", "-z", "--name-only", "main") == f"log/{name}\0"
    lap.sync()
    assert lap.ids() == box.ids()


def test_a_log_that_is_a_symlink_is_not_synced_and_reported(tmp_path: Path, box: Machine, hub: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mine\n")
    box.mark()
    (box.log / "evil.jsonl").symlink_to(secret)
    assert box.sync().notes == ("not synced: log/evil.jsonl: it is a link",)
    assert tracked(hub) == ["log/box.jsonl"]


def test_lines_go_into_another_file_if_a_log_cannot_be_written(box: Machine, lap: Machine) -> None:
    lap.mark()
    lap.sync()
    box.log.mkdir(parents=True)
    (box.log / "lap.jsonl").symlink_to("/dev/full")
    (box.log / "lap.sync.jsonl").mkdir()
    box.sync()
    assert lap.ids() <= box.ids()
    names = sorted(path.name for path in box.log.iterdir() if path.is_file() and not path.is_symlink())
    assert len(names) == 1
    assert names[0].startswith("lap.sync-")


def test_only_one_sync_runs_in_a_folder(box: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    box.mark()
    box.sync()
    monkeypatch.setattr(repository, "LOCK_SECONDS", 0.2)
    with open(box.repository / "roadmap-tui.lock") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(SaveError, match="another sync has been running"):
            box.sync()
    assert box.sync().why == ""


class _Interrupted(BaseException):
    """Stands for a kill within one process."""


@pytest.mark.parametrize("step", range(1, 50, 4))
def test_a_sync_interrupted_at_any_step_is_completed_by_the_next(
    box: Machine, lap: Machine, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    one, other = version("plan", "Sets", "Maps"), version("plan", "Bread", "Cake", sha="2")
    both = version("both", "Sets", "Maps", "Logic")
    for machine, plan in ((box, one), (lap, other)):
        machine.keep(both)
        machine.keep(plan)
        machine.mark(plan.children[0].id, roadmap=plan)
        machine.mark("logic", roadmap=both)
    os.utime(box.home / "roadmaps" / "both.json", (1, 1))
    box.sync()
    lap.keep(version("both", "Sets", "Maps", "Trees", sha="3"))
    left = step

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*words: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                raise _Interrupted
            return real(*words, **options)

        return instead

    with monkeypatch.context() as patch:
        for place, name in (
            (repository, "run_git"),
            (sync_module, "append_lines"),
            (library, "write"),
            (files, "sync"),
        ):
            patch.setattr(place, name, counted(getattr(place, name)))
        with contextlib.suppress(_Interrupted):
            lap.sync()
    for machine in (lap, box, lap, box):
        machine.sync()
    assert box.roadmaps() == lap.roadmaps()
    assert sorted(box.roadmaps()) == ["both.json", "plan-2.json", "plan.json"]
    assert box.ids() == lap.ids()
    assert lap.sit(decode(box.roadmaps()["plan-2.json"], "")).state("bread").status == "done"
    united = decode(box.roadmaps()["both.json"], "")
    names = {node.id for node in FlatTree(united, with_retired=True).nodes}
    assert {"sets", "maps", "trees", "logic"} <= names
    assert len(box.lines()) == len(set(box.lines()))


# Folders that another tool synchronizes


def test_conflict_copies_of_file_sync_tools_are_read_and_never_written(tmp_path: Path) -> None:
    log = tmp_path / "log"
    one = journal(log)
    for item in ("vectors", "limits"):
        append(one, item)
    kill(one)
    whole = (log / "box.jsonl").read_bytes()
    copies = [
        "box.sync-conflict-20261122-101112-ABCDEFG.jsonl",
        "box (conflicted copy 2026-11-22).jsonl",
        "box (Ada's conflicted copy).jsonl",
        "box-laptop.jsonl",
        "box.jsonl~HEAD.jsonl",
        "box 2.jsonl",
    ]
    shared = journal(tmp_path / "there", host="box")
    append(shared, "matrices")
    kill(shared)
    for name in copies:
        (log / name).write_bytes(whole + (tmp_path / "there" / "box.jsonl").read_bytes())
    # Temporary files of those tools are not read.
    for name in (".syncthing.box.jsonl.tmp", ".box.jsonl.Xy12", "box.jsonl.part"):
        (log / name).write_bytes(whole[:50])
    contents = {name: (log / name).read_bytes() for name in copies}
    writers = [LogWriter(str(log), "box") for _ in range(4)]
    for writer in writers:
        writer.append([b'{"v":9}'])
    reader = journal(log)
    assert {name for event in reader.read() for name in targets(event)} == {"vectors", "limits", "matrices"}
    assert set(copies) <= set(reader.health.files)
    assert not reader.health.bad
    used = {os.path.basename(writer.path) for writer in writers}
    assert used == {"box.jsonl", "box.1.jsonl", "box.2.jsonl", "box.3.jsonl"}
    for writer in writers:
        writer.close()
    assert {name: (log / name).read_bytes() for name in copies} == contents


def test_conflict_copies_add_nothing_to_the_remote(box: Machine, hub: Path) -> None:
    box.mark()
    copy = box.log / "box.sync-conflict-20261122-101112-ABCDEFG.jsonl"
    copy.write_bytes((box.log / "box.jsonl").read_bytes())
    box.sync()
    assert tracked(hub) == ["log/box.jsonl"]
