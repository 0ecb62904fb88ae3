"""Finding the study material of an item in the shipped files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadmap_tui.core.roadmap.model import Item, Question, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.study_material import Exercise, StudyMaterial
from roadmap_tui.store import library, study_material
from tests.cli.program_runs import ROOT, environment

CHAPTER = """{"format": 1, "items": {
  "sets": {"goals": ["Count."], "questions": [{"id": "a", "ask": "How many?", "answer": "Two."}],
           "exercise": {"task": "Count them.", "check": "2."}},
  "maps": {"goals": ["Draw one."]},
  "torn": {"questions": [{"id": "a"}]},
  "odd": ["goals"]}}"""
TREE = FlatTree(
    Roadmap(
        "ml-dl",
        "Small",
        children=(
            Section(
                "basics",
                "Basics",
                children=(
                    Item("sets", "Sets"),
                    Section("inner", "Inner", children=(Item("maps", "Maps"),)),
                    *(Item(name, name) for name in ("torn", "odd", "bare")),
                ),
            ),
            Section("nets", "Nets", children=(Item("relu", "ReLU"),)),
            Section("broken", "Broken", children=(Item("noise", "Noise"),)),
        ),
    )
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Replace the shipped files by a chapter of its own and a damaged one."""
    (tmp_path / "basics.json").write_text(CHAPTER)
    (tmp_path / "broken.json").write_text('{"items": ')
    monkeypatch.setattr(study_material, "folder", lambda: str(tmp_path))
    study_material._read_chapter.cache_clear()
    yield tmp_path
    study_material._read_chapter.cache_clear()


@pytest.mark.usefixtures("folder")
def test_material_is_found_by_the_sections_of_an_item() -> None:
    assert study_material.find("ml-dl", TREE, "sets") == StudyMaterial(
        ("Count.",), (Question("a", "How many?", "Two."),), Exercise("Count them.", "2.")
    )
    assert study_material.find("ml-dl", TREE, "maps") == StudyMaterial(("Draw one.",))


@pytest.mark.usefixtures("folder")
def test_nothing_is_found_without_material() -> None:
    for item in ("bare", "relu", "torn", "odd", "noise", "basics", "unknown"):
        assert study_material.find("ml-dl", TREE, item) is None, item
    assert study_material.find("another", TREE, "sets") is None


def test_a_chapter_is_read_once(folder: Path) -> None:
    first = study_material.find("ml-dl", TREE, "sets")
    (folder / "basics.json").unlink()
    assert study_material.find("ml-dl", TREE, "sets") == first


def test_every_checklist_item_is_found() -> None:
    tree = FlatTree(library.load_bundled())
    found = [item.id for item in tree.items() if study_material.find("ml-dl", tree, item.id)]
    assert found == [item.id for item in tree.branch(tree.index_of["mastery-checklist"])]
    assert len(found) == 127


@pytest.mark.parametrize("command", ["list", "status", "next", "show"])
def test_other_commands_do_not_import_it(tmp_path: Path, command: str) -> None:
    code = (
        "import sys\nfrom roadmap_tui.cli import run\n"
        f"run([{command!r}])\n"
        "print([name for name in sys.modules"
        " if 'store.study_material' in name or name in ('numpy', 'shutil')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment(tmp_path)
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert (ROOT / "data" / "study").is_dir()
