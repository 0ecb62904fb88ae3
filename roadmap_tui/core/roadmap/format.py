"""Format 1 of a roadmap file: JSON. Trusted files are decoded here, all others in ``validation``."""

from __future__ import annotations

import json
import re
from typing import Any, Final, TypeAlias

from roadmap_tui.core.roadmap.model import (
    FormerNode,
    Item,
    Node,
    Question,
    Resource,
    Roadmap,
    Section,
    Source,
)

FORMAT = 1
DEPTH_LIMIT = 50
ID_LIMIT = 100
LINE_LIMIT = 500

_slug = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*").fullmatch
# `status` and `own_note` are what an export adds: the reader's, not the roadmap's.
SECTION_FIELDS: Final = frozenset({"type", "own_note", *Section._fields})
ITEM_FIELDS: Final = frozenset({"type", "status", "own_note", *Item._fields})
RESOURCE_FIELDS: Final = frozenset(Resource._fields)

Fields: TypeAlias = dict[str, object]


def decode_trusted(data: bytes) -> Roadmap:
    """Decode a roadmap file without validation; only for bytes that were validated before.

    For other bytes it may raise ValueError, LookupError, TypeError, AttributeError or RecursionError.
    """
    fields = json.loads(data.decode(), object_hook=_trusted_value)
    source = fields.get("source", {})
    return Roadmap(
        fields["id"],
        fields["title"],
        fields.get("summary", ""),
        fields.get("note", ""),
        Source(*[source.get(name, "") for name in Source._fields]),
        tuple(fields.get("resources", ())),
        tuple(fields["children"]),
        tuple(fields.get("retired", ())),
        tuple([FormerNode(one["id"], one["title"], tuple(one["path"])) for one in fields.get("former", ())]),
    )


# Skips the Python code of a named tuple's constructor: a third of the time of a large file.
_new_tuple: Final[Any] = tuple.__new__


def _trusted_value(fields: dict[str, Any]) -> Any:
    """Convert a JSON object to a node or resource; the objects nested in it are converted already."""
    get = fields.get
    kind = get("type")
    if kind is None:
        if "url" not in fields:
            return fields  # the roadmap, its source, or a former node
        link = fields["title"], fields["url"], get("kind", "website"), get("by", ""), get("note", "")
        more = tuple(get("was", ())), get("minutes", 0), extra_fields(fields, RESOURCE_FIELDS)
        return _new_tuple(Resource, (*link, *more))
    resources, children = tuple(get("resources", ())), tuple(get("children", ()))
    head = fields["id"], fields["title"], get("summary", ""), get("note", "")
    if kind == "section":
        return Section(*head, resources, children, extra_fields(fields, SECTION_FIELDS))
    prerequisites = tuple(get("prerequisites", ()))
    questions = tuple([Question(q["id"], q["ask"], q.get("answer", "")) for q in get("questions", ())])
    estimates = get("kind", ""), get("hours", 0), get("level", 0)
    added = (*estimates, questions, extra_fields(fields, ITEM_FIELDS))
    return _new_tuple(Item, (*head, prerequisites, get("ticked", False), resources, children, *added))


def extra_fields(fields: Fields, known: frozenset[str]) -> str:
    """Return the unknown fields of a node or resource as JSON, empty if there are none."""
    if fields.keys() <= known:
        return ""
    return json.dumps(
        {name: fields[name] for name in sorted(fields.keys() - known)}, ensure_ascii=False, default=str
    )


def encode(roadmap: Roadmap) -> bytes:
    """Serialize a roadmap, without checking the rules of the format; ``validation.decode`` reads it back."""
    fields: Fields = {"format": FORMAT, "id": roadmap.id, "title": roadmap.title}
    fields |= _filled(
        summary=roadmap.summary,
        note=roadmap.note,
        source=_filled(**roadmap.source._asdict()),
        resources=_resources(roadmap.resources),
    )
    fields["children"] = [_node(node) for node in roadmap.children]
    fields |= _filled(
        retired=[_node(item) for item in roadmap.retired], former=[node._asdict() for node in roadmap.former]
    )
    return (json.dumps(fields, ensure_ascii=False, indent=1) + "\n").encode()


def _filled(**fields: object) -> Fields:
    return {name: value for name, value in fields.items() if value}


def _node(node: Node) -> Fields:
    kind = "item" if isinstance(node, Item) else "section"
    fields: Fields = {"type": kind, "id": node.id, "title": node.title}
    fields |= _filled(summary=node.summary, note=node.note)
    if isinstance(node, Item):
        fields |= _filled(
            kind=node.kind, hours=node.hours, level=node.level, prerequisites=node.prerequisites,
            ticked=node.ticked, questions=[_filled(**question._asdict()) for question in node.questions],
        )  # fmt: skip
    fields |= _filled(
        resources=_resources(node.resources), children=[_node(child) for child in node.children]
    )
    return fields | (json.loads(node.extra) if node.extra else {})


def _resources(resources: tuple[Resource, ...]) -> list[Fields]:
    return [
        _filled(**resource._asdict() | {"extra": ""}) | (json.loads(resource.extra) if resource.extra else {})
        for resource in resources
    ]


def is_node_id(value: str) -> bool:
    """Return True if a node of a roadmap file can have this id."""
    return len(value) <= ID_LIMIT and _slug(value) is not None
