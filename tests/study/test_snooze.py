"""Snoozed items are not ready until their day, and are counted all the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.study.snooze import snooze
from roadmap_tui.study.study import Study
from roadmap_tui.study.today import today
from tests.journals import ROADMAP, Clock, journal

DAY = 24 * 3600


def _ids(study: Study) -> list[str]:
    return [item.id for item in study.ranking.next_items()]


def test_a_snoozed_item_is_not_ready_until_its_day(tmp_path: Path) -> None:
    clock = Clock()
    study = Study(ROADMAP, journal(tmp_path, clock=clock))
    study.set_status(["limits"], "doing")
    everything, total = _ids(study), study.counts_at()
    assert everything[:2] == ["limits", "vectors"]
    snooze(study, "vectors", date(2025, 3, 3))
    snooze(study, "limits", date(2025, 3, 3))
    assert snooze(study, "limits", date(2025, 3, 3)) is None
    assert _ids(study) == everything[2:]
    assert not study.ranking.is_ready(study.tree.index_of["vectors"])
    assert not {entry.id for entry in (*today([study]).ready, *today([study]).doing)} & {"vectors", "limits"}
    assert study.counts_at() == total
    study.undo()
    assert _ids(study)[0] == "limits"
    study.redo()
    snooze(study, "limits", "")
    assert _ids(study)[0] == "limits"
    clock.turn(2 * DAY)
    assert _ids(study) == everything


def test_what_cannot_be_snoozed_says_why(tmp_path: Path) -> None:
    study = Study(ROADMAP, journal(tmp_path))
    with pytest.raises(UsageError, match="not after today"):
        snooze(study, "vectors", study.today())
    with pytest.raises(UsageError, match="only items"):
        snooze(study, "algebra", date(2025, 4, 1))
    assert snooze(study, "vectors", "") is None
