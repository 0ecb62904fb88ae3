"""The questions of a topic, and which of them its next review asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from roadmap_tui.core.progress.states import Review
from roadmap_tui.core.review.schedule import AGAIN
from roadmap_tui.core.roadmap.model import Question

# The first letters of question ids: where a question comes from.
BUNDLED: Final = "b"
NOTE: Final = "n"
MARKDOWN: Final = "m"
_LABEL: Final = re.compile(r"[ \t]*(?:[-*+][ \t]+)?(\*\*)?([QA])[ \t]*:(?(1)\*\*)[ \t]*(.*)")


def question_id(source: str, ask: str) -> str:
    """Derive a question's id from its text, regardless of spacing and case."""
    from hashlib import sha256  # takes longer to load than this module, and few topics need it
    from unicodedata import normalize

    folded = " ".join(normalize("NFKC", ask).casefold().split())
    return f"{source}:{sha256(folded.encode()).hexdigest()[:16]}"


def split_note(text: str) -> tuple[list[Question], str]:
    """Return the questions in a note and the rest of its text.

    A question begins at ``Q:`` and its answer at ``A:``; each ends at the next ``Q:`` or empty line.
    """
    found: dict[str, Question] = {}
    rest: list[str] = []
    part = ""
    texts: dict[str, list[str]] = {"Q": [], "A": []}

    def finish() -> None:
        ask, answer = ("\n".join(texts[label]).strip() for label in "QA")
        if ask:
            name = question_id(NOTE, ask)
            found.setdefault(name, Question(name, ask, answer))
        for lines in texts.values():
            lines.clear()

    for line in text.split("\n"):
        match = _LABEL.fullmatch(line)
        label = match[2] if match else ""
        if label == "Q" or not line.strip():
            finish()
            part = ""
        if match and (label == "Q" or part):
            part = label
            texts[part].append(match[3])
        elif part:
            texts[part].append(line.strip())
        else:
            rest.append(line)
    finish()
    return list(found.values()), "\n".join(rest).strip("\n")


def with_question(note: str, ask: str, answer: str) -> str:
    """Return a note with a question added at its end; both texts become one line."""
    ask, answer = (" ".join(text.split()) for text in (ask, answer))
    lines = f"Q: {ask}\nA: {answer}" if answer else f"Q: {ask}"
    return f"{note}\n\n{lines}" if note else lines


def collect(
    notes: Iterable[str], imported: Iterable[Question], bundled: Iterable[Question], hidden: frozenset[str]
) -> list[Question]:
    """Return a topic's questions, each id once: the reader's own, the imported ones, the bundled ones."""

    def candidates() -> Iterator[Question]:
        for note in notes:
            yield from split_note(note)[0]
        yield from imported
        for question in bundled:
            yield question._replace(id=f"{BUNDLED}:{question.id}")

    unique = {question.id: question for question in reversed(list(candidates()))}
    return [question for question in reversed(unique.values()) if question.id not in hidden]


def choose(questions: Sequence[Question], reviews: Sequence[Review]) -> Question | None:
    """Return the question that the next review asks, None without questions.

    It is the one graded Again in the last review; else the first one that was never asked; else the one that
    was not asked for the longest time.
    """
    last_asked = {review.question: number for number, review in enumerate(reviews)}
    if reviews and reviews[-1].rating == AGAIN:
        for question in questions:
            if question.id == reviews[-1].question:
                return question
    return min(questions, key=lambda question: last_asked.get(question.id, -1), default=None)
