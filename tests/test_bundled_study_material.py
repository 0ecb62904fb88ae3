"""The study material that comes with the program, together with its authors' notes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.study_lint import StudyCounts, count, find_similar_questions, lint, lint_notes
from roadmap_tui.store import library, study_material

CURRICULUM = Path(__file__).parent / "curriculum"
FILES = sorted(Path(study_material.folder()).glob("*.json"))


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def tree() -> FlatTree:
    return FlatTree(library.load_bundled())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_chapter_is_clean_and_belongs_to_its_section(tree: FlatTree, path: Path) -> None:
    chapter = read(path)
    items = {item.id for item in tree.branch(tree.index_of[path.stem])}
    assert [str(finding) for finding in lint(chapter, items)] == []
    assert (chapter["roadmap"], chapter["chapter"]) == (library.BUNDLED_ID, path.stem)
    assert items == set(chapter["items"])
    notes = read(CURRICULUM / "notes" / path.name)
    assert [str(finding) for finding in lint_notes(notes, chapter["items"])] == []


def test_every_checklist_item_has_material(tree: FlatTree) -> None:
    items = [item_id for path in FILES for item_id in read(path)["items"]]
    assert len(items) == len(set(items)) == 127
    assert set(items) == {item.id for item in tree.branch(tree.index_of["mastery-checklist"])}


def test_no_question_is_asked_twice() -> None:
    assert [str(finding) for finding in find_similar_questions(map(read, FILES))] == []


def test_there_is_enough_of_it() -> None:
    counts = StudyCounts(*map(sum, zip(*(count(read(path)) for path in FILES), strict=True)))
    assert counts.items == counts.exercises == 127
    assert counts.questions >= 480
    assert counts.goals >= 300


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_somebody_else_answered_every_question(path: Path) -> None:
    agreement, counts = read(CURRICULUM / "agreement" / path.name), count(read(path))
    assert (agreement["chapter"], agreement["questions"]) == (path.stem, counts.questions)
    assert agreement["exercises"] == counts.exercises
    for each in agreement["resolved"]:
        assert each["resolution"], each


def test_every_chapter_has_tests_of_its_answers_and_exercises() -> None:
    for path in FILES:
        name = path.stem.replace("-", "_")
        for kind in ("verify", "exercises"):
            assert list(CURRICULUM.glob(f"{kind}_{name}*.py")), f"{kind}_{name}"
