"""A journal with a snapshot gives the same progress as one that reads every line.

Between two starts anything happens to the logs: lines are added, cut off, torn, replaced, copied by a sync
tool, written by other hosts or changed in place; and the snapshot is damaged.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from roadmap_tui.core.progress.events import STATUSES, Event, NoteWritten, SessionStarted, StatusSet, Undone
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.store import journal as store_journal
from roadmap_tui.store import snapshot
from roadmap_tui.store.journal import Journal, dump
from tests.journals import Clock, journal, stamp

TARGETS = ("x", "y", "z")
small = settings(max_examples=120, stateful_step_count=14, deadline=None)


def _states(progress: Progress) -> list[object]:
    return [
        [progress.state("maths", target) for target in TARGETS],
        [progress.clock("maths", target) for target in TARGETS],
        sorted(progress.ids_with_events("maths")),
    ]


def _answers(progress: Progress) -> list[object]:
    last = progress.undoable("maths"), progress.redoable("maths")
    return [*_states(progress), last, progress.history("maths")]


def _lines(events: list[Event]) -> bytes:
    return "".join(f"{dump(event)}\n" for event in events).encode()


class Starts(RuleBasedStateMachine):
    """Compares starts with a snapshot to a reader without one."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.log = self.folder / "log"
        self.log.mkdir()
        self.clock = 1
        self.ids = ["nowhere"]
        self.progress: Progress | None = None
        self.journal: Journal | None = None
        # The progress of a session that read every line; None once a line was lost.
        self.plain: Progress | None = None
        self.limits = snapshot.RECENT_EVENTS, store_journal.SNAPSHOT_MIN_EVENTS
        vars(snapshot).update(RECENT_EVENTS=3)
        vars(store_journal).update(SNAPSHOT_MIN_EVENTS=4)

    def teardown(self) -> None:
        vars(snapshot).update(RECENT_EVENTS=self.limits[0])
        vars(store_journal).update(SNAPSHOT_MIN_EVENTS=self.limits[1])
        shutil.rmtree(self.folder)

    def _files(self) -> list[Path]:
        return sorted(self.log.iterdir())

    @initialize(data=st.data())
    def some_history(self, data: st.DataObject) -> None:
        for _ in range(4):
            self.written(data)

    @rule(data=st.data())
    def written(self, data: st.DataObject) -> None:
        """Append events of one of two hosts; some have a clock that is behind."""
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
            self.plain = None
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
                # In place, with the same size and modification time: only the content differs.
                before = path.stat()
                with path.open("r+b") as file:
                    file.write(content.replace(b'"done"', b'"todo"'))
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            case _:
                path.write_bytes(content + b"junk\n")

    @rule(data=st.data())
    def snapshot_is_damaged(self, data: st.DataObject) -> None:
        for path in (self.folder / "cache").glob("*"):
            content = bytearray(path.read_bytes())
            content[data.draw(st.integers(0, len(content) - 1))] ^= 1
            path.write_bytes(content)

    @rule()
    def started(self) -> None:
        self.journal = Journal(str(self.log), Clock(), cache=str(self.folder / "cache"))
        self.progress = self.journal.progress()
        reader = journal(self.log)
        self.plain = Progress(reader.read())
        assert _states(self.progress) == _states(self.plain)
        assert [one[1:] for one in self.journal.health.bad] == [one[1:] for one in reader.health.bad]

    @rule()
    def started_and_read_to_the_end(self) -> None:
        self.started()
        assert self.progress is not None
        assert self.plain is not None
        assert _answers(self.progress) == _answers(self.plain)

    @invariant()
    def an_open_session_takes_in_what_others_wrote(self) -> None:
        if self.journal is None or self.progress is None:
            return
        events = self.journal.read()
        self.progress.add(events)
        if self.plain is not None:
            self.plain.add(events)
            assert _states(self.progress) == _states(self.plain)


Starts.TestCase.settings = small
TestStarts = Starts.TestCase
