"""The entries of the Today page and why they are listed, across roadmaps."""

from __future__ import annotations

from pathlib import Path

from roadmap_tui.core.placement import PlacementResult
from roadmap_tui.core.roadmap.model import Item, Roadmap, Section
from roadmap_tui.store import library
from roadmap_tui.study.placement import save_placement
from roadmap_tui.study.study import Study
from roadmap_tui.study.today import TodayEntry, active_studies, today
from roadmap_tui.text.today import format_reason, headed_groups
from tests.journals import ROADMAP, Clock, journal

HOUR = 3600
DAY = 24 * HOUR
PHYSICS = Roadmap(
    "physics",
    "Physics",
    children=(Section("s", "S", children=(Item("mass", "Mass"), Item("force", "Force"))),),
)


def _study(folder: Path, clock: Clock, roadmap: Roadmap = ROADMAP) -> Study:
    return Study(roadmap, journal(folder, clock=clock))


def _reasons(entries: tuple[TodayEntry, ...], study: Study) -> list[tuple[str, str]]:
    return [(entry.id, format_reason(entry.reason, study.now())) for entry in entries]


def test_items_are_listed_by_what_to_do_with_them_and_with_the_reason(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.set_status(["vectors"], "done")
    clock.turn(DAY)
    study.set_status(["limits"], "done")
    study.set_status(["einsum"], "doing")
    clock.turn(HOUR)
    study.set_status(["rank"], "doing")
    study.time_tracker.start("rank")
    clock.turn(20 * 60)
    found = today([study])
    assert _reasons(found.running, study) == [("rank", "20 min")]
    assert _reasons(found.due, study) == [("vectors", "not reviewed yet")]
    assert _reasons(found.doing, study) == [
        ("einsum", "since today"),
        ("rank", "since today"),
    ]
    assert _reasons(found.ready, study) == [("matrices", "unlocks 1 · unlocked by Vectors (1 Mar)")]
    assert _reasons(found.done, study) == [("limits", "done 12:00")]
    assert (found.due_later, found.reviewed, found.seconds) == (0, 0, 1200)


def test_items_in_progress_are_ordered_by_their_start(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    for name in ("rank", "einsum", "limits"):
        study.set_status([name], "doing")
        clock.turn(DAY)
    assert _reasons(today([study]).doing, study) == [
        ("rank", "since 1 Mar"),
        ("einsum", "since 2 Mar"),
        ("limits", "since 3 Mar"),
    ]


def test_a_review_today_moves_the_item_from_due_to_done(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.set_status(["vectors", "limits"], "done")
    clock.turn(DAY)
    study.reviews.grade("limits", 3, 1000)
    found = today([study])
    assert [one.id for one in found.due] == ["vectors"]
    assert _reasons(found.done, study) == [("limits", "reviewed 12:00, good")]
    assert found.reviewed == 1


def test_due_items_are_limited_to_the_daily_maximum(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.settings = study.settings._replace(reviews_a_day=2)
    study.set_status(["vectors", "limits", "einsum"], "done")
    clock.turn(DAY)
    found = today([study])
    assert (len(found.due), found.due_later) == (2, 1)


def test_other_roadmaps_are_included_once_they_have_progress(tmp_path: Path) -> None:
    folder, clock = str(tmp_path / "roadmaps"), Clock()
    library.save(PHYSICS, folder)
    library.save(PHYSICS._replace(id="chemistry", title="Chemistry"), folder)
    study = _study(tmp_path / "log", clock)
    study.set_status(["vectors"], "done")
    assert [one.source.id for one in active_studies(study, folder)] == ["maths"]
    other = _study(tmp_path / "log", clock, PHYSICS)
    other.set_status(["force"], "doing")
    other.time_tracker.start("force")
    study.apply(study.journal.read())
    both = active_studies(study, folder)
    assert [one.source.id for one in both] == ["maths", "physics"]
    found = today(both)
    assert [(one.roadmap, one.id, one.other_roadmap) for one in found.doing] == [
        ("physics", "force", "Physics")
    ]
    assert [(one.id, one.other_roadmap) for one in found.running] == [("force", "Physics")]
    assert ("mass", "no prerequisites") in _reasons(found.ready, study)
    assert [one.other_roadmap for one in found.ready] == ["", "", "", "", "Physics"]


def test_an_unreadable_roadmap_is_left_out(tmp_path: Path) -> None:
    folder, clock = tmp_path / "roadmaps", Clock()
    library.save(PHYSICS, str(folder))
    other = _study(tmp_path / "log", clock, PHYSICS)
    other.set_status(["force"], "doing")
    (folder / "physics.json").write_text("{")
    assert len(active_studies(_study(tmp_path / "log", clock), str(folder))) == 1


def test_placed_topics_come_after_the_due_ones_of_every_roadmap_and_the_minutes_are_told(
    tmp_path: Path,
) -> None:
    clock = Clock()
    maths, physics = _study(tmp_path, clock), _study(tmp_path, clock, PHYSICS)
    save_placement(maths, PlacementResult(("vectors", "matrices"), ()))
    save_placement(physics, PlacementResult(("force", "mass"), ()))
    physics.set_status(["force"], "todo")
    physics.set_status(["force"], "done")
    maths.set_status(["einsum"], "done")
    clock.turn(DAY)
    found = today([_study(tmp_path, clock), _study(tmp_path, clock, PHYSICS)])
    assert _reasons(found.due, maths) == [
        ("einsum", "not reviewed yet"),
        ("force", "not reviewed yet"),
        ("vectors", "known from placement"),
        ("matrices", "known from placement"),
        ("mass", "known from placement"),
    ]
    assert headed_groups(found)[1][0] == "Review (5 due, about 5 min)"
