from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roadmap_tui.core.progress import fold
from roadmap_tui.core.progress.counts import Counts, StatusCounts
from roadmap_tui.core.progress.events import (
    STATUSES,
    Action,
    Event,
    Excluded,
    GoalSet,
    NeedSet,
    NoteWritten,
    QuestionHidden,
    ResourceTicked,
    SessionStarted,
    Stamp,
    Status,
    StatusSet,
    Undone,
    clock_limit,
    sort_key,
    targets,
)
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.states import ItemState, Note
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.roadmap.tree import FlatTree
from tests.journals import FAR, NOON, ROADMAP, histories, mark, stamp

KEYS = [(roadmap, target) for roadmap in ("maths", "physics") for target in ("x", "y")]


def _states(progress: Progress) -> list[ItemState]:
    return [progress.state(*key) for key in KEYS]


def _answers(progress: Progress) -> list[object]:
    """Everything that a progress says."""
    roadmaps = ("maths", "physics")
    return [
        _states(progress),
        [progress.history(roadmap) for roadmap in roadmaps],
        [progress.undoable(roadmap) for roadmap in roadmaps],
        [progress.redoable(roadmap) for roadmap in roadmaps],
        [progress.clock(*key) for key in KEYS],
        [
            (progress.needs(roadmap), progress.goal(roadmap), progress.snoozed(roadmap))
            for roadmap in roadmaps
        ],
        [progress.last_update(roadmap) for roadmap in roadmaps],
        {(roadmap, target) for roadmap in roadmaps for target in progress.ids_with_events(roadmap)},
    ]


def _by_the_book(events: list[Event], roadmap: str, target: str) -> ItemState:
    """The state of a node, from the rules alone."""
    known = {event.stamp.id: event for event in events}

    def in_force_of() -> dict[str, bool]:
        undos = [event for event in sorted(known.values(), key=sort_key) if isinstance(event, Undone)]
        return dict(found for undo in undos if (found := root(undo)))

    def root(undo: Undone) -> tuple[str, bool] | None:
        on, seen = True, set()
        event: Event | None = undo
        while isinstance(event, Undone) and event.stamp.id not in seen:
            seen.add(event.stamp.id)
            on = not on
            event = known.get(event.ref)
        return None if event is None or isinstance(event, Undone | SessionStarted) else (event.stamp.id, on)

    in_force = in_force_of()
    named = {
        ref
        for event in events
        if isinstance(event, Excluded) and in_force.get(event.stamp.id, True)
        for ref in event.refs
    }

    def is_excluded(event: Event) -> bool:
        acts_on = root(event) if isinstance(event, Undone) else (event.stamp.id, True)
        is_exclusion = acts_on is not None and isinstance(known[acts_on[0]], Excluded)
        return event.stamp.id in named and event.stamp.clock >= FAR and not is_exclusion

    known = {event.stamp.id: event for event in events if not is_excluded(event)}
    events, in_force = list(known.values()), in_force_of()
    status: Status = "todo"
    since, ticks, notes, hidden = None, set[str](), dict[str, NoteWritten](), set[str]()
    for event in sorted(events, key=sort_key):
        if isinstance(event, Undone | SessionStarted) or not in_force.get(event.stamp.id, True):
            continue
        if event.roadmap != roadmap or target not in targets(event):
            continue
        if isinstance(event, StatusSet):
            status, since = event.status, event.stamp.at
        elif isinstance(event, ResourceTicked):
            ticks = ticks | {event.url} if event.on else ticks - {event.url}
        elif isinstance(event, QuestionHidden):
            hidden = hidden | {event.question} if event.on else hidden - {event.question}
        elif isinstance(event, NoteWritten):
            notes = {key: note for key, note in notes.items() if key not in event.bases}
            notes[event.stamp.id] = event
    shown = tuple(Note(key, note.text, note.stamp.at) for key, note in notes.items() if note.text)
    return ItemState(status, since, shown, frozenset(ticks), hidden=frozenset(hidden))


@given(histories())
def test_states_equal_those_of_a_direct_implementation(events: list[Event]) -> None:
    assert _states(Progress(events)) == [_by_the_book(events, *key) for key in KEYS]


@given(histories(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_states_do_not_depend_on_the_order_of_arrival(
    events: list[Event], chance: random.Random, size: int
) -> None:
    expected = _answers(Progress(sorted(events, key=sort_key)))
    shuffled = [*events, *chance.choices(events, k=3)]
    chance.shuffle(shuffled)
    progress = Progress()
    before = _states(progress)
    while shuffled:
        batch, shuffled = shuffled[:size], shuffled[size:]
        changed = progress.add(batch)
        after = _states(progress)
        differing = {key for key, old, new in zip(KEYS, before, after, strict=True) if old != new}
        assert differing <= changed
        before = after
    assert len(progress) == len(events)
    assert all(event.stamp.id in progress for event in events)
    assert _answers(progress) == expected


@given(histories(), histories(), st.randoms(use_true_random=False))
def test_events_that_share_an_id_give_the_same_state_in_any_order(
    events: list[Event], rivals: list[Event], chance: random.Random
) -> None:
    everything = [*events, *rivals]
    first = _answers(Progress(everything))
    chance.shuffle(everything)
    progress = Progress(everything[:5])
    _states(progress)
    progress.add(everything[5:])
    assert _answers(progress) == first


def _undo(ref: Event, clock: int, session: str = "s") -> Undone:
    return Undone(stamp(clock, session), "maths", "", ref.stamp.id)


def _status(progress: Progress) -> Status:
    return progress.state("maths", "vectors").status


def test_the_last_writer_wins_by_clock_then_id() -> None:
    progress = Progress([mark(status="done", clock=2), mark(status="doing", clock=1)])
    assert _status(progress) == "done"
    progress.add([mark(status="skipped", clock=2, session="z"), mark(status="todo", clock=2, session="a")])
    assert _status(progress) == "skipped"


def test_undo_and_redo_mark_what_they_refer_to() -> None:
    done = mark(clock=1)
    undo = _undo(done, 2)
    redo = _undo(undo, 3)
    progress = Progress([mark(status="doing", clock=0), done])
    for event, expected in [(undo, "doing"), (redo, "done"), (_undo(redo, 4), "doing")]:
        assert progress.add([event]) == {("maths", "vectors")}
        assert _status(progress) == expected
    assert progress.add([_undo(done, 5)]) == {("maths", "vectors")}
    assert _status(progress) == "doing"


def test_the_undo_of_one_writer_keeps_what_another_wrote() -> None:
    mine, theirs = mark(clock=1, session="a"), mark(clock=1, session="b")
    progress = Progress([mine, theirs, _undo(mine, 2)])
    assert _status(progress) == "done"
    progress.add([_undo(theirs, 3)])
    assert _status(progress) == "todo"


def test_two_undos_of_one_change_are_one() -> None:
    done = mark(clock=1)
    progress = Progress([done, _undo(done, 2, "a"), _undo(done, 2, "b")])
    assert _status(progress) == "todo"
    again = progress.redoable("maths")
    assert again is not None
    undo, action, above = again
    assert (undo.stamp.id, action, above) == (_undo(done, 2, "b").stamp.id, done, 2)
    progress.add([_undo(undo, 3)])
    assert _status(progress) == "done"
    assert progress.redoable("maths") is None


def test_undos_of_themselves_of_each_other_and_of_nothing_do_nothing() -> None:
    one, two = stamp(5, "a"), stamp(6, "b")
    circle: list[Event] = [Undone(one, "maths", "", two.id), Undone(two, "maths", "", one.id)]
    itself = Undone(stamp(7), "maths", "", stamp(7).id)
    nothing = Undone(stamp(8), "maths", "", "nowhere")
    opening = SessionStarted(stamp(9), "test", 1)
    progress = Progress([mark(), *circle, itself, nothing, opening, _undo(opening, 10)])
    assert _status(progress) == "done"
    undoable = progress.undoable("maths")
    assert undoable is not None
    assert undoable[0] == mark()
    assert progress.redoable("maths") is None


def test_a_chain_of_undos_of_any_length_and_order_is_followed() -> None:
    chain: list[Event] = [mark()]
    for clock in range(2, 5003):
        chain.append(_undo(chain[-1], clock))
    assert _status(Progress(reversed(chain))) == "todo"
    assert _status(Progress([*chain[:0:-1][1:], chain[0]])) == "done"


def test_redo_after_thousands_of_undos_and_redos() -> None:
    marks: list[Event] = [mark(clock=at) for at in range(1, 7001)]
    undos = [_undo(one, 7001 + at) for at, one in enumerate(reversed(marks))]
    redos = [_undo(one, 14_002 + at) for at, one in enumerate(undos[1:])]
    progress = Progress([*marks, *undos, *redos])
    found = progress.redoable("maths")
    assert found is not None
    assert found[:2] == (undos[0], marks[-1])


def _note(text: str, clock: int, *bases: NoteWritten, session: str = "s") -> NoteWritten:
    return NoteWritten(
        stamp(clock, session), "maths", "vectors", "", text, tuple(one.stamp.id for one in bases)
    )


def _texts(progress: Progress) -> list[str]:
    return [note.text for note in progress.state("maths", "vectors").notes]


def test_concurrent_notes_are_both_kept_until_one_replaces_both() -> None:
    first = _note("first", 1)
    mine, theirs = _note("mine", 2, first, session="a"), _note("theirs", 2, first, session="b")
    progress = Progress([theirs, mine, first])
    assert _texts(progress) == ["mine", "theirs"]
    both = _note("both", 3, mine, theirs)
    progress.add([both])
    assert _texts(progress) == ["both"]
    progress.add([_undo(both, 4)])
    assert _texts(progress) == ["mine", "theirs"]
    progress.add([_note("", 5, mine, theirs)])
    assert _texts(progress) == []


def test_notes_that_claim_to_replace_each_other_or_themselves_stay_visible() -> None:
    one, two = stamp(1, "a"), stamp(2, "b")
    notes: list[Event] = [
        NoteWritten(one, "maths", "vectors", "", "one", (one.id, two.id)),
        NoteWritten(two, "maths", "vectors", "", "two", (two.id, one.id)),
    ]
    assert _texts(Progress(notes)) == ["two"]


def test_redo_brings_back_the_last_undone_first_and_a_new_change_ends_it() -> None:
    one, two = mark("a", clock=1), mark("b", clock=2)
    progress = Progress([one, two])
    undo_two = _undo(two, 3)
    progress.add([undo_two, undo_one := _undo(one, 4)])
    found = progress.redoable("maths")
    assert found is not None
    assert found[:2] == (undo_one, one)
    progress.add([_undo(undo_one, 5)])
    found = progress.redoable("maths")
    assert found is not None
    assert found[:2] == (undo_two, two)
    assert progress.undoable("maths") == (one, 5)
    progress.add([mark("c", clock=6)])
    assert progress.redoable("maths") is None


def _last(progress: Progress, latest: int = 10**15) -> Action | None:
    found = progress.undoable("maths", latest)
    return found[0] if found else None


def test_undo_takes_the_last_change_whatever_a_wrong_clock_says() -> None:
    wrong = mark("wrong", clock=FAR)
    limit = clock_limit(wrong.stamp.at)
    before, after = (
        mark(name)._replace(stamp=Stamp(name, clock, datetime.fromtimestamp(clock // 1000, UTC)))
        for name, clock in (("before", limit - 1000), ("after", limit + 1000))
    )
    assert _last(Progress([before, wrong])) == wrong
    assert _last(Progress([before, wrong, after])) == after
    # A session whose own time was wrong too; the last that is plausible counts.
    ahead = mark("ahead")._replace(stamp=Stamp(f"{FAR:012x}-s-1", FAR, NOON.replace(year=9000)))
    assert _last(Progress([before, ahead]), limit) == before
    assert _last(Progress([ahead]), limit) == ahead
    progress = Progress([before, ahead, undo := _undo(before, limit)])
    found = progress.redoable("maths", limit)
    assert found is not None
    assert found[:2] == (undo, before)


def test_an_exclusion_removes_what_has_a_wrong_clock_and_can_be_undone() -> None:
    wrong, right = mark(status="done", clock=FAR), mark(status="doing", clock=5)
    exclusion = Excluded(stamp(6), "maths", "", (wrong.stamp.id, right.stamp.id))
    progress = Progress([wrong, right])
    assert _status(progress) == "done"
    assert progress.add([exclusion]) >= {("maths", "vectors")}
    assert (_status(progress), progress.clock("maths", "vectors")) == ("doing", 5)
    assert not progress.is_active(wrong)
    assert wrong in progress.history("maths")
    assert _last(progress) == exclusion
    undo = _undo(exclusion, 7)
    progress.add([undo])
    assert (_status(progress), progress.clock("maths", "vectors")) == ("done", FAR)
    progress.add([_undo(undo, 8)])
    assert _status(progress) == "doing"


def test_neither_an_exclusion_nor_its_undo_can_be_excluded() -> None:
    wrong = mark(status="done", clock=FAR)
    exclusion = Excluded(stamp(FAR + 2), "maths", "", (wrong.stamp.id, "undo", stamp(FAR + 2).id))
    undo = Undone(stamp(FAR + 3)._replace(id="undo"), "maths", "", exclusion.stamp.id)
    assert _status(Progress([wrong, exclusion])) == "todo"
    assert _status(Progress([wrong, exclusion, undo])) == "done"


def test_a_chain_of_undos_visits_the_targets_of_its_action_once(monkeypatch: pytest.MonkeyPatch) -> None:
    visits = []

    def count(event: Event) -> tuple[str, ...]:
        visits.append(event)
        return targets(event)

    monkeypatch.setattr(fold, "targets", count)
    events: list[Event] = [mark()._replace(targets=tuple(f"i{n}" for n in range(50)))]
    for clock in range(2, 500):
        events.append(_undo(events[-1], clock))
    for order in (1, -1):
        visits.clear()
        assert len(Progress(events[::order]).add(())) == 0
        assert len(visits) == 2


def test_progress_of_one_roadmap_does_not_affect_another() -> None:
    progress = Progress([mark()])
    assert progress.undoable("physics") is None
    assert progress.history("physics") == []
    assert progress.ids_with_events("physics") == []
    assert progress.state("physics", "vectors") == ItemState()
    assert progress.clock("physics", "vectors") == 0


LAYOUT = FlatTree(ROADMAP)
ITEMS = [at for at, node in enumerate(LAYOUT.nodes) if isinstance(node, Item)]


@given(st.lists(st.tuples(st.sampled_from(ITEMS), st.sampled_from(STATUSES))))
def test_updated_counts_equal_a_recount(moves: list[tuple[int, Status]]) -> None:
    counts = StatusCounts(LAYOUT)
    statuses: dict[int, Status] = dict.fromkeys(ITEMS, "todo")
    for at, new in moves:
        counts.set_status(at, new)
        statuses[at] = new
    for at in range(-1, len(LAYOUT)):
        end = LAYOUT.subtree_end[at] if at >= 0 else len(LAYOUT)
        found = [statuses[item] for item in ITEMS if max(at, 0) <= item < end]
        assert counts.counts_for(at) == Counts(*(found.count(status) for status in STATUSES))


@given(*[st.integers(0, 3000)] * 4)
@example(0, 0, 0, 5)
@example(1, 0, 2999, 0)
@example(2999, 0, 1, 0)
@example(0, 0, 7, 100)
def test_a_percentage_is_100_at_the_end_and_0_at_the_start_only(
    todo: int, doing: int, done: int, skipped: int
) -> None:
    tally = Counts(todo, doing, done, skipped)
    assert tally.total == todo + doing + done
    assert (tally.percent == 100) == (done > 0 and not todo and not doing)
    assert (tally.percent == 0) == (not done)
    if tally.total:
        assert abs(tally.percent - 100 * done / tally.total) <= 1


def test_the_summary_names_uncounted_items() -> None:
    assert Counts(1, 2, 3).summary() == "done 3 · in progress 2 · to do 1"
    assert Counts(1, 2, 3, 4).summary() == "done 3 · in progress 2 · to do 1 · skipped 4, not counted"


def test_an_action_is_active_until_it_is_undone() -> None:
    action: Action = mark()
    progress = Progress([action])
    assert progress.is_active(action)
    progress.add([_undo(action, 2)])
    assert not progress.is_active(action)


def test_the_newest_active_change_of_each_prerequisite_and_the_newest_goal_count() -> None:
    def need(clock: int, prerequisite: str, on: bool) -> NeedSet:
        return NeedSet(stamp(clock), "maths", "x", "", prerequisite, on)

    def goal(clock: int, target: str) -> GoalSet:
        return GoalSet(stamp(clock), "maths", target, "", "", 0)

    events: list[Event] = [need(1, "y", True), need(2, "z", True), need(3, "y", False), need(4, "y", True)]
    progress = Progress(events[::-1])
    assert progress.needs("maths") == [events[1], events[3]]
    progress.add([Undone(stamp(5), "maths", "", events[3].stamp.id)])
    assert progress.needs("maths") == [events[1], events[2]]
    progress.add([goal(7, "y"), goal(6, "x")])
    assert (progress.goal("maths"), progress.goal("physics")) == (goal(7, "y"), None)
    progress.add([Undone(stamp(8), "maths", "", stamp(7).id)])
    assert progress.goal("maths") == goal(6, "x")
    assert progress.goal_clock("maths") == 7
