"""What others do to the files while a session runs: they go, they shrink, they come back old."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from roadmap_tui.core.errors import SaveError
from tests.faults.sessions import Session
from tests.faults.table import Loss
from tests.journals import append, ids, journal, replay

Begin = Callable[..., Session]


def _delete_data(log: Path) -> None:
    shutil.rmtree(log.parent)


def _delete_folder(log: Path) -> None:
    shutil.rmtree(log)


def _delete_file(log: Path) -> None:
    _file(log).unlink()


def _rename_data(log: Path) -> None:
    log.parent.rename(log.parent.with_name(f"old-{os.urandom(4).hex()}"))


def _rename_folder(log: Path) -> None:
    log.rename(log.with_name(f"old-{os.urandom(4).hex()}"))


def _rename_file(log: Path) -> None:
    _file(log).rename(log / f"old-{os.urandom(4).hex()}")


def _cut(log: Path) -> None:
    os.truncate(_file(log), random.Random(os.stat(_file(log)).st_size).randrange(_file(log).stat().st_size))


def _empty(log: Path) -> None:
    _file(log).write_bytes(b"")


def _put_older_copy(log: Path) -> None:
    """As a sync tool does: another file of that name."""
    older = log / "older"
    older.write_bytes(_file(log).read_bytes()[: _file(log).stat().st_size // 2])
    older.replace(_file(log))


def _write_older_copy(log: Path) -> None:
    """As cp does: the same file, written over."""
    _file(log).write_bytes(_file(log).read_bytes()[: _file(log).stat().st_size // 2])


def _put_folder_back(log: Path) -> None:
    """As a restore of the whole folder does, to before the session began."""
    own = _file(log)
    shutil.rmtree(log)
    log.mkdir(mode=0o700)
    own.write_bytes(b"")


def _fill_tail_with_nul(log: Path) -> None:
    """As some file systems do after a power cut: the length was kept, and not the bytes."""
    with _file(log).open("r+b") as file:
        length = file.seek(0, os.SEEK_END)
        os.truncate(_file(log), length - 50)
        os.truncate(_file(log), length - 1)


def _file(log: Path) -> Path:
    """The log that the session writes: the newest."""
    return max(log.glob("*.jsonl"), key=lambda path: (path.stat().st_mtime_ns, path.name))


HARMS = {
    "data folder deleted": _delete_data,
    "log folder deleted": _delete_folder,
    "own file deleted": _delete_file,
    "data folder renamed": _rename_data,
    "log folder renamed": _rename_folder,
    "own file renamed": _rename_file,
    "own file cut": _cut,
    "own file emptied": _empty,
    "older copy put in its place": _put_older_copy,
    "older copy written over it": _write_older_copy,
    "folder put back empty": _put_folder_back,
    "tail of NUL, cut": _fill_tail_with_nul,
}


@pytest.mark.parametrize("name", HARMS)
def test_what_a_session_wrote_comes_back(
    log: Path, begin: Begin, loss: Loss, thorough: bool, name: str
) -> None:
    rounds = 12 if thorough else 3
    session = begin(log)
    for number in range(rounds):
        session.append(3)
        HARMS[name](log)
        # Found out by whatever is done next, be that a write, a look or the end.
        word = ("append", "mend", "close")[number % 3]
        assert session.tell(word, 1) == ""
        assert {*session.acknowledged} <= {*replay(log)}, word
    session.save()
    loss.count(name, rounds, session.acknowledged, replay(log))


def test_a_session_whose_files_others_keep_deleting(log: Path, begin: Begin, loss: Loss) -> None:
    """Two sessions, and somebody who deletes everything again and again while they write."""
    sessions = [begin(log), begin(log)]
    injected = 0
    for number in range(30):
        sessions[number % 2].append(2)
        if number % 3 == 0:
            shutil.rmtree(log, ignore_errors=True)
            injected += 1
    for session in sessions:
        session.save()
    told = [one for session in sessions for one in session.acknowledged]
    loss.count("folder deleted under two sessions", injected, told, replay(log))


def test_a_tail_of_nul(log: Path, begin: Begin, loss: Loss) -> None:
    """Left by a power cut before this session; of its own file and of another's."""
    before = begin(log)
    before.append(5)
    before.save()
    before.kill()
    for path in (log / "box.jsonl", log / "other.jsonl"):
        with path.open("ab") as file:
            file.write(b'\n{"v":1,"id"' + b"\0" * 100_000)
    session = begin(log)
    session.append(5)
    session.save()
    loss.count("tail of NUL, 100,000 bytes", 2, before.acknowledged + session.acknowledged, replay(log))


def test_foreign_lines(log: Path, begin: Begin, loss: Loss) -> None:
    """A hundred thousand lines that are no events, before, behind and between those that are."""
    session = begin(log)
    session.append(100)
    foreign = [b"", b"\xff\xfe\0", b"not json", b"[1, 2]", b"{}", b'{"v":1}', b'{"v":1,"k":"open"}', b"null"]
    lines = b"\n".join(foreign * 5_000) + b"\n"
    # Into files of their own, and before and behind the events.
    own = log / "box.jsonl"
    session.tell("close")
    own.write_bytes(lines + own.read_bytes() + lines + b"{half")
    (log / "notes.jsonl").write_bytes(lines)
    whole = own.read_bytes()
    session.append(100)
    session.save()
    start = time.monotonic()
    reader = journal(log)
    found = ids(reader.read())
    assert time.monotonic() - start < 5
    loss.count("100,000 foreign lines", 3 * 5_000 * len(foreign), session.acknowledged, found)
    assert len(reader.health.bad) == 3 * 5_000 * (len(foreign) - 1) + 1
    assert (log / "notes.jsonl").read_bytes() == lines
    assert whole in own.read_bytes()


def test_a_newer_version_s_records_stay_as_they_are(log: Path, begin: Begin, loss: Loss) -> None:
    first = begin(log)
    first.append(3)
    first.save()
    first.kill()
    record = {"v": 2, "id": "0198c0ffee00-newer-1", "c": 1, "at": "2031-01-01T00:00:00Z", "x": "é"}
    record["k"] = "status"
    newer = [
        json.dumps(record, ensure_ascii=False).encode(),
        json.dumps(record | {"v": 1, "k": "dreamt"}, separators=(" , ", ":")).encode(),
        json.dumps(record | {"v": 1e9}).encode() + b"   ",
    ]
    own, other = log / "box.jsonl", log / "newer.jsonl"
    with own.open("ab") as file:
        file.write(b"\r\n".join(newer))
    other.write_bytes(b"\n".join(newer))
    before = own.read_bytes(), other.read_bytes()
    session = begin(log)
    session.append(3)
    session.save()
    loss.count("a newer version's records", 6, first.acknowledged + session.acknowledged, replay(log))
    assert own.read_bytes().startswith(before[0])
    assert other.read_bytes() == before[1]
    reader = journal(log)
    reader.read()
    assert len(reader.health.newer) >= 4


def test_what_a_newer_version_closed_is_left_alone(log: Path) -> None:
    log.mkdir(parents=True)
    line = '{"v":1,"id":"01-n-1","c":1,"at":"2031-01-01T00:00:00Z","k":"open","app":"9","min_reader":9}'
    (log / "newer.jsonl").write_text(f"\n{line}\n")
    session = journal(log)
    session.read()
    with pytest.raises(SaveError, match="newer roadmap-tui"):
        append(session)
    session.close()
    assert [path.name for path in log.iterdir()] == ["newer.jsonl"]
    assert (log / "newer.jsonl").read_text() == f"\n{line}\n"
