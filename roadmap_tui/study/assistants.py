"""What assistants wrote: undo it."""

from typing import Final

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import RoadmapUpdated, SessionStarted, Undone, sort_key
from roadmap_tui.core.sanitize import clean
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study

MCP: Final = "mcp"  # what the records of `roadmap-tui mcp` have as ``by``


def undo_by(study: Study, author: str, *, everything: bool = False) -> list[Change]:
    """Undo the active changes of an assistant, in all roadmaps, since it was started last.

    With ``everything`` also those from before. Raises UsageError if there are none, and SaveError.
    """
    progress = study.progress
    events = progress.events_by(author)
    starts = [sort_key(event) for event in events if isinstance(event, SessionStarted)]
    first = (0, "") if everything else max(starts, default=(0, ""))
    changes = []
    for event in reversed(events):
        # What was updated stays: undoing it means to write the version before.
        if isinstance(event, Undone | SessionStarted | RoadmapUpdated) or not progress.is_active(event):
            continue
        if sort_key(event) > first:
            stamp = study.journal.next_stamp(progress.clock_above(event))
            undo = Undone(stamp, event.roadmap, event.title, event.stamp.id)
            changes.append(Change(event, study.write_now(undo)))
    if not changes:
        earlier = any(not isinstance(event, SessionStarted) and progress.is_active(event) for event in events)
        remedy = "--all undoes what it did before" if earlier else "`roadmap-tui log` shows who did what"
        name = clean(author, 100, one_line=True)
        why = "nothing to undo since it was started last" if earlier else "nothing to undo"
        raise UsageError(f"undo --by {name}", why, remedy)
    return changes
