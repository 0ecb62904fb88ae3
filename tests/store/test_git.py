"""Running git: isolated from the environment, safe with hostile addresses, and never waiting forever."""

from __future__ import annotations

import http.server
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadmap_tui.core.errors import ReadError, RoadmapTuiError, SaveError
from roadmap_tui.store import git as engine
from roadmap_tui.store.git_url import checked_remote, without_secrets
from tests.store.machines import Machine, git, needs_git, remote

pytestmark = needs_git


@pytest.fixture
def box(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "box", "box", remote(tmp_path / "hub"))
    machine.mark()
    return machine


def script(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


HOSTILE = [
    "--upload-pack=touch {0}",
    "-u touch {0}",
    "ext::sh -c touch% {0}",
    "ext::touch {0}",
    "fd::7",
    "ssh://-oProxyCommand=touch {0}/x",
    "ssh://ada@-oProxyCommand=touch {0}/x",
    "-oProxyCommand=made:x",
    "ada@-oProxyCommand=made:x",
    "transport://x",
    "https://x\n--upload-pack=touch {0}",
    "",
]


@pytest.mark.parametrize("word", HOSTILE)
def test_no_remote_runs_a_program(tmp_path: Path, box: Machine, word: str) -> None:
    made = tmp_path / "made"
    with pytest.raises(RoadmapTuiError):
        box.sync(word.format(made))
    # The same if it was written by hand where the address is saved.
    box.sync()
    (box.repository / "roadmap-tui.remote").write_text(word.format(made))
    with pytest.raises(RoadmapTuiError):
        box.sync("")
    assert not made.exists()


def test_no_remote_runs_a_program_through_insteadof(
    tmp_path: Path, box: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made"
    settings = tmp_path / "gitconfig"
    allowed = '[protocol "ext"]\n allow = always\n'
    settings.write_text(f'[url "ext::touch {made} "]\n insteadOf = https://innocent.example/\n{allowed}')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "ext:https")
    with pytest.raises(SaveError, match="transport 'ext' not allowed"):
        box.sync("https://innocent.example/x")
    assert not made.exists()


def test_the_users_hooks_templates_and_signing_are_not_used(
    tmp_path: Path, box: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made"
    names = ["pre-push", "reference-transaction", "post-index-change", "pre-auto-gc", "pre-commit"]
    for folder in ("template/hooks", "hooks", "box/.git/hooks"):
        for name in names:
            script(tmp_path / folder / name, f"touch {made}", "exit 1")
    settings = tmp_path / "gitconfig"
    settings.write_text(
        f"[init]\n templateDir = {tmp_path}/template\n defaultBranch = odd\n"
        f"[core]\n hooksPath = {tmp_path}/hooks\n fsmonitor = touch {made}\n autocrlf = true\n"
        "[commit]\n gpgSign = true\n[push]\n gpgSign = true\n followTags = true\n"
        f"[gpg]\n program = {tmp_path}/hooks/pre-push\n[user]\n useConfigOnly = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    git(box.remote, "config", "core.hooksPath", "hooks")  # the remote has its own
    assert box.sync().sent == 1
    assert not made.exists()
    assert git(box.remote, "log", "--format=%an <%ae>", "main") == "roadmap-tui <roadmap-tui@localhost>\n"
    assert b"\r" not in git(box.remote, "show", "main:log/box.jsonl").encode()


def test_git_variables_of_another_repository_are_ignored(
    tmp_path: Path, box: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    git(tmp_path, "init", "-q", "other")
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"):
        monkeypatch.setenv(name, str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_NAMESPACE", "odd")
    monkeypatch.setenv("GIT_TRACE", "1")
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.bare'='odd'")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "never")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert box.sync().sent == 1
    assert not list((other / ".git" / "refs" / "heads").iterdir())


def test_a_missing_git_is_reported_in_one_line(
    box: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadError, match=r"^sync: git is not installed; install git$"):
        box.sync()


# Remotes that ask for a password, refuse, or never answer


def reachable(box: Machine, monkeypatch: pytest.MonkeyPatch) -> str:
    """Sync with the remote through an `ssh` that runs git here; return its address."""
    address = f"ada@hub.example:{box.remote}"
    monkeypatch.setenv("GIT_SSH", str(script(box.home.parent / "ssh", 'for last; do :; done; eval "$last"')))
    assert (box.sync(address).sent, box.sync("").why) == (1, "")
    return address


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("ssh: Could not resolve hostname hub.example: Name or service not known", True),
        ("ssh: connect to host hub.example port 22: Connection timed out", True),
        ("git@hub.example: Permission denied (publickey).", False),
        ("Host key verification failed.", False),
        ("\x1b[31mRepository not found.\x1b[0m", False),
    ],
)
def test_an_unreachable_remote_waits_and_a_refusal_is_an_error(
    tmp_path: Path, box: Machine, monkeypatch: pytest.MonkeyPatch, said: str, waits: bool
) -> None:
    known, new = reachable(box, monkeypatch), "ada@typo.example:study.git"
    script(tmp_path / "ssh", f"printf '%s\\n' '{said}' >&2", "exit 255")
    shown = said.replace("\x1b", "\ufffd")
    box.mark("limits")
    # A new address may be mistyped: it is an error, and does not replace the one that worked.
    with pytest.raises(SaveError, match="an address is saved after its first success") as refused:
        box.sync(new)
    assert refused.value.why == shown
    if waits:
        done = box.sync("")
        assert (done.remote, done.why, done.waiting) == (known, shown, 1)
    else:
        with pytest.raises(SaveError, match="1 commit waiting here") as refused:
            box.sync("")
        assert (refused.value.what, refused.value.why) == (f"sync with {known}", shown)


def test_a_remote_that_never_answers_times_out_and_leaves_no_process(
    tmp_path: Path, box: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    reachable(box, monkeypatch)
    script(tmp_path / "ssh", f"sleep 300 & echo $! > {pid}", "wait")
    monkeypatch.setattr(engine, "REMOTE_SECONDS", 1)
    box.mark("limits")
    done = box.sync("")
    assert (done.why, done.waiting) == ("git timed out after 1 s", 1)
    for _ in range(100):
        try:
            os.kill(int(pid.read_text()), 0)
        except ProcessLookupError:
            break
        time.sleep(0.02)
    else:
        pytest.fail("a child process of git is still running")


class _Asking(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="study"')
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def asking() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Asking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_no_password_is_asked_for_without_a_terminal(
    tmp_path: Path, box: Machine, asking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made"
    monkeypatch.setenv("SSH_ASKPASS", str(script(tmp_path / "window", f"touch {made}; sleep 300")))
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(SaveError, match="terminal prompts disabled"):
        box.sync(f"http://{asking}/study.git")
    assert not made.exists()
    with pytest.raises(SaveError) as refused:
        box.sync(f"http://ada:s3cret@{asking}/study.git")
    assert "s3cret" not in str(refused.value)
    assert "ada" not in str(refused.value)


def test_a_rejected_push_reports_the_reason(box: Machine) -> None:
    git(box.remote, "config", "receive.hideRefs", "refs/heads/main")
    with pytest.raises(SaveError, match=r"the remote refused it: deny updating a hidden ref"):
        box.sync()


# Addresses


def test_valid_addresses_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b").mkdir()
    for word in (
        "https://example.org/x.git",
        "ssh://ada@example.org:22/x",
        "git@example.org:ada/x.git",
        "file:///srv/x",
        "host:path",
    ):
        assert checked_remote(word) == word
    assert checked_remote("./a:b") == str(tmp_path / "a:b")
    assert checked_remote(".") == str(tmp_path)
    with pytest.raises(ReadError, match="git init --bare gone"):
        checked_remote("gone")
    assert checked_remote("gone", is_new=False) == str(tmp_path / "gone")


def test_user_names_and_passwords_are_removed_from_addresses() -> None:
    assert without_secrets("https://ada:x@example.org/a@b") == "https://example.org/a@b"
    assert without_secrets("fatal: 'https://tok@h/x' \x1b]0;") == "fatal: 'https://h/x' \ufffd]0;"
