"""Log files, folders and lines that cannot be read are reported by whatever depends on them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from roadmap_tui.core.errors import BAD_DATA
from roadmap_tui.store.backup import back_up
from tests.cli.program_runs import CliRunner
from tests.journals import NOON
from tests.tui.pty_program import Terminal

COMMANDS = (
    ("status",), ("today",), ("stats",), ("next",), ("show",), ("log",), ("review",), ("list",), ("time",),
    ("note", "relu"), ("mark", "done", "relu"), ("undo",), ("export",), ("adopt-ticks",),
)  # fmt: skip
OBJECTS = (("status",), ("today",), ("stats",), ("plan",), ("path", "relu"))


def _damage(home: Path) -> str:
    """Add what cannot be read; return how it is reported."""
    log = home / "log"
    log.mkdir(exist_ok=True)
    (log / "bad.jsonl").write_bytes(b'{"v":1,"id":\nnot a record\n{"v":1,"k":"later"}\n')
    (log / "folder.jsonl").mkdir()
    counts = "1 file, 2 lines, 1 line of a newer version"
    return f"not read, not counted: {counts}; see `roadmap-tui doctor` (bad.jsonl:1: not JSON)"


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_could_not_read(tui: CliRunner, args: tuple[str, ...]) -> None:
    tui("mark", "doing", "relu")
    assert "not read" not in tui(*args).err
    tui("mark", "doing", "relu")
    report = _damage(tui.home)
    assert tui(*args).err.splitlines().count(f"roadmap-tui: {report}") == 1


@pytest.mark.parametrize("args", OBJECTS, ids=" ".join)
def test_json_counts_what_could_not_be_read(tui: CliRunner, args: tuple[str, ...]) -> None:
    assert tui(*args, "--json").json["unread"] == 0
    _damage(tui.home)
    assert tui(*args, "--json").json["unread"] == 4
    assert {one["unread"] for one in tui("list", "--json").json} == {4}


def test_a_folder_that_cannot_be_read_is_named(tui: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    list_folder = os.listdir

    def refuse(path: str = ".") -> list[str]:
        if os.path.basename(path) in {"log", "roadmaps"}:
            raise PermissionError(13, "Permission denied", path)
        return list_folder(path)

    (tui.home / "log").mkdir()
    monkeypatch.setattr(os, "listdir", refuse)
    lines = tui("--roadmap", "ml-dl", "status").err.splitlines()
    folder = "see `roadmap-tui doctor` ("
    assert lines[0].startswith(f"roadmap-tui: not read, not counted: 1 file; {folder}{tui.home / 'log'}"[:80])
    assert lines[1] == f"roadmap-tui: not read: the roadmaps in {tui.home / 'roadmaps'}: Permission denied"


def test_the_screen_says_what_it_could_not_read_also_when_that_happens_later(tui: CliRunner) -> None:
    terminal = Terminal(home=tui.home, size=(100, 24))
    try:
        terminal.until_drawn()
        assert "Not read" not in terminal.text
        report = _damage(tui.home)
        terminal.until_text(f"N{report[1:]}"[:90])
        terminal.type("q")
        assert terminal.wait() == 0
        assert b"not read" not in terminal.output  # it was on the screen
    finally:
        terminal.close()


def test_a_log_behind_a_link_is_not_missing(tui: CliRunner, tmp_path: Path) -> None:
    tui("mark", "done", "relu")
    back_up(str(tui.home / "log"), str(tui.home / "state" / "backups"), NOON.date())
    (log,) = (tui.home / "log").glob("*.jsonl")
    elsewhere = tmp_path / "elsewhere"
    log.rename(elsewhere)
    assert tui("doctor", "--json").code == BAD_DATA
    log.symlink_to(elsewhere)
    result = tui("doctor", "--json")
    assert (result.code, result.json["problems"]) == (0, [])
    assert tui("doctor", "--fix", "--json").json["fixed"] == []
    for backup in (tui.home / "state" / "backups").iterdir():
        assert tui("restore", str(backup), "--dry-run", "--json").json["events"] == 0
