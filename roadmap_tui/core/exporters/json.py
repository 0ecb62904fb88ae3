"""A roadmap with its reader's marks as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from roadmap_tui.core.roadmap.format import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Roadmap


def to_json(
    roadmap: Roadmap, statuses: Mapping[str, Status], *, notes: Mapping[str, str] | None = None
) -> str:
    """``roadmap`` in the program's own format, with two fields that it passes over when it reads.

    Every item has its ``status``, and every node with a note of its reader's has it as ``own_note``.
    """
    value: dict[str, Any] = json.loads(encode(roadmap))
    notes = notes or {}
    if own := notes.get(roadmap.id):
        value["own_note"] = own
    waiting = [*value["children"], *value.get("retired", ())]
    while waiting:
        node = waiting.pop()
        if node["type"] == "item":
            node["status"] = statuses.get(node["id"], "todo")
        if own := notes.get(node["id"]):
            node["own_note"] = own
        waiting.extend(node.get("children", ()))
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
