"""What a backup has and the journal lacks: shown, and brought back into a file of its own."""

from __future__ import annotations

import gzip
import os
import stat
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from roadmap_tui.core.errors import ReadError, SaveError
from roadmap_tui.store import log_lines
from roadmap_tui.store.backup import back_up
from roadmap_tui.store.restore import inspect_backup, restore_events
from tests.journals import append, journal, replay

NEWER = b'{"v":9,"k":"dream","r":"maths","n":[1.50,  "\\u00e9"]}'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def backup_of(log: Path, tmp_path: Path) -> str:
    made = back_up(str(log), str(tmp_path / "backups"), date(2025, 3, 1))
    assert made
    return made


def written(log: Path, *items: str, status: str = "done") -> None:
    session = journal(log)
    for item in items:
        append(session, item, status)
    session.close()


def test_what_is_missing_comes_back_and_nothing_that_is_here_changes(log: Path, tmp_path: Path) -> None:
    written(log, "vectors", "limits")
    saved = backup_of(log, tmp_path)
    wanted = replay(log)
    (log / "box.jsonl").unlink()
    written(log, "matrices")
    before = {path.name: path.read_bytes() for path in log.iterdir()}
    found = inspect_backup(saved, str(log))
    assert found.events == 2
    (came,) = found.restored
    assert (came.roadmap, came.events) == ("maths", 2)
    assert [(one.node, one.before.status, one.after.status) for one in found.changed] == [
        ("limits", "todo", "done"),
        ("vectors", "todo", "done"),
    ]
    assert {path.name: path.read_bytes() for path in log.iterdir()} == before
    name = restore_events(found, str(log))
    assert stat.S_IMODE((log / name).stat().st_mode) == 0o600
    assert {path.name: path.read_bytes() for path in log.iterdir() if path.name != name} == before
    assert set(wanted) < set(replay(log))
    again = inspect_backup(saved, str(log))
    assert (again.events, again.lines, restore_events(again, str(log))) == (0, (), "")


def test_the_newest_about_an_item_counts_wherever_it_comes_from(log: Path, tmp_path: Path) -> None:
    written(log, "vectors")
    saved = backup_of(log, tmp_path)
    (log / "box.jsonl").unlink()
    session = journal(log)
    append(session, "vectors", "skipped", above=1 << 50)
    session.close()
    found = inspect_backup(saved, str(log))
    assert (found.events, found.changed) == (1, ())


def test_lines_of_a_newer_version_come_back_byte_for_byte(log: Path, tmp_path: Path) -> None:
    source = tmp_path / "old.jsonl"
    source.write_bytes(b"\n" + NEWER + b"\n\ntorn {\n" + NEWER)
    found = inspect_backup(str(source), str(log))
    assert (found.events, found.newer, found.unread, found.lines) == (0, 1, 1, (NEWER,))
    assert (log / restore_events(found, str(log))).read_bytes() == b"\n" + NEWER + b"\n"


def test_an_event_in_other_bytes_is_no_other_event(log: Path, tmp_path: Path) -> None:
    written(log, "vectors")
    source = tmp_path / "old.jsonl"
    source.write_bytes((log / "box.jsonl").read_bytes().replace(b'":', b'": '))
    assert inspect_backup(str(source), str(log)).lines == ()


def test_a_folder_a_data_folder_and_a_backup_that_was_cut_short(log: Path, tmp_path: Path) -> None:
    written(log, *["vectors", "limits"] * 20)
    saved = Path(backup_of(log, tmp_path))
    empty = str(tmp_path / "empty")
    assert inspect_backup(str(log), empty).events == 40
    assert inspect_backup(str(log.parent), empty).events == 40
    assert inspect_backup(str(saved.parent), empty).events == 40
    data = b"".join(path.read_bytes() for path in log.iterdir())
    saved.write_bytes(gzip.compress(data)[:-40])
    assert 0 < inspect_backup(str(saved), empty).events < 40
    # One that is damaged does not keep the others from coming back.
    (saved.parent / "2025-02-01.jsonl.gz").write_bytes(b"\x1f\x8bjunk")
    assert inspect_backup(str(saved.parent), empty).events > 0
    saved.write_bytes(gzip.compress(data[:200]) + gzip.compress(data[200:]))
    assert inspect_backup(str(saved), empty).events == 40


@pytest.mark.parametrize("kind", ["gone", "empty folder", "no log", "damaged", "pipe", "nothing in it", "\0"])
def test_what_can_not_be_restored_from(log: Path, tmp_path: Path, kind: str) -> None:
    source = tmp_path / ("source" if kind != "\0" else "a\0b")
    match kind:
        case "empty folder":
            source.mkdir()
        case "no log":
            source.write_text("root:x:0:0\n")
        case "damaged":
            source.write_bytes(b"\x1f\x8bjunk")
        case "pipe":
            os.mkfifo(source)
        case "nothing in it":
            source.write_bytes(gzip.compress(b"\n\n"))
    with pytest.raises(ReadError):
        inspect_backup(str(source), str(log))


def test_a_bomb_is_not_unpacked(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_lines, "MAX_LOG_BYTES", 10_000)
    source = tmp_path / "bomb.jsonl.gz"
    source.write_bytes(gzip.compress(b"\0" * 10_000_000))
    with pytest.raises(ReadError, match="more than"):
        inspect_backup(str(source), str(log))


def test_millions_of_empty_or_equal_lines_take_no_memory(log: Path, tmp_path: Path) -> None:
    written(tmp_path / "other", "vectors")
    line = max((tmp_path / "other" / "box.jsonl").read_bytes().splitlines(), key=len)
    source = tmp_path / "bomb.jsonl.gz"
    source.write_bytes(gzip.compress(b"\n" * 30_000_000 + line + b"\n{}" * 300_000))
    tracemalloc.start()
    try:
        assert inspect_backup(str(source), str(log)).lines == (line,)
        assert tracemalloc.get_traced_memory()[1] < 60 << 20
    finally:
        tracemalloc.stop()


def test_where_it_can_not_be_written_nothing_is_left_behind(log: Path, tmp_path: Path) -> None:
    written(log, "vectors")
    found = inspect_backup(backup_of(log, tmp_path), str(tmp_path / "other"))
    (tmp_path / "other").write_text("a file")
    with pytest.raises(SaveError):
        restore_events(found, str(tmp_path / "other"))
