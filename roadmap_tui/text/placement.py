"""The wording of the placement test."""

from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.placement import MAX_QUESTIONS, Placement, PlacementResult
from roadmap_tui.study.event_store import Change

QUESTION = "Could you explain it without looking it up?"


def format_progress(placement: Placement) -> str:
    """Format the progress of a placement test: ``Question 7 of at most 20, 64% settled``."""
    share = 100 * placement.settled // placement.total
    return f"Question {len(placement.answers) + 1} of at most {MAX_QUESTIONS}, {share}% settled"


def format_result(placement: Placement) -> str:
    """Describe the result of a placement test."""
    result = placement.result()
    known = f"You know {pluralize(len(result.known), 'item')}" if result.known else "Nothing is known yet"
    begun = f", and {pluralize(len(result.begun), 'item')} in part" if result.begun else ""
    return f"{known}{begun}; {placement.total - placement.settled} of {placement.total} are not settled."


def format_saved(result: PlacementResult, change: Change | None) -> str:
    """Describe the saved result of a placement test."""
    if change is None:
        return "Nothing to mark"
    parts = [f"{len(result.known)} done"] if result.known else []
    parts += [f"{len(result.begun)} in progress"] if result.begun else []
    return f"Placement saved: {', '.join(parts)}"
