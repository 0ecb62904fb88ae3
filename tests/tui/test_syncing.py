"""Sync in the screen: by a key and by the setting, with real remotes, one of which never answers."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roadmap_tui.store import git
from roadmap_tui.store.locations import locate
from tests.cli.program_runs import CliRunner, process
from tests.store.machines import needs_git, remote
from tests.tui.pty_program import Terminal

pytestmark = needs_git
ELSEWHERE = "ada@hub.example:study.git"


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CliRunner:
    tui = CliRunner(tmp_path / "home", capsys)
    tui("sync", "--remote", str(remote(tmp_path / "hub")))
    return tui


@pytest.fixture
def silent(tmp_path: Path, tui: CliRunner) -> Path:
    """Make the remote one that never answers; return the file with the pid of its ssh."""
    ssh, pid = tmp_path / "ssh", tmp_path / "pid"
    ssh.write_text(f"#!/bin/sh\necho $$ > {pid}.new; mv {pid}.new {pid}; exec sleep 600\n")
    ssh.chmod(0o755)
    locations = locate(str(tui.home))
    assert locations
    assert locations.repository
    Path(locations.repository, "roadmap-tui.remote").write_text(ELSEWHERE)
    return pid


def _open(tui: CliRunner, **more: Any) -> Terminal:
    return Terminal("ml-dl", home=tui.home, XDG_STATE_HOME=os.environ["XDG_STATE_HOME"], **more)


def _has_ended(pid: Path) -> bool:
    try:
        os.kill(int(pid.read_text()), 0)
    except ProcessLookupError:
        return True
    state = Path("/proc", pid.read_text().strip(), "stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_s_sends_what_the_header_counts(
    tui: CliRunner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = _open(tui)
    try:
        terminal.until_text("? ")
        terminal.type("]i]i")
        terminal.until_text("2 to send", 20)
        terminal.type("S")
        terminal.until_text("0 events received, 2 sent", 20)
        terminal.until(lambda: "to send" not in "".join(terminal.lines[:1]))
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()
    other = CliRunner(tmp_path / "other", capsys)
    assert other("sync", "--remote", str(tmp_path / "hub")).out.startswith("2 events received")


def test_a_remote_that_hangs_leaves_the_screen_usable_and_its_git_is_ended(
    tui: CliRunner, silent: Path
) -> None:
    terminal = _open(tui, GIT_SSH=str(silent.with_name("ssh")))
    try:
        terminal.until_text("? ")
        terminal.type("S")
        terminal.until_text("Syncing")
        terminal.until(silent.exists, 20)
        terminal.type("S")
        terminal.until_text("A sync is running")
        terminal.type("%")
        terminal.until_text("0% = 0 of")
        terminal.type("q")
        assert terminal.wait() == 0
        terminal.until(lambda: _has_ended(silent), 20)
    finally:
        terminal.close()


def test_with_the_setting_quitting_sends_but_never_waits_long(
    tui: CliRunner, tmp_path: Path, capsys: pytest.CaptureFixture[str], silent: Path
) -> None:
    def run(end: Callable[[Terminal], None], **more: str) -> Terminal:
        terminal = _open(tui, ROADMAP_TUI_SYNC_AUTO="1", **more)
        try:
            terminal.until_text("? ")
            terminal.settle()
            terminal.type("]i")
            terminal.until_text("/127")
            end(terminal)
            terminal.wait()
        finally:
            terminal.close()
        return terminal

    hanging = run(lambda terminal: terminal.type("q"), GIT_SSH=str(silent.with_name("ssh")))
    assert b"roadmap-tui: not synced within 3 s; the next sync sends it" in hanging.output
    locations = locate(str(tui.home))
    assert locations
    Path(locations.repository or "", "roadmap-tui.remote").write_text(str(tmp_path / "hub"))
    run(lambda terminal: terminal.type("u]]iq"))
    other = CliRunner(tmp_path / "other", capsys)
    received = other("sync", "--remote", str(tmp_path / "hub")).out
    assert not received.startswith("0 events")

    def hang_up(terminal: Terminal) -> None:
        terminal.until_text("to send", 20)  # the sync after the start has found no remote
        (tmp_path / "away").rename(tmp_path / "hub")
        os.kill(terminal.process.pid, signal.SIGTERM)

    (tmp_path / "hub").rename(tmp_path / "away")
    run(hang_up)
    assert "1 sent" in process(tui.home, "sync").stdout


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({}, "ssh -o BatchMode=yes"),
        ({"GIT_SSH_COMMAND": "ssh -i key"}, "ssh -i key -o BatchMode=yes"),
        ({"GIT_SSH_COMMAND": "plink -batch"}, None),
        ({"GIT_SSH": "/usr/bin/other"}, None),
        ({"GIT_SSH_COMMAND": "'"}, None),
    ],
)
def test_ssh_is_told_not_to_ask(environment: dict[str, str], command: str | None) -> None:
    found = git._batch_ssh({"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", **environment})
    assert found.get("GIT_SSH_COMMAND") == command


def test_the_ssh_command_of_the_user_s_configuration_is_kept(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[core]\n\tsshCommand = ssh -p 2222\n")
    found = git._batch_ssh({"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": str(config)})
    assert found == {"GIT_SSH_COMMAND": "ssh -p 2222 -o BatchMode=yes"}


def test_what_would_need_a_password_says_to_sync_once_in_a_terminal(tui: CliRunner, silent: Path) -> None:
    ssh = silent.with_name("ssh")
    ssh.write_text("#!/bin/sh\necho 'Host key verification failed.' >&2; exit 255\n")
    terminal = _open(tui, GIT_SSH=str(ssh), size=(120, 40))
    try:
        terminal.until_text("? ")
        terminal.type("S")
        terminal.until_text("run `roadmap-tui sync` once in a terminal", 20)
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()
