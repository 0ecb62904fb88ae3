"""A repository that expands to more than fits into memory: what is too large is named, the rest is synced."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmap_tui.store import repository
from roadmap_tui.store.journal import dump
from tests.journals import mark
from tests.store.machines import Machine, git, needs_git, remote, version

pytestmark = needs_git


@pytest.fixture
def box(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "box", "box", remote(tmp_path / "hub"))
    machine.keep(version("plan", "Sets", "Maps"))
    machine.mark()
    machine.sync()
    return machine


def _push(tmp_path: Path, hub: Path, **files: bytes) -> None:
    """Push files to the remote as somebody else does."""
    clone = tmp_path / f"clone-{len(list(tmp_path.iterdir()))}"
    git(tmp_path, "clone", "-q", "-b", "main", str(hub), str(clone))
    for name, data in files.items():
        path = clone / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    git(clone, "add", ".")
    git(clone, "commit", "-q", "-m", "x")
    git(clone, "push", "-q", "origin", "main")


def test_what_is_too_large_is_named_and_the_rest_is_synced(
    tmp_path: Path, box: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MAX_FILE_BYTES", 100_000)
    lap = Machine(tmp_path / "lap", "lap", box.remote)
    lap.sync()
    roadmaps = lap.roadmaps()
    large = b"\n" * 100_001
    _push(tmp_path, box.remote, log__huge_jsonl=large, log__box_jsonl=large, roadmaps__plan_json=large)
    for machine in (box, lap):
        machine.mark("limits")
        notes = machine.sync().notes
        assert "left out, too large: log/huge.jsonl" in notes
    for machine in (box, lap, box):
        machine.sync()
    assert box.ids() == lap.ids()
    assert box.roadmaps() == lap.roadmaps() == roadmaps
    assert git(box.remote, "cat-file", "-s", "main:log/huge.jsonl").strip() == "100001"


def test_thousands_of_logs_are_received_into_one(tmp_path: Path, box: Machine) -> None:
    for number in range(150):
        event = mark(session=f"{number:08x}", clock=number + 1)
        (box.log / f"host{number}.jsonl").write_text(f"{dump(event)}\n")
    assert box.sync().sent == 150
    lap = Machine(tmp_path / "lap", "lap", box.remote)
    assert lap.sync().received == 151
    assert [path.name for path in lap.log.iterdir()] == ["from-sync.jsonl"]
    assert lap.ids() == box.ids()
    assert lap.sync().sent == box.sync().received == 0


def test_a_tree_without_end_is_not_listed(tmp_path: Path, box: Machine) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "-b", "main", str(box.remote), str(clone))
    blob = git(clone, "hash-object", "-w", "--stdin", feed="x").strip()
    tree = git(clone, "mktree", feed="".join(f"100644 blob {blob}\t{n}.jsonl\n" for n in range(10))).strip()
    for _ in range(12):  # 10 ** 13 files
        tree = git(clone, "mktree", feed="".join(f"040000 tree {tree}\t{n}\n" for n in range(10))).strip()
    head = git(clone, "ls-tree", "HEAD")
    top = git(clone, "mktree", feed=f"{head}040000 tree {tree}\tbomb\n").strip()
    commit = git(clone, "commit-tree", top, "-p", "HEAD", "-m", "x").strip()
    git(clone, "push", "-q", "origin", f"{commit}:main")
    box.mark("limits")
    assert box.sync().sent == 1
