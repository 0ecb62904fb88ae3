"""Records written under the old id of a roadmap after a sync gave it another one.

A session that was open during the sync does not know the new id yet. Its records are copied by the next sync,
as the earlier ones were by that one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.store.library_merge import rewrite_roadmap_id


def late_copies(lines: Iterable[bytes], roadmaps: Mapping[str, Roadmap]) -> list[bytes]:
    """Return copies of the records of this machine, ``lines``, that belong to a roadmap with a new id.

    ``roadmaps`` are those of the library by their ids. A record belongs there if its session has written
    records that were copied, or if only that roadmap has its item.
    """
    records = {record["id"]: (line, record) for line in lines if (record := _record(line))}
    copies: dict[str, list[str]] = {}  # the originals by the new id of their roadmap
    for event_id, (_, record) in records.items():
        original, _, new = event_id.rpartition("~")
        if original in records and record["r"] == new in roadmaps:
            copies.setdefault(new, []).append(original)
    found: list[bytes] = []
    for new, originals in copies.items():
        old = records[originals[0]][1]["r"]
        sessions = {_session(original) for original in originals}
        others = _ids(roadmaps[old]) if old in roadmaps else set()
        own = _ids(roadmaps[new]) - others
        late = [
            event_id
            for event_id, (_, record) in records.items()
            if record["r"] == old and (_session(event_id) in sessions or own.intersection(_targets(record)))
        ]
        known = {event_id for event_id in records if event_id.endswith(f"~{new}")}
        rewritten = rewrite_roadmap_id((records[event_id][0] for event_id in late), old, new)
        found += [copy for copy in rewritten if json.loads(copy)["id"] not in known]
    return found


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_event = isinstance(record, dict) and all(isinstance(record.get(key), str) for key in ("id", "r"))
    return record if is_event else None


def _session(event_id: str) -> str:
    return event_id.split("-", 2)[1] if event_id.count("-") >= 2 else event_id


def _targets(record: dict[str, Any]) -> list[str]:
    target = record.get("t")
    return [one for one in (target if isinstance(target, list) else [target]) if isinstance(one, str)]


def _ids(roadmap: Roadmap) -> set[str]:
    return {node.id for node in FlatTree(roadmap, with_retired=True).nodes}
