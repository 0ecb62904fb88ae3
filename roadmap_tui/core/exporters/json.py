"""Export a roadmap with the reader's progress in the program's own format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from roadmap_tui.core.exporters.base import Exporter, register
from roadmap_tui.core.roadmap.format import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Roadmap


def to_json(
    roadmap: Roadmap, statuses: Mapping[str, Status], *, notes: Mapping[str, str] | None = None
) -> str:
    """Serialize the roadmap, with each item's ``status`` and the reader's notes as ``own_note``.

    Both are fields that the roadmap format does not know.
    """
    value: dict[str, Any] = json.loads(encode(roadmap))
    notes = notes or {}
    if note := notes.get(roadmap.id):
        value["own_note"] = note
    nodes = [*value["children"], *value.get("retired", ())]
    while nodes:
        node = nodes.pop()
        if node["type"] == "item":
            node["status"] = statuses.get(node["id"], "todo")
        if note := notes.get(node["id"]):
            node["own_note"] = note
        nodes.extend(node.get("children", ()))
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


register(Exporter("json", (".json",), to_json))
