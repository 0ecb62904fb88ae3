"""Items that the last update of a roadmap added count as new until they were seen."""

from __future__ import annotations

from roadmap_tui.core.progress.events import RoadmapUpdated
from roadmap_tui.core.search.filters import NEW
from roadmap_tui.study.study import Study


def _update(study: Study, *new: str) -> None:
    study.write(RoadmapUpdated(study.journal.next_stamp(), study.source.id, "Maths", "was", "is", new))


def _new(study: Study) -> list[str]:
    return sorted(study.new_items.ids)


def test_the_last_update_says_what_is_new(study: Study) -> None:
    assert _new(study) == []
    assert "vectors" not in study.new_items
    _update(study, "vectors", "limits", "no-longer-there", "algebra")
    assert _new(study) == ["limits", "vectors"]
    new = {study.tree.ids[index] for index, facets in study.search.facets().items() if NEW in facets}
    assert new == {"limits", "vectors"}
    study.new_items.see(["limits"])
    assert _new(study) == ["vectors"]
    _update(study, "limits", "matrices")
    assert _new(study) == ["matrices"]


def test_an_update_that_was_undone_added_nothing(study: Study) -> None:
    _update(study, "vectors")
    first = study.progress.last_update("maths")
    _update(study, "limits")
    study.new_items.see(["vectors"])
    second = study.progress.last_update("maths")
    assert second is not None
    study.revert(second, second.stamp.id, second.stamp.clock)
    assert study.progress.last_update("maths") == first
    assert _new(study) == []
    assert study.progress.last_update("physics") is None
