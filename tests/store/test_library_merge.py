"""Merging the imported roadmaps of two machines, through a real remote."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from roadmap_tui.core.progress.events import StatusSet
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.store import library
from roadmap_tui.store.library import is_damaged
from roadmap_tui.store.library_merge import LibraryMerge, rewrite_roadmap_id
from roadmap_tui.store.log_writer import host_name
from tests.journals import append, journal
from tests.store.machines import Machine, needs_git, remote, version

pytestmark = needs_git


@pytest.fixture
def box(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "box", "box", remote(tmp_path / "hub"))


@pytest.fixture
def lap(tmp_path: Path, box: Machine) -> Machine:
    return Machine(tmp_path / "lap", "lap", box.remote)


def stored(machine: Machine, name: str = "plan") -> Roadmap:
    return decode((machine.home / "roadmaps" / f"{name}.json").read_bytes(), name)


def items(roadmap: Roadmap) -> list[str]:
    return [item.id for item in FlatTree(roadmap).items()]


def sync_twice(*machines: Machine) -> None:
    for machine in (*machines, *machines):
        machine.sync()


def test_an_import_and_its_update_reach_the_other_machine(box: Machine, lap: Machine) -> None:
    box.keep(version("plan", "Sets", "Maps"))
    sync_twice(box, lap)
    assert items(stored(lap)) == ["sets", "maps"]
    lap.keep(version("plan", "Sets", "Maps", "Trees", sha="2"))
    lap.sync()
    assert not box.sync().notes
    assert items(stored(box)) == ["sets", "maps", "trees"]
    assert box.roadmaps() == lap.roadmaps()


@pytest.mark.parametrize("box_is_newer", [True, False])
def test_updates_on_both_machines_are_merged_and_keep_all_progress(
    box: Machine, lap: Machine, box_is_newer: bool
) -> None:
    box.keep(version("plan", "Sets", "Maps", "Logic"))
    sync_twice(box, lap)
    one, other = (
        version("plan", "Sets", "Trees", sha="2"),
        version("plan", "Sets", "Graphs", "Logic", sha="3"),
    )
    box.keep(one)
    lap.keep(other)
    box.mark("trees", roadmap=one)
    lap.mark("graphs", roadmap=other)
    lap.mark("logic", roadmap=other)
    now = int(time.time())  # noqa: TID251 - what the file system will say
    for machine, is_newer in ((box, box_is_newer), (lap, not box_is_newer)):
        os.utime(machine.home / "roadmaps" / "plan.json", (now, now - (0 if is_newer else 5000)))
    # The time of the update decides, not the order of the syncs.
    box.sync()
    note = lap.sync().notes[0]
    assert note.startswith("roadmap plan: two versions were merged")
    sync_twice(box, lap)
    assert box.roadmaps() == lap.roadmaps()
    merged = stored(box)
    assert items(merged) == (items(one) if box_is_newer else items(other))
    here = {*items(merged), *(item.id for item in merged.retired)}
    assert {"sets", "trees", "graphs", "logic"} <= here
    assert box.shown(merged) == lap.shown(merged)


@pytest.mark.parametrize("dropper_first", [True, False])
def test_an_item_dropped_here_with_progress_there_is_retired(
    box: Machine, lap: Machine, dropper_first: bool
) -> None:
    box.keep(version("plan", "Sets", "Maps", "Logic"))
    sync_twice(box, lap)
    box.keep(version("plan", "Sets", "Trees", sha="2"))
    lap.mark("logic", roadmap=stored(lap))
    sync_twice(*((box, lap) if dropper_first else (lap, box)))
    assert box.roadmaps() == lap.roadmaps()
    assert items(stored(box)) == ["sets", "trees"]
    assert [item.id for item in stored(box).retired] == ["logic"]


def test_the_text_of_the_only_machine_that_updated_wins(box: Machine, lap: Machine) -> None:
    box.keep(version("plan", "Sets", "Maps"))
    sync_twice(box, lap)
    box.keep(version("plan", "Sets", "Trees", sha="2"))
    renamed = version("plan", "Sets", "Maps")._replace(title="Mine")
    lap.keep(renamed)
    os.utime(box.home / "roadmaps" / "plan.json", (1, 1))
    sync_twice(box, lap)
    assert items(stored(lap)) == ["sets", "trees"]


def test_two_roadmaps_with_one_id_are_both_kept_with_their_progress(box: Machine, lap: Machine) -> None:
    one = version("plan", "Sets", "Maps", "Logic")
    other = version("plan", "Bread", "Cake", "Sets", sha="2")
    box.keep(one)
    lap.keep(other)
    box.mark("maps", roadmap=one)
    lap.mark("bread", roadmap=other)
    lap.mark("cake", "doing", roadmap=other)
    study = lap.sit(other)
    study.undo()
    study.write_note("bread", "rye")
    study.close()
    box.sync()
    notes = lap.sync().notes
    assert notes == (
        "roadmap plan was another one here than there: this one is plan-2 now, and its progress is with it",
    )
    sync_twice(box, lap)
    assert box.roadmaps() == lap.roadmaps()
    assert items(stored(box)) == items(one)
    second = stored(box, "plan-2")
    assert items(second) == items(other)
    for machine in (box, lap):
        study = machine.sit(second)
        assert [study.state(name).status for name in items(second)] == ["done", "todo", "todo"]
        assert study.note_text("bread") == "rye"
        assert machine.sit(one).state("maps").status == "done"
        assert not machine.sync().notes


def test_a_removed_roadmap_is_removed_elsewhere_unless_it_was_changed(box: Machine, lap: Machine) -> None:
    for name in ("plan", "other"):
        box.keep(version(name, "Sets"))
    sync_twice(box, lap)
    library.remove("plan", str(box.home / "roadmaps"))
    library.remove("other", str(box.home / "roadmaps"))
    lap.keep(version("other", "Sets", "Maps", sha="2"))
    box.sync()
    assert lap.sync().notes == ("roadmap plan was removed on another machine",)
    sync_twice(box, lap)
    assert box.roadmaps() == lap.roadmaps()
    assert sorted(box.roadmaps()) == ["other.json", "removed/other.json", "removed/plan.json"]


def test_a_lost_or_damaged_roadmap_is_restored(box: Machine, lap: Machine) -> None:
    for name in ("plan", "other"):
        box.keep(version(name, "Sets"))
    sync_twice(box, lap)
    (box.home / "roadmaps" / "plan.json").write_bytes(b'{"format": 1, "id"')
    (box.home / "roadmaps" / "other.json").unlink()
    sync_twice(box, lap)
    assert items(stored(lap)) == items(stored(lap, "other")) == ["sets"]
    assert items(stored(box)) == items(stored(box, "other")) == ["sets"]
    assert (box.home / "roadmaps" / "plan.json.damaged").read_bytes() == b'{"format": 1, "id"'


def test_a_roadmap_of_a_later_format_is_copied_unchanged(box: Machine, lap: Machine) -> None:
    later = json.dumps({"format": 2, "id": "plan", "dreams": [1.5]}).encode()
    (box.home / "roadmaps").mkdir(parents=True)
    (box.home / "roadmaps" / "plan.json").write_bytes(later)
    sync_twice(box, lap)
    assert lap.roadmaps() == {"plan.json": later}


def test_events_sent_before_a_name_conflict_follow_and_count_once(
    box: Machine, lap: Machine, tmp_path: Path
) -> None:
    one, other = version("plan", "Sets", "Maps"), version("plan", "Bread", "Sets", "Cake", "Rolls", sha="2")
    lap = lap._replace(host=host_name())
    # The machine had its roadmap as a file of its own, and synced what was done.
    study = lap.sit(other)
    study.set_status(["bread"], "done")
    study.set_status(["cake"], "done")
    study.undo()
    study.time_tracker.add("bread", 600)
    study.close()
    assert lap.sync().sent == 4
    box.keep(one)
    box.mark("maps", roadmap=one)
    box.sync()
    study = lap.sit(other)
    study.set_status(["rolls"], "doing")
    study.close()
    lap.keep(other)
    assert lap.sync().sent == 1
    assert box.sync().received == 1
    sync_twice(box, lap)
    fresh = Machine(tmp_path / "fresh", "fresh", lap.remote)
    fresh.sync()
    for machine in (lap, box, fresh):
        moved, theirs = machine.sit(stored(machine, "plan-2")), machine.sit(stored(machine))
        assert [moved.status(name) for name in ("bread", "cake", "rolls")] == ["done", "todo", "doing"]
        assert (theirs.status("maps"), theirs.history()[0].title, len(theirs.history())) == (
            "done",
            "Maps",
            1,
        )
        entries = moved.progress.time_entries()
        assert [(entry.roadmap, entry.timing.seconds) for entry in entries] == [("plan-2", 600)]
        assert not moved.progress.has("plan", "bread")


def test_an_open_session_may_go_on_under_the_old_id_after_a_name_conflict(
    box: Machine, lap: Machine, tmp_path: Path
) -> None:
    one, other = version("plan", "Sets", "Maps"), version("plan", "Bread", "Sets", "Cake", "Rolls", sha="2")
    lap = lap._replace(host=host_name())
    lap.keep(other)
    box.keep(one)
    box.mark("maps", roadmap=one)
    box.sync()
    open_one, silent = lap.sit(other), lap.sit(other)
    open_one.set_status(["bread"], "done")
    assert "this one is plan-2 now" in lap.sync().notes[0]
    # Neither session has heard of it: also an item that both roadmaps have is the first one's.
    open_one.set_status(["sets"], "done")
    open_one.set_status(["cake"], "done")
    open_one.undo()
    silent.set_status(["rolls"], "doing")
    lap.mark("sets", "skipped", roadmap=stored(lap))  # a new session: the other roadmap
    for study in (open_one, silent):
        study.close()
    sync_twice(box, lap)
    sync_twice(box, lap)
    fresh = Machine(tmp_path / "fresh", "fresh", lap.remote)
    fresh.sync()
    for machine in (lap, box, fresh):
        moved, theirs = machine.sit(stored(machine, "plan-2")), machine.sit(stored(machine))
        statuses = [moved.status(name) for name in ("bread", "sets", "cake", "rolls")]
        assert statuses == ["done", "done", "todo", "doing"]
        assert len(moved.history()) == 5
        assert [theirs.status(name) for name in ("maps", "sets")] == ["done", "skipped"]
        assert len(theirs.history()) == 2
        assert not theirs.tree.retired


def test_a_copy_of_another_event_hides_nothing(tmp_path: Path) -> None:
    session = journal(tmp_path)
    append(session)
    (event,) = [one for one in session.read() if isinstance(one, StatusSet)]
    stamp = event.stamp._replace(id=f"{event.stamp.id}~other", clock=event.stamp.clock + 1)
    forged = event._replace(stamp=stamp, roadmap="other")
    for events in ([event, forged], [forged, event]):
        progress = Progress(events)
        assert progress.has(event.roadmap, event.targets[0])
        assert progress.history(event.roadmap) == [event]
    copy = forged._replace(stamp=stamp._replace(clock=event.stamp.clock))
    for events in ([event, copy], [copy, event]):
        assert Progress(events).history(event.roadmap) == []
        assert Progress(events).has("other", event.targets[0])


def test_records_of_any_kind_and_references_to_them_are_rewritten() -> None:
    lines = [
        b'{"v":1,"id":"a-1","k":"status","r":"plan","t":"a-1","s":"done"}',
        b'{"v":9,"id":"b-1","k":"dream","r":"plan","refs":["a-1",["c"]],"x":"\xc3\xa9"}',
        b'{"v":1,"id":"c-1","k":"status","r":"other","t":"x"}',
        b"torn",
        b"[]",
    ]
    first, second = [json.loads(line) for line in rewrite_roadmap_id(lines, "plan", "plan-2")]
    assert first == {"v": 1, "id": "a-1~plan-2", "k": "status", "r": "plan-2", "t": "a-1", "s": "done"}
    assert second == {
        "v": 9, "id": "b-1~plan-2", "k": "dream", "r": "plan-2", "refs": ["a-1~plan-2", ["c"]], "x": "é",
    }  # fmt: skip


def test_a_roadmap_above_the_item_limit_is_not_damaged(tmp_path: Path) -> None:
    count = DEFAULTS.most_items + 1
    large = Roadmap("large", "Large", children=tuple(Item(f"i{n}", "An item") for n in range(count)))
    assert not is_damaged(encode(large))
    assert is_damaged(encode(large)[:-20])
    library.save(large, str(tmp_path))
    library.save(large, str(tmp_path))
    assert os.listdir(tmp_path) == ["large.json"]
    assert library.read_file(str(tmp_path / "large.json"), most_items=40_000).id == "large"


@pytest.mark.parametrize("theirs_is_damaged", [True, False])
def test_a_damaged_version_never_wins(theirs_is_damaged: bool) -> None:
    good, damaged = encode(version("plan", "Sets")), b'{"format": 1, "id"'
    ours, theirs = (good, damaged) if theirs_is_damaged else (damaged, good)
    merge = LibraryMerge(
        {"plan.json": good},
        {"plan.json": ours},
        {"plan.json": theirs},
        is_ours_newer=lambda _: not theirs_is_damaged,
        has_progress=lambda *_: False,
    )
    assert merge.run().files == {"plan.json": good}
