"""The questions that a study's reviews ask: from the material, the note and the roadmap."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.review.questions import question_id
from roadmap_tui.core.roadmap.model import Item, Question, Roadmap
from roadmap_tui.store import library, study_material
from roadmap_tui.study.study import Study
from tests.journals import Clock, journal

TOPIC = "backpropagation"


@pytest.fixture
def bundled(tmp_path: Path, clock: Clock) -> Study:
    return Study(library.load_bundled(), journal(tmp_path, clock=clock))


def asked(study: Study, name: str = TOPIC) -> str:
    question = study.reviews.questions.next(name)
    return question.id if question else ""


def test_bundled_questions_are_asked_in_the_order_of_the_file(bundled: Study) -> None:
    material = study_material.find("ml-dl", bundled.tree, TOPIC)
    assert material is not None
    ids = [f"b:{question.id}" for question in material.questions]
    assert [question.id for question in bundled.reviews.questions.of(TOPIC)] == ids
    bundled.set_status([TOPIC], "done")
    for name in [*ids, ids[0]]:
        assert asked(bundled) == name
        bundled.reviews.grade(TOPIC, 3, 1000, name)
    assert bundled.state(TOPIC).reviews[0].question == ids[0]


def test_the_readers_own_question_comes_first(bundled: Study) -> None:
    bundled.write_note(TOPIC, "A thought.\n\nQ: Mine?\nA: yes")
    assert asked(bundled) == question_id("n", "Mine?")


def test_a_section_has_no_questions(bundled: Study) -> None:
    assert bundled.reviews.questions.of("core-deep-learning") == []


def test_a_hidden_question_is_not_asked_until_that_is_undone(bundled: Study, clock: Clock) -> None:
    first, second, *_ = bundled.reviews.questions.of(TOPIC)
    bundled.reviews.questions.hide(TOPIC, first)
    assert asked(bundled) == second.id
    again = Study(bundled.roadmap, journal(Path(str(bundled.journal.folder)), "other", clock))
    assert asked(again) == second.id
    again.undo()
    assert asked(again) == first.id


def test_a_question_in_the_note_is_removed_there(bundled: Study) -> None:
    bundled.write_note(TOPIC, "Q: Mine?")
    mine = bundled.reviews.questions.of(TOPIC)[0]
    with pytest.raises(UsageError, match="it is in your note"):
        bundled.reviews.questions.hide(TOPIC, mine)


def test_a_project_is_reviewed_once_it_has_a_question(tmp_path: Path, clock: Clock) -> None:
    items = (Item("x", "X", kind="project"), Item("y", "Y", kind="material"), Item("z", "Z"))
    study = Study(Roadmap("r", "R", children=items), journal(tmp_path, clock=clock))
    study.set_status(["x", "y", "z"], "done")
    clock.turn(24 * 3600)
    assert study.reviews.queue() == ["z"]
    for name in ("x", "y"):
        study.write_note(name, "Q: Why?")
    assert study.reviews.queue() == ["x", "z"]
    assert study.reviews.recall("y") is None


def test_imported_questions_are_asked(tmp_path: Path, clock: Clock) -> None:
    question = Question(question_id("m", "Why?"), "Why?", "because")
    roadmap = Roadmap("r", "R", children=(Item("x", "X", questions=(question,)), Item("y", "Y")))
    study = Study(roadmap, journal(tmp_path, clock=clock))
    assert study.reviews.questions.next("x") == question
    assert study.reviews.questions.next("y") is None
