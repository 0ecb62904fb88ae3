"""Events as ``log``, ``undo`` and ``redo`` print them."""

from __future__ import annotations

from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.status import format_counts
from roadmap_tui.core.progress.events import Action, Undone, targets
from roadmap_tui.core.progress.records import encode
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study
from roadmap_tui.text.describe import action_label

# Fields of a record that ``event_to_json`` prints first, under longer names, or not at all.
_HEAD_FIELDS: Final = {"v", "id", "c", "at", "k", "r", "t", "title", "base"}
# The names under which the other fields are printed, by kind.
_FIELD_NAMES: Final = {
    "status": {"s": "status"},
    "note": {"x": "text"},
    "review": {"g": "rating"},
    "time": {"s": "seconds"},
    "resource": {"x": "name"},
    "item": {"x": "name"},
}


def event_to_json(study: Study, event: Action | Undone, redo_ids: set[str]) -> dict[str, object]:
    """Convert an event to the object that ``log --json`` prints."""
    record = encode(event)
    head: dict[str, object] = {
        "id": event.stamp.id,
        "at": event.stamp.at.isoformat(timespec="seconds"),
        "kind": "redo" if event.stamp.id in redo_ids else record["k"],
        "items": list(targets(event)),
        "title": event.title,
        "undone": is_undone(study, event),
    }
    names = _FIELD_NAMES.get(str(record["k"]), {})
    return head | {names.get(key, key): value for key, value in record.items() if key not in _HEAD_FIELDS}


def is_undone(study: Study, event: Action | Undone) -> bool:
    """Return True for an action that was taken back."""
    return not isinstance(event, Undone) and not study.progress.is_active(event)


def echo_change(context: CliContext, verb: str, change: Change, as_json: bool) -> None:
    """Print what ``undo`` or ``redo`` changed, then make the daily backup."""
    study = context.study
    if as_json:
        echo_json(event_to_json(study, change.action, set()))
    else:
        label, subject = action_label(change.action)
        echo([f"{verb}: {label} {subject}", format_counts(study.counts_at(), context.glyphs)])
    context.back_up()
