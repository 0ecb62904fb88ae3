"""Placement: what it marks, in one step, and where that does not count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.placement import PlacementResult
from roadmap_tui.core.progress.records import decode, encode
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store import library
from roadmap_tui.study.placement import save_placement, start_placement
from roadmap_tui.study.study import Study
from roadmap_tui.study.today import today
from tests.journals import journal


def _study(folder: Path) -> Study:
    return Study(library.load_bundled(), journal(folder))


def test_it_marks_what_is_known_and_begun_and_one_undo_takes_both_back(tmp_path: Path) -> None:
    study = _study(tmp_path)
    study.set_status(["calculus"], "skipped")
    study.set_status(["resnet"], "doing")
    placement = start_placement(study)
    assert placement.total == 125
    placement.answers = [("optimization", "yes"), ("lstm", "partly"), ("resnet", "yes")]
    result = placement.result()
    assert "calculus" not in result.known
    assert "resnet" not in result.known
    assert result.begun == ("lstm",)
    save_placement(study, result)
    marks = {name: study.status(name) for name in ("linear-algebra", "calculus", "resnet", "lstm", "ppo")}
    assert list(marks.values()) == ["done", "skipped", "doing", "doing", "todo"]
    done = study.counts_at().done
    study.undo()
    assert (study.counts_at().done, study.status("lstm")) == (0, "todo")
    study.redo()
    assert (study.counts_at().done, study.status("lstm")) == (done, "doing")
    study.undo()
    study.undo()  # that is the mark before it
    assert study.status("resnet") == "todo"


def test_what_was_marked_meanwhile_stays(tmp_path: Path) -> None:
    study = _study(tmp_path)
    study.set_status(["calculus"], "doing")
    save_placement(study, PlacementResult(("linear-algebra", "calculus"), ()))
    assert [study.status(name) for name in ("linear-algebra", "calculus")] == ["done", "doing"]
    assert save_placement(study, PlacementResult(("linear-algebra", "calculus"), ())) is None


def test_it_does_not_count_as_work(tmp_path: Path) -> None:
    study = _study(tmp_path)
    save_placement(study, PlacementResult(("linear-algebra", "calculus"), ()))
    study.set_status(["optimization"], "done")
    stats = study.statistics()
    assert [(day.done, day.total) for day in stats.days] == [(1, 1)]
    assert stats.burn_up[-1].done == stats.counts.done == 3
    assert [entry.id for entry in today([study]).done] == ["optimization"]


def test_the_record_says_how_and_is_read_without_it(tmp_path: Path) -> None:
    study = _study(tmp_path)
    change = save_placement(study, PlacementResult(("linear-algebra",), ()))
    assert change is not None
    record = encode(change.action)
    assert record["how"] == "placement"
    assert decode(record) == change.action
    assert study.state("linear-algebra").is_placed
    study.set_status(["linear-algebra"], "todo")
    study.set_status(["linear-algebra"], "done")
    assert not study.state("linear-algebra").is_placed
    assert "how" not in encode(study.history("linear-algebra")[-1])


def test_it_is_refused_where_no_answer_settles_another(sit: Callable[..., Study]) -> None:
    study = sit(Roadmap("r", "R", children=(Item("a", "A"), Item("b", "B"))))
    with pytest.raises(UsageError, match="says of no item what it requires"):
        start_placement(study)
    study = sit()
    study.set_status([item.id for item in study.tree.items()], "done")
    with pytest.raises(UsageError, match="marked already"):
        start_placement(study)
