"""Check study material automatically: fields, limits, characters, spelling, repeated questions.

Whether an answer is right is checked by people, and by the tests that compute it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final, NamedTuple, TypeGuard
from unicodedata import name, normalize

from roadmap_tui.core.sanitize import clean

FORMAT: Final = 1
GOALS: Final = (2, 3)  # per item, at least and at most
QUESTIONS: Final = (3, 5)
# Characters. A goal, a question or a check must be readable at a glance in a narrow pane.
TEXT_LIMITS: Final = {"goal": 110, "ask": 110, "answer": 150, "task": 260, "check": 240}
# Terminal fonts have these, one cell wide. Add one only if a formula cannot be written without it.
SPECIAL_CHARACTERS: Final = frozenset(
    "αβγδεηθκλμπρστφωΓΔΘΠΣΦΩ"
    "∂∇∈∞≈≠≤≥±−×·÷√∑∏∫‖½¼°→←⇒"  # noqa: RUF001
    "ᵀᵏ⁻¹²³⁴⁰₀₁₂₃₄₅₆₇₈₉ᵢⱼₙ"
    "…–—“”‘’"  # noqa: RUF001
)
# Two questions are alike if they share more than this part of their words.
SIMILARITY_LIMIT: Final = 0.6

_MATERIAL_FIELDS: Final = ("format", "roadmap", "chapter", "items")
_ITEM_FIELDS: Final = ("goals", "questions", "exercise")
_QUESTION_FIELDS: Final = ("id", "ask", "answer")
_EXERCISE_FIELDS: Final = ("task", "check")
_NOTE_FIELDS: Final = ("hours", "level", "hours_from", "checked")
_HOURS: Final = (0.5, 60)
_LEVELS: Final = (1, 2, 3)

_slug = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*").fullmatch
_unobservable = re.compile(r"(understand|know|learn|be familiar|appreciate)\b", re.IGNORECASE).match
_markup = re.compile(r"\\[a-zA-Z]+|\$|_\{|\^\{|`|\*\*\w[^*]*\*\*|</?\w+>").search
_refers_elsewhere = re.compile(
    r"\b(above|below|previous(ly)?|see (the|section)|this (paper|section|page|method|algorithm))\b",
    re.IGNORECASE,
).search
_british = re.compile(
    r"\b\w*(maximis|minimis|normalis|optimis|generalis|penalis|centralis|behaviour|neighbour|colour)\w*",
    re.IGNORECASE,
).search
_half_open_interval = re.compile(r"\[[^\]]*\)|\([^)]*\]").search
_yes_or_no = re.compile(r"(yes|no)\W*", re.IGNORECASE).fullmatch
_words = re.compile(r"[a-z0-9]+").findall
_FILLER_WORDS: Final = frozenset(
    _words("a an and are at by do does for from how in is it its of on or the to what which why with")
)


class StudyFinding(NamedTuple):
    """A problem in study material; ``part`` locates it in the item, such as a question's id.

    ``item`` is empty if the whole file is meant.
    """

    item: str
    part: str
    what: str

    def __str__(self) -> str:
        """Return ``item.part: what``."""
        place = ".".join(filter(None, (self.item, self.part)))
        return f"{place}: {self.what}" if place else self.what


class StudyCounts(NamedTuple):
    """The number of items, questions and so on in a file of study material."""

    items: int
    goals: int
    questions: int
    exercises: int


def lint(material: object, known_items: Collection[str] | None = None) -> list[StudyFinding]:
    """Return the findings in the content of one file, as parsed from JSON.

    With ``known_items``, material for any other item is a finding.
    """
    if not isinstance(material, dict):
        return [StudyFinding("", "", "not a JSON object")]
    findings = [StudyFinding("", "", what) for what in _unexpected_fields(material, _MATERIAL_FIELDS)]
    if material.get("format") != FORMAT:
        findings.append(StudyFinding("", "format", f"not {FORMAT}"))
    findings += [
        StudyFinding("", field, "not an id in lower case with hyphens")
        for field in ("roadmap", "chapter")
        if not is_slug(material.get(field))
    ]
    items = material.get("items")
    if not isinstance(items, dict):
        return [*findings, StudyFinding("", "items", "not an object with the material of each item")]
    for item_id, fields in items.items():
        shown = _shown(item_id)
        if known_items is not None and item_id not in known_items:
            findings.append(StudyFinding(shown, "", "the roadmap has no such item"))
        findings += (StudyFinding(shown, part, what) for part, what in _lint_item(fields))
    return [*findings, *find_similar_questions([material])]


def lint_notes(notes: object, items: Collection[str]) -> list[StudyFinding]:
    """Return the findings in the authors' notes of a chapter with the items ``items``."""
    if not isinstance(notes, dict):
        return [StudyFinding("", "", "not a JSON object")]
    findings = [StudyFinding(item_id, "", "has no notes") for item_id in items if item_id not in notes]
    for item_id, fields in notes.items():
        shown = _shown(item_id)
        if item_id not in items:
            findings.append(StudyFinding(shown, "", "has notes but no study material"))
        findings += (StudyFinding(shown, part, what) for part, what in _lint_note(fields))
    return findings


def find_similar_questions(materials: Iterable[object]) -> list[StudyFinding]:
    """Return the questions, in one or several files, that ask nearly the same as an earlier one."""
    asked = [
        (_shown(item_id), _shown(question.get("id")), _content_words(ask))
        for material in materials
        for item_id, fields in _entries(material)
        for question in _list(fields.get("questions"))
        if isinstance(question, dict) and isinstance(ask := question.get("ask"), str)
    ]
    return [
        StudyFinding(item, question, f"close to {earlier_item}.{earlier_question}")
        for (earlier_item, earlier_question, earlier_words), (item, question, words) in combinations(asked, 2)
        if len(words & earlier_words) > SIMILARITY_LIMIT * len(words | earlier_words)
    ]


def count(material: object) -> StudyCounts:
    """Count the items, goals, questions and exercises of a file; skip malformed parts."""
    entries = [fields for _, fields in _entries(material)]
    return StudyCounts(
        len(entries),
        sum(len(_list(fields.get("goals"))) for fields in entries),
        sum(len(_list(fields.get("questions"))) for fields in entries),
        sum(bool(fields.get("exercise")) for fields in entries),
    )


def is_slug(value: object) -> TypeGuard[str]:
    """Return True for an id in lower case with hyphens."""
    return isinstance(value, str) and bool(_slug(value))


# One item


def _lint_item(fields: object) -> Iterator[tuple[str, str]]:
    """Yield (part, what) for each finding in an item's material."""
    if not isinstance(fields, dict):
        yield "", "not a JSON object"
        return
    for what in _unexpected_fields(fields, _ITEM_FIELDS):
        yield "", what
    goals, questions = _list(fields.get("goals")), _list(fields.get("questions"))
    for part, values, (least, most) in (("goals", goals, GOALS), ("questions", questions, QUESTIONS)):
        if not least <= len(values) <= most:
            yield part, f"{len(values)}, expected {least} to {most}"
    for number, goal in enumerate(goals, 1):
        for what in _lint_goal(goal):
            yield f"goal {number}", what
    for number, question in enumerate(questions, 1):
        yield from _lint_question(question, number)
    ids = Counter(_shown(question.get("id")) for question in questions if isinstance(question, dict))
    for question_id, uses in ids.items():
        if uses > 1:
            yield question_id, "the id is used twice"
    yield from _lint_exercise(fields.get("exercise"))


def _lint_goal(goal: object) -> Iterator[str]:
    yield from _lint_text(goal, "goal")
    if isinstance(goal, str) and _unobservable(goal):
        yield "begins with something that nobody can observe; say what the reader can do"


def _lint_question(question: object, number: int) -> Iterator[tuple[str, str]]:
    if not isinstance(question, dict):
        yield f"question {number}", "not a JSON object"
        return
    question_id = question.get("id")
    part = _shown(question_id) if is_slug(question_id) else f"question {number}"
    if not is_slug(question_id):
        yield part, "the id is missing, or not in lower case with hyphens"
    for what in _unexpected_fields(question, _QUESTION_FIELDS):
        yield part, what
    ask, answer = question.get("ask"), question.get("answer")
    for kind, text in (("ask", ask), ("answer", answer)):
        for what in _lint_text(text, kind):
            yield part, f"{kind}: {what}"
    if not (isinstance(ask, str) and isinstance(answer, str)):
        return
    if not ask.endswith(("?", ".")):
        yield part, "ask: does not end in ? or ."
    if _refers_elsewhere(ask):
        yield part, "ask: refers to something outside the question"
    if _yes_or_no(answer):
        yield part, "answer: yes or no without a reason"
    new_words = _content_words(answer) - _content_words(ask)
    if _content_words(answer) and len(new_words) < 2:
        yield part, "answer: says hardly more than the question"


def _lint_exercise(exercise: object) -> Iterator[tuple[str, str]]:
    if not isinstance(exercise, dict):
        yield "exercise", "missing, or not a JSON object"
        return
    for what in _unexpected_fields(exercise, _EXERCISE_FIELDS):
        yield "exercise", what
    for kind in _EXERCISE_FIELDS:
        for what in _lint_text(exercise.get(kind), kind):
            yield "exercise", f"{kind}: {what}"
    check = exercise.get("check")
    if isinstance(check, str) and not re.search(r"\d", check):
        yield "exercise", "check: no number to compare a result with"


def _lint_note(fields: object) -> Iterator[tuple[str, str]]:
    if not isinstance(fields, dict):
        yield "", "not a JSON object"
        return
    for what in _unexpected_fields(fields, _NOTE_FIELDS):
        yield "", what
    least, most = _HOURS
    if not _is_hours(fields.get("hours")):
        yield "hours", f"not half hours from {least} to {most}"
    if isinstance(level := fields.get("level"), bool) or level not in _LEVELS:
        yield "level", "not 1, 2 or 3"
    for field in ("hours_from", "checked"):
        text = fields.get(field)
        if not isinstance(text, str) or not text.strip():
            yield field, "missing"


# One text


def _lint_text(text: object, kind: str) -> Iterator[str]:
    """Yield the findings in a text; ``kind`` is a key of ``TEXT_LIMITS``."""
    if not isinstance(text, str) or not text.strip():
        yield "missing or empty"
        return
    if len(text) > (limit := TEXT_LIMITS[kind]):
        yield f"{len(text)} characters, at most {limit}"
    if text != " ".join(text.split()):
        yield "a stray space or line end"
    if normalize("NFC", text) != text:
        yield "not in Unicode's composed form (NFC)"
    for character in dict.fromkeys(text):
        if not (" " <= character <= "~" or character.isspace() or character in SPECIAL_CHARACTERS):
            yield f"U+{ord(character):04X} {name(character, 'without a name')} is not in the list"
    if _markup(text):
        yield "markup or LaTeX; write plain text and Unicode"
    if british := _british(text):
        yield f"'{_shown(british[0])}' is British spelling"
    if not _half_open_interval(text):
        for opening, closing in ("()", "[]", "{}"):
            if text.count(opening) != text.count(closing):
                yield f"unbalanced {opening}{closing}"


def _content_words(text: str) -> set[str]:
    return set(_words(text.lower())) - _FILLER_WORDS


# Values of unknown type


def _entries(material: object) -> list[tuple[str, dict[str, object]]]:
    """Return the well-formed items of a file by id."""
    items = material.get("items") if isinstance(material, dict) else None
    if not isinstance(items, dict):
        return []
    return [(item_id, fields) for item_id, fields in items.items() if isinstance(fields, dict)]


def _is_hours(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return _HOURS[0] <= value <= _HOURS[1] and value * 2 % 1 == 0


def _unexpected_fields(fields: Mapping[str, object], expected: Collection[str]) -> Iterator[str]:
    for field in fields:
        if field not in expected:
            yield f"unknown field '{_shown(field)}'"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _shown(value: object) -> str:
    return clean(str(value), 60, one_line=True)
