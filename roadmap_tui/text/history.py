"""The history of an item or section, summarized in one line for the detail pane."""

from collections.abc import Iterator
from datetime import datetime

from roadmap_tui.core.humanize import format_datetime, format_duration, pluralize
from roadmap_tui.core.progress.events import GRADES, Action, NoteWritten, StatusSet
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import Glyphs


def summarize_history(study: Study, node_id: str, glyphs: Glyphs) -> str:
    """Summarize in one line when a node was started, done, reviewed, timed and annotated.

    Returns nothing if that would only repeat its status and its note.
    """
    events = study.progress.key_events(study.source.id, node_id)
    if not events:
        return ""
    state, now = study.state(node_id), study.now()
    statuses = list(_statuses(events, state, now))
    note, changes = _note(events, state, now)
    if not (len(statuses) > 1 or state.reviews or state.timings or changes):
        return ""
    parts = [", ".join(statuses), _reviews(state, now), _times(state), note]
    return f" {glyphs.separator} ".join(filter(None, parts))


def _statuses(events: list[Action], state: ItemState, now: datetime) -> Iterator[str]:
    """Yield phrases with the dates when the item was started, last done, and reset after that."""
    changes = [event for event in events if isinstance(event, StatusSet)]
    # Started by its status or by a timer.
    starts = [event.stamp.at for event in changes if event.status == "doing"][:1]
    started = min([*starts, *(timing.start for timing in state.timings[:1])], default=None)
    done = set_back = None
    for event in changes:
        if event.status == "done":
            done, set_back = event.stamp.at, None
        elif done is not None and set_back is None:
            set_back = event.stamp.at
    for label, moment in (("started", started), ("done", done), ("reopened", set_back)):
        if moment is not None:
            yield f"{label} {format_datetime(moment, now)}"


def _reviews(state: ItemState, now: datetime) -> str:
    if not state.reviews:
        return ""
    count, last = _count_times(len(state.reviews)), state.reviews[-1]
    return f"reviewed {count}, last {format_datetime(last.at, now)}: {GRADES[last.rating - 1]}"


def _times(state: ItemState) -> str:
    ended = [timing.seconds for timing in state.timings if timing.seconds is not None]
    parts = [f"{format_duration(sum(ended))} in {pluralize(len(ended), 'session')}"] if ended else []
    if len(ended) < len(state.timings):
        parts.append("timer running")
    return ", ".join(parts)


def _note(events: list[Action], state: ItemState, now: datetime) -> tuple[str, int]:
    """Describe when the note was written; also return how often it was changed since."""
    written = [event.stamp.at for event in events if isinstance(event, NoteWritten)]
    if not state.notes or not written:
        return "", 0
    changes = len(written) - 1
    last = f", changed {_count_times(changes)}, last {format_datetime(written[-1], now)}" if changes else ""
    return f"note {format_datetime(written[0], now)}{last}", changes


def _count_times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
