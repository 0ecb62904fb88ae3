"""Start a placement test, and save its result: what the reader knew before the first day."""

from __future__ import annotations

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.placement import Placement, PlacementResult
from roadmap_tui.core.progress.events import PLACEMENT, StatusSet
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study


def start_placement(study: Study) -> Placement:
    """Create a placement test about the topics and projects to do. Raises UsageError if there are none."""
    if study.graph.follows_order(""):
        why = "this roadmap says of no item what it requires, so that no answer settles others"
        raise UsageError("placement", why, "mark what you know as done")
    requirements = study.graph.path_or_order("")
    placement = Placement(
        requirements, frozenset(name for name in requirements if study.status(name) != "todo")
    )
    if not placement.total:
        raise UsageError("placement", "every item is marked already", "set back what you want to be asked")
    return placement


def save_placement(study: Study, result: PlacementResult) -> Change | None:
    """Mark the known items as done and the begun ones as in progress; one undo reverts both.

    Items that were marked meanwhile stay as they are. Raises SaveError.
    """
    change, at = None, study.now()
    for ids, status in ((result.begun, "doing"), (result.known, "done")):
        targets = tuple([name for name in ids if study.status(name) == "todo"])
        if targets:
            stamp = study.next_stamp(*targets)._replace(at=at)
            title = f"Placement: {pluralize(len(targets), 'item')}"
            event = StatusSet(stamp, study.roadmap.id, targets, title, status, PLACEMENT)
            change = Change(event, study.write_now(event))
    return change
