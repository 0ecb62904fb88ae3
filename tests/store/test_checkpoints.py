"""A journal that goes on from a checkpoint tells what one that reads every line tells.

Whatever happened to the logs between two starts: lines added, cut off, torn, replaced, copied by a sync
tool, written by other hosts, changed in place; and whatever happened to what was kept. Eight seconds.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from roadmap_tui.core import checkpoint
from roadmap_tui.core.progress.events import STATUSES, Event, NoteWritten, SessionStarted, StatusSet, Undone
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.resumed import Resumed
from roadmap_tui.store import checkpoints
from roadmap_tui.store.journal import Journal, dump
from tests.journals import Clock, journal, mark, stamp

TARGETS = ("x", "y", "z")
small = settings(max_examples=120, stateful_step_count=14, deadline=None)


def _states(progress: Progress) -> list[object]:
    return [
        [progress.state("maths", target) for target in TARGETS],
        [progress.clock("maths", target) for target in TARGETS],
        sorted(progress.ids_with_events("maths")),
    ]


def _tellings(progress: Progress) -> list[object]:
    last = progress.undoable("maths"), progress.redoable("maths")
    return [*_states(progress), last, progress.history("maths")]


def _lines(events: list[Event]) -> bytes:
    return "".join(f"{dump(event)}\n" for event in events).encode()


class Starts(RuleBasedStateMachine):
    """Starts, between which anything happens to the logs, against a plain reading of them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.log = self.folder / "log"
        self.log.mkdir()
        self.clock = 1
        self.ids = ["nowhere"]
        self.progress: Progress | None = None
        self.journal: Journal | None = None
        # What a session knows that read every line, as long as no line was lost since.
        self.memory: Progress | None = None
        self.before = checkpoint._NEWEST, checkpoints._WORTH_KEEPING
        vars(checkpoint)["_NEWEST"] = 3
        vars(checkpoints)["_WORTH_KEEPING"] = 4

    def teardown(self) -> None:
        vars(checkpoint)["_NEWEST"], vars(checkpoints)["_WORTH_KEEPING"] = self.before
        shutil.rmtree(self.folder)

    def _files(self) -> list[Path]:
        return sorted(self.log.iterdir())

    @initialize(data=st.data())
    def some_history(self, data: st.DataObject) -> None:
        for _ in range(4):
            self.written(data)

    @rule(data=st.data())
    def written(self, data: st.DataObject) -> None:
        """By one host or another, also with a clock that is behind."""
        events: list[Event] = []
        for _ in range(data.draw(st.integers(1, 6))):
            self.clock += 1
            clock = self.clock if data.draw(st.integers(0, 5)) else data.draw(st.integers(1, self.clock))
            one = stamp(clock, f"s{self.clock}")
            target = data.draw(st.sampled_from(TARGETS))
            kind = data.draw(st.sampled_from(["status", "status", "undo", "note", "open"]))
            if kind == "status":
                events.append(StatusSet(one, "maths", (target,), "", data.draw(st.sampled_from(STATUSES))))
            elif kind == "undo":
                events.append(Undone(one, "maths", "", data.draw(st.sampled_from(self.ids))))
            elif kind == "note":
                events.append(NoteWritten(one, "maths", target, "", f"note {clock}", ()))
            else:
                events.append(SessionStarted(one, "test", 1))
            self.ids.append(one.id)
        name = data.draw(st.sampled_from(["a.jsonl", "b.jsonl"]))
        with (self.log / name).open("ab") as file:
            file.write(_lines(events))

    @rule(data=st.data())
    def damaged(self, data: st.DataObject) -> None:
        if not self._files():
            return
        path = data.draw(st.sampled_from(self._files()))
        content = path.read_bytes()
        at = data.draw(st.integers(0, len(content)))
        how = data.draw(st.sampled_from(["torn", "cut", "gone", "copied", "replaced", "changed", "junk"]))
        if how in {"cut", "gone", "replaced", "changed"}:
            self.memory = None
        match how:
            case "torn":
                path.write_bytes(content + b'{"v":1,"id":"to')
            case "cut":
                os.truncate(path, at)
            case "gone":
                path.unlink()
            case "copied":
                (self.log / "a (conflict).jsonl").write_bytes(content)
            case "replaced":
                path.unlink()
                path.write_bytes(content[at:])
            case "changed":
                # In place, of the same length, with the time of before: nothing shows it but the content.
                before = path.stat()
                with path.open("r+b") as file:
                    file.write(content.replace(b'"done"', b'"todo"'))
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            case _:
                path.write_bytes(content + b"junk\n")

    @rule(data=st.data())
    def kept_is_damaged(self, data: st.DataObject) -> None:
        for path in (self.folder / "cache").glob("*"):
            content = bytearray(path.read_bytes())
            content[data.draw(st.integers(0, len(content) - 1))] ^= 1
            path.write_bytes(content)

    @rule()
    def started(self) -> None:
        self.journal = Journal(str(self.log), Clock(), cache=str(self.folder / "cache"))
        self.progress = self.journal.progress()
        plain = journal(self.log)
        self.memory = Progress(plain.read())
        assert _states(self.progress) == _states(self.memory)
        assert [one[1:] for one in self.journal.health.bad] == [one[1:] for one in plain.health.bad]

    @rule()
    def started_and_read_to_the_end(self) -> None:
        self.started()
        assert self.progress is not None
        assert self.memory is not None
        assert _tellings(self.progress) == _tellings(self.memory)

    @invariant()
    def what_others_wrote_is_taken_in(self) -> None:
        """By the session that is open."""
        if self.journal is None or self.progress is None:
            return
        events = self.journal.read()
        self.progress.add(events)
        if self.memory is not None:
            self.memory.add(events)
            assert _states(self.progress) == _states(self.memory)


Starts.TestCase.settings = small
TestStarts = Starts.TestCase


# By hand


@pytest.fixture
def long_log(tmp_path: Path) -> Path:
    """A folder with a log of 3,000 marks."""
    log = tmp_path / "log"
    log.mkdir()
    rng = random.Random(1)
    events: list[Event] = [
        mark(rng.choice(TARGETS), rng.choice(STATUSES), clock=at + 1) for at in range(3000)
    ]
    (log / "box.jsonl").write_bytes(_lines(events))
    return log


def _started(log: Path) -> tuple[Journal, Progress]:
    one = Journal(str(log), Clock(), host="box", cache=str(log.parent / "cache"))
    return one, one.progress()


def test_the_second_start_reads_no_line_of_before(long_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, first = _started(long_log)
    read: list[bytes] = []
    from roadmap_tui.store import log_reader

    parse = log_reader.parse

    def heard(line: bytes) -> Event:
        read.append(line)
        return parse(line)

    monkeypatch.setattr(log_reader, "parse", heard)
    new = mark("x", "doing", clock=9000)
    with (long_log / "box.jsonl").open("ab") as file:
        file.write(_lines([new]))
    one, second = _started(long_log)
    assert read == [dump(new).encode()]
    assert isinstance(second, Resumed)
    assert not second.is_whole
    assert second.state("maths", "x").status == "doing"
    assert second.state("maths", "y") == first.state("maths", "y")
    assert len(second) == 3001
    assert one.health.files == ["box.jsonl"]


def test_marking_undo_and_what_others_write_need_nothing_of_before(long_log: Path) -> None:
    _started(long_log)
    one, progress = _started(long_log)
    marked = StatusSet(one.next_stamp(progress.clock("maths", "x")), "maths", ("x",), "X", "doing")
    progress.add(one.append(marked))
    last = progress.undoable("maths")
    assert last is not None
    assert last[0] == marked
    progress.add(one.append(Undone(one.next_stamp(last[1]), "maths", "", marked.stamp.id)))
    other = mark("y", "skipped", clock=marked.stamp.clock + 5, session="other")
    (long_log / "other.jsonl").write_bytes(_lines([other]))
    progress.add(one.read())
    assert isinstance(progress, Resumed)
    assert not progress.is_whole
    one.close()
    assert _tellings(_started(long_log)[1]) == _tellings(Progress(journal(long_log).read()))


def test_reading_what_was_before_takes_in_nothing_that_is_new(long_log: Path) -> None:
    """What others wrote is told once, by whoever looks for it: taken in silently it would not be shown."""
    _started(long_log)
    one, progress = _started(long_log)
    other = mark("new", "done", clock=9000, session="other")
    late = mark("new", "doing", clock=7, session="other")
    (long_log / "other.jsonl").write_bytes(_lines([other]))
    with (long_log / "box.jsonl").open("ab") as file:
        file.write(_lines([late]))
    assert isinstance(progress, Resumed)
    assert len(progress.history("maths")) == 3000
    assert progress.is_whole
    assert progress.add(one.read()) == {("maths", "new")}
    assert _tellings(progress) == _tellings(Progress(journal(long_log).read()))


def test_what_arrives_late_costs_one_start(long_log: Path) -> None:
    _started(long_log)
    late = mark("z", "done", clock=7, session="late")
    (long_log / "late.jsonl").write_bytes(_lines([late]))
    for is_whole in (True, False):
        _, progress = _started(long_log)
        assert isinstance(progress, Resumed)
        assert progress.is_whole == is_whole
    assert _states(progress) == _states(Progress(journal(long_log).read()))


def test_nothing_is_made_that_cannot_be_kept(long_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take longer than all the rest of the start."""
    (long_log.parent / "cache").write_text("")
    monkeypatch.setattr(Progress, "checkpoint", None)  # to ask for one would raise
    _started(long_log)


def _forget(folder: Path) -> None:
    shutil.rmtree(folder)


def _of_another_version(folder: Path) -> None:
    path = folder / "journal.cache"
    path.write_bytes(path.read_bytes().replace(b"roadmap-tui ", b"roadmap-tui 9", 1))


def _of_other_records(folder: Path) -> None:
    path = folder / "journal.cache"
    path.write_bytes(path.read_bytes().replace(b" status", b" statue", 1))


def _of_another_machine(folder: Path) -> None:
    path = folder / "journal.cache"
    here = sys.byteorder.encode()
    assert path.read_bytes().count(here) == 1
    path.write_bytes(path.read_bytes().replace(here, b"middle", 1))


@pytest.mark.parametrize("become_of", [_forget, _of_another_version, _of_other_records, _of_another_machine])
def test_what_was_kept_may_be_lost(long_log: Path, become_of: Callable[[Path], None]) -> None:
    _, first = _started(long_log)
    become_of(long_log.parent / "cache")
    _, second = _started(long_log)
    assert not isinstance(second, Resumed)
    assert _tellings(second) == _tellings(first)
    assert isinstance(_started(long_log)[1], Resumed), "it is kept anew"


def test_lines_that_are_none_are_reported_again(long_log: Path) -> None:
    with (long_log / "box.jsonl").open("ab") as file:
        file.write(b'junk\n{"v":9,"k":"status"}\n')
    (before, _), (after, progress) = _started(long_log), _started(long_log)
    assert isinstance(progress, Resumed)
    assert not progress.is_whole
    assert after.health == before.health
    assert len(after.health.bad) == len(after.health.newer) == 1


def test_a_log_that_needs_a_newer_program_stays_view_only(long_log: Path) -> None:
    head = SessionStarted(stamp(9000), "future", 99)
    with (long_log / "box.jsonl").open("ab") as file:
        file.write(_lines([head]))
    for _ in range(2):
        one, _ = _started(long_log)
        assert "newer" in one.view_only


def test_of_a_short_log_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "box.jsonl").write_bytes(_lines([mark(clock=at + 1) for at in range(1500)]))
    _started(tmp_path / "log")
    assert not (tmp_path / "cache").exists()


def test_titles_and_notes_do_not_leave_the_folder_of_the_user(long_log: Path) -> None:
    _started(long_log)
    path = long_log.parent / "cache" / "journal.cache"
    assert path.stat().st_mode & 0o777 == 0o600
    assert b'{"box.jsonl": [' in path.read_bytes()
