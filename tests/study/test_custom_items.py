"""Custom items and resources."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.custom_items import with_resources
from roadmap_tui.core.roadmap.model import Item, Resource, Section
from roadmap_tui.study.study import Study
from tests.journals import BOOK, ROADMAP, journal

OWN = "https://example.org/own"


def _study(folder: Path, host: str = "box") -> Study:
    return Study(ROADMAP, journal(folder, host))


def _titles(study: Study) -> list[str]:
    return [item.title for item in study.tree.items()]


def test_custom_items_are_at_the_end_of_their_section(tmp_path: Path) -> None:
    study = _study(tmp_path)
    study.custom.add_item("algebra", "  Groups \x1b[2J")
    study.custom.add_item("algebra", "Rings")
    assert _titles(study)[5:] == ["Groups \ufffd[2J", "Rings", "Limits"]
    assert _titles(_study(tmp_path)) == _titles(study)
    assert study.counts_at().total == 8


def test_custom_items_survive_the_removal_of_their_section(tmp_path: Path) -> None:
    study = _study(tmp_path)
    change = study.custom.add_item("algebra", "Groups")
    (own,) = change.ids
    study.set_status([own], "done")
    taken = Section("own-items", "A section of that id")
    shrunk = Study(ROADMAP._replace(children=(taken, Item("limits", "Limits"))), journal(tmp_path))
    assert [node.title for node in shrunk.tree.nodes] == [taken.title, "Limits", "Yours", "Groups"]
    assert shrunk.status(own) == "done"
    assert len(shrunk.tree.index_of) == len(shrunk.tree)


def test_the_last_title_wins_on_every_machine(tmp_path: Path) -> None:
    here, there = _study(tmp_path), _study(tmp_path, "laptop")
    (own,) = here.custom.add_item("algebra", "Groups").ids
    there.apply(here.progress.history("maths"))
    there.custom.rename_item(own, "Group theory")
    here.apply(there.progress.history("maths"))
    assert _titles(here) == _titles(there)
    assert "Group theory" in _titles(here)
    here.custom.remove_item(own)
    assert "Group theory" not in _titles(here)


@pytest.mark.parametrize("verb", ["rename_item", "remove_item"])
def test_items_of_the_roadmap_cannot_be_renamed_or_removed(tmp_path: Path, verb: str) -> None:
    own = _study(tmp_path).custom
    with pytest.raises(UsageError, match="belongs to the roadmap"):
        getattr(own, verb)("vectors", *(["x"] if verb == "rename_item" else []))


def test_an_empty_title_or_an_item_as_parent_is_refused(tmp_path: Path) -> None:
    study = _study(tmp_path)
    with pytest.raises(UsageError, match="no title"):
        study.custom.add_item("algebra", " \u200b ")
    with pytest.raises(UsageError, match="below a section"):
        study.custom.add_item("vectors", "x")
    with pytest.raises(UsageError, match="no such item in this roadmap"):
        study.custom.add_item("nowhere", "x")
    assert study.history() == []


def test_custom_resources_come_after_the_source_s(tmp_path: Path) -> None:
    study = _study(tmp_path)
    study.custom.set_resource("vectors", OWN, "Mine", "paper")
    study.custom.set_resource("", OWN, "", "video")
    assert study.resources("vectors")[1:] == (Resource("Mine", OWN, "paper"),)
    assert study.resources("")[1:] == (Resource("example.org/own", OWN, "video"),)
    study.tick_resource("vectors", OWN, on=True)
    assert _study(tmp_path).state("vectors").ticks == {OWN}
    own = {name: study.state(name).resources for name in ("", "vectors")}
    whole = with_resources(study.roadmap, own)
    assert [len(whole.resources), len(whole.children[0].children[0].resources)] == [2, 2]


def test_a_changed_resource_keeps_its_position(tmp_path: Path) -> None:
    study = _study(tmp_path)
    for name in "abc":
        study.custom.set_resource("limits", f"{OWN}/{name}", name, "docs")
    assert study.custom.set_resource("limits", f"{OWN}/b", "b", "docs", old_url=f"{OWN}/b") is None
    study.custom.set_resource("limits", f"{OWN}/B", "B", "docs", old_url=f"{OWN}/b")
    assert [one.title for one in study.resources("limits")] == ["a", "B", "c"]
    study.custom.remove_resource("limits", f"{OWN}/a")
    assert [one.title for one in _study(tmp_path).resources("limits")] == ["B", "c"]
    study.undo()
    assert [one.title for one in study.resources("limits")] == ["a", "B", "c"]


@pytest.mark.parametrize("url", ["", "example.org", "javascript:alert(1)", "https://a b", BOOK])
def test_invalid_resources_are_refused(tmp_path: Path, url: str) -> None:
    study = _study(tmp_path)
    with pytest.raises(UsageError):
        study.custom.set_resource("vectors", url, "x", "book")
    with pytest.raises(UsageError):
        study.custom.set_resource("vectors", OWN, "x", "scroll")
    with pytest.raises(UsageError):
        study.custom.remove_resource("vectors", BOOK)
    assert study.history() == []


def test_a_custom_resource_that_the_source_adds_is_shown_once(tmp_path: Path) -> None:
    study = _study(tmp_path)
    study.custom.set_resource("limits", OWN, "Mine", "docs")
    limits = Item("limits", "Limits", resources=(Resource("Theirs", OWN),))
    later = Study(ROADMAP._replace(children=(limits,)), journal(tmp_path))
    assert [one.title for one in later.resources("limits")] == ["Theirs"]
