"""Schemas of the files: roadmaps, study material, and the records of a log."""

from typing import Any, Final

from roadmap_tui.core.progress.events import HOURS_OF_WEEK, LONGEST_TIME
from roadmap_tui.core.progress.records import CLOCK_END, VERSION
from roadmap_tui.core.roadmap.format import FORMAT, ID_LIMIT
from roadmap_tui.core.roadmap.model import ITEM_KINDS, KINDS, Source
from roadmap_tui.core.schemas.base import (
    DAY,
    FLAG,
    STATUS,
    TEXT,
    TIME,
    URL,
    Schema,
    list_of,
    nullable,
    one_of,
    record,
)
from roadmap_tui.core.study_lint import FORMAT as STUDY_FORMAT
from roadmap_tui.core.study_lint import GOALS, QUESTIONS, TEXT_LIMITS

_SLUG: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": ID_LIMIT}
_TITLE: Final[Schema] = {"type": "string", "minLength": 1}
_QUESTION: Final = record({"id": TEXT, "ask": TEXT}, {"answer": TEXT})
_RESOURCE: Final = record(
    {"title": _TITLE, "url": URL},
    {
        "kind": {"enum": list(KINDS)},
        "by": TEXT,
        "note": TEXT,
        "was": list_of(URL),
        "minutes": {"type": "integer", "minimum": 1, "maximum": 6000},
    },
)
_NODE: Final[Schema] = {"id": _SLUG, "title": _TITLE}
_MORE: Final[Schema] = {
    "summary": TEXT,
    "note": {"type": "string", "description": "the author's"},
    "own_note": {"type": "string", "description": "yours, in an export"},
    "resources": list_of({"$ref": "#/$defs/resource"}),
}
_ITEM: Final = record(
    {"type": {"const": "item"}, **_NODE},
    {
        **_MORE,
        "kind": {"enum": list(ITEM_KINDS)},
        "hours": {"type": "number", "minimum": 0.5, "maximum": 500, "multipleOf": 0.5},
        "level": {"enum": [1, 2, 3]},
        "prerequisites": list_of(_SLUG),
        "ticked": {"type": "boolean", "description": "the author's mark"},
        "status": {**STATUS, "description": "yours, in an export"},
        "questions": list_of(_QUESTION),
        "children": list_of({"$ref": "#/$defs/item"}),
    },
)
_ANY_NODE: Final = one_of([{"$ref": "#/$defs/section"}, {"$ref": "#/$defs/item"}])
_SECTION: Final = record({"type": {"const": "section"}, **_NODE}, {**_MORE, "children": list_of(_ANY_NODE)})

_ROADMAP: Final = record(
    {"format": {"const": FORMAT}, **_NODE, "children": list_of(_ANY_NODE)},
    {
        **_MORE,
        "source": record({}, dict.fromkeys(Source._fields, TEXT)),
        "retired": list_of({"$ref": "#/$defs/item"}),
        "former": list_of(record({"id": TEXT, "title": TEXT, "path": list_of(TEXT)})),
    },
    title="A roadmap",
    **{"$defs": {"item": _ITEM, "section": _SECTION, "resource": _RESOURCE}},
)


def _limited(name: str) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": TEXT_LIMITS[name]}


_STUDY_MATERIAL: Final = record(
    {
        "format": {"const": STUDY_FORMAT},
        "roadmap": _SLUG,
        "chapter": _SLUG,
        "items": {
            "type": "object",
            "propertyNames": _SLUG,
            "additionalProperties": record(
                {
                    "goals": list_of(_limited("goal"), minItems=GOALS[0], maxItems=GOALS[1]),
                    "questions": list_of(
                        record({"id": _SLUG, "ask": _limited("ask"), "answer": _limited("answer")}),
                        minItems=QUESTIONS[0],
                        maxItems=QUESTIONS[1],
                    ),
                    "exercise": record({"task": _limited("task"), "check": _limited("check")}),
                }
            ),
        },
    },
    title="Study material: goals, questions and an exercise for each item of a chapter",
)

_NAME: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 200}
_NAME_OR_EMPTY: Final[Schema] = {"type": "string", "maxLength": 200}
# Several names, one, or none.
_NAMES: Final[Schema] = {"anyOf": [_NAME, list_of(_NAME), {"type": "null"}]}
_STAMP: Final[Schema] = {
    "v": {"const": VERSION},
    "id": _NAME,
    "c": {"type": "integer", "minimum": 0, "exclusiveMaximum": CLOCK_END, "description": "the logical clock"},
    "at": TIME,
}
_BY: Final[Schema] = {"by": {"type": "string", "description": "the assistant that wrote it"}}
_ABOUT_ROADMAP: Final[Schema] = {"r": _NAME, "title": TEXT}
_ABOUT_ITEM: Final[Schema] = {**_ABOUT_ROADMAP, "t": _NAME}
_ABOUT_NODE: Final[Schema] = {**_ABOUT_ROADMAP, "t": _NAME_OR_EMPTY}
_SECONDS: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": LONGEST_TIME}

# The fields of a record by its kind: those that it must have, then those that it may have.
_KINDS: Final[dict[str, tuple[Schema, Schema]]] = {
    "status": (
        {**_ABOUT_ROADMAP, "t": {"anyOf": [_NAME, list_of(_NAME, minItems=1)]}, "s": STATUS},
        {"how": {"type": "string", "description": "placement, if one set it"}},
    ),
    "note": ({**_ABOUT_NODE, "x": TEXT, "base": _NAMES}, {}),
    "tick": ({**_ABOUT_NODE, "url": _TITLE, "on": FLAG}, {}),
    "review": (
        {
            **_ABOUT_ITEM,
            "g": {"enum": [1, 2, 3, 4], "description": "again, hard, good, easy"},
            "ms": {"type": "integer", "minimum": 0, "maximum": LONGEST_TIME * 1000},
        },
        {"q": _NAME},
    ),
    "hide": ({**_ABOUT_ITEM, "q": _NAME, "on": FLAG}, {}),
    "time": (
        {**_ABOUT_ITEM, "s": {**nullable(_SECONDS), "description": "null: it runs"}, "from": TIME},
        {"ref": _NAME, "base": _NAMES},
    ),
    "resource": ({**_ABOUT_NODE, "url": TEXT, "x": TEXT, "kind": {"enum": list(KINDS)}, "was": TEXT}, {}),
    "item": ({**_ABOUT_ITEM, "x": TEXT, "under": _NAME_OR_EMPTY}, {}),
    "pause": ({**_ABOUT_ROADMAP, "until": TIME}, {}),
    "snooze": ({**_ABOUT_ITEM, "until": {"anyOf": [DAY, {"const": ""}]}}, {}),
    "need": ({**_ABOUT_ITEM, "x": _NAME, "on": FLAG}, {}),
    "goal": (
        _ABOUT_NODE,
        {"date": DAY, "hours": {"type": "number", "exclusiveMinimum": 0, "maximum": HOURS_OF_WEEK}},
    ),
    "exclude": ({**_ABOUT_ROADMAP, "ref": _NAMES}, {}),
    "update": ({**_ABOUT_ROADMAP, "was": _NAME, "sha256": _NAME}, {"new": _NAMES}),
    "undo": ({**_ABOUT_ROADMAP, "ref": _NAME}, {}),
    "open": ({"app": TEXT, "min_reader": {"type": "integer"}}, {}),
}

FILE_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "roadmap": _ROADMAP,
    "study-material": _STUDY_MATERIAL,
    "record": one_of(
        [
            record({**_STAMP, "k": {"const": kind}, **required}, {**optional, **_BY})
            for kind, (required, optional) in _KINDS.items()
        ],
        title="A record of a log: one line of a file in log/",
    ),
}
