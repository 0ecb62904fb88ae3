"""Changes that cannot be saved are not applied and not lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.study.study import Study
from tests.journals import BOOK, ROADMAP, Clock, replay

FULL = "not saved ({}): No space left on device; trying again"


def _refuse(lines: list[bytes]) -> None:
    raise OSError(28, "No space left on device")


@pytest.fixture
def full(study: Study, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A disk that is full until this is undone."""

    with monkeypatch.context() as patch:
        patch.setattr(study.journal._writer, "append", _refuse)
        yield patch


def _said(error: pytest.ExceptionInfo[Exception]) -> str:
    return str(error.value)


def test_unsaved_changes_are_not_applied_until_saved(
    study: Study, full: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    verbs: list[Callable[[], object]] = [
        lambda: study.set_status(["vectors"], "done"),
        lambda: study.write_note("vectors", "arrows"),
        lambda: study.tick_resource("vectors", BOOK, True),
    ]
    for count, verb in enumerate(verbs, 1):
        with pytest.raises(SaveError) as error:
            verb()
        assert _said(error) == FULL.format(count)
        assert study.state("vectors") == ItemState()
        assert study.counts_at() == Counts(6)
        assert verb() is None  # It waits already.
    assert study.pending_status("vectors") == study.status("vectors") == "done"
    assert study.pending_status("limits") is None
    for verb in (study.undo, study.redo):
        with pytest.raises((SaveError, UsageError)):
            verb()
    with pytest.raises(SaveError):
        study.flush_pending()
    assert len(study.journal.pending) == 3
    assert replay(tmp_path / "log") == []
    full.undo()
    assert study.flush_pending() == ("vectors",)
    assert study.state("vectors").status == "done"
    assert [note.text for note in study.state("vectors").notes] == ["arrows"]
    assert study.state("vectors").ticks == {BOOK}
    assert study.counts_at() == Counts(5, done=1)
    assert study.flush_pending() == ()
    assert len(replay(tmp_path / "log")) == 3


def test_a_later_write_also_saves_pending_events(study: Study, full: pytest.MonkeyPatch) -> None:
    with pytest.raises(SaveError):
        study.set_status(["vectors"], "done")
    full.undo()
    change = study.set_status(["limits"], "done")
    assert change is not None
    assert {*change.ids} == {"vectors", "limits"}
    assert study.counts_at().done == 2


def test_undo_is_refused_while_events_are_pending(study: Study, full: pytest.MonkeyPatch) -> None:
    full.undo()
    study.set_status(["limits"], "done")
    full.setattr(study.journal._writer, "append", _refuse)
    with pytest.raises(SaveError):
        study.set_status(["vectors"], "done")
    with pytest.raises(SaveError) as error:
        study.undo()
    assert _said(error) == ("not saved (1): No space left on device; undo works again after it was saved")
    assert study.state("limits").status == "done"


def test_pending_notes_replace_each_other(study: Study, full: pytest.MonkeyPatch) -> None:
    for text in ("one", "two", "three"):
        with pytest.raises(SaveError):
            study.write_note("vectors", text)
    full.undo()
    study.flush_pending()
    assert [note.text for note in study.state("vectors").notes] == ["three"]


def test_pending_events_are_saved_on_close_or_reported(
    study: Study, full: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(SaveError):
        study.set_status(["vectors"], "done")
    with pytest.raises(SaveError):
        study.close()
    assert len(study.journal.pending) == 1
    full.undo()
    study.close()
    assert len(replay(tmp_path / "log")) == 1


def test_a_study_in_memory_writes_nothing() -> None:
    study = Study.open(ROADMAP, None, Clock())
    assert study.view_only
    verbs: list[Callable[[], object]] = [
        lambda: study.set_status(["vectors"], "done"),
        lambda: study.write_note("vectors", "x"),
        lambda: study.tick_resource("vectors", BOOK, True),
    ]
    for verb in verbs:
        with pytest.raises(SaveError) as error:
            verb()
        assert _said(error) == (
            "not saved: view only: there is no home folder (set HOME or ROADMAP_TUI_HOME); "
            "nothing was changed"
        )
    assert study.state("vectors") == ItemState()
    assert study.counts_at() == Counts(6)
    assert study.pending_status("vectors") is None
    assert study.flush_pending() == ()
    study.close()


def test_lost_lines_are_rewritten_by_a_retry(study: Study, tmp_path: Path) -> None:
    study.set_status(["vectors"], "done")
    before = replay(tmp_path / "log")
    (tmp_path / "log" / "box.jsonl").unlink()
    assert study.flush_pending() == ()
    assert replay(tmp_path / "log") == before


def test_an_undo_that_cannot_be_saved_is_dropped(study: Study, full: pytest.MonkeyPatch) -> None:
    full.undo()
    study.set_status(["vectors"], "done")
    with full.context() as patch:
        patch.setattr(study.journal._writer, "append", _refuse)
        with pytest.raises(SaveError):
            study.undo()
    assert study.journal.pending == []
    assert study.flush_pending() == ()
    assert study.status("vectors") == "done"


def test_a_too_long_note_is_refused(study: Study) -> None:
    with pytest.raises(UsageError, match="more than 20,000 characters"):
        study.write_note("vectors", "x" * 20_001)
    assert study.state("vectors").notes == ()


def test_events_lost_from_disk_count_as_not_saved(study: Study, tmp_path: Path) -> None:
    study.set_status(["vectors"], "done")
    study.write_note("limits", "epsilon")
    before = replay(tmp_path / "log")
    assert study.is_saved("vectors")
    assert study.not_saved == []
    shutil.rmtree(tmp_path / "log")
    (tmp_path / "log").write_text("in the way")
    for _ in range(2):
        with pytest.raises(SaveError):
            study.flush_pending()
        assert [event.stamp.id for event in study.not_saved] == before
        assert not study.is_saved("vectors")
        assert study.is_saved("limits")
        assert study.journal.pending_reason
    with pytest.raises(SaveError):
        study.set_status(["limits"], "done")
    with pytest.raises(SaveError):
        study.close()
    assert [event.stamp.id for event in study.not_saved] == before
    (tmp_path / "log").unlink()
    study.close()
    assert study.is_saved("vectors")
    assert study.not_saved == []
    assert study.journal.pending_reason == ""
    assert replay(tmp_path / "log") == before
