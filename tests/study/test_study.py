from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.core.progress.events import STATUSES, Event, NoteWritten, Status, StatusSet, Undone
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap
from roadmap_tui.study.study import Study, wall_clock
from tests.journals import BOOK, NOON, ROADMAP, Clock, journal


def _statuses(study: Study) -> dict[str, Status]:
    return {item.id: study.state(item.id).status for item in study.tree.items()}


def _said(error: pytest.ExceptionInfo[Exception]) -> str:
    return str(error.value)


def _at(study: Study, node_id: str) -> int:
    return study.tree.index_of[node_id]


# Statuses


@pytest.mark.parametrize("status", STATUSES[1:])
def test_set_status_changes_an_item(study: Study, clock: Clock, status: Status) -> None:
    change = study.set_status(["vectors"], status)
    assert change is not None
    assert change.ids == ("vectors",)
    assert isinstance(change.action, StatusSet)
    assert change.action.title == "Vectors"
    assert study.state("vectors") == ItemState(status, NOON)
    assert study.status_at(_at(study, "vectors")) == study.status("vectors") == status
    assert study.counts_at() == study.counts_at(-1) == Counts(5, **{status: 1})
    assert study.counts_at(_at(study, "algebra")).of(status) == 1
    assert study.counts_at(_at(study, "analysis")) == Counts(1)
    clock.turn(60)
    assert study.set_status(["vectors"], status) is None
    assert study.state("vectors").since == NOON
    assert len(study.history()) == 1


def test_several_items_are_one_event_without_unchanged_ones(study: Study) -> None:
    study.set_status(["rank"], "done")
    change = study.set_status(["vectors", "rank", "limits", "vectors"], "done")
    assert change is not None
    assert isinstance(change.action, StatusSet)
    assert change.action.targets == ("vectors", "limits")
    assert change.action.title == "2 items"
    assert {*change.ids} == {"vectors", "limits"}
    study.undo()
    assert [name for name, status in _statuses(study).items() if status == "done"] == ["rank"]


def test_a_marked_branch_is_recorded_with_its_title(study: Study) -> None:
    branch = [item.id for item in study.tree.branch(_at(study, "tensors"))]
    change = study.set_status(branch, "skipped", "Tensors")
    assert change is not None
    assert change.action.title == "Tensors"
    assert study.counts_at(_at(study, "tensors")) == Counts(skipped=3)
    assert study.set_status(branch, "skipped", "Tensors") is None
    assert study.set_status([], "done") is None


def test_nodes_and_values_without_a_status_are_refused(study: Study) -> None:
    with pytest.raises(UsageError) as error:
        study.set_status(["vectors", "nowhere"], "done")
    assert _said(error) == ("item 'nowhere': no such item in this roadmap; `roadmap-tui show` lists them")
    with pytest.raises(UsageError) as error:
        study.set_status(["vectors", "algebra"], "done")
    assert (
        _said(error)
        == "section 'algebra': sections have no status; mark an item, or the section with --branch"
    )
    with pytest.raises(UsageError) as error:
        study.set_status(["vectors"], "finished")
    assert _said(error) == "status 'finished': no such status; use todo, doing, done, skipped"
    assert study.history() == []


def test_roadmaps_in_one_journal_are_independent(study: Study, sit: Callable[..., Study]) -> None:
    other = sit(Roadmap("physics", "Physics", children=(Item("vectors", "Vectors"),)))
    study.set_status(["vectors"], "done")
    assert other.apply(other.journal.read()) == ()
    assert other.state("vectors").status == "todo"
    with pytest.raises(UsageError):
        other.undo()
    assert sit(other.roadmap).counts_at() == Counts(1)


# Notes and resources


def test_notes_are_written_replaced_and_removed(study: Study) -> None:
    for node in ("vectors", "algebra", ""):
        assert study.write_note(node, "") is None
        change = study.write_note(node, "  arrows\x1b[2J \r\n")
        assert change is not None
        assert change.ids == (node,)
        assert [note.text for note in study.state(node).notes] == ["arrows\ufffd[2J"]
        assert study.write_note(node, "arrows\ufffd[2J") is None
        study.write_note(node, "lists")
        assert [note.text for note in study.state(node).notes] == ["lists"]
        study.write_note(node, " ")
        assert study.state(node).notes == ()
        assert study.write_note(node, "") is None
    assert [event.title for event in study.history("")] == ["Mathematics"] * 3
    with pytest.raises(UsageError, match="no such item in this roadmap"):
        study.write_note("nowhere", "x")


def test_a_new_note_replaces_conflicting_versions(study: Study, sit: Callable[..., Study]) -> None:
    other = sit()
    study.write_note("vectors", "mine")
    other.write_note("vectors", "theirs")
    assert study.apply(study.journal.read()) == ("vectors",)
    assert sorted(note.text for note in study.state("vectors").notes) == ["mine", "theirs"]
    assert study.write_note("vectors", "mine") is not None
    assert [note.text for note in study.state("vectors").notes] == ["mine"]
    other.apply(other.journal.read())
    assert other.state("vectors").notes == study.state("vectors").notes


def test_resources_are_ticked_and_unticked(study: Study) -> None:
    assert study.tick_resource("vectors", BOOK, False) is None
    change = study.tick_resource("vectors", BOOK, True)
    assert change is not None
    assert change.ids == ("vectors",)
    assert study.state("vectors").ticks == {BOOK}
    assert study.state("vectors").status == "todo"
    assert study.tick_resource("vectors", BOOK, True) is None
    study.tick_resource("vectors", BOOK, False)
    assert study.state("vectors").ticks == frozenset()
    study.tick_resource("", "https://example.org/overview", True)
    assert study.state("").ticks == {"https://example.org/overview"}


def test_a_tick_of_a_replaced_address_counts(sit: Callable[..., Study]) -> None:
    sit().tick_resource("vectors", BOOK, True)
    old, older, new = BOOK, "https://example.org/first", "https://example.org/second-edition"
    moved = Resource("Book", new, "book", was=(old, older))
    study = sit(Roadmap("maths", "Mathematics", children=(Item("vectors", "Vectors", resources=(moved,)),)))
    assert study.state("vectors").has_ticked(moved)
    assert study.tick_resource("vectors", new, True) is None
    assert study.tick_resource("vectors", new, False) is not None
    assert study.state("vectors").ticks == frozenset()
    study.undo()
    assert study.state("vectors").has_ticked(moved)
    study.redo()
    assert not study.state("vectors").has_ticked(moved)
    study.tick_resource("vectors", new, True)
    assert study.state("vectors").ticks == {new}


def test_all_ticks_of_a_resource_are_removed_and_one_undo_shows_it_ticked(sit: Callable[..., Study]) -> None:
    sit().tick_resource("vectors", BOOK, True)
    new = "https://example.org/second-edition"
    alone, both = Resource("Book", new), Resource("Book", new, was=(BOOK,))
    roadmaps = [
        Roadmap("maths", "Mathematics", children=(Item("vectors", "Vectors", resources=(resource,)),))
        for resource in (alone, both)
    ]
    sit(roadmaps[0]).tick_resource("vectors", new, True)
    study = sit(roadmaps[1])
    assert study.state("vectors").ticks == {BOOK, new}
    study.tick_resource("vectors", new, False)
    assert study.state("vectors").ticks == frozenset()
    study.undo()
    assert study.state("vectors").ticks == {new}


def test_an_unknown_resource_is_refused(study: Study) -> None:
    with pytest.raises(UsageError) as error:
        study.tick_resource("matrices", BOOK + "\x1b", True)
    assert _said(error) == (
        "resource 'https://example.org/book\ufffd': matrices has none of that address; "
        "`roadmap-tui show matrices` lists them"
    )
    with pytest.raises(UsageError, match="the roadmap has none of that address"):
        study.tick_resource("", BOOK, True)
    with pytest.raises(UsageError, match="no such item in this roadmap"):
        study.tick_resource("nowhere", BOOK, True)


# Undo and redo


def test_undo_and_redo_go_step_by_step(study: Study) -> None:
    study.set_status(["vectors", "limits"], "done")
    study.write_note("vectors", "arrows")
    study.tick_resource("vectors", BOOK, True)
    seen = [study.state("vectors")]
    undone = []
    for _ in range(3):
        change = study.undo()
        undone.append(change.action)
        seen.append(study.state("vectors"))
    assert seen[-1] == ItemState()
    assert study.counts_at() == Counts(6)
    with pytest.raises(UsageError) as error:
        study.undo()
    assert _said(error) == "undo: nothing left to undo; redo restores it"
    for state, action in zip(reversed(seen[:-1]), reversed(undone), strict=True):
        assert study.redo().action == action
        assert study.state("vectors") == state
    with pytest.raises(UsageError) as error:
        study.redo()
    assert _said(error) == "redo: nothing to redo; undo something first"
    assert study.undo().action == undone[0]


def test_a_new_change_ends_redo(study: Study) -> None:
    study.set_status(["vectors"], "done")
    study.undo()
    study.set_status(["limits"], "done")
    with pytest.raises(UsageError):
        study.redo()
    assert study.undo().ids == ("limits",)
    assert study.redo().ids == ("limits",)


@pytest.mark.parametrize("drift", [0, -86400 * 4000, 86400 * 4000])
def test_undo_and_redo_work_across_sessions_whatever_the_clock(
    study: Study, sit: Callable[..., Study], clock: Clock, drift: float
) -> None:
    study.set_status(["vectors"], "doing")
    study.set_status(["vectors"], "done")
    clock.turn(drift)
    other = sit()
    assert other.undo().ids == ("vectors",)
    assert other.state("vectors").status == "doing"
    study.apply(study.journal.read())
    assert study.state("vectors").status == "doing"
    clock.turn(-2 * drift)
    study.redo()
    assert study.state("vectors").status == "done"
    other.apply(other.journal.read())
    assert other.state("vectors") == study.state("vectors")
    other.set_status(["vectors"], "skipped")
    assert other.state("vectors").status == "skipped"
    assert other.history() == sit().history()


def test_two_sessions_that_undo_the_same_event_undo_it_once(study: Study, sit: Callable[..., Study]) -> None:
    study.set_status(["vectors"], "doing")
    study.set_status(["vectors"], "done")
    other = sit()
    study.undo()
    other.undo()
    study.apply(study.journal.read())
    assert study.state("vectors").status == "doing"
    study.redo()
    assert study.state("vectors").status == "done"


def test_history_can_be_limited_to_a_node_and_its_undos(study: Study) -> None:
    study.set_status(["vectors", "limits"], "done")
    study.write_note("limits", "epsilon")
    study.undo()
    study.redo()
    kinds = [type(event).__name__ for event in study.history()]
    assert kinds == ["StatusSet", "NoteWritten", "Undone", "Undone"]
    assert study.history("limits") == study.history()
    assert len(study.history("vectors")) == 1
    assert study.history("rank") == []


# Questions


def test_next_lists_items_in_progress_then_ready_ones(study: Study) -> None:
    def following(count: int = 9) -> list[str]:
        return [item.id for item in study.ranking.next_items()][:count]

    assert following() == ["vectors", "einsum", "rank", "limits"]
    study.set_status(["limits"], "doing")
    assert following() == ["limits", "vectors", "einsum", "rank"]
    assert following(1) == ["limits"]
    assert following(0) == []
    study.set_status(["vectors"], "doing")
    assert following() == ["vectors", "limits", "einsum", "rank"]
    study.set_status(["vectors"], "skipped")
    assert following() == ["limits", "matrices", "einsum", "rank"]
    study.set_status(["matrices", "einsum"], "done")
    assert following() == ["limits", "tensors", "rank"]
    study.set_status(["rank"], "skipped")
    study.set_status(["tensors", "limits"], "done")
    assert following() == []


def test_prerequisites_and_unlocked_items_are_listed(study: Study) -> None:
    matrices = study.node("matrices")
    assert isinstance(matrices, Item)
    assert [item.id for item in study.prerequisites(matrices)] == ["vectors"]
    assert [item.id for item in study.unlocks(matrices)] == ["tensors"]


def test_a_removed_prerequisite_does_not_block(sit: Callable[..., Study]) -> None:
    roadmap = Roadmap(
        "r", "R", children=(Item("a", "A", prerequisites=("gone", "b")), Item("b", "B")),
        retired=(Item("gone", "Gone"),),
    )  # fmt: skip
    study = sit(roadmap)
    study.set_status(["b"], "done")
    assert [item.id for item in study.ranking.next_items()] == ["a"]
    (first, _) = study.tree.items()
    assert [item.id for item in study.prerequisites(first)] == ["b"]


def test_retired_items_are_in_the_tree_but_not_counted(sit: Callable[..., Study]) -> None:
    gone = Item("gone", "Gone", kind="topic", children=(Item("gone-too", "Gone too"),))
    study = sit(Roadmap("r", "R", children=(Item("a", "A"), Item("b", "B")), retired=(gone,)))
    study.set_status(["gone", "a"], "done")
    assert study.counts_at() == Counts(1, done=1)
    assert study.count_summary() == "done 1 · in progress 0 · to do 1 · retired 2, not counted"
    at = study.tree.index_of["~retired"]
    assert at == study.tree.active_count
    assert study.counts_at(at) == Counts(1, done=1)
    assert study.status("gone") == "done"
    assert [item.id for item in study.tree.items()] == ["a", "b"]
    assert [item.id for item in study.ranking.next_items()] == ["b"]


def test_progress_of_a_missing_item_is_kept(sit: Callable[..., Study]) -> None:
    sit().set_status(["vectors"], "done")
    smaller = sit(ROADMAP._replace(children=ROADMAP.children[1:]))
    assert smaller.counts_at() == Counts(1)
    assert sit().counts_at() == Counts(5, done=1)


def test_wall_clock_has_a_time_zone(study: Study) -> None:
    assert study.now() == NOON
    assert wall_clock().utcoffset() is not None


def test_each_action_writes_one_record(study: Study) -> None:
    study.set_status(["vectors"], "done")
    study.undo()
    events: list[Event] = [*study.history()]
    assert isinstance(events[1], Undone)
    assert events[1].title == "Vectors"
    assert not any(isinstance(event, NoteWritten) for event in events)


def test_undo_takes_the_own_change_even_if_another_clock_is_ahead(tmp_path: Path) -> None:
    ahead, here = Clock(), Clock()
    ahead.turn(600)
    theirs = Study(ROADMAP, journal(tmp_path, "ahead", ahead))
    theirs.set_status(["limits"], "done")
    mine = Study(ROADMAP, journal(tmp_path, "here", here))
    mine.set_status(["vectors"], "done")
    assert mine.undo().ids == ("vectors",)
    assert mine.redo().ids == ("vectors",)
    # What comes while one works is followed too, but nothing that is a year ahead.
    theirs.set_status(["rank"], "done")
    mine.apply(mine.journal.read())
    mine.set_status(["einsum"], "done")
    assert mine.undo().ids == ("einsum",)
    ahead.turn(400 * 24 * 3600)
    theirs.set_status(["matrices"], "done")
    mine.apply(mine.journal.read())
    assert mine.journal.next_stamp().clock < theirs.journal.next_stamp().clock
