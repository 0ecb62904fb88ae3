"""A data folder or a checkout that somebody prepared: nothing in its ``.git`` makes git run a program.

The table has every key of git's documentation (gitconfig(1) of git 2.39 to 2.51) whose value is run or leads
to something that is run, and every file of a repository that does.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

import pytest

from roadmap_tui.core.errors import SaveError
from roadmap_tui.store import repair
from roadmap_tui.store.git import GitError, run_git
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.repository import Repository
from roadmap_tui.store.sources import fetch
from tests.store.machines import Machine, git, needs_git, remote

pytestmark = needs_git


class Key(NamedTuple):
    """A key of a config, the value that runs ``{run}``, and what git runs it for."""

    name: str
    value: str
    why: str


RUN = "{run}"
KEYS = [
    # transport
    Key("core.sshCommand", RUN, "every ssh remote"),
    Key("core.gitProxy", RUN, "every git:// remote"),
    Key("core.askPass", RUN, "a password is needed"),
    Key("credential.helper", "!{run}", "a password is needed"),
    Key("credential.https://hub.example.helper", "!{run}", "a password is needed"),
    Key("remote.origin.url", "ext::{run}", "fetch and push"),
    Key("remote.origin.pushurl", "ext::{run}", "push"),
    Key("remote.origin.uploadpack", RUN, "fetch"),
    Key("remote.origin.receivepack", RUN, "push"),
    Key("remote.origin.vcs", "ext", "fetch and push, with a remote helper"),
    Key("remote.origin.promisor", "true", "lazy fetch of a missing object"),
    Key("remote.origin.partialCloneFilter", "blob:none", "lazy fetch of a missing object"),
    Key("extensions.partialClone", "origin", "lazy fetch of a missing object"),
    Key("remote.origin.followRemoteHEAD", "always", "fetch moves refs"),
    Key("url.ext::{run} .insteadOf", "/", "rewrites every address"),
    Key("url.ext::{run} .pushInsteadOf", "/", "rewrites every address"),
    Key("protocol.allow", "always", "allows ext::"),
    Key("protocol.ext.allow", "always", "allows ext::"),
    Key("http.proxy", "http://127.0.0.1:9", "sends everything to somebody else"),
    Key("http.cookieFile", "{run}", "sends cookies of any file"),
    Key("http.sslCertPasswordProtected", "true", "asks with core.askPass"),
    Key("fetch.bundleURI", "file://{run}", "fetch unpacks any file"),
    Key("transfer.bundleURI", "true", "fetch unpacks what the remote names"),
    Key("uploadpack.packObjectsHook", RUN, "somebody fetches from here"),
    Key("receive.procReceiveRefs", "refs", "somebody pushes to here: the hook proc-receive"),
    Key("core.alternateRefsCommand", RUN, "fetch with alternates"),
    # hooks, and what replaces them
    Key("core.hooksPath", "{hooks}", "every ref that moves, push, gc"),
    Key("core.fsmonitor", RUN, "every command that reads the index"),
    Key("hook.evil.command", RUN, "the event in hook.evil.event"),
    Key("hook.evil.event", "reference-transaction", "when hook.evil.command runs"),
    Key("gc.recentObjectsHook", RUN, "gc"),
    Key("gc.auto", "1", "gc after fetch, with its hooks"),
    Key("maintenance.auto", "true", "gc after fetch, with its hooks"),
    Key("init.templateDir", "{hooks}/..", "init copies hooks"),
    # other repositories and configs
    Key("include.path", "{config}", "any key of another file"),
    Key("includeIf.gitdir:/.path", "{config}", "any key of another file"),
    Key("extensions.worktreeConfig", "true", "any key of config.worktree"),
    Key("core.worktree", "/", "commands act on any folder"),
    Key("core.repositoryFormatVersion", "1", "turns extensions on"),
    Key("safe.directory", "*", "turns the check of the owner off"),
    Key("safe.bareRepository", "all", "turns the check of bare repositories off"),
    Key("submodule.evil.update", "!{run}", "submodule update"),
    Key("submodule.evil.url", "ext::{run}", "submodule update"),
    Key("fetch.recurseSubmodules", "true", "fetch in submodules, with their configs"),
    Key("push.recurseSubmodules", "on-demand", "push in submodules, with their configs"),
    # signatures
    Key("gpg.program", RUN, "signatures"),
    Key("gpg.openpgp.program", RUN, "signatures"),
    Key("gpg.x509.program", RUN, "signatures"),
    Key("gpg.ssh.program", RUN, "signatures"),
    Key("gpg.ssh.defaultKeyCommand", RUN, "signatures"),
    Key("commit.gpgSign", "true", "runs gpg.program"),
    Key("tag.gpgSign", "true", "runs gpg.program"),
    Key("push.gpgSign", "true", "runs gpg.program"),
    Key("log.showSignature", "true", "runs gpg.program"),
    Key("merge.verifySignatures", "true", "runs gpg.program"),
    # files and differences
    Key("core.attributesFile", "{attributes}", "chooses filters and drivers"),
    Key("filter.evil.clean", RUN, "files are added"),
    Key("filter.evil.smudge", RUN, "files are checked out"),
    Key("filter.evil.process", RUN, "files are added or checked out"),
    Key("diff.external", RUN, "diff and log -p"),
    Key("diff.evil.command", RUN, "diff and log -p"),
    Key("diff.evil.textconv", RUN, "diff and log -p"),
    Key("merge.evil.driver", RUN, "merges"),
    Key("merge.default", "evil", "merges with merge.evil.driver"),
    Key("interactive.diffFilter", RUN, "add -p"),
    Key("trailer.evil.command", RUN, "interpret-trailers"),
    Key("trailer.evil.cmd", RUN, "interpret-trailers"),
    Key("tar.evil.command", RUN, "archive"),
    # programs for people
    Key("core.pager", RUN, "long output in a terminal"),
    Key("pager.log", RUN, "long output in a terminal"),
    Key("core.editor", RUN, "messages are edited"),
    Key("sequence.editor", RUN, "rebase -i"),
    Key("alias.fetch", "!{run}", "commands of that name"),
    Key("alias.ls-tree", "!{run}", "commands of that name"),
    Key("help.autoCorrect", "immediate", "runs a similar command or alias"),
    Key("difftool.evil.cmd", RUN, "difftool"),
    Key("difftool.evil.path", RUN, "difftool"),
    Key("mergetool.evil.cmd", RUN, "mergetool"),
    Key("mergetool.evil.path", RUN, "mergetool"),
    Key("browser.evil.cmd", RUN, "help --web"),
    Key("browser.evil.path", RUN, "help --web"),
    Key("man.evil.cmd", RUN, "help --man"),
    Key("man.evil.path", RUN, "help --man"),
    Key("web.browser", "evil", "help --web with browser.evil.cmd"),
    Key("help.browser", "evil", "help --web with browser.evil.cmd"),
    Key("instaweb.httpd", RUN, "instaweb"),
    Key("instaweb.browser", "evil", "instaweb with browser.evil.cmd"),
    Key("guitool.evil.cmd", RUN, "gui"),
    Key("imap.tunnel", RUN, "imap-send"),
    Key("sendemail.smtpServer", RUN, "send-email"),
    Key("sendemail.sendmailCmd", RUN, "send-email"),
    Key("sendemail.toCmd", RUN, "send-email"),
    Key("sendemail.ccCmd", RUN, "send-email"),
    Key("sendemail.headerCmd", RUN, "send-email"),
]
FILES = [
    *("config that is a link", "config.worktree", "hooks", "info/attributes", "objects/info/alternates"),
    *(
        ".git that is a link",
        ".git that names a folder",
        "commondir",
        "shallow",
        "info/grafts",
        "packed-refs",
    ),
]


class Trap(NamedTuple):
    """A program that leaves a file behind when it is run, and files that lead to it."""

    folder: Path

    @property
    def made(self) -> Path:
        return self.folder / "made"

    def fill(self, text: str) -> str:
        paths = {"run": "run", "hooks": "hooks", "config": "other-config", "attributes": "attributes"}
        return text.format(**{name: self.folder / path for name, path in paths.items()})


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    found = Trap(tmp_path / "trap")
    (found.folder / "hooks").mkdir(parents=True)
    names = ["reference-transaction", "pre-push", "pre-auto-gc", "proc-receive", "post-index-change"]
    for path in ("run", *(f"hooks/{name}" for name in names)):
        (found.folder / path).write_text(f"#!/bin/sh\ntouch {found.made}\nexit 1\n")
        (found.folder / path).chmod(0o755)
    (found.folder / "attributes").write_text("* filter=evil diff=evil merge=evil\n")
    (found.folder / "other-config").write_text(
        found.fill("[core]\n\tfsmonitor = {run}\n\tsshCommand = {run}\n")
    )
    return found


def prepare(folder: Path) -> Machine:
    """Make a machine that was synced, whose data folder is a checkout of somebody else now."""
    machine = Machine(folder / "box", "box", remote(folder / "hub"))
    machine.mark()
    machine.sync()
    git(machine.home, "init", "-q")
    git(machine.home, "fetch", "-q", str(machine.remote), "+main:main")
    git(machine.home, "symbolic-ref", "HEAD", "refs/heads/main")
    (machine.home / "README.md").write_text("# Plan\n\n- [ ] One\n")
    return machine


@pytest.fixture
def box(tmp_path: Path) -> Machine:
    return prepare(tmp_path)


@pytest.fixture(scope="module")
def shared_box(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return prepare(tmp_path_factory.mktemp("shared"))


def use(box: Machine) -> None:
    """Do everything that could run git: `doctor --fix`, `sync` with a change, and an import from there."""
    locations = Locations(str(box.home), str(box.home / "state"), str(box.home / "config"))
    repair.gone_roadmaps(locations)
    repair.repair(locations)
    fetch(str(box.home))
    study = box.sit()
    study.write_note("limits", f"note {len(study.history())}")
    study.close()
    assert box.sync().sent == 1


@pytest.mark.parametrize("key", KEYS, ids=[key.name for key in KEYS])
def test_no_key_of_a_prepared_folder_is_obeyed(shared_box: Machine, trap: Trap, key: Key) -> None:
    config = shared_box.home / ".git" / "config"
    before = config.read_bytes()
    git(shared_box.home, "config", trap.fill(key.name), trap.fill(key.value))
    try:
        use(shared_box)
    finally:
        config.write_bytes(before)
    assert not trap.made.exists()


@pytest.mark.parametrize("what", FILES)
def test_no_file_of_a_prepared_folder_is_obeyed(tmp_path: Path, box: Machine, trap: Trap, what: str) -> None:
    repository = box.home / ".git"
    evil = trap.folder / "other-config"
    match what:
        case "config that is a link":
            (repository / "config").unlink()
            (repository / "config").symlink_to(evil)
        case "hooks":
            (repository / "hooks").rename(tmp_path / "samples")
            (repository / "hooks").symlink_to(trap.folder / "hooks")
        case ".git that is a link" | ".git that names a folder":
            repository.rename(tmp_path / "elsewhere")
            (tmp_path / "elsewhere" / "config").write_bytes(evil.read_bytes())
            if what == ".git that is a link":
                repository.symlink_to(tmp_path / "elsewhere")
            else:
                repository.write_text(f"gitdir: {tmp_path}/elsewhere\n")
        case _:
            texts = {"config.worktree": evil.read_text(), "commondir": str(trap.folder)}
            (repository / what).parent.mkdir(exist_ok=True)
            (repository / what).write_text(texts.get(what, "* filter=evil\n"))
            git(
                box.home, "config", "extensions.worktreeConfig", "true"
            ) if what == "config.worktree" else None
    use(box)
    assert not trap.made.exists()


def test_git_runs_in_the_repository_of_the_user_only(
    tmp_path: Path, box: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `git` that says where it runs: never in the data folder, nor told of it."""
    said = tmp_path / "said"
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    real = next(folder for folder in os.environ["PATH"].split(":") if os.access(f"{folder}/git", os.X_OK))
    wrapper.write_text(f'#!/bin/sh\necho "$PWD $GIT_DIR $GIT_WORK_TREE $*" >>{said}\nexec {real}/git "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    use(box)
    lines = said.read_text().splitlines()
    assert len(lines) > 5
    assert str(box.home) not in said.read_text()
    assert all(line.startswith(f"{box.repository} {box.repository} ") for line in lines)


def test_the_users_own_config_is_obeyed(
    tmp_path: Path, box: Machine, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has what the network needs, and is the user's: ssh, helpers of passwords, addresses."""
    (tmp_path / "gitconfig").write_text(
        f'[core]\n\tsshCommand = {trap.folder}/run\n[url "ada@hub.example:"]\n\tinsteadOf = study:\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    with pytest.raises(SaveError, match="Could not read from remote repository"):
        box.sync("study:plan")
    assert trap.made.exists()


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_nothing_in_a_remote_that_is_a_folder_is_run(tmp_path: Path, trap: Trap, scheme: str) -> None:
    hub = remote(tmp_path / "hub")
    box, lap = Machine(tmp_path / "box", "box", hub), Machine(tmp_path / "lap", "lap", hub)
    hooks = ("pre-receive", "update", "post-receive", "post-update", "reference-transaction", "pre-auto-gc")
    (hub / "hooks").rename(tmp_path / "samples")
    (hub / "hooks").mkdir()
    for name in hooks:
        (hub / "hooks" / name).symlink_to(trap.folder / "run")
    with (hub / "config").open("a") as config:
        keys = (
            "\tsshCommand = {run}\n\tgitProxy = {run}\n\talternateRefsCommand = {run}\n\tfsmonitor = {run}\n"
        )
        config.write(trap.fill("[core]\n" + keys + "[gc]\n\tauto = 1\n\trecentObjectsHook = {run}\n"))
        config.write(trap.fill("[uploadpack]\n\tpackObjectsHook = {run}\n[credential]\n\thelper = !{run}\n"))
    for _ in range(2):
        for machine in (box, lap):
            study = machine.sit()
            study.write_note("limits", f"note {len(study.history())} of {machine.host}")
            study.close()
            assert machine.sync(f"{scheme}{hub}").sent == 1
    assert not trap.made.exists()


# The repository of the program itself


def test_a_repository_of_another_user_or_with_another_config_is_refused(box: Machine) -> None:
    locations = Locations(str(box.home), str(box.home / "state"), str(box.home / "config"))
    with (box.repository / "config").open("a") as config:
        config.write("[core]\n\tfsmonitor = true\n")
    with pytest.raises(SaveError, match=r"its config was changed; move it away and name the remote again"):
        box.sync()
    assert repair.gone_roadmaps(locations) == []
    git(box.repository, "config", "--unset", "core.fsmonitor")
    if os.geteuid() == 0:
        os.chown(box.repository, 65534, 65534)
        assert repair.gone_roadmaps(locations) == []
        with pytest.raises(SaveError, match="it belongs to another user"):
            box.sync()
        with pytest.raises(SaveError, match="it belongs to another user"):
            Repository(str(box.repository), can_ask=False).resolve("main")


def test_the_owner_of_a_repository_may_use_sudo(box: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid():
        pytest.skip("only root has a user behind sudo")
    os.chown(box.repository, 65534, 65534)
    monkeypatch.setenv("SUDO_UID", "65534")
    assert run_git(str(box.repository), "rev-parse", "main")
    monkeypatch.setenv("SUDO_UID", "odd")
    with pytest.raises(SaveError, match="it belongs to another user"):
        run_git(str(box.repository), "rev-parse", "main")


def test_a_lost_repository_is_made_again(box: Machine) -> None:
    for name in ("HEAD", "config"):
        (box.repository / name).unlink()
    assert box.sync().why == ""
    assert stat.S_IMODE((box.repository / "config").stat().st_mode) == 0o600
    with pytest.raises(GitError):
        run_git(str(box.repository), "rev-parse", "--verify", "nothing")
