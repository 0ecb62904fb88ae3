"""Every file that the program makes is 0600, and none is written through a link that somebody planted."""

from __future__ import annotations

import ast
import os
import re
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store import config, library
from roadmap_tui.store.backup import back_up
from roadmap_tui.store.drafts import Drafts, NoteDraft, _path
from roadmap_tui.store.files import atomic_write
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.log_lines import append_lines, write_new
from roadmap_tui.store.repository import Repository
from roadmap_tui.store.view_state import ViewState, load_view_state, save_view_state
from roadmap_tui.study.study import Study, wall_clock
from tests.cli.program_runs import ROOT, process

PRECIOUS = b"precious\n"
ROADMAP = Roadmap("small", "Small", children=(Item("a", "A"),))
LINE = (
    b'{"v":1,"id":"0-a-1","c":1,"at":"2025-01-02T03:04:05+01:00","k":"status","r":"small","t":"a","s":"done"}'
)


def journal(home: Path) -> None:
    study = Study(ROADMAP, Journal(str(home / "log"), wall_clock, host="box"))
    study.set_status(["a"], "done")
    study.close()


def backup(home: Path) -> None:
    (home / "log").mkdir(exist_ok=True)
    (home / "log" / "other.jsonl").write_bytes(LINE + b"\n")
    back_up(str(home / "log"), str(home / "state" / "backups"), date(2026, 1, 2))


def lock(home: Path) -> None:
    with Repository(str(home / "git"), can_ask=False).locked():
        pass


def draft(home: Path) -> None:
    Drafts(str(home / "drafts")).save(NoteDraft("small", "a", "text", ""))


# What writes a file, and the path of that file.
WRITERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "log": (journal, "log/box.jsonl"),
    "backup": (backup, "state/backups/2026-01-02.jsonl.gz"),
    "place": (
        lambda home: save_view_state(str(home / "state"), "a", "a", ViewState("b")),
        "state/place.json",
    ),
    "draft": (draft, os.path.relpath(_path("drafts", "small", "a"))),
    "roadmap": (lambda home: library.save(ROADMAP, str(home / "roadmaps")), "roadmaps/small.json"),
    "synced roadmap": (lambda home: library.write(str(home), "a.json", b"{}"), "a.json"),
    "settings": (lambda home: config.write(str(home / "config"), "x = 1\n"), "config/config.toml"),
    "synced log": (lambda home: append_lines(str(home / "log"), "far.jsonl", [LINE]), "log/far.jsonl"),
    "lock": (lock, "git/roadmap-tui.lock"),
    "crash": (
        lambda home: atomic_write(str(home / "state" / "crash.txt"), b"x", durable=False),
        "state/crash.txt",
    ),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("kind", ["nothing", "link to a file", "link to nothing", "link to a folder"])
def test_a_link_is_not_written_through(tmp_path: Path, name: str, kind: str) -> None:
    write, where = WRITERS[name]
    home, outside = tmp_path / "home", tmp_path / "outside"
    path = home / where
    path.parent.mkdir(parents=True)
    outside.mkdir()
    (outside / "precious").write_bytes(PRECIOUS)
    target = {"link to a file": "precious", "link to nothing": "nothing", "link to a folder": "."}.get(kind)
    if target:
        path.symlink_to(outside / target)
    old = os.umask(0)
    try:
        write(home)
    except (RoadmapTuiError, OSError):
        assert target  # it may be refused, but only for that
    finally:
        os.umask(old)
    assert {one.name for one in outside.iterdir()} == {"precious"}
    assert (outside / "precious").read_bytes() == PRECIOUS
    for one in home.rglob("*"):
        if one.is_file() and not one.is_symlink() and one.name != "other.jsonl":
            assert stat.S_IMODE(one.stat().st_mode) == 0o600, one
    assert target or path.is_file()


def test_a_new_log_is_private_and_nobody_knows_its_name(tmp_path: Path) -> None:
    names = {write_new(str(tmp_path / "log"), "restored", [LINE]) for _ in range(20)}
    assert len(names) == 20
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "log").iterdir()} == {0o600}


def test_a_pipe_in_the_place_of_a_file_holds_nothing_up(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for where in (
        "state/place.json",
        "config/config.toml",
        "log/a.jsonl",
        "state/drafts/a.json",
        "roadmaps/p.json",
    ):
        (home / where).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(home / where)
    assert load_view_state(str(home / "state"), "a") == ViewState()
    assert Drafts(str(home / "state" / "drafts")).for_roadmap("a") == []
    for words in (["status"], ["list"], ["mark", "done", "backprop"], ["doctor"], ["--roadmap", "p", "show"]):
        assert process(home, *words).returncode in {0, 65, 66}


def test_an_export_goes_where_it_is_told_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(PRECIOUS)
    (tmp_path / "link.md").symlink_to(tmp_path / "precious")
    # A link that the reader names is the reader's: what it leads to is replaced, and the link stays.
    done = process(tmp_path / "home", "export", "--output", str(tmp_path / "link.md"))
    assert done.returncode == 0
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "precious").read_bytes().startswith(b"# ")


def test_whatever_opens_a_file_to_write_says_how() -> None:
    """Each is in the list: made with O_EXCL or O_NOFOLLOW, or not a file of the disk at all."""
    found = set()
    for path in sorted((ROOT / "roadmap_tui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            function = ast.unparse(node.func)
            name = str(path.relative_to(ROOT / "roadmap_tui"))
            if function == "os.open" and not {"os.devnull", "os.O_RDONLY"} & set(
                re.split(r"[^\w.]", ast.unparse(node))
            ):
                found.add((name, ast.unparse(node)))
            mode = [
                ast.unparse(word)
                for word in (*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode"))
            ]
            writes = any(set(one) & set("wax+") for one in mode if one.startswith("'"))
            if function.endswith(("write_text", "write_bytes", "mkstemp", "mktemp", "copyfile")) or (
                function in {"open", "io.open", "os.fdopen"} and writes
            ):
                found.add((name, ast.unparse(node)))
    assert found == {
        ("store/files.py", "os.open(temporary, flags, 384)"),
        ("store/log_lines.py", "os.open(path, _APPEND, 384)"),
        ("store/log_lines.py", "os.open(path, _APPEND | os.O_EXCL, 384)"),
        ("store/log_lines.py", "os.open(os.path.join(folder, name), _READ)"),
        ("store/log_lines.py", "os.open(path, _READ)"),
        ("store/log_writer.py", "os.open(path, _FLAGS | os.O_CREAT, 384)"),
        ("store/log_writer.py", "os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 384)"),
        ("store/repository.py", "os.open(os.path.join(self.path, 'roadmap-tui.lock'), flags, 384)"),
        (
            "tui/terminal/signals.py",
            "os.open('/dev/tty', os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)",
        ),
    }
