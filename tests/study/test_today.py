"""What there is to do today, by value, across roadmaps."""

from __future__ import annotations

from pathlib import Path

from roadmap_tui.core.roadmap.model import Item, Roadmap, Section
from roadmap_tui.store import library
from roadmap_tui.study.study import Study
from roadmap_tui.study.today import active_studies, today
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


def test_a_day(tmp_path: Path) -> None:
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
    assert [(one.id, one.reason) for one in found.running] == [("rank", "20 min")]
    assert [(one.id, one.reason) for one in found.due] == [("vectors", "not reviewed yet")]
    assert [(one.id, one.reason) for one in found.doing] == [
        ("einsum", "since today"),
        ("rank", "since today"),
    ]
    assert [(one.id, one.reason) for one in found.ready] == [("matrices", "needs Vectors, done 1 Mar")]
    assert [(one.id, one.reason) for one in found.done] == [("limits", "done 12:00")]
    assert (found.due_later, found.reviewed, found.seconds) == (0, 0, 1200)


def test_what_was_begun_first_is_first(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    for name in ("rank", "einsum", "limits"):
        study.set_status([name], "doing")
        clock.turn(DAY)
    assert [(one.id, one.reason) for one in today([study]).doing] == [
        ("rank", "since 1 Mar"),
        ("einsum", "since 2 Mar"),
        ("limits", "since 3 Mar"),
    ]


def test_a_review_of_today_is_told_and_takes_the_item_out_of_what_is_due(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.set_status(["vectors", "limits"], "done")
    clock.turn(DAY)
    study.reviews.grade("limits", 3, 1000)
    found = today([study])
    assert [one.id for one in found.due] == ["vectors"]
    assert [(one.id, one.reason) for one in found.done] == [("limits", "reviewed 12:00, good")]
    assert found.reviewed == 1


def test_no_more_is_due_than_a_day_may_have(tmp_path: Path) -> None:
    clock = Clock()
    study = _study(tmp_path, clock)
    study.settings = study.settings._replace(reviews_a_day=2)
    study.set_status(["vectors", "limits", "einsum"], "done")
    clock.turn(DAY)
    found = today([study])
    assert (len(found.due), found.due_later) == (2, 1)


def test_other_roadmaps_are_there_once_something_was_done_in_them(tmp_path: Path) -> None:
    folder, clock = str(tmp_path / "roadmaps"), Clock()
    library.save(PHYSICS, folder)
    library.save(PHYSICS._replace(id="chemistry", title="Chemistry"), folder)
    study = _study(tmp_path / "log", clock)
    study.set_status(["vectors"], "done")
    assert [one.source.id for one in active_studies(study, folder)] == ["maths"]
    other = _study(tmp_path / "log", clock, PHYSICS)
    other.set_status(["force"], "doing")
    other.time_tracker.start("force")
    study.apply_remote(study.journal.read())
    both = active_studies(study, folder)
    assert [one.source.id for one in both] == ["maths", "physics"]
    found = today(both)
    assert [(one.roadmap, one.id, one.other_roadmap) for one in found.doing] == [
        ("physics", "force", "Physics")
    ]
    assert [(one.id, one.other_roadmap) for one in found.running] == [("force", "Physics")]
    assert ("mass", "needs nothing first", "Physics") in [
        (one.id, one.reason, one.other_roadmap) for one in found.ready
    ]
    assert [one.other_roadmap for one in found.ready] == ["", "", "", "", "Physics"]


def test_a_roadmap_that_can_not_be_read_is_left_out(tmp_path: Path) -> None:
    folder, clock = tmp_path / "roadmaps", Clock()
    library.save(PHYSICS, str(folder))
    other = _study(tmp_path / "log", clock, PHYSICS)
    other.set_status(["force"], "doing")
    (folder / "physics.json").write_text("{")
    assert len(active_studies(_study(tmp_path / "log", clock), str(folder))) == 1
