from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.progress.events import Event, SessionStarted, StatusSet, sort_key
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.records import InvalidRecord, encode
from roadmap_tui.store.journal import dump
from roadmap_tui.store.log_reader import MAX_LINE_BYTES, BadLine, LogReader, parse
from tests.journals import any_event, append, histories, ids, journal, mark, stamp

RECORD = encode(mark(clock=77))


def _line(**other: object) -> bytes:
    return json.dumps(RECORD | other).encode()


def _write(path: Path, *events: Event) -> None:
    with path.open("ab") as file:
        for event in events:
            file.write(b"\n" + dump(event).encode() + b"\n")


BAD = [
    (b"{", "not JSON", False),
    (_line()[:-20], "not JSON", False),
    (_line() + b"}", "not JSON", False),
    (_line() + _line(), "not JSON", False),
    (b"\x00" * 4096, "not JSON", False),
    (b"\x00" * 10 + _line(), "not JSON", False),
    (b"\xef\xbb\xbf" + _line(), "not JSON", False),
    (b"\xff\xfe\x80 binary", "not UTF-8", False),
    (_line().replace(b"vectors", b"vect\xc3rs"), "not UTF-8", False),
    (b"[" * 200_000, "not JSON", False),
    (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "not JSON", False),
    (_line(c=float("nan")), "NaN is not a number of JSON", False),
    (_line(z=float("-inf")), "-Infinity is not a number of JSON", False),
    (_line(z="\x07" * 10).replace(b'"c": 77', b'"c": ' + b"9" * 5000), "not JSON", False),
    (_line(title="x" * MAX_LINE_BYTES), "longer than 1 MiB", False),
    (b"x" * (3 * MAX_LINE_BYTES), "longer than 1 MiB", False),
    (_line(s=5), "no such status", False),
    (_line(c="77"), "no clock", False),
    (b"null", "not an object", False),
    (b"5", "not an object", False),
    (_line(v=2), "a later version", True),
    (_line(k="dream"), "unknown kind", True),
]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"", b"\n\n\n"])
@pytest.mark.parametrize(
    ("line", "reason", "newer"), BAD, ids=[f"{i}-{reason}" for i, (_, reason, _) in enumerate(BAD)]
)
def test_a_bad_line_is_told_spoils_no_other_and_is_kept(
    tmp_path: Path, line: bytes, reason: str, newer: bool, ending: bytes
) -> None:
    log = tmp_path / "box.jsonl"
    _write(log, mark(clock=1))
    with log.open("ab") as file:
        file.write(line + ending)
    before = log.read_bytes()
    number = 3
    session = journal(tmp_path)
    assert ids(session.read()) == [mark(clock=1).stamp.id]
    bad, other = (session.health.newer, session.health.bad)[:: 1 if newer else -1]
    assert bad == [BadLine("box.jsonl", number, reason, newer)]
    assert other == []
    mine = append(session, above=2)
    session.close()
    assert ids(session.read()) == [mine.stamp.id]
    assert [one.reason for one in session.health.bad + session.health.newer] == [reason]
    assert log.read_bytes().startswith(before)
    again = journal(tmp_path)
    assert ids(again.read()) == [mark(clock=1).stamp.id, mine.stamp.id]
    assert again.health == session.health


@pytest.mark.parametrize("space", [b" ", b"\t", b"\r", b"\n \r\n"])
def test_white_space_around_a_record_is_nothing(tmp_path: Path, space: bytes) -> None:
    (tmp_path / "box.jsonl").write_bytes(space + _line() + space + b"\n" + space)
    reader = LogReader(str(tmp_path))
    assert ids(reader.read()) == [RECORD["id"]]
    assert reader.bad_lines == []


def test_of_a_huge_line_little_is_held_and_what_follows_is_read(tmp_path: Path) -> None:
    with (tmp_path / "box.jsonl").open("wb") as file:
        file.write(b"\n" + _line() + b"\n")
        file.truncate(300 << 20)  # Zeros that take no room.
    import resource

    reader = LogReader(str(tmp_path))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert ids(reader.read()) == [RECORD["id"]]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
    assert reader.bad_lines == [BadLine("box.jsonl", 3, "longer than 1 MiB", False)]
    _write(tmp_path / "box.jsonl", mark(clock=78))
    assert ids(reader.read()) == [mark(clock=78).stamp.id]
    assert reader.bad_lines == [BadLine("box.jsonl", 3, "longer than 1 MiB", False)]


@given(st.lists(any_event, max_size=6, unique_by=lambda event: event.stamp.id), st.data())
def test_a_log_cut_anywhere_holds_the_first_of_its_events(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "cut"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    log = folder / "box.jsonl"
    _write(log, *events)
    whole = log.read_bytes() if events else b""
    log.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    reader = LogReader(str(folder))
    found = reader.read()
    assert found == sorted(events[: len(found)], key=sort_key)
    assert len(reader.bad_lines) <= 1
    # And when the rest comes after all, nothing is missed and nothing is given again.
    with log.open("ab") as file:
        file.write(whole[log.stat().st_size :])
    assert sorted(found + reader.read(), key=sort_key) == sorted(events, key=sort_key)
    assert reader.bad_lines == []


@given(histories())
def test_what_is_replayed_adds_up_to_what_was_appended(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "replay"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for i, event in enumerate(events):
        _write(folder / f"host{i % 3}.jsonl", event)
    replayed, direct = Progress(LogReader(str(folder)).read()), Progress(events)
    for key in [(roadmap, target) for roadmap in ("maths", "physics") for target in ("x", "y")]:
        assert replayed.state(*key) == direct.state(*key)
    assert replayed.history("maths") == direct.history("maths")


def test_only_what_is_new_is_read_again(tmp_path: Path) -> None:
    log, reader = tmp_path / "box.jsonl", LogReader(str(tmp_path))
    assert reader.read() == []
    _write(log, mark(clock=1))
    assert ids(reader.read()) == [mark(clock=1).stamp.id]
    assert reader.read() == []
    _write(log, mark(clock=2))
    _write(tmp_path / "other.jsonl", mark(clock=3, session="o"))
    assert ids(reader.read()) == [mark(clock=2).stamp.id, mark(clock=3, session="o").stamp.id]
    assert reader.read() == []
    assert reader.files == ["box.jsonl", "other.jsonl"]


@pytest.mark.parametrize("in_place", [True, False])
def test_a_file_that_was_replaced_is_read_from_its_beginning(tmp_path: Path, in_place: bool) -> None:
    log, reader = tmp_path / "box.jsonl", LogReader(str(tmp_path))
    _write(log, mark(clock=1), mark(clock=2))
    log.write_bytes(log.read_bytes() + b"\njunk\n")
    reader.read()
    new = tmp_path / "new"
    _write(new, *(mark(clock=clock, session="other") for clock in range(1, 9)))
    if in_place:
        log.write_bytes(new.read_bytes())
        new.unlink()
    else:
        new.rename(log)
    assert len(ids(reader.read())) == 8
    assert reader.bad_lines == []


def test_a_replaced_file_with_the_same_end_is_read_from_its_beginning(tmp_path: Path) -> None:
    log, reader = tmp_path / "box.jsonl", LogReader(str(tmp_path))
    last = [mark(clock=clock) for clock in range(5, 15)]
    _write(log, mark(clock=1), *last)
    reader.read()
    _write(tmp_path / "new", mark(clock=2), *last)
    (tmp_path / "new").rename(log)
    assert mark(clock=2).stamp.id in ids(reader.read())


def test_a_file_that_was_cut_is_read_again(tmp_path: Path) -> None:
    log, reader = tmp_path / "box.jsonl", LogReader(str(tmp_path))
    _write(log, mark(clock=1), mark(clock=2))
    reader.read()
    size = log.stat().st_size
    os.truncate(log, size // 2)
    assert ids(reader.read()) == [mark(clock=1).stamp.id]
    _write(log, mark(clock=3))
    assert ids(reader.read()) == [mark(clock=3).stamp.id]


def test_faults_are_forgotten_with_their_file(tmp_path: Path) -> None:
    reader = LogReader(str(tmp_path))
    (tmp_path / "bad.jsonl").write_bytes(b"junk\n")
    (tmp_path / "gone.jsonl").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    reader.read()
    assert [(one.file, one.line, one.reason) for one in reader.bad_lines] == [
        ("bad.jsonl", 1, "not JSON"),
        ("folder.jsonl", 0, "not a file"),
        ("gone.jsonl", 0, "No such file or directory"),
        ("pipe.jsonl", 0, "not a file"),
    ]
    shutil.rmtree(tmp_path)
    assert reader.read() == []
    assert reader.bad_lines == []
    assert reader.files == []


def test_conflict_copies_merge_and_other_files_are_left_alone(tmp_path: Path) -> None:
    _write(tmp_path / "box.jsonl", mark(clock=1), mark(clock=2))
    shutil.copy(tmp_path / "box.jsonl", tmp_path / "box.sync-conflict-1.jsonl")
    _write(tmp_path / "box.sync-conflict-1.jsonl", mark(clock=3))
    _write(tmp_path / "box (conflicted copy).jsonl", mark("matrices", clock=4))
    _write(tmp_path / ".box.jsonl", mark("hidden", clock=5))
    _write(tmp_path / "box.jsonl~", mark("hidden", clock=6))
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff.jsonl", os.O_CREAT))
    progress = Progress(LogReader(str(tmp_path)).read())
    assert len(progress) == 4
    assert progress.ids_with_events("maths") == ["vectors", "matrices"]


def test_an_opening_that_needs_a_newer_program_says_so_whatever_its_version(tmp_path: Path) -> None:
    reader = LogReader(str(tmp_path))
    _write(tmp_path / "a.jsonl", SessionStarted(stamp(1), "roadmap-tui 1", 1))
    reader.read()
    assert not reader.needs_newer
    record = encode(SessionStarted(stamp(2), "roadmap-tui 9", 2)) | {"v": 9}
    (tmp_path / "b.jsonl").write_text(json.dumps(record) + "\n")
    reader.read()
    assert reader.needs_newer


def test_a_line_is_parsed_as_it_was_dumped() -> None:
    event = mark(title='q"\\ é 数')
    assert parse(dump(event).encode()) == event
    assert isinstance(event, StatusSet)
    with pytest.raises(InvalidRecord, match="not JSON"):
        parse(b"")


def test_of_a_file_that_changed_since_it_was_read_nothing_is_vouched_for(tmp_path: Path) -> None:
    """The digest would be of other bytes than those that were decoded, for good."""
    path = tmp_path / "a.jsonl"
    _write(path, mark())
    reader = LogReader(str(tmp_path))
    assert len(reader.read()) == 1
    assert reader.read_offsets() is not None
    before = path.stat()
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # clocks of file systems tick slowly
        with path.open("r+b") as file:
            file.write(path.read_bytes().replace(b'"done"', b'"todo"'))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_ino, path.stat().st_size) == (before.st_ino, before.st_size)
    assert reader.read_offsets() is None
