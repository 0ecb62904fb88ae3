"""A review session without a screen: grading, taking back, and the notices it returns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.placement import PlacementResult
from roadmap_tui.core.progress.events import ReviewsPaused
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.study.placement import save_placement
from roadmap_tui.study.review_session import NoticeKind, ReviewSession, SessionNotice
from roadmap_tui.study.study import Study
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.text.review import format_notice, session_summary, summarize_session
from tests.journals import Clock

DAY = 24 * 3600.0


@pytest.fixture
def due(clock: Clock, study: Study) -> Study:
    """Return a study with three items that are due."""
    study.set_status(["vectors", "matrices", "rank"], "done")
    clock.turn(DAY)
    return study


def session(study: Study) -> ReviewSession:
    return ReviewSession(study, study.reviews.queue(), lambda: 0.0)


def test_time_spent_elsewhere_does_not_count_and_ten_minutes_are_the_maximum(due: Study) -> None:
    now = 100.0
    review = ReviewSession(due, due.reviews.queue(), lambda: now)
    now += 12.3456
    review.show_answer()
    review.exclude(2)
    review.grade(3)
    now += 3600
    review.show_answer()
    review.grade(3)
    assert [due.state(name).reviews[0].ms for name in ("vectors", "matrices")] == [10_346, 600_000]


def test_a_grade_that_another_session_took_back_can_be_given_again(due: Study) -> None:
    review = session(due)
    review.show_answer()
    review.grade(3)
    due.undo()
    assert review.undo() is None
    assert (review.node_id, review.answer_shown) == ("vectors", True)
    assert due.state("vectors").reviews == ()


def test_a_pause_by_another_session_does_not_end_a_session(due: Study) -> None:
    review = session(due)
    assert isinstance(due.reviews.pause(due.reviews.today + timedelta(days=3)).action, ReviewsPaused)
    review.show_answer()
    review.grade(3)
    assert (review.node_id, review.count) == ("matrices", 3)


def test_notices_say_why_nothing_happened(due: Study) -> None:
    review = session(due)
    assert review.grade(3) == SessionNotice(NoticeKind.ANSWER_HIDDEN)
    assert review.set_back() == SessionNotice(NoticeKind.SET_BACK_NOT_OFFERED)
    assert review.undo() == SessionNotice(NoticeKind.NOTHING_TO_UNDO)
    assert session_summary(review) == ""
    review.show_answer()
    due.reviews.grade("vectors", 3)
    assert review.grade(3) == SessionNotice(NoticeKind.CHANGED_ELSEWHERE, due.title("vectors"))
    assert (review.node_id, review.has_steps) == ("matrices", False)


def test_an_item_forgotten_twice_can_be_set_back_and_that_is_undone_with_the_grade(
    due: Study, clock: Clock
) -> None:
    due.reviews.grade("vectors", 1)
    clock.turn(DAY)
    review = ReviewSession(due, ["vectors"], lambda: 0.0)
    review.show_answer()
    title = due.title("vectors")
    assert review.grade(1) == SessionNotice(NoticeKind.FORGOTTEN_TWICE, title)
    assert review.set_back() == SessionNotice(NoticeKind.SET_BACK, title)
    assert due.status("vectors") == "doing"
    assert session_summary(review) == "Reviewed 1"
    assert review.undo() is None
    assert (due.status("vectors"), len(due.state("vectors").reviews)) == ("done", 1)


def answer(review: ReviewSession, rating: int) -> SessionNotice | None:
    review.show_answer()
    return review.grade(rating)


def test_again_comes_again_until_it_is_passed_or_was_repeated_twice(due: Study) -> None:
    review = session(due)
    seen = []
    while review.node_id is not None:
        seen.append(review.node_id)
        answer(review, 3 if review.node_id == "rank" or seen.count("matrices") == 2 == len(seen) - 3 else 1)
    assert seen[:3] == ["vectors", "matrices", "rank"]
    assert (seen.count("vectors"), seen.count("matrices"), seen.count("rank")) == (3, 2, 1)
    assert review.first_ratings == {"vectors": 1, "matrices": 1, "rank": 3}
    # Ordinary events: the last grade decides, and the day after is the earliest day.
    assert [each.rating for each in due.state("matrices").reviews] == [1, 3]
    assert due.reviews.due_count() == 0


def test_undo_takes_a_repeated_card_out_again(due: Study) -> None:
    review = session(due)
    answer(review, 1)
    assert (review.count, review.left_count) == (4, 3)
    review.undo()
    assert (review.count, review.node_id, review.answer_shown) == (3, "vectors", True)
    for _ in range(3):
        answer(review, 1)
    answer(review, 1)
    assert (review.node_id, review.repeats_again) == ("matrices", True)
    review.undo()
    assert (review.node_id, len(due.state("vectors").reviews)) == ("vectors", 1)


def test_a_card_that_another_session_passed_meanwhile_does_not_come_again(due: Study) -> None:
    review = session(due)
    answer(review, 1)
    due.reviews.grade("vectors", 3)
    answer(review, 3)
    answer(review, 3)
    assert review.node_id is None


def test_a_lapse_offers_the_weak_prerequisite_and_makes_it_the_next_card(due: Study, clock: Clock) -> None:
    answer_all = session(due)
    while answer_all.node_id is not None:
        answer(answer_all, 3)
    clock.turn(60 * DAY)
    review = ReviewSession(due, ["matrices", "rank", "vectors"], lambda: 0.0)
    assert review.review_prerequisite() == SessionNotice(NoticeKind.NO_WEAK_PREREQUISITE)
    notice = answer(review, 1)
    assert notice is not None
    assert (notice.kind, notice.title) == (NoticeKind.WEAK_PREREQUISITE, "Vectors")
    assert 0 < notice.recall < 0.8
    assert review.review_prerequisite() is None
    assert (review.node_id, review.count) == ("vectors", 4)
    assert answer(review, 3) is None
    assert review.node_id == "rank"


def test_nothing_is_offered_after_the_first_review_or_for_strong_prerequisites(due: Study) -> None:
    review = session(due)
    answer(review, 4)
    assert answer(review, 1) is None  # never known
    answer(review, 4)
    assert answer(review, 1) == SessionNotice(NoticeKind.FORGOTTEN_TWICE, "Matrices")


def test_hiding_and_adding_questions_is_undone_step_by_step(due: Study) -> None:
    review = session(due)
    assert review.hide_question() == SessionNotice(NoticeKind.NO_QUESTION)
    assert review.add_question("  ", "x") is None
    assert review.add_question("Why?", "so") == SessionNotice(NoticeKind.QUESTION_ADDED, "Vectors")
    assert review.question is not None
    assert review.question.ask == "Why?"
    with pytest.raises(UsageError):
        review.hide_question()
    answer(review, 3)
    review.undo()
    assert review.node_id == "vectors"
    review.undo()
    assert not review.has_steps
    assert due.note_text("vectors") == ""
    assert due.reviews.questions.next("vectors") is None


def test_a_note_that_changes_keeps_the_question_on_the_card(due: Study) -> None:
    due.write_note("vectors", "Q: one\nA: old\n\nQ: two")
    review = session(due)
    review.show_answer()
    due.write_note("vectors", "Q: zero\n\nQ: one\nA: new")
    review.refresh_question()
    assert review.question is not None
    assert (review.question.answer, review.answer_shown) == ("new", True)
    due.write_note("vectors", "")
    review.refresh_question()
    assert not review.answer_shown


def test_the_summary_of_a_session(due: Study) -> None:
    now = 0.0
    review = ReviewSession(due, due.reviews.queue(), lambda: now)
    answer(review, 1)
    for _ in range(3):
        answer(review, 3)
    now += 300
    assert summarize_session(review) == [
        "3 reviewed in 5 min",
        "Recall today 67%, last 30 days 67%",
        "Forgotten: Vectors",
        "Due tomorrow 1, within a week 3",
    ]


def test_an_item_that_cannot_be_graded_raises_and_keeps_the_card(
    due: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise UsageError("a", "b", "c")

    review = session(due)
    review.show_answer()
    monkeypatch.setattr(due.reviews, "grade", refuse)
    with pytest.raises(UsageError):
        review.grade(3)
    assert (review.node_id, review.answer_shown) == ("vectors", True)


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_a_message(kind: NoticeKind) -> None:
    assert format_notice(SessionNotice(kind, "Vectors"), KEYMAP)


def test_failing_a_placed_topic_offers_to_reopen_what_was_placed_above_it(
    sit: Callable[..., Study], clock: Clock
) -> None:
    names = [f"k{number}" for number in range(4)]
    items = [Item(name, name, prerequisites=tuple(names[:n][-1:])) for n, name in enumerate(names)]
    study = sit(Roadmap("chain", "Chain", children=tuple(items)))
    save_placement(study, PlacementResult(("k0", "k1", "k2"), ()))
    study.set_status(["k3"], "done")  # by the reader
    clock.turn(DAY)
    review = ReviewSession(study, ["k0", "k2"], lambda: 0.0)
    notice = answer(review, 1)
    assert notice == SessionNotice(NoticeKind.PLACED_DEPENDENTS, "k0", dependents=2)
    assert format_notice(notice, KEYMAP) == "2 items known from placement need k0; d reopens them"
    assert format_notice(review.set_back(), KEYMAP) == "Reopened: 2 items; u undoes it"
    assert [study.status(name) for name in names] == ["done", "todo", "todo", "done"]
    assert review.set_back() == SessionNotice(NoticeKind.SET_BACK_NOT_OFFERED)
    review.undo()
    assert [study.status(name) for name in names] == ["done"] * 4
    assert (review.node_id, study.state("k0").reviews) == ("k0", ())
    answer(review, 3)
    assert answer(review, 1) is None  # nothing placed requires k2
