"""The wording of an item's study material: goals, questions, and an exercise."""

from collections.abc import Iterator

from roadmap_tui.core.roadmap.model import Question
from roadmap_tui.core.study_material import StudyMaterial
from roadmap_tui.text.styled_text import wrap_hanging


def format_goals(material: StudyMaterial, width: int) -> Iterator[str]:
    """Yield the goals as a list under a heading, in ``width`` cells; nothing without goals."""
    if material.goals:
        yield from ("", "You can")
    for goal in material.goals:
        yield from wrap_hanging("- ", goal, width)


def format_questions(material: StudyMaterial, width: int, *, answers: bool) -> Iterator[str]:
    """Yield the numbered questions under a heading, each followed by its answer with ``answers``."""
    if material.questions:
        yield from ("", "Questions" if answers else "Questions  (--answers prints the answers)")
    for number, question in enumerate(material.questions, 1):
        yield from _format_question(number, question, width, answers=answers)


def format_exercise(material: StudyMaterial, width: int, *, is_ticked: bool) -> Iterator[str]:
    """Yield the exercise and how to check it under a heading; nothing without an exercise."""
    if (exercise := material.exercise) is not None:
        yield from ("", "Exercise  (done)" if is_ticked else "Exercise")
        yield from wrap_hanging("", exercise.task, width)
        yield from wrap_hanging("Check: ", exercise.check, width)


def _format_question(number: int, question: Question, width: int, *, answers: bool) -> Iterator[str]:
    label = f"{number} "
    yield from wrap_hanging(label, question.ask, width)
    if answers:
        yield from wrap_hanging("", question.answer, width, 4 + len(label))
