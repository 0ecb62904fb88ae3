"""Progress on items that are not in the roadmap: always shown under Retired, whoever reads next."""

from __future__ import annotations

from pathlib import Path

from roadmap_tui.core.importers.base import SourceData
from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Item, Roadmap, Section
from roadmap_tui.core.roadmap.update import update_roadmap
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.store.importer import plan_update
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.study import Study
from roadmap_tui.text.item_details import section_titles
from tests.journals import BOOK, ROADMAP, Clock, journal

SHRUNK = ROADMAP._replace(children=(ROADMAP.children[1],))


def _study(folder: Path, roadmap: Roadmap = ROADMAP) -> Study:
    return Study(roadmap, journal(folder))


def _retired(study: Study) -> list[tuple[str, str]]:
    return [(item.id, item.title) for item in study.roadmap.retired]


def test_an_item_marked_after_it_left_is_retired_for_every_later_reader(tmp_path: Path) -> None:
    study = _study(tmp_path)
    updated = update_roadmap(ROADMAP, SHRUNK, has_progress=lambda _: False).roadmap
    assert not updated.retired
    updated = decode(encode(updated), "maths")
    study.set_status(["vectors"], "done")
    study.write_note("matrices", "rows")
    study.tick_resource("vectors", BOOK, on=True)
    for later in (_study(tmp_path, updated), _study(tmp_path, SHRUNK)):
        assert _retired(later) == [("vectors", "Vectors"), ("matrices", "Matrices")]
        assert later.status("vectors") == "done"
        assert later.note_text("matrices") == "rows"
        assert [link.url for link in later.resources("vectors")] == [BOOK]
        assert later.counts_at().total == 1
        index = later.tree.index_of["vectors"]
        # Only an updated file records where a node was.
        assert section_titles(later, index) == ["Retired", *(["Algebra"] if updated is later.source else [])]


def test_an_open_study_shows_what_another_session_marked(tmp_path: Path) -> None:
    study = _study(tmp_path, SHRUNK)
    version = study.tree_version
    _study(tmp_path).set_status(["vectors", "matrices"], "doing")
    study.apply(study.journal.read())
    assert _retired(study) == [("vectors", "vectors"), ("matrices", "matrices")]  # no title of its own
    assert study.tree_version > version
    study.change_source(ROADMAP)
    assert not study.roadmap.retired
    assert study.status("vectors") == "doing"


def test_undone_progress_and_removed_custom_items_are_not_retired(tmp_path: Path) -> None:
    study = _study(tmp_path)
    (own,) = study.custom.add_item("algebra", "Groups").ids
    study.set_status([own], "done")
    study.custom.remove_item(own)
    study.set_status(["vectors"], "done")
    study.undo()
    assert not _study(tmp_path, SHRUNK).roadmap.retired


def test_foreign_ids_that_no_roadmap_can_have_are_not_retired(tmp_path: Path) -> None:
    strange = ROADMAP._replace(children=(Item("~retired", "R"), Item("A b", "A"), Item("x" * 101, "X")))
    _study(tmp_path, strange).set_status(["~retired", "A b", "x" * 101], "done")
    assert not _study(tmp_path).roadmap.retired


def test_a_snapshot_shows_them_as_the_log_does(tmp_path: Path) -> None:
    study = _study(tmp_path / "log")
    for _ in range(1100):
        study.set_status(["limits"], "done")
        study.set_status(["limits"], "todo")
    study.set_status(["vectors"], "done")
    for written in (False, True):
        loaded = Study(SHRUNK, Journal(str(tmp_path / "log"), Clock(), cache=str(tmp_path)))
        assert loaded.progress.is_complete != written
        assert _retired(loaded) == [("vectors", "Vectors")]
        study.write_note("matrices", "newer than the snapshot" if written else "")
    loaded = Study(SHRUNK, Journal(str(tmp_path / "log"), Clock(), cache=str(tmp_path)))
    assert len(loaded.roadmap.retired) == 2


def test_an_update_finds_and_stores_them(tmp_path: Path) -> None:
    old = ROADMAP._replace(children=(Section("a", "A", children=(Item("limits", "Limits"),)),))
    study = _study(tmp_path)
    study.set_status(["vectors"], "done")
    study.write_note("einsum", "i, j")
    (own,) = study.custom.add_item("", "Own").ids
    study.set_status([own], "done")
    text = b"# Maths\n\n## A\n\n- [ ] Limits\n- [ ] Vectors\n"
    plan = plan_update(old, SourceData(text, "README.md", "x"), None, study.progress).plan()
    assert plan.changes is not None
    assert [match.id for match in plan.changes.returned] == ["vectors"]
    assert [item.id for item in plan.roadmap.retired] == ["einsum"]
