"""The ``sync``, ``restore`` and ``doctor --fix`` commands."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from roadmap_tui.store.locations import locate
from tests.cli.program_runs import CliRunner, item, one_line, process, small, write_roadmap
from tests.store.machines import needs_git, remote
from tests.tui.pty_program import Terminal

TORN = b'\n{"v":1,"torn'


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CliRunner:
    home = tmp_path / "home"
    small(home)
    return CliRunner(home, capsys)


def _backup(tui: CliRunner) -> Path:
    (made,) = (tui.home / "state" / "backups").iterdir()
    return made


def _files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


# sync


@needs_git
def test_sync_prints_what_was_exchanged(
    tui: CliRunner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = remote(tmp_path / "hub")
    tui("--roadmap", "small", "mark", "done", "relu")
    sent = f"0 events received, 1 sent, 1 roadmap exchanged: {hub}\n"
    assert tui("sync", "--remote", str(hub)).out == sent
    assert tui("sync").out == f"nothing new: {hub}\n"
    other = CliRunner(tmp_path / "other", capsys)
    done = other("sync", "--remote", str(hub), "--json")
    assert done.json == {
        "remote": str(hub), "received": 1, "sent": 0, "roadmaps": 1, "waiting": 0, "why": "", "notes": [],
    }  # fmt: skip
    write_roadmap(other.home / "roadmaps" / "plan.json", [item("one", "One")])
    assert other("sync").out == f"0 events received, 0 sent, 1 roadmap exchanged: {hub}\n"
    assert tui("sync").out == f"0 events received, 0 sent, 1 roadmap exchanged: {hub}\n"
    assert tui("sync").out == f"nothing new: {hub}\n"
    assert other("--roadmap", "small", "status").out == "1/5 · 20%\n"
    hub.rename(tmp_path / "away")
    tui("--roadmap", "small", "mark", "doing", "relu")
    told = tui("sync")
    assert (told.code, told.err) == (0, "")
    assert told.out == f"1 commit waits for {hub}: '{hub}' does not appear to be a git repository\n"


@needs_git
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 2, "sync: no remote is set; set one: roadmap-tui sync --remote URL"),
        (["--remote", "/nowhere/hub"], 66, "there is no such folder; make one: git init --bare /nowhere/hub"),
        (["--remote", "ext::sh -c x"], 2, "addresses of this kind can run programs"),
        (["--remote", "--upload-pack=x"], 2, "not an address"),
    ],
)
def test_sync_errors_are_one_line_with_a_remedy(
    tmp_path: Path, words: list[str], code: int, told: str
) -> None:
    home = tmp_path / "home"
    done = process(home, "sync", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in one_line(done.stderr)
    assert not home.exists()


def test_sync_without_git_is_refused(tmp_path: Path) -> None:
    done = process(tmp_path / "home", "sync", "--remote", str(tmp_path), PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (66, "")
    assert one_line(done.stderr) == "roadmap-tui: sync: git is not installed; install git"
    assert not (tmp_path / "home").exists()


@needs_git
def test_a_wrong_remote_is_not_saved(tui: CliRunner, tmp_path: Path) -> None:
    hub = remote(tmp_path / "hub")
    tui("sync", "--remote", str(hub))
    (tmp_path / "typo").mkdir()
    wrong = tui("sync", "--remote", str(tmp_path / "typo"))
    assert wrong.code == 74
    assert "does not appear to be a git repository; mend that and name it again" in one_line(wrong.err)
    assert tui("sync").out == f"nothing new: {hub}\n"
    locations = locate(str(tui.home))
    assert locations
    for itself in (tui.home, locations.repository):
        assert "that is the data folder itself" in one_line(tui("sync", "--remote", str(itself)).err)


@needs_git
def test_a_password_can_be_typed_where_there_is_a_terminal(tmp_path: Path) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text(
        "#!/bin/sh\nprintf 'Password: ' >/dev/tty; read word </dev/tty\n"
        'echo "ada@hub: Permission denied ($word)." >&2; exit 255\n'
    )
    ssh.chmod(0o755)
    words = ("sync", "--remote", "ada@hub.example:study.git")
    terminal = Terminal(*words, home=tmp_path / "home", GIT_SSH=str(ssh))
    try:
        terminal.until_text("Password: ")
        terminal.type("open sesame\r")
        assert terminal.wait() == 74
        assert b"Permission denied (open sesame)" in terminal.output
    finally:
        terminal.close()
    done = process(tmp_path / "home", *words, GIT_SSH=str(ssh))
    assert done.returncode == 74
    assert "Permission denied ()" in one_line(done.stderr) or "/dev/tty" in one_line(done.stderr)


@needs_git
def test_an_open_screen_shows_what_a_sync_brought(
    tui: CliRunner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = remote(tmp_path / "hub")
    tui("sync", "--remote", str(hub))
    other = CliRunner(tmp_path / "other", capsys)
    other("sync", "--remote", str(hub))
    terminal = Terminal("small", home=tui.home)
    try:
        terminal.until_text("0/5")
        terminal.type("jl")
        terminal.settle()
        other("--roadmap", "small", "mark", "done", "relu", "maps")
        other("sync")
        assert process(tui.home, "sync").stdout == f"1 event received, 0 sent: {hub}\n"
        terminal.until_text("2/5", 4)
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()


# restore


def test_restore_shows_what_would_come_back_and_brings_it(tui: CliRunner) -> None:
    tui("--roadmap", "small", "mark", "done", "relu")
    backup = _backup(tui)
    shutil.rmtree(tui.home / "log")
    tui("--roadmap", "small", "mark", "doing", "sets")
    before = _files(tui.home)
    dry = tui("restore", str(backup), "--dry-run").out.splitlines()
    assert dry[0] == "1 event would be restored"
    assert dry[1].startswith("  small: 1, 20")
    assert dry[2:] == ["1 item would change", "  ReLU: todo -> done", "nothing written (--dry-run)"]
    unasked = tui("restore", str(backup))
    assert unasked.code == 2
    assert one_line(unasked.err).endswith(
        "stdin is not a terminal, so nobody can confirm; add --yes, or --dry-run to preview"
    )
    assert _files(tui.home) == before
    done = tui("restore", str(backup), "--yes", "--json").json
    assert (done["events"], done["newer"], done["unread"]) == (1, 0, 0)
    assert done["changed"] == [{"roadmap": "small", "id": "relu", "what": "todo -> done"}]
    assert [one["roadmap"] for one in done["roadmaps"]] == ["small"]
    added = _files(tui.home).items() - before.items()
    assert [name for name, _ in added] == [f"log/{done['written']}"]
    assert tui("--roadmap", "small", "status", "--json").json["done"] == 1
    assert tui("restore", str(backup), "--yes").out == "nothing is missing\n"


@pytest.mark.parametrize(("answer", "files"), [("y", 2), ("n", 1), ("\r", 1)])
def test_restore_asks_if_there_is_a_terminal(tui: CliRunner, answer: str, files: int) -> None:
    tui("mark", "done", "relu", "--roadmap", "small")
    backup = _backup(tui)
    shutil.rmtree(tui.home / "log")
    tui("mark", "doing", "sets", "--roadmap", "small")
    terminal = Terminal("restore", str(backup), home=tui.home)
    try:
        terminal.until_text("Restore? [y/N]")
        terminal.type(f"{answer}\r")
        assert terminal.wait() == 0
    finally:
        terminal.close()
    assert len(list((tui.home / "log").iterdir())) == files


def test_restored_texts_are_sanitized(tui: CliRunner, tmp_path: Path) -> None:
    hostile = tmp_path / "x.jsonl"
    hostile.write_text(
        '{"v":1,"id":"a","c":1,"at":"2025-01-01T00:00:00+00:00","k":"status","r":"\x7f[red]",'
        '"t":"[/]","s":"done"}\n'
        '{"v":1,"id":"b","c":2,"at":"2025-01-01T00:00:00+00:00","k":"status","r":"[/]","t":"[@click=x]",'
        '"s":"done"}\n'
    )
    told = tui("restore", str(hostile), "--dry-run").out
    assert "[@click=x]: todo -> done" in told
    assert "unreadable, left out: 1 line" in told
    assert told.replace("\n", "").isprintable()


def test_restore_refuses_files_that_are_no_log(tui: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text("# Plan\n")
    done = tui("restore", str(tmp_path / "plan.md"))
    assert (done.code, done.out) == (66, "")
    assert "it contains no events; give a backup" in one_line(done.err)


# doctor --fix


def test_doctor_fix_only_adds_files(tui: CliRunner) -> None:
    tui("--roadmap", "small", "mark", "done", "relu")
    log = tui.home / "log" / next((tui.home / "log").iterdir()).name
    log.rename(tui.home / "log" / "gone")
    tui("--roadmap", "small", "mark", "doing", "sets")
    with log.open("ab") as file:
        file.write(TORN)
    copy = tui.home / "log" / "box.sync-conflict-20261122-101112-ABCDEFG.jsonl"
    copy.write_bytes(log.read_bytes())
    damaged = tui.home / "roadmaps" / "small.json"
    (tui.home / "roadmaps" / "removed").mkdir()
    shutil.copy(damaged, tui.home / "roadmaps" / "removed" / "small.json")
    damaged.write_bytes(b"[]")
    (tui.home / "state" / "backups" / "2020-01-01.jsonl.gz").write_bytes(gzip.compress(b"junk"))
    before = _files(tui.home)
    done = tui("doctor", "--fix", "--json")
    first, second = done.json["fixed"]
    assert first.startswith("restored 1 event that only backups had, in log/restored-")
    assert second == "roadmap small: restored from removed/; the damaged one is beside it"
    after = _files(tui.home)
    assert after.pop("roadmaps/small.json.damaged") == before.pop("roadmaps/small.json") == b"[]"
    assert before.items() <= after.items()
    assert tui("--roadmap", "small", "status", "--json").json["done"] == 1
    # The torn line stays what it is: it is told, and kept.
    assert [one["file"] for one in done.json["log"]["bad"]] == [copy.name, log.name]
    again = tui("doctor", "--fix", "--json")
    assert (again.code, again.json["fixed"]) == (65, [])
    assert _files(tui.home) == after | {"roadmaps/small.json.damaged": b"[]"}


def test_doctor_reports_events_that_only_backups_have(tui: CliRunner) -> None:
    tui("--roadmap", "small", "mark", "done", "relu")
    assert tui("doctor").code == 0
    for log in (tui.home / "log").iterdir():
        log.unlink()
    lost = tui("doctor")
    assert lost.code == 65
    assert lost.out.endswith("problem:  1 event is only in backups; `doctor --fix` restores it\n")
    assert not list((tui.home / "log").iterdir())
    assert tui("doctor", "--fix").code == 0
    assert tui("--roadmap", "small", "status").out == "1/5 · 20%\n"


def test_doctor_fix_creates_missing_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tui = CliRunner(tmp_path / "new", capsys)
    assert len(tui("doctor", "--fix", "--json").json["fixed"]) == 3
    assert tui("doctor", "--fix", "--json").json["fixed"] == []
    for name in ("", "log", "roadmaps", "state/backups"):
        assert (tmp_path / "new" / name).stat().st_mode & 0o777 == 0o700
    assert tui("doctor").code == 0


@needs_git
def test_doctor_finds_a_roadmap_in_the_last_sync(tui: CliRunner, tmp_path: Path) -> None:
    tui("sync", "--remote", str(remote(tmp_path / "hub")))
    path = tui.home / "roadmaps" / "small.json"
    good = path.read_bytes()
    path.write_bytes(good[:40])
    assert tui("doctor", "--fix", "--json").json["fixed"][-1] == (
        "roadmap small: restored from the last sync; the damaged one is beside it"
    )
    assert path.read_bytes() == good
    path.unlink()
    lost = tui("doctor", "--json")
    assert (lost.code, lost.json["problems"]) == (
        65, ["roadmap small: only the last sync has it; `doctor --fix` restores it"],
    )  # fmt: skip
    assert tui("doctor", "--fix", "--json").json["fixed"] == ["roadmap small: restored from the last sync"]
    assert path.read_bytes() == good
    # What was removed is not lost.
    (path.parent / "removed").mkdir()
    path.rename(path.parent / "removed" / path.name)
    assert tui("doctor").code == 0
