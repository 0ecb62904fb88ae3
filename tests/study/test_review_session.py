"""A review session without a screen: grading, taking back, and the notices it returns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import ReviewsPaused
from roadmap_tui.study.review_session import NoticeKind, ReviewSession, SessionNotice
from roadmap_tui.study.study import Study
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.text.review import format_notice, session_summary
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
    assert review.undo_grade() is None
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
    assert review.undo_grade() == SessionNotice(NoticeKind.NOTHING_GRADED)
    assert session_summary(review) == ""
    review.show_answer()
    due.reviews.grade("vectors", 3)
    assert review.grade(3) == SessionNotice(NoticeKind.CHANGED_ELSEWHERE, due.title("vectors"))
    assert (review.node_id, review.graded_count) == ("matrices", 0)


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
    assert review.undo_grade() is None
    assert (due.status("vectors"), len(due.state("vectors").reviews)) == ("done", 1)


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
