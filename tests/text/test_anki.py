"""Questions as an Anki package; what Anki makes of it, where Anki's own backend is installed."""

from __future__ import annotations

import re
import sqlite3
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.model import Item, Question, Resource, Roadmap, Section
from roadmap_tui.store import library
from roadmap_tui.study.study import Study
from roadmap_tui.text.anki import questions_to_anki
from tests.cli.program_runs import process
from tests.journals import Clock, journal

SMALL = Roadmap(
    "small",
    "Small::one",
    children=(
        Section(
            "s",
            "S",
            children=(
                Item(
                    "x",
                    "X <b>",
                    "What it is.",
                    resources=(Resource("A & B", "https://a.org/?a=1&b=2"), Resource("no", "javascript:x")),
                    questions=(
                        Question("m:1", "Is $x < y$?", "**yes** <script>"),
                        Question("m:2", "Hidden?"),
                    ),
                ),
            ),
        ),
        Item("z", "Z"),
    ),
)


def notes(package: bytes, folder: Path) -> list[dict[str, Any]]:
    path = folder / "package.apkg"
    path.write_bytes(package)
    with zipfile.ZipFile(path) as archive:
        (folder / "collection").write_bytes(archive.read("collection.anki2"))
    with sqlite3.connect(folder / "collection") as database:
        rows = database.execute("SELECT guid, flds, tags FROM notes ORDER BY id").fetchall()
    database.close()
    return [
        {"guid": guid, "fields": fields.split("\x1f"), "tags": tags.split()} for guid, fields, tags in rows
    ]


@pytest.fixture
def study(tmp_path: Path, clock: Clock) -> Study:
    study = Study(SMALL, journal(tmp_path / "log", clock=clock))
    study.write_note("z", "Q: Mine?\nA: `yes`")
    study.reviews.questions.hide("x", study.reviews.questions.of("x")[1])
    return study


def test_each_question_is_a_note_with_its_sources(study: Study, tmp_path: Path) -> None:
    first, second = notes(questions_to_anki(study), tmp_path)
    assert first["fields"] == [
        "<p>Is \\(x &lt; y\\)?</p>",
        "<p><strong>yes</strong> &lt;script&gt;</p>",
        "X &lt;b&gt;",
        '<a href="https://a.org/?a=1&amp;b=2">A &amp; B — a.org</a>',
    ]
    assert first["tags"] == ["small", "s", "x"]
    assert second["fields"] == ["<p>Mine?</p>", "<p><code>yes</code></p>", "Z", ""]
    # The same ids in every export.
    again = notes(questions_to_anki(study), tmp_path)
    assert [note["guid"] for note in again] == [first["guid"], second["guid"]]


def test_without_questions_or_genanki_it_says_so(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study(Roadmap("r", "R", children=(Item("x", "X"),)), journal(tmp_path, clock=clock))
    with pytest.raises(UsageError, match="the roadmap has no questions"):
        questions_to_anki(study)
    monkeypatch.setitem(sys.modules, "genanki", None)
    with pytest.raises(UsageError, match="roadmap-tui\\[anki\\]"):
        questions_to_anki(study)


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    refused = process(tmp_path, "export", "ml-dl", "--format", "anki")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "add --output FILE.apkg" in refused.stderr
    done = process(tmp_path, "export", "ml-dl", "--format", "anki", "--output", str(tmp_path / "ml.apkg"))
    assert (done.returncode, done.stderr) == (0, "")
    assert zipfile.is_zipfile(tmp_path / "ml.apkg")


@pytest.mark.filterwarnings("default")
def test_anki_imports_it_twice_without_duplicates(tmp_path: Path, clock: Clock) -> None:
    """The bundled roadmap, then the same with one more question and a changed answer."""
    pytest.importorskip("anki", reason="Anki's backend is not installed: it has no wheel for every machine")
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    study = Study(library.load_bundled(), journal(tmp_path / "log", clock=clock))
    collection = Collection(str(tmp_path / "collection.anki2"))

    def take_in() -> None:
        path = tmp_path / "ml.apkg"
        path.write_bytes(questions_to_anki(study))
        options = ImportAnkiPackageOptions(merge_notetypes=True)
        collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))

    try:
        study.write_note("backpropagation", "Q: Mine?\nA: $x^2$")
        take_in()
        count = collection.note_count()
        assert count == sum(len(study.reviews.questions.of(item.id)) for item in study.tree.items())
        take_in()
        assert collection.note_count() == count
        clock.turn(3600)
        study.write_note("backpropagation", "Q: Mine?\nA: changed\n\nQ: Another?")
        take_in()
        assert collection.note_count() == count + 1
        decks = [deck.name for deck in collection.decks.all_names_and_ids()]
        assert any(re.search(r"::3\. Core Deep Learning$", name) for name in decks)
        (found,) = collection.find_notes('"tag:backpropagation" Question:*Mine*')
        note = collection.get_note(found)
        assert note["Answer"] == "<p>changed</p>"
        assert note["Topic"] == "Backpropagation"
        assert "https://" in note["Sources"]
        assert collection.card_count() == count + 1
    finally:
        collection.close()
