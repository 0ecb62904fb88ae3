"""A disk that takes seconds for a write: nothing is shown before its write returned, nothing waits for it.

A write cannot return while the test holds the lock of the log.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.store.journal import MAX_WAITING
from roadmap_tui.study.goal import set_goal
from roadmap_tui.study.study import Study
from tests.journals import BOOK, replay


class Slow:
    """The disk of a study whose screen writes in a thread."""

    def __init__(self, study: Study) -> None:
        self.lock = study.journal._writer._lock
        self.journal = study.journal
        self._ended = threading.Event()
        self.journal.write_in_thread(self._ended.set)

    def answer(self) -> None:
        """Let the writes return until all have."""
        self.lock.release()
        assert self._ended.wait(20)
        self._ended.clear()


@pytest.fixture
def slow(study: Study) -> Iterator[Slow]:
    disk = Slow(study)
    disk.lock.acquire()
    yield disk
    if disk.lock.locked():
        disk.lock.release()


def test_a_change_is_applied_once_its_write_returned(study: Study, slow: Slow, tmp_path: Path) -> None:
    change = study.set_status(["vectors"], "done")
    assert change is not None
    assert change.ids == ()
    assert study.journal.is_saving
    assert study.journal.pending_reason == "the disk is slow"
    assert study.state("vectors").status == "todo"
    assert not study.is_saved("vectors")
    # Those that follow wait for it, and know of it.
    assert study.set_status(["vectors"], "done") is None
    study.set_status(["vectors"], "todo")
    study.set_status(["limits"], "done")
    study.tick_resource("vectors", BOOK, True)
    assert study.tick_resource("vectors", BOOK, True) is None
    study.write_note("vectors", "one")
    study.write_note("vectors", f"{study.note_text('vectors')}\ntwo")
    assert study.flush_pending() == ()
    assert replay(tmp_path / "log") == []
    slow.answer()
    while study.journal.pending:
        study.flush_pending()
    assert study.state("limits").status == "done"
    assert study.state("vectors").status == "todo"
    assert study.state("vectors").ticks == {BOOK}
    assert study.note_text("vectors") == "one\ntwo"
    assert [event.stamp.id for event in study.progress.events()] == replay(tmp_path / "log")


def test_at_most_so_many_changes_wait(study: Study, slow: Slow, tmp_path: Path) -> None:
    for number in range(MAX_WAITING):
        study.write_note("vectors", f"note {number}")
    with pytest.raises(SaveError, match="100 changes wait for it; nothing was changed"):
        study.set_status(["vectors"], "done")
    assert len(study.journal.pending) == MAX_WAITING
    slow.answer()
    study.close()
    assert len(replay(tmp_path / "log")) == MAX_WAITING


def test_what_depends_on_an_unsaved_change_is_refused(study: Study, slow: Slow) -> None:
    study.time_tracker.start("vectors")
    set_goal(study, "matrices")
    refused: list[tuple[str, Callable[[], object]]] = [
        ("the timer works again after it was saved", lambda: study.time_tracker.start("limits")),
        ("the goal can be changed again after it was saved", lambda: set_goal(study, "")),
    ]
    for remedy, verb in refused:
        with pytest.raises(SaveError, match=remedy):
            verb()
    with pytest.raises(UsageError, match="nothing to undo"):
        study.undo()  # nothing is saved yet
    slow.answer()
    study.close()
    study.undo()
    assert study.progress.goal("maths") is None


def test_a_journal_is_not_closed_during_a_write(
    study: Study, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roadmap_tui.study.event_store.LONGEST_WAIT_SECONDS", 0.05)
    study.set_status(["vectors"], "done")
    with pytest.raises(SaveError, match=r"not saved \(1\): the disk is slow"):
        study.close()
    assert [event.stamp for event in study.not_saved]


def test_a_slow_write_that_fails_is_repeated(
    study: Study, slow: Slow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    study.set_status(["vectors"], "done")
    with monkeypatch.context() as patch:
        patch.setattr("roadmap_tui.store.log_writer.write_all", _refuse)
        slow.answer()
        with pytest.raises(SaveError, match="Input/output error"):
            study.flush_pending()
    assert study.journal.pending_reason == "Input/output error"
    assert not study.journal.is_saving
    assert study.state("vectors").status == "todo"
    assert study.flush_pending() == ("vectors",)
    assert len(replay(tmp_path / "log")) == 1


def _refuse(*_: object) -> None:
    raise OSError(5, "Input/output error")
