"""The JSON form of events, for ``--json`` and for hooks: that of the log in words."""

from typing import Final

from roadmap_tui.core.progress.events import Action, Undone, targets
from roadmap_tui.core.progress.records import encode

# Fields of a record that ``--json`` prints first, under longer names, or not at all.
_HEAD_FIELDS: Final = {"v", "id", "c", "at", "k", "r", "t", "title", "base"}
# The names under which the other fields are printed, by kind.
_FIELD_NAMES: Final = {
    "status": {"s": "status"},
    "note": {"x": "text"},
    "review": {"g": "rating"},
    "time": {"s": "seconds"},
    "resource": {"x": "name", "kind": "resource_kind"},
    "item": {"x": "name"},
}
# Fields that are always lists, by kind.
_LISTS: Final = {"update": "new", "exclude": "ref"}


def event_to_json(
    event: Action | Undone, *, is_redo: bool = False, is_undone: bool = False
) -> dict[str, object]:
    """Convert an event to the object that ``log --json`` prints."""
    record = encode(event)
    first: dict[str, object] = {
        "id": event.stamp.id,
        "at": event.stamp.at.isoformat(timespec="seconds"),
        "kind": "redo" if is_redo else record["k"],
        "items": list(targets(event)),
        "title": event.title,
        "undone": is_undone,
    }
    names = _FIELD_NAMES.get(str(record["k"]), {})
    fields = {names.get(key, key): value for key, value in record.items() if key not in _HEAD_FIELDS}
    if name := _LISTS.get(str(record["k"])):
        value = fields.get(name, [])  # a record has one id without the list around it
        fields[name] = value if isinstance(value, list) else [value]
    return first | fields
