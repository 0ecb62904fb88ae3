"""The study material of an item: goals, questions with answers, and an exercise."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from roadmap_tui.core.roadmap.model import Question


class Exercise(NamedTuple):
    """A task of one to three hours; ``check`` describes how to verify a solution."""

    task: str
    check: str


class StudyMaterial(NamedTuple):
    """The study material of one item. A goal completes the sentence "You can …"."""

    goals: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    exercise: Exercise | None = None


def decode_trusted(fields: Mapping[str, Any]) -> StudyMaterial:
    """Convert the JSON object of one item, without validation.

    Raises KeyError, TypeError and AttributeError if it is damaged.
    """
    exercise = fields.get("exercise")
    return StudyMaterial(
        tuple(fields.get("goals", ())),
        tuple(Question(each["id"], each["ask"], each["answer"]) for each in fields.get("questions", ())),
        Exercise(exercise["task"], exercise["check"]) if exercise else None,
    )


EMPTY: Final = StudyMaterial()
EXERCISE: Final = "exercise:"  # in place of an address: what a tick of an item's exercise is about
