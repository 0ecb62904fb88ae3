"""What `sync` says is what happened: no success without one, and each failure by its own name."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from roadmap_tui.core.errors import SaveError
from tests.faults.grounds import Tmpfs
from tests.store.machines import Machine, git, needs_git, remote

pytestmark = needs_git


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    return remote(tmp_path / "hub")


@pytest.fixture
def box(tmp_path: Path, hub: Path) -> Machine:
    return Machine(tmp_path / "box", "box", hub)


@pytest.fixture
def lap(tmp_path: Path, hub: Path) -> Machine:
    return Machine(tmp_path / "lap", "lap", hub)


def test_a_shallow_remote_is_refused(tmp_path: Path, box: Machine, lap: Machine) -> None:
    for item in ("vectors", "limits"):
        box.mark(item)
        box.sync()
    cut = ("clone", "-q", "--bare", "--depth=1", "--branch=main")
    git(tmp_path, *cut, f"file://{box.remote}", "shallow")
    with pytest.raises(SaveError, match="it is a shallow clone; run `git fetch --unshallow` in it"):
        lap.sync(str(tmp_path / "shallow"))
    assert not lap.ids()
    git(tmp_path / "shallow", "fetch", "-q", "--unshallow", "origin", "main")
    assert lap.sync(str(tmp_path / "shallow")).received == 2
    # One that was synced with, and was cut since.
    assert lap.sync().received == 0
    lap.mark("matrices")
    lap.sync()
    box.remote.rename(tmp_path / "whole")
    git(tmp_path, *cut, f"file://{tmp_path}/whole", "hub")
    with pytest.raises(SaveError, match="it is a shallow clone"):
        box.sync()


@pytest.mark.parametrize("name", ["master", "größe/1"])
def test_a_remote_whose_default_branch_has_another_name_is_used(
    box: Machine, lap: Machine, hub: Path, name: str
) -> None:
    box.mark("vectors")
    box.sync()
    git(hub, "branch", "-m", "main", name)
    git(hub, "branch", "older", name)
    git(hub, "symbolic-ref", "HEAD", f"refs/heads/{name}")
    lap.mark("limits")
    done = lap.sync()
    assert (done.received, done.sent) == (1, 1)
    assert box.sync().received == 1
    assert box.ids() == lap.ids()
    assert "main" not in git(hub, "branch", "--format=%(refname:short)").split()


def test_branches_without_a_default_one_are_refused(box: Machine, hub: Path) -> None:
    tree = git(hub, "mktree").strip()
    for name in ("one", "two"):
        commit = git(hub, "commit-tree", tree, "-m", name).strip()
        git(hub, "update-ref", f"refs/heads/{name}", commit)
    git(hub, "symbolic-ref", "HEAD", "refs/heads/gone")
    box.mark()
    with pytest.raises(SaveError, match="it has no branch main and no default branch"):
        box.sync()
    git(hub, "update-ref", "-d", "refs/heads/two")
    assert box.sync().sent == 1
    assert "log/box.jsonl" in git(hub, "ls-tree", "-r", "--name-only", "one")


def test_an_address_is_saved_after_its_first_success(box: Machine, hub: Path) -> None:
    box.mark()
    box.sync()
    for wrong in ("https://hub.invalid/study.git", "ssh://hub.invalid/study.git"):
        with pytest.raises(SaveError, match=r"resolve host.*an address is saved after its first success"):
            box.sync(wrong)
    with pytest.raises(SaveError, match="does not appear to be a git repository"):
        box.sync(str(hub.parent))
    done = box.sync("")
    assert (done.remote, done.why, done.notes) == (str(hub), "", ())


def test_a_warning_of_git_is_no_damage(
    tmp_path: Path, box: Machine, lap: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gitconfig").write_text("[core]\n\tfsyncMethod = odd\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    found = subprocess.run(["git", "rev-parse"], cwd=box.remote, capture_output=True, text=True, check=False)
    assert "warning: " in found.stderr
    box.mark("vectors")
    lap.mark("limits")
    box.sync()
    assert lap.sync().received == box.sync().received == 1


def test_a_full_disk_is_told_as_that(tmp_path: Path, box: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    with Tmpfs(folder, kilobytes=512) as disk:
        monkeypatch.setenv("XDG_STATE_HOME", str(folder))
        for step in range(3):
            box.mark("vectors", ("doing", "done", "todo")[step])
            disk.fill(step)
            with pytest.raises(SaveError) as refused:
                box.sync()
            assert "No space left on device" in refused.value.why
            assert refused.value.remedy == "free some space and sync again"
            disk.make_room()
            assert box.sync().sent == 1
