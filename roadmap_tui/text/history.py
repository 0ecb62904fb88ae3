"""The history of a node in a few lines, for the end of its page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from roadmap_tui.core.progress.events import Action, NoteWritten, StatusSet
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import GRADES, capitalize, format_datetime, format_duration, pluralize


def summarize_history(study: Study, node_id: str) -> list[str]:
    """When a node was begun, done, reviewed, timed and written about; a line each, at most four.

    Nothing where there is no more to tell than its status and a note, which stand above.
    """
    actions = study.progress.key_events(study.source.id, node_id)
    if not actions:
        return []
    state, now = study.state(node_id), study.now()
    begun = _begun(actions, state)
    marked = list(_marked(actions, begun, now))
    noted, changes = _noted(actions, state, now)
    if not (len(marked) > 1 or state.reviews or state.timings or changes):
        return []
    first = ", ".join(marked)
    lines = [capitalize(first), *_reviewed(state, now), *_timed(state), noted]
    return [line for line in lines if line]


def _begun(actions: list[Action], state: ItemState) -> datetime | None:
    """When it was first being done, by its status or by a timer."""
    moments = [one.stamp.at for one in actions if isinstance(one, StatusSet) and one.status == "doing"][:1]
    moments += [timing.start for timing in state.timings[:1]]
    return min(moments, default=None)


def _marked(actions: list[Action], begun: datetime | None, now: datetime) -> Iterator[str]:
    """When it was begun, when last done, and when that was taken back by another mark."""
    done = back = None
    for action in actions:
        if isinstance(action, StatusSet):
            if action.status == "done":
                done, back = action.stamp.at, None
            elif done is not None and back is None:
                back = action.stamp.at
    if begun is not None:
        yield f"started {format_datetime(begun, now)}"
    if done is not None:
        yield f"done {format_datetime(done, now)}"
    if back is not None:
        yield f"set back {format_datetime(back, now)}"


def _reviewed(state: ItemState, now: datetime) -> Iterator[str]:
    if state.reviews:
        last = state.reviews[-1]
        times = _times(len(state.reviews))
        yield f"Reviewed {times}, last {format_datetime(last.at, now)}: {GRADES[last.rating - 1]}"


def _timed(state: ItemState) -> Iterator[str]:
    over = [timing.seconds for timing in state.timings if timing.seconds is not None]
    running = len(state.timings) - len(over)
    words = [f"{format_duration(sum(over))} in {pluralize(len(over), 'sitting')}"] if over else []
    if running:
        words.append("a timer is running")
    if words:
        yield capitalize(", ".join(words))


def _noted(actions: list[Action], state: ItemState, now: datetime) -> tuple[str, int]:
    """When the note was written, and how often it was changed since."""
    written = [one.stamp.at for one in actions if isinstance(one, NoteWritten)]
    if not state.notes or not written:
        return "", 0
    changes = len(written) - 1
    more = f", changed {_times(changes)}, last {format_datetime(written[-1], now)}" if changes else ""
    return f"Note {format_datetime(written[0], now)}{more}", changes


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
