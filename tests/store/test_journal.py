from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.progress.events import Event, NoteWritten, ResourceTicked, SessionStarted, StatusSet
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.records import CLOCK_END
from roadmap_tui.store.journal import Journal, dump
from tests.journals import NOON, Clock, append, ids, journal, mark, replay, run_python, stamp


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


def _refuse_writes(session: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(lines: list[bytes]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session._writer, "append", refuse)


def test_what_one_session_writes_every_session_reads_once(folder: Path) -> None:
    one, two, late = journal(folder), journal(folder), journal(folder)
    progress = Progress(two.read())
    written = [append(one), append(two, above=5), append(one, "matrices")]
    found = two.read()
    assert sorted(ids(found)) == sorted(event.stamp.id for event in written)
    assert two.read() == []
    assert progress.add(found) == {("maths", "vectors"), ("maths", "matrices")}
    assert sorted(ids(late.read())) == sorted(ids(found))
    one.close()
    two.close()
    assert two.read() == []


def test_append_gives_what_was_saved_and_the_file_begins_with_an_opening(folder: Path) -> None:
    session = journal(folder)
    event = mark()
    assert session.append(event) == [event]
    events = session.read()
    (opening,) = [event for event in events if isinstance(event, SessionStarted)]
    assert opening.app.startswith("roadmap-tui ")
    append(session)
    append(session)
    assert not any(isinstance(event, SessionStarted) for event in session.read())
    session.close()


# Stamps


def test_a_stamp_is_newer_than_what_it_is_written_over_whatever_the_clock_says(folder: Path) -> None:
    clock = Clock()
    session = journal(folder, clock=clock)
    first = session.next_stamp()
    assert first.clock == NOON.timestamp() * 1000
    assert first.id.startswith(f"{first.clock:012x}-")
    assert session.next_stamp().clock == first.clock + 1
    clock.turn(-86400 * 365 * 100)
    assert session.next_stamp().clock == first.clock + 2
    assert session.next_stamp(first.clock + 10**9).clock == first.clock + 10**9 + 1
    assert session.next_stamp().clock == first.clock + 10**9 + 2
    clock.turn(86400 * 365 * 200)
    assert session.next_stamp().clock == clock().timestamp() * 1000


def test_a_clock_before_its_epoch_still_counts_up(folder: Path) -> None:
    session = journal(folder, clock=Clock(datetime(1950, 1, 1, tzinfo=UTC)))
    assert [session.next_stamp().clock for _ in range(3)] == [1, 2, 3]


def test_stamps_of_many_sessions_never_meet(folder: Path) -> None:
    sessions = [journal(folder) for _ in range(20)]
    stamps = [session.next_stamp() for session in sessions for _ in range(20)]
    assert len({stamp.id for stamp in stamps}) == 400


def test_time_is_kept_to_the_second_with_its_offset(folder: Path) -> None:
    session = journal(folder, clock=Clock(NOON + timedelta(microseconds=999_999)))
    event = append(session)
    session.close()
    assert event.stamp.at == NOON
    (again,) = [event for event in journal(folder).read() if isinstance(event, StatusSet)]
    assert again == event


def test_at_the_end_of_time_nothing_is_written_that_could_not_be_read(folder: Path) -> None:
    session = journal(folder)
    with pytest.raises(UsageError, match="end of time"):
        append(session, above=CLOCK_END - 1)
    event = append(session)
    assert event.stamp.clock == NOON.timestamp() * 1000
    session.close()
    assert replay(folder) == [event.stamp.id]


# What can't be written


BASE = stamp(1)
UNREADABLE: list[Event] = [
    StatusSet(BASE, "maths", ("x" * 201,), "", "done"),
    StatusSet(BASE, "maths", ("a\nb",), "", "done"),
    StatusSet(BASE, "maths", (), "", "done"),
    StatusSet(BASE, "maths", ("a",), "", "finished"),
    StatusSet(BASE, "maths", ("a\ud800",), "", "done"),
    StatusSet(BASE, "", ("a",), "", "done"),
    StatusSet(BASE, "maths", ("a",), "\ud800", "done"),
    StatusSet(BASE._replace(at=datetime(2025, 1, 1)), "maths", ("a",), "", "done"),  # noqa: DTZ001
    ResourceTicked(BASE, "maths", "a", "", "https://a.org/\x00", True),
    NoteWritten(BASE, "maths", "a", "", "x" * (1 << 20), ()),
]


@pytest.mark.parametrize("event", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_no_reader_would_take_is_refused_not_written(folder: Path, event: Event) -> None:
    session = journal(folder)
    with pytest.raises(UsageError):
        session.append(event)
    assert session.pending == []
    assert not folder.exists()


def test_the_largest_record_is_written_and_read(folder: Path) -> None:
    session = journal(folder)
    event = NoteWritten(BASE, "maths", "a", "", "", ())
    room = (1 << 20) - len(dump(event))
    with pytest.raises(UsageError, match="1 MiB"):
        session.append(event._replace(text="x" * (room + 1)))
    session.append(event._replace(text="x" * room))
    session.close()
    assert replay(folder) == [BASE.id]
    assert journal(folder).health.bad == []


def test_what_fails_waits_in_order_and_is_saved_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = journal(folder)
    saved = append(session)
    with monkeypatch.context() as patch:
        _refuse_writes(session, patch)
        for count in (1, 2):
            with pytest.raises(SaveError) as caught:
                append(session)
            assert str(caught.value) == f"not saved ({count}): No space left on device; trying again"
        with pytest.raises(SaveError):
            session.flush_pending()
    waiting = list(session.pending)
    assert session.pending_reason == "No space left on device"
    assert replay(folder) == [saved.stamp.id]
    last = mark(clock=9)
    assert session.append(last) == [*waiting, last]
    assert session.pending == []
    assert session.pending_reason == ""
    assert session.flush_pending() == []
    session.close()
    assert len(ids(journal(folder).read())) == 4


def test_a_session_that_failed_at_first_still_opens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = journal(folder)
    with monkeypatch.context() as patch:
        _refuse_writes(session, patch)
        with pytest.raises(SaveError):
            append(session)
    assert len(session.flush_pending()) == 1
    session.close()
    assert [isinstance(event, SessionStarted) for event in journal(folder).read()].count(True) == 1


# View only


def test_without_a_folder_nothing_is_kept_and_that_is_said() -> None:
    session = Journal(None, Clock())
    assert session.view_only == "there is no home folder (set HOME or ROADMAP_TUI_HOME)"
    assert session.read() == []
    assert session.flush_pending() == []
    assert not session.rewrite_lost()
    assert session.health == ([], [], [])
    with pytest.raises(SaveError, match="view only: there is no home folder"):
        session.append(mark())
    assert session.pending == []
    session.close()


def test_a_newer_program_makes_this_one_look_only(folder: Path) -> None:
    session = journal(folder)
    event = append(session)
    (folder / "new.jsonl").write_text(dump(SessionStarted(stamp(5), "roadmap-tui 9", 2)) + "\n")
    assert session.view_only == ""
    session.read()
    assert session.view_only == (
        "a newer roadmap-tui wrote log/new.jsonl (update this one, or move that file away)"
    )
    with pytest.raises(SaveError, match="view only: a newer"):
        append(session)
    session.close()
    assert replay(folder) == [event.stamp.id]


@pytest.mark.parametrize("below", ["", "log", "deep/er"])
def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path, below: str) -> None:
    (tmp_path / "data").write_text("mine")
    session = journal(tmp_path / "data" / below)
    assert session.view_only == f"not a folder: {tmp_path / 'data'}"
    assert session.read() == []
    with pytest.raises(SaveError):
        append(session)
    assert (tmp_path / "data").read_text() == "mine"


READ_ONLY = """
import gzip, os, sys
from pathlib import Path
from roadmap_tui.core.errors import SaveError
from roadmap_tui.study.study import Study
from tests.journals import Clock, ROADMAP
if sys.argv[2] == "other user":
    os.setgroups([]); os.setgid(54321); os.setuid(54321)
log = Path(sys.argv[1])
study = Study.open(ROADMAP, str(log), Clock())
before = {path: path.read_bytes() for path in log.rglob("*.jsonl")}
assert study.state("vectors").status == sys.argv[3]
assert study.view_only.startswith("read-only folder "), study.view_only
try:
    study.set_status(["vectors"], "skipped")
except SaveError as error:
    assert str(error) == f"not saved: view only: {study.view_only}; nothing was changed", error
else:
    raise AssertionError
assert study.state("vectors").status == sys.argv[3]
assert study.counts_at().of('skipped') == 0
assert not study.journal.pending
study.apply(study.journal.read())
study.close()
assert before == {path: path.read_bytes() for path in log.rglob("*.jsonl")}
print(study.view_only)
"""


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_of_another_user_is_looked_at_only(there: bool) -> None:
    import os
    import shutil
    import tempfile

    if os.geteuid():
        pytest.skip("only root can become another user")
    top = Path(tempfile.mkdtemp())  # tmp_path is closed to other users.
    try:
        top.chmod(0o755)
        log = top / "log"
        if there:
            session = journal(log)
            append(session)
            session.close()
            log.chmod(0o755)
            (log / "box.jsonl").chmod(0o644)
        said = run_python(READ_ONLY, str(log), "other user", "done" if there else "todo")
        assert said == f"read-only folder {log if there else top}\n"
    finally:
        shutil.rmtree(top)


def test_a_read_only_file_system_is_looked_at_only(tmp_path: Path) -> None:
    import subprocess

    log = tmp_path / "log"
    session = journal(log)
    append(session)
    session.close()
    mount = f"mount --bind {tmp_path} {tmp_path} && mount -o remount,bind,ro {tmp_path}"
    if subprocess.run(["sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        assert run_python(READ_ONLY, str(log), "root", "done") == f"read-only folder {log}\n"
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_hundred_thousand_events_are_read_and_folded(folder: Path) -> None:
    folder.mkdir()
    for host, clocks in itertools.groupby(range(100_000), lambda clock: clock // 50_000):
        lines = [dump(mark(f"item-{clock % 127}", clock=clock, session=f"s{host}")) for clock in clocks]
        (folder / f"{host}.jsonl").write_text("\n\n".join(lines) + "\n")
    progress = Progress(journal(folder).read())
    assert progress.state("maths", "item-5").status == "done"
    assert len(progress) == 100_000
