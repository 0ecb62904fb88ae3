"""Due dates: compared with the fsrs package, and equal on every machine."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap_tui.core.progress.events import Event, ReviewGraded, Stamp, Status, StatusSet, Undone
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.states import ItemState, Review
from roadmap_tui.core.review.schedule import Card, Scheduler
from tests.journals import ROOT

FOUR = 4 * 60
DAY = date(2026, 3, 1)
SCHEDULE = Scheduler(0.9, FOUR)


def evening(day: int, offset: int = 0) -> datetime:
    zone = timezone(timedelta(hours=offset))
    return datetime(2026, 3, 1, 21, tzinfo=zone) + timedelta(days=day)


def done(*reviews: Review, since: datetime | None = None) -> ItemState:
    return ItemState("done", since or evening(0), reviews=reviews)


def card(state: ItemState) -> Card:
    found = SCHEDULE.card(state)
    assert found is not None
    return found


def test_the_first_review_is_due_the_day_after() -> None:
    assert card(done()).due == date(2026, 3, 2)
    late = datetime(2026, 3, 2, 3, 59, tzinfo=UTC)
    assert card(done(since=late)).due == date(2026, 3, 2)
    assert card(done(since=late + timedelta(minutes=1))).due == date(2026, 3, 3)


def test_the_study_day_is_that_of_the_recording_machine() -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert card(done(since=moment.astimezone(timezone(timedelta(hours=14))))).due == date(2026, 3, 2)
    assert card(done(since=moment.astimezone(timezone(timedelta(hours=-11))))).due == date(2026, 3, 1)


@pytest.mark.parametrize("status", ["todo", "doing", "skipped"])
def test_items_that_are_not_done_have_no_card(status: str) -> None:
    state = done(Review(evening(1), 3, 0))._replace(status=status)
    assert SCHEDULE.card(state) is None


def test_done_again_an_item_is_due_the_day_after_with_its_memory() -> None:
    reviews = tuple(Review(evening(day), 3, 0) for day in (1, 4, 14))
    before = card(done(*reviews))
    again = card(done(*reviews, since=evening(15)))
    assert before.due > date(2026, 4, 1)
    assert again == before._replace(due=date(2026, 3, 17))


def test_a_review_the_next_morning_is_a_day_later() -> None:
    night = Review(datetime(2026, 3, 1, 23, tzinfo=UTC), 3, 0)
    for hour in (5, 23):
        morning = Review(datetime(2026, 3, 2, hour, tzinfo=UTC), 3, 0)
        assert card(done(night, morning)) == card(done(night, morning._replace(at=evening(1))))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.sampled_from([1, 2, 3, 4])), min_size=1, max_size=25),
    st.sampled_from([0.7, 0.85, 0.9, 0.97]),
)
def test_cards_equal_those_of_fsrs(steps: list[tuple[int, int]], retention: float) -> None:
    scheduler = fsrs.Scheduler(
        desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    theirs, reviews, day = fsrs.Card(card_id=1), [], 0
    for gap, rating in steps:
        day += gap
        reviews.append(Review(evening(day), rating, 0))
        noon = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=day)
        before = theirs
        theirs, _ = scheduler.review_card(theirs, fsrs.Rating(rating), noon)
    ours = Scheduler(retention, FOUR)
    replayed = ours.replay(reviews)
    assert (replayed.due, replayed.stability) == (theirs.due.date(), theirs.stability)
    today = DAY + timedelta(days=day + 5)
    then = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    assert replayed.retrievability(today) == scheduler.get_card_retrievability(theirs, then)
    nexts = [scheduler.review_card(theirs, rating, then)[0].due.date() for rating in fsrs.Rating]
    assert [today + timedelta(days=days) for days in ours.intervals(replayed, today)] == nexts
    # What is shown before a grade is what comes of it.
    earlier = ours.replay(reviews[:-1]) if reviews[1:] else Card(DAY)
    assert ours.apply_grade(earlier, steps[-1][1], DAY + timedelta(days=day)) == replayed
    assert (before.last_review is None) == (earlier.last is None)


@given(st.integers(0, 4000), st.sampled_from([0.7, 0.9, 0.97]))
def test_recall_before_the_first_review_is_that_after_good_when_done(days: int, retention: float) -> None:
    scheduler = fsrs.Scheduler(
        desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    good, _ = scheduler.review_card(fsrs.Card(card_id=1), fsrs.Rating.Good, noon)
    expected = scheduler.get_card_retrievability(good, noon + timedelta(days=days))
    assert card(done()).predicted_recall(DAY + timedelta(days=days)) == expected


def test_retrievability_is_none_before_the_first_review() -> None:
    fresh = card(done())
    assert fresh.retrievability(DAY) is None
    again, hard, good, easy = SCHEDULE.intervals(fresh, DAY)
    assert 1 == again <= hard < good < easy


def _histories() -> st.SearchStrategy[list[Event]]:
    """Two machines' events about three items: done and not, grades, undos of anything."""

    @st.composite
    def build(draw: st.DrawFn) -> list[Event]:
        events: list[Event] = []
        places = draw(
            st.lists(st.tuples(st.integers(1, 40), st.sampled_from("ab")), unique=True, max_size=20)
        )
        for clock, machine in places:
            at = evening(0, 14 if machine == "a" else -11) + timedelta(hours=31 * clock)
            one = Stamp(f"{clock:012x}-{machine}-1", clock, at)
            target = draw(st.sampled_from("xyz"))
            match draw(st.sampled_from(["done", "done", "grade", "grade", "grade", "undo"])):
                case "done":
                    status: Status = draw(st.sampled_from(["done", "done", "doing"]))
                    events.append(StatusSet(one, "r", (target,), "", status))
                case "grade":
                    events.append(ReviewGraded(one, "r", target, "", draw(st.integers(1, 4)), 0))
                case _ if events:
                    events.append(Undone(one, "r", "", draw(st.sampled_from(events)).stamp.id))
        return events

    return build()


@settings(max_examples=100, deadline=None)
@given(_histories(), st.randoms(use_true_random=False), st.integers(0, 20))
def test_shuffled_and_merged_logs_give_the_same_dates(events: list[Event], random: Random, cut: int) -> None:
    def cards(progress: Progress) -> list[Card | None]:
        return [SCHEDULE.card(progress.state("r", name)) for name in "xyz"]

    shuffled = list(events)
    random.shuffle(shuffled)
    merged = Progress(shuffled[:cut])
    cards(merged)
    merged.add(shuffled[cut:])
    assert cards(merged) == cards(Progress(events))


def test_an_undone_grade_leaves_no_trace() -> None:
    stamps = [Stamp(f"{n:012x}-s-1", n, evening(n)) for n in range(1, 6)]
    events: list[Event] = [
        StatusSet(stamps[0], "r", ("x",), "", "done"),
        ReviewGraded(stamps[1], "r", "x", "", 3, 9),
    ]
    before = SCHEDULE.card(Progress(events).state("r", "x"))
    events.append(ReviewGraded(stamps[2], "r", "x", "", 1, 9))
    assert SCHEDULE.card(Progress(events).state("r", "x")) != before
    events.append(Undone(stamps[3], "r", "", stamps[2].id))
    assert SCHEDULE.card(Progress(events).state("r", "x")) == before


def test_grades_at_the_end_of_the_calendar_are_accepted() -> None:
    far = datetime(9998, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14)))
    near = datetime(2, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    found = card(done(Review(near, 4, 0), Review(far, 4, 0), since=near))
    assert found.due.year < 9999
    assert card(done(since=far)).due.year < 9999
    assert min(SCHEDULE.intervals(found, SCHEDULE.day(far))) >= 1
    assert min(SCHEDULE.intervals(found, DAY)) >= 1


def test_again_twice_on_one_day_is_one_lapse() -> None:
    again = Review(evening(3), 1, 0)
    later = again._replace(at=again.at + timedelta(minutes=5))
    assert card(done(Review(evening(1), 3, 0), again)).lapses == 1
    assert card(done(Review(evening(1), 3, 0), again, later)).lapses == 1


def test_fsrs_is_imported_for_reviews_only() -> None:
    code = (
        "import sys; from datetime import datetime, UTC\n"
        "from roadmap_tui.core.progress.states import ItemState\n"
        "from roadmap_tui.core.review.schedule import Scheduler\n"
        "Scheduler(0.9, 240).card(ItemState('done', datetime(2026, 3, 1, tzinfo=UTC)))\n"
        "print('fsrs' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
