"""Which questions a topic has, and which of them its next review asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.progress.states import Review
from roadmap_tui.core.review.questions import choose, collect, question_id, split_note, with_question
from roadmap_tui.core.roadmap.model import Question

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def asked(*pairs: tuple[str, int]) -> list[Review]:
    return [Review(NOON + timedelta(days=at), rating, 0, name) for at, (name, rating) in enumerate(pairs)]


def named(*names: str) -> list[Question]:
    return [Question(name, name) for name in names]


def chosen(questions: list[Question], *reviews: tuple[str, int]) -> str:
    found = choose(questions, asked(*reviews))
    assert found is not None
    return found.id


def test_a_note_has_several_questions_and_text_around_them() -> None:
    note = (
        "Mind the sum over the batch.\n\n"
        "Q: Why cache the forward activations?\nA: The backward pass\nneeds them.\n"
        "Q: Which of them?\n- still the question\n"
        "\n"
        "A: no question, no answer\n"
        "- **Q:** A listed one\n- A: yes\n\nThe end."
    )
    questions, rest = split_note(note)
    assert [(each.ask, each.answer) for each in questions] == [
        ("Why cache the forward activations?", "The backward pass\nneeds them."),
        ("Which of them?\n- still the question", ""),
        ("A listed one", "yes"),
    ]
    assert rest == "Mind the sum over the batch.\n\n\nA: no question, no answer\n\nThe end."


def test_the_id_of_a_question_is_that_of_its_words() -> None:
    assert question_id("n", "Why  not\nß?") == question_id("n", " why not SS? ")
    assert question_id("n", "Why?") != question_id("m", "Why?")
    assert question_id("n", "Why?") == "n:" + "f5b2b98bf44b6088"


def test_a_question_on_the_spot_is_read_back() -> None:
    note = with_question("Old text.\nQ: one\nA: 1", "two\nlines?", " 2 ")
    assert [(each.ask, each.answer) for each in split_note(note)[0]] == [("one", "1"), ("two lines?", "2")]
    assert with_question("", "alone", "") == "Q: alone"


def test_own_questions_come_first_each_id_once_without_the_hidden_ones() -> None:
    bundled = named("x", "y")
    found = collect(["Q: mine\nQ: Mine"], named("m:1"), bundled, frozenset({"b:x"}))
    assert [each.id for each in found] == [question_id("n", "mine"), "m:1", "b:y"]


def test_the_order_of_questions() -> None:
    questions = named("n:1", "b:a", "b:b")
    assert chosen(questions) == "n:1"
    assert chosen(questions, ("n:1", 3)) == "b:a"
    assert chosen(questions, ("b:a", 1)) == "b:a"
    assert chosen(questions, ("b:a", 1), ("b:a", 2)) == "n:1"
    assert chosen(questions, ("b:b", 3), ("n:1", 3), ("b:a", 3)) == "b:b"
    assert chosen(questions, ("b:b", 3), ("n:1", 3), ("b:a", 3), ("b:b", 4)) == "n:1"
    # One that is gone, or none at all, cannot be asked again.
    assert chosen(questions, ("b:gone", 1)) == "n:1"
    assert chosen(questions, ("", 1)) == "n:1"
    assert choose([], asked(("b:a", 1))) is None


@given(st.integers(1, 6), st.lists(st.sampled_from([1, 3]), max_size=30))
def test_each_is_asked_once_before_any_that_was_known_is_asked_a_third_time(
    count: int, ratings: list[int]
) -> None:
    questions = named(*(f"b:{number}" for number in range(count)))
    reviews: list[Review] = []
    known = dict.fromkeys((each.id for each in questions), 0)
    for rating in ratings:
        question = choose(questions, reviews)
        assert question is not None
        reviews.append(Review(NOON, rating, 0, question.id))
        known[question.id] += rating > 1
        if max(known.values()) > 1:
            assert all(known.values())


@given(st.text(alphabet="QA:*- \nxy", max_size=80))
def test_any_note_can_be_split(note: str) -> None:
    questions, rest = split_note(note)
    assert len({each.id for each in questions}) == len(questions)
    assert split_note(rest)[0] == []
