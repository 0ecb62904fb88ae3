"""The lint of study material."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from roadmap_tui.core.study_lint import StudyCounts, count, find_similar_questions, lint, lint_notes

QUESTION = {
    "id": "two",
    "ask": "What is 1 + 1 in the ring Z/2?",
    "answer": "Zero, because 2 is divisible by 2.",
}
MATERIAL: dict[str, Any] = {
    "format": 1,
    "roadmap": "small",
    "chapter": "basics",
    "items": {
        "sets": {
            "goals": ["Count the subsets of a finite set.", "Prove that two sets are equal."],
            "questions": [
                QUESTION,
                {"id": "power", "ask": "How many subsets have n elements?", "answer": "2ⁿ, each in or out."},
                {"id": "cut", "ask": "Write x ∈ A ∩ B.", "answer": "Both hold: member of A, member of B."},
            ],
            "exercise": {"task": "List the subsets of {1, 2, 3}.", "check": "There are 8."},
        }
    },
}
NOTES: dict[str, Any] = {
    "sets": {"hours": 1.5, "level": 1, "hours_from": "Estimate.", "checked": "By hand."},
}


def material() -> Any:
    """Return material without findings, to be changed."""
    good = copy.deepcopy(MATERIAL)
    good["items"]["sets"]["questions"][1]["answer"] = "Two to the n, each in or out."
    good["items"]["sets"]["questions"][2]["ask"] = "Write that x is in both A and B."
    return good


def findings(changed: object) -> list[str]:
    return [str(finding) for finding in lint(changed, {"sets"})]


def test_good_material_is_clean() -> None:
    assert findings(material()) == []
    assert count(material()) == StudyCounts(1, 2, 3, 1)


def test_the_list_of_characters_is_closed() -> None:
    assert findings(MATERIAL) == [
        "sets.power: answer: U+207F SUPERSCRIPT LATIN SMALL LETTER N is not in the list",
        "sets.cut: ask: U+2229 INTERSECTION is not in the list",
    ]


@pytest.mark.parametrize(
    ("field", "text", "what"),
    [
        ("ask", "x" * 110 + "?", "111 characters, at most 110"),
        ("ask", "Why  so?", "a stray space or line end"),
        ("ask", "Why\nso?", "a stray space or line end"),
        ("ask", "", "missing or empty"),
        ("ask", 3, "missing or empty"),
        ("ask", "What is $x$?", "markup or LaTeX; write plain text and Unicode"),
        ("ask", r"What is \frac?", "markup or LaTeX; write plain text and Unicode"),
        ("ask", "What is `x`?", "markup or LaTeX; write plain text and Unicode"),
        ("ask", "What does it optimise?", "'optimise' is British spelling"),
        ("ask", "What is f(x?", "unbalanced ()"),
        ("ask", "Name the ring", "does not end in ? or ."),
        ("ask", "What does the formula above say?", "refers to something outside the question"),
        ("ask", "What does this paper prove?", "refers to something outside the question"),
        ("ask", "What is e\u0301?", "not in Unicode's composed form (NFC)"),
        ("answer", "Yes.", "yes or no without a reason"),
        ("answer", "The ring Z/2.", "says hardly more than the question"),
        ("answer", "Zero, because it is\u200b even.", "U+200B ZERO WIDTH SPACE is not in the list"),
    ],
)
def test_the_texts_of_a_question(field: str, text: object, what: str) -> None:
    changed = material()
    changed["items"]["sets"]["questions"][0][field] = text
    assert f"sets.two: {field}: {what}" in findings(changed)


def test_a_half_open_interval_is_balanced() -> None:
    changed = material()
    changed["items"]["sets"]["questions"][0]["answer"] = "Any number of [0, 1), never one itself."
    assert findings(changed) == []


def test_goals_are_observable() -> None:
    changed = material()
    changed["items"]["sets"]["goals"] = ["Understand sets."]
    assert findings(changed) == [
        "sets.goals: 1, expected 2 to 3",
        "sets.goal 1: begins with something that nobody can observe; say what the reader can do",
    ]


def test_an_exercise_has_a_number_to_compare_with() -> None:
    changed = material()
    changed["items"]["sets"]["exercise"] = {"task": "Count.", "check": "It works.", "hint": "Try."}
    assert findings(changed) == [
        "sets.exercise: unknown field 'hint'",
        "sets.exercise: check: no number to compare a result with",
    ]
    del changed["items"]["sets"]["exercise"]
    assert findings(changed) == ["sets.exercise: missing, or not a JSON object"]


def test_ids_are_unique_and_items_are_known() -> None:
    changed = material()
    changed["items"]["sets"]["questions"][1]["id"] = "two"
    changed["items"]["sets"]["questions"][2]["id"] = "Not so"
    assert findings(changed) == [
        "sets.question 3: the id is missing, or not in lower case with hyphens",
        "sets.two: the id is used twice",
    ]
    assert [str(finding) for finding in lint(material(), {"maps"})] == ["sets: the roadmap has no such item"]


def test_similar_questions_are_found_across_files() -> None:
    other = material()
    other["items"] = {"maps": other["items"].pop("sets")}
    found = [str(finding) for finding in find_similar_questions([material(), other])]
    assert found == [f"maps.{name}: close to sets.{name}" for name in ("two", "power", "cut")]


@pytest.mark.parametrize(
    "value",
    [None, [], "text", {}, {"items": []}, {"items": {"sets": None}}, {"items": {"sets": {"questions": [1]}}}],
)
def test_foreign_json_is_a_finding(value: object) -> None:
    assert findings(value)
    assert count(value).questions in {0, 1}
    assert lint_notes(value, ["sets"])


def test_hostile_ids_are_printable() -> None:
    changed = material()
    changed["items"]["\x1b]0;x\x07"] = changed["items"].pop("sets")
    assert all(line.isprintable() for line in findings(changed))


def test_notes() -> None:
    assert lint_notes(NOTES, ["sets"]) == []
    bad = {"sets": {"hours": 1.2, "level": True, "hours_from": "", "checked": 1, "by": "me"}, "maps": {}}
    assert [str(finding) for finding in lint_notes(bad, ["sets", "nets"])][:7] == [
        "nets: has no notes",
        "sets: unknown field 'by'",
        "sets.hours: not half hours from 0.5 to 60",
        "sets.level: not 1, 2 or 3",
        "sets.hours_from: missing",
        "sets.checked: missing",
        "maps: has notes but no study material",
    ]
