"""The review queue: what is due, its order and limit, grading and pausing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.placement import PlacementResult
from roadmap_tui.core.progress.events import ReviewGraded
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.study.placement import save_placement
from roadmap_tui.study.reviews import ReviewStatus
from roadmap_tui.study.study import Study
from tests.journals import ROADMAP, Clock, journal, mark

DAY = 24 * 3600.0
ALL = ["vectors", "matrices", "tensors", "einsum", "rank", "limits"]


@pytest.fixture
def later(clock: Clock, study: Study) -> Callable[[float], Study]:
    """Everything is done; some days later."""
    study.set_status(ALL, "done")

    def pass_by(days: float) -> Study:
        clock.turn(days * DAY)
        return study

    return pass_by


def test_an_item_is_due_the_day_after_it_was_done(later: Callable[[float], Study]) -> None:
    study = later(0)
    assert (study.reviews.queue(), study.reviews.due_count(), study.reviews.due_ids()) == ([], 0, frozenset())
    assert study.reviews.next_due_day() == date(2025, 3, 2)
    later(1)
    assert study.reviews.queue() == ALL
    assert study.reviews.due_count() == 6
    assert "rank" in study.reviews.due_ids()
    assert study.reviews.due_ids() == frozenset(ALL)


def test_only_done_items_of_the_roadmap_are_due(tmp_path: Path, clock: Clock) -> None:
    gone = Item("gone", "Gone")
    study = Study(ROADMAP._replace(retired=(gone,)), journal(tmp_path, clock=clock))
    study.set_status(["vectors", "matrices", "rank", "gone"], "done")
    clock.turn(DAY)
    assert study.reviews.queue() == ["vectors", "matrices", "rank"]
    study.set_status(["vectors"], "doing")
    study.set_status(["matrices"], "skipped")
    assert (study.reviews.queue(), study.reviews.due_count()) == (["rank"], 1)
    study.undo()
    assert (study.reviews.queue(), study.reviews.due_count()) == (["matrices", "rank"], 2)
    assert study.reviews.status_of("gone") is None
    assert study.reviews.status_of("vectors") is None
    study.close()


def test_an_item_that_became_a_section_is_not_reviewed(tmp_path: Path, clock: Clock) -> None:
    study = Study(ROADMAP, journal(tmp_path, clock=clock))
    assert study.reviews.due_count() == 0
    study.apply([mark("algebra", "done", clock=1), mark("rank", "done", clock=2)])
    clock.turn(2 * DAY)
    assert study.reviews.due_count() == 1
    study.apply([mark("analysis", "done", clock=3), mark("einsum", "done", clock=4)])
    assert study.reviews.due_ids() == {"rank", "einsum"}
    assert study.reviews.status_of("algebra") is None
    study.close()


def test_the_queue_is_ordered_by_predicted_recall(later: Callable[[float], Study], clock: Clock) -> None:
    study = later(1)
    study.set_status(["tensors"], "todo")
    study.set_status(["tensors"], "done")
    for name, rating in (("limits", 4), ("vectors", 1), ("matrices", 2)):
        study.reviews.grade(name, rating)
    clock.turn(60 * DAY)
    queue = study.reviews.queue()
    assert queue == ["vectors", "matrices", "einsum", "rank", "tensors", "limits"]
    known = [study.reviews.status_of(name) for name in ("vectors", "matrices", "limits")]
    chances = [one.retrievability for one in known if one and one.retrievability is not None]
    assert len(chances) == 3
    assert chances == sorted(chances)


def test_the_queue_is_limited_to_the_daily_maximum(later: Callable[[float], Study], clock: Clock) -> None:
    study = later(1)
    study.settings = DEFAULTS._replace(reviews_a_day=3)
    assert study.reviews.queue() == ["vectors", "matrices", "tensors"]
    assert "limits" in study.reviews.due_ids()
    study.reviews.grade("vectors", 3)
    assert (study.reviews.queue(), study.reviews.due_count()) == (["matrices", "tensors"], 2)
    study.reviews.grade("matrices", 3)
    change = study.reviews.grade("limits", 3)
    assert (study.reviews.queue(), study.reviews.due_count()) == ([], 0)
    assert study.reviews.next_due_day() == date(2025, 3, 3)
    assert study.reviews.forecast(date(2025, 3, 3)) == 3
    study.reviews.revert_last(change.action)
    assert study.reviews.queue() == ["tensors"]
    clock.turn(DAY)
    assert len(study.reviews.queue()) == 3


def test_grades_in_another_roadmap_count_for_the_daily_maximum(
    later: Callable[[float], Study], sit: Callable[..., Study]
) -> None:
    study = later(1)
    study.settings = DEFAULTS._replace(reviews_a_day=3)
    other = sit(Roadmap("other", "Other", children=(Item("a", "A"), Item("b", "B"))))
    other.set_status(["a", "b"], "done")
    for rating in (1, 3):
        other.reviews.grade("a", rating)
    other.reviews.grade("b", 3)
    assert study.reviews.due_count() == 3
    study.apply(study.journal.read())
    assert study.reviews.due_count() == len(study.reviews.queue()) == 1


def test_the_due_count_is_updated_incrementally(later: Callable[[float], Study], clock: Clock) -> None:
    study = later(1)

    def seen() -> tuple[int | None, bool]:
        return study.reviews.cached_due_count, study.reviews.is_stale

    assert seen() == (None, False)
    assert study.reviews.due_count() == 6
    assert seen() == (6, False)
    study.set_status(["rank", "limits"], "todo")
    study.reviews.grade("vectors", 3)
    assert seen() == (3, False)
    clock.turn(DAY)
    assert study.reviews.is_stale
    study.set_status(["rank"], "done")
    assert seen() == (3, False)


def test_cards_computed_elsewhere_are_used_unless_the_item_changed(later: Callable[[float], Study]) -> None:
    study = later(1)
    study.reviews.grade("vectors", 4)
    states = study.reviews.cards.pending_states()
    assert set(states) == set(ALL)
    cards = study.reviews.cards.compute(states)
    study.reviews.grade("rank", 4)
    study.reviews.cards.add(cards)
    assert study.reviews.due_count() == 4
    assert study.reviews.cards.pending_states() == {}


def test_grades_schedule_the_next_review(later: Callable[[float], Study], tmp_path: Path) -> None:
    study = later(1)
    before = study.reviews.status_of("vectors")
    interval = study.reviews.intervals("vectors")[2]
    assert before is not None
    assert (before.due, before.last, before.retrievability, before.stability) == (
        date(2025, 3, 2),
        None,
        None,
        None,
    )
    change = study.reviews.grade("vectors", 3, 4_000)
    after = study.reviews.status_of("vectors")
    assert after is not None
    assert (after.due - date(2025, 3, 2)).days == interval
    assert (after.last, after.retrievability) == (date(2025, 3, 2), 1.0)
    assert study.state("vectors").reviews[0].ms == 4_000
    assert "vectors" not in study.reviews.queue()
    again = Study(ROADMAP, journal(tmp_path / "log", clock=Clock(study.now())))
    assert again.reviews.status_of("vectors") == after
    study.reviews.revert_last(change.action)
    assert study.reviews.status_of("vectors") == before
    with pytest.raises(UsageError):
        study.reviews.revert_last(change.action)


def test_the_answer_time_is_limited_to_ten_minutes(later: Callable[[float], Study]) -> None:
    study = later(1)
    for ms in (10**9, -5):
        study.reviews.grade("vectors", 3, ms)
    assert [review.ms for review in study.state("vectors").reviews] == [600_000, 0]


@pytest.mark.parametrize(
    ("node_id", "rating", "why"),
    [
        ("nowhere", 3, "no such item in this roadmap"),
        ("algebra", 3, "only items"),
        ("limits", 3, "only finished items"),
        ("vectors", 5, "no such grade"),
        ("vectors", 0, "no such grade"),
    ],
)
def test_invalid_grades_are_refused(study: Study, node_id: str, rating: int, why: str) -> None:
    study.set_status(["vectors"], "done")
    with pytest.raises(UsageError, match=why):
        study.reviews.grade(node_id, rating)
    assert study.state("vectors").reviews == ()


def test_a_grade_that_cannot_be_saved_is_dropped(
    later: Callable[[float], Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = later(1)

    def refuse(lines: list[bytes]) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(study.journal._writer, "append", refuse)
        for _ in range(2):
            with pytest.raises(SaveError, match="nothing was changed; try again"):
                study.reviews.grade("vectors", 3)
        assert study.state("vectors").reviews == ()
        assert "vectors" in study.reviews.due_ids()
    study.reviews.grade("vectors", 2)
    assert [review.rating for review in study.state("vectors").reviews] == [2]


def test_view_only_refuses_changes(clock: Clock) -> None:
    study = Study.open(ROADMAP, None, clock)
    with pytest.raises(SaveError):
        study.reviews.pause(date(2025, 3, 9))
    assert study.reviews.resume() is None
    assert study.reviews.queue() == []


def test_recall_is_that_of_the_first_review_of_each_day(
    later: Callable[[float], Study], clock: Clock
) -> None:
    study = later(1)
    for rating in (1, 3):
        study.reviews.grade("vectors", rating)
    study.reviews.grade("matrices", 3)
    assert study.reviews.recalled(1) == (2, 1)
    clock.turn(DAY)
    study.reviews.grade("vectors", 4)
    assert (study.reviews.recalled(1), study.reviews.recalled(2)) == ((1, 1), (3, 2))
    assert study.reviews.recall("vectors") == 1.0
    study.set_status(["vectors"], "doing")
    assert study.reviews.recall("vectors") is None


def test_an_item_can_be_set_back_to_doing(later: Callable[[float], Study]) -> None:
    study = later(1)
    change = study.reviews.set_back("vectors")
    assert study.state("vectors").status == "doing"
    assert "vectors" not in study.reviews.due_ids()
    study.reviews.revert_last(change.action)
    assert "vectors" in study.reviews.due_ids()


def test_a_pause_changes_no_due_dates(later: Callable[[float], Study], clock: Clock) -> None:
    study = later(1)
    for name in ("vectors", "rank"):
        study.reviews.grade(name, 4)
    dues = [study.reviews.status_of(name) for name in ALL]
    study.reviews.pause(date(2025, 3, 16))
    assert (study.reviews.queue(), study.reviews.due_count(), study.reviews.due_ids()) == ([], 0, frozenset())
    assert "limits" not in study.reviews.due_ids()
    assert study.reviews.paused_until == study.reviews.next_due_day() == date(2025, 3, 16)
    assert [study.reviews.status_of(name) for name in ALL] == dues
    assert len(study.reviews.due_queue()) == 4
    clock.turn(13 * DAY)
    assert study.reviews.queue() == []
    clock.turn(DAY)
    assert study.reviews.paused_until is None
    assert len(study.reviews.queue()) == 6


def test_a_pause_can_be_ended(later: Callable[[float], Study]) -> None:
    study = later(1)
    assert study.reviews.resume() is None
    study.reviews.pause(date(2025, 3, 16))
    study.reviews.pause(date(2025, 3, 5))
    assert (study.reviews.paused_until, study.reviews.due_count()) == (date(2025, 3, 5), 0)
    assert study.reviews.resume() is not None
    assert (study.reviews.paused_until, study.reviews.due_count()) == (None, 6)
    study.undo()
    assert study.reviews.due_count() == 0


def test_an_open_session_notices_the_end_of_a_pause(later: Callable[[float], Study], clock: Clock) -> None:
    later(1).reviews.pause(date(2025, 3, 5))
    study = later(0)
    assert (study.reviews.due_count(), study.reviews.is_stale) == (0, False)
    while study.reviews.paused_until:
        clock.turn(DAY)
    assert study.reviews.is_stale
    assert study.reviews.cached_due_count == 6


@pytest.mark.parametrize("until", [date(2025, 3, 1), date(2025, 2, 1), date(2026, 3, 9)])
def test_invalid_pauses_are_refused(study: Study, until: date) -> None:
    with pytest.raises(UsageError, match="within the next year"):
        study.reviews.pause(until)


def test_grades_of_two_machines_are_merged(tmp_path: Path) -> None:
    """Each reviews for itself, half a world apart; once they meet, both see the same."""
    clocks = [Clock(datetime(2025, 3, 1, 12, tzinfo=timezone(timedelta(hours=hours)))) for hours in (14, -11)]
    studies = [
        Study(ROADMAP, journal(tmp_path / name, host=name, clock=one))
        for name, one in zip("ab", clocks, strict=True)
    ]
    studies[0].set_status(ALL, "done")
    studies[1].apply(studies[0].journal.read())
    for day in range(4):
        for number, study in enumerate(studies):
            study.reviews.grade(ALL[day], 1 + (day + number) % 4)
            clocks[number].turn(DAY)
    events = [study.journal.read() for study in studies]
    for study in studies:
        for several in events:
            study.apply(several)
    one, other = ([study.reviews._schedule.card(study.state(name)) for name in ALL] for study in studies)
    assert one == other
    assert len(studies[0].state("vectors").reviews) == 2
    for study in studies:
        study.close()


def test_due_days_follow_the_start_of_the_day(sit: Callable[..., Study], clock: Clock) -> None:
    study = sit()
    clock.turn(15 * 3600)  # three at night
    study.set_status(["vectors"], "done")
    clock.turn(3600)
    assert study.reviews.due_count() == 1
    midnight = Study(ROADMAP, study.journal, DEFAULTS._replace(day_start=0))
    midnight.apply(study.progress.history("maths"))
    assert midnight.reviews.due_count() == 0


def test_a_change_reads_few_of_many_done_items(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = tuple(Item(f"i{n}", f"I {n}") for n in range(2_000))
    study = Study(Roadmap("many", "Many", children=items), journal(tmp_path, clock=clock))
    study.set_status([item.id for item in items], "done")
    clock.turn(DAY)
    reviews = study.reviews
    reviews.cards.add(reviews.cards.compute(reviews.cards.pending_states()))
    reviews.due_count()
    read: set[str] = set()
    state = study.state

    def spy(node_id: str) -> ItemState:
        read.add(node_id)
        return state(node_id)

    monkeypatch.setattr(study, "state", spy)
    study.set_status(["i0"], "todo")
    assert reviews.due_count() == 10
    assert read == {"i0"}
    study.close()


def test_a_grade_is_written_as_a_review_event(later: Callable[[float], Study]) -> None:
    change = later(1).reviews.grade("vectors", 3)
    assert isinstance(change.action, ReviewGraded)
    assert (change.action.title, change.ids) == ("Vectors", ("vectors",))


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)
@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 31)])
def test_items_are_due_when_the_study_day_begins_in_any_zone(tmp_path: Path, zone: str, day: date) -> None:
    """Also where the clocks are changed that night."""
    here = ZoneInfo(zone)
    times = [datetime.combine(day, time(23, 30), here)]
    times += [datetime.combine(day + timedelta(days=1), time(*hour), here) for hour in ((3, 59), (4, 0))]
    # A machine's clock tells its offset, not its zone.
    clock = Clock()
    study = Study(ROADMAP, journal(tmp_path, clock=clock))
    found = []
    for moment in times:
        clock.time = moment.astimezone(timezone(moment.utcoffset() or timedelta()))
        study.set_status(["vectors"], "done")
        found.append(study.reviews.due_count())
    assert found == [0, 0, 1]
    study.close()


def test_a_pause_ended_in_one_zone_is_ended_in_every_zone(tmp_path: Path) -> None:
    east, west = (timezone(timedelta(hours=hours)) for hours in (14, -11))
    clock = Clock(datetime(2026, 3, 1, 12, tzinfo=east))
    study = Study(ROADMAP, journal(tmp_path, clock=clock))
    study.set_status(["vectors"], "done")
    clock.turn(2 * DAY)
    study.reviews.pause(date(2026, 3, 20))
    study.reviews.resume()
    clock.time = clock.time.astimezone(west)
    assert (study.reviews.today, study.reviews.due_count()) == (date(2026, 3, 2), 1)
    study.close()


CHAIN = Roadmap(
    "chain",
    "Chain",
    children=(
        Item("own", "Own"),
        *(Item(f"k{n}", f"K{n}", prerequisites=(f"k{n - 1}",) if n else ()) for n in range(6)),
        Item("top", "Top", prerequisites=("k5", "k1")),
    ),
)
KNOWN = ("k5", "k4", "k3", "k2", "k1")


def test_what_a_placement_marked_comes_last_and_three_a_day(sit: Callable[..., Study], clock: Clock) -> None:
    study = sit(CHAIN._replace(children=(*CHAIN.children, Item("more", "More", prerequisites=("k1",)))))
    save_placement(study, PlacementResult(KNOWN, ()))
    study.set_status(["own"], "done")
    clock.turn(DAY)
    assert study.reviews.due_ids() == {"own", *KNOWN}
    assert (study.reviews.queue(), study.reviews.due_count()) == (["own", "k1", "k2", "k3"], 4)
    assert study.reviews.due_queue() == ["own", "k1", "k2", "k3", "k4", "k5"]
    assert study.reviews.forecast(study.reviews.today + timedelta(days=1)) == 4
    study.settings = DEFAULTS._replace(reviews_a_day=2)
    assert study.reviews.queue() == ["own", "k1"]
    study.settings = DEFAULTS
    study.reviews.grade("k1", 1)
    study.reviews.grade("k2", 3)
    assert (study.reviews.queue(), study.reviews.due_count()) == (["own", "k3"], 2)
    study.reviews.grade("k3", 3)
    assert (study.reviews.queue(), study.reviews.due_count()) == (["own"], 1)
    assert study.reviews.status_of("k4") == ReviewStatus(study.reviews.today, None, None, None)
    clock.turn(DAY)
    assert study.reviews.queue()[:2] == ["k1", "own"]  # k1 was reviewed: it is an ordinary one
    study.reviews.grade("k1", 3)
    assert study.reviews.queue() == ["own", "k4", "k5"]


def test_the_time_of_a_review_is_the_median_of_the_last_month(
    later: Callable[[float], Study], clock: Clock
) -> None:
    study = later(1)
    assert study.reviews.seconds_each == 60
    study.reviews.grade("vectors", 3, 500_000)
    clock.turn(40 * DAY)
    for name, seconds in (("matrices", 20), ("tensors", 30), ("rank", 90), ("limits", 0)):
        study.reviews.grade(name, 3, seconds * 1000)
    assert study.reviews.seconds_each == 30
