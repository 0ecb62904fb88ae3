"""Schemas of the ``--json`` outputs, by command, and of what a hook reads."""

from typing import Any, Final

from roadmap_tui.core.progress.events import GRADES
from roadmap_tui.core.progress.records import EVENT_KINDS
from roadmap_tui.core.progress.statuses import REPORT_ORDER
from roadmap_tui.core.roadmap.model import ITEM_KINDS, KINDS
from roadmap_tui.core.schemas.base import (
    COUNT,
    DAY,
    FLAG,
    NUMBER,
    PERCENT,
    SHARE,
    STATUS,
    TEXT,
    TIME,
    WHOLE,
    Schema,
    list_of,
    mapping,
    nullable,
    one_of,
    record,
    with_fields,
)

_TEXTS: Final = list_of(TEXT)
_ITEM: Final[Schema] = {"id": TEXT, "title": TEXT}
_COUNTS: Final[Schema] = {"total": COUNT, **dict.fromkeys(REPORT_ORDER, COUNT)}

_STATUS: Final = record(
    {
        "roadmap": TEXT,
        "title": TEXT,
        **_COUNTS,
        "retired": COUNT,
        "material": COUNT,
        "material_done": COUNT,
        "percent": PERCENT,
        "due": COUNT,
        "unread": COUNT,
    }
)

_RESOURCE: Final = record(
    {
        "title": TEXT,
        "url": TEXT,
        "kind": {"enum": list(KINDS)},
        "minutes": nullable(COUNT),
        "ticked": FLAG,
    }
)
_NODE: Final[Schema] = {
    "id": TEXT,
    "type": {"enum": ["item", "section"]},
    "kind": {"enum": [*ITEM_KINDS, "group", None]},
    "title": TEXT,
    "path": _TEXTS,
    "depth": COUNT,
    "status": nullable(STATUS),
    "ticked": {**FLAG, "description": "the author's mark"},
    "hours": nullable(NUMBER),
    "level": {"enum": [1, 2, 3, None]},
    "note": {"type": "string", "description": "yours"},
    "resources": list_of(_RESOURCE),
}
_STUDY_MATERIAL: Final[Schema] = {
    "goals": _TEXTS,
    "questions": list_of(record({"id": TEXT, "ask": TEXT}, {"answer": TEXT})),
    "exercise": nullable(record({"task": TEXT, "check": TEXT, "ticked": FLAG})),
}
_SUGGESTION: Final = record(
    {
        "kind": {"enum": ["review", "resource", "item", "part"]},
        "minutes": COUNT,
        "id": nullable(TEXT),
        "title": nullable(TEXT),
        "url": nullable(TEXT),
        "reviews": nullable(COUNT),
    }
)

# Further fields depend on the kind; `docs/format.md` has them, with one letter for what is a word here.
_EVENT: Final = record(
    {
        "id": TEXT,
        "at": TIME,
        "kind": {"enum": sorted({*EVENT_KINDS, "redo"} - {"open"})},
        "items": _TEXTS,
        "title": TEXT,
        "undone": FLAG,
    },
    {
        "status": STATUS,
        "how": TEXT,
        "text": TEXT,
        "url": TEXT,
        "on": FLAG,
        "q": TEXT,
        "x": TEXT,
        "rating": {"enum": [1, 2, 3, 4]},
        "ms": COUNT,
        "until": TEXT,
        "seconds": nullable(COUNT),
        "from": TIME,
        "name": TEXT,
        "resource_kind": {"enum": list(KINDS)},
        "was": TEXT,
        "under": TEXT,
        "date": DAY,
        "hours": NUMBER,
        "sha256": TEXT,
        "ref": {"type": ["string", "array", "null"]},
        "new": _TEXTS,
        "by": TEXT,
    },
)

_HOOK: Final[Schema] = {"hook": {"enum": ["done", "review"]}, "roadmap": TEXT}

_RANGE: Final = record({"low": NUMBER, "expected": NUMBER, "high": NUMBER})
_STEP: Final = record(
    {**_ITEM, "status": STATUS, "recall": nullable(SHARE), "hours": nullable(NUMBER), "needs": _TEXTS}
)
_WEEK: Final = record({"start": DAY, "items": list_of(record({**_ITEM, "hours": NUMBER}))})

_REVIEW: Final = record(
    {
        **_ITEM,
        "path": _TEXTS,
        "due": DAY,
        "overdue": WHOLE,
        "last": nullable(DAY),
        "retrievability": nullable(SHARE),
        "stability": nullable(NUMBER),
        "next": record(dict.fromkeys(GRADES, COUNT), description="days"),
        "question": nullable(record({"id": TEXT, "ask": TEXT, "answer": TEXT})),
    }
)
_PAUSE: Final = record({"paused_until": nullable(DAY), "due": COUNT, "waiting": COUNT})

_TIME_ENTRY: Final = record({"roadmap": TEXT, **_ITEM, "since": nullable(TIME), "seconds": COUNT})
_TODAY_ENTRY: Final = record({"roadmap": TEXT, **_ITEM, "why": TEXT})
_MATCH: Final = record({"id": TEXT, "from": nullable(TEXT), "to": nullable(TEXT)}, {"accept": TEXT})
_CHANGES: Final = (
    *("kept", "new", "moved", "renamed", "retired", "dropped", "returned", "grouped", "offered"),
)

_RETENTION: Final = record({"reviews": COUNT, "recalled": COUNT, "percent": nullable(PERCENT)})
_STATISTICS: Final = record(
    {
        "roadmap": TEXT,
        "title": TEXT,
        "today": DAY,
        "since": nullable(DAY),
        **_COUNTS,
        "percent": PERCENT,
        "retired": COUNT,
        "streak": record({"now": COUNT, "longest": COUNT, "days_this_week": COUNT}),
        "days": list_of(record({"date": DAY, "done": COUNT, "reviewed": COUNT, "timed": COUNT})),
        "pace": record(
            {"weeks": list_of(COUNT), "done": COUNT, "per_week": NUMBER, "missing": nullable(TEXT)}
        ),
        "finish": nullable(record({"expected": DAY, "earliest": DAY, "latest": nullable(DAY)})),
        "burn_up": list_of(record({"date": DAY, "done": COUNT, "size": COUNT})),
        "seconds": COUNT,
        "sections": list_of(
            record(
                {"id": nullable(TEXT), "title": TEXT, "depth": COUNT, **_COUNTS, "percent": PERCENT}
                | {"seconds": COUNT}
            )
        ),
        "retention": record({"all": _RETENTION, "four_weeks": _RETENTION, "wanted_percent": PERCENT}),
        "due_by_day": list_of(COUNT),
        "leeches": _TEXTS,
        "unread": COUNT,
    }
)

_BAD_LINES: Final = list_of(record({"file": TEXT, "line": COUNT, "reason": TEXT}))
_DOCTOR: Final = record(
    {
        "version": TEXT,
        "python": TEXT,
        "platform": TEXT,
        "folders": {  # empty without a home folder
            "anyOf": [record({"data": TEXT, "state": TEXT, "config": TEXT}), {"maxProperties": 0}]
        },
        "view_only": TEXT,
        "terminal": record(
            {
                "name": TEXT,
                "colours": {"enum": ["true", "256", "16", "none"]},
                "unicode": FLAG,
                "ground": {"enum": ["light", "dark"]},
                "tmux": FLAG,
                "ssh": FLAG,
                "columns": COUNT,
                "rows": COUNT,
            }
        ),
        "display": record({"textual": TEXT, "known": FLAG}),
        "log": record(
            {"files": _TEXTS, "events": COUNT, "bad": _BAD_LINES, "newer": _BAD_LINES, "clocks": _BAD_LINES}
        ),
        "roadmaps": list_of(record({"name": TEXT, "faults": _TEXTS})),
        "progress": record({"items": COUNT, "orphaned": COUNT, "elsewhere": mapping(COUNT)}),
        "backups": _TEXTS,
        "problems": _TEXTS,
        "fixed": _TEXTS,
    }
)
_DOCTOR_STUDY: Final = record(
    {
        "file": TEXT,
        "findings": list_of(record({"item": TEXT, "part": TEXT, "what": TEXT})),
        "counts": record({"items": COUNT, "goals": COUNT, "questions": COUNT, "exercises": COUNT}),
    }
)
_LINK: Final = record(
    {
        "url": TEXT,
        "state": {"enum": ["ok", "moved", "gone", "unreachable", "refused"]},
        "reason": TEXT,
        "moved_to": nullable(TEXT),
        "archive": nullable(TEXT),
        "resources": list_of(record({"node": TEXT, "title": TEXT})),
    }
)
_DOCTOR_LINKS: Final = record(
    {"roadmap": TEXT, "counts": mapping(COUNT), "links": list_of(_LINK), "accepted": COUNT}
)

_SYNC: Final = record(
    {
        "remote": TEXT,
        "received": COUNT,
        "sent": COUNT,
        "roadmaps": COUNT,
        "waiting": COUNT,
        "why": TEXT,
        "notes": _TEXTS,
    }
)

OUTPUT_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "config": record(
        {
            "file": TEXT,
            "exists": FLAG,
            "faults": _TEXTS,
            "settings": list_of(record({"name": TEXT, "value": {}, "from": TEXT})),
        }
    ),
    "doctor": one_of([_DOCTOR, _DOCTOR_STUDY, _DOCTOR_LINKS]),
    "hook": one_of([with_fields(_EVENT, _HOOK), with_fields(_SYNC, {"hook": {"const": "sync"}})]),
    "import": record(
        {
            "roadmap": TEXT,
            "sections": COUNT,
            "groups": COUNT,
            "items": COUNT,
            "ticked": COUNT,
            "resources": COUNT,
            "dropped": mapping(COUNT),
            "warnings": _TEXTS,
            "dropped_first": mapping(record({"line": COUNT, "text": TEXT})),
        },
        {"adopted": mapping(COUNT)},
    ),
    "keys": list_of(record({"id": TEXT, "keys": _TEXTS, "name": TEXT, "help": TEXT, "group": TEXT})),
    "list": list_of(_STATUS),
    "log": list_of(_EVENT),
    "mark": list_of(record({**_ITEM, "from": STATUS, "to": STATUS})),
    "next": {
        "anyOf": [
            list_of(record({**_NODE, "why": TEXT, "unlocks": COUNT})),
            list_of(_SUGGESTION, description="with --minutes"),
        ]
    },
    "note": record({**_ITEM, "note": TEXT, "versions": list_of(record({"text": TEXT, "at": TIME}))}),
    "path": record(
        {
            **_ITEM,
            "done": COUNT,
            "total": COUNT,
            "hours": _RANGE,
            "estimated": COUNT,
            "weakest": nullable(TEXT),
            "levels": list_of(list_of(_STEP)),
            "unread": COUNT,
        }
    ),
    "plan": record(
        {
            "goal": nullable(TEXT),
            "title": TEXT,
            "by": nullable(DAY),
            "hours_a_week": nullable(NUMBER),
            "done": COUNT,
            "total": COUNT,
            "estimated": COUNT,
            "left": _RANGE,
            "ratio": NUMBER,
            "pace": nullable(NUMBER),
            "reviews": NUMBER,
            "needed": nullable(NUMBER),
            "finish": nullable(record({"earliest": DAY, "expected": DAY, "latest": DAY})),
            "weeks": list_of(_WEEK),
            "unread": COUNT,
        }
    ),
    "redo": _EVENT,
    "restore": record(
        {
            "events": COUNT,
            "newer": COUNT,
            "unread": COUNT,
            "written": TEXT,
            "roadmaps": list_of(record({"roadmap": TEXT, "events": COUNT, "first": TIME, "last": TIME})),
            "changed": list_of(record({"roadmap": TEXT, "id": TEXT, "what": TEXT})),
        }
    ),
    "review": one_of([list_of(_REVIEW), _REVIEW, _PAUSE]),
    "show": list_of(record(_NODE, _STUDY_MATERIAL)),
    "stats": _STATISTICS,
    "status": _STATUS,
    "sync": _SYNC,
    "time": one_of(
        [
            record(
                {
                    **dict.fromkeys(("running", "today", "week"), list_of(_TIME_ENTRY)),
                    "overlaps": list_of(record({"one": TEXT, "other": TEXT, "seconds": COUNT})),
                }
            ),
            _TIME_ENTRY,
        ]
    ),
    "today": record(
        {
            **dict.fromkeys(("running", "due", "doing", "ready", "done"), list_of(_TODAY_ENTRY)),
            "due_later": COUNT,
            "review_minutes": COUNT,
            "reviewed": COUNT,
            "seconds": COUNT,
            "week_seconds": COUNT,
            "unread": COUNT,
        }
    ),
    "undo": one_of([_EVENT, list_of(_EVENT, description="with --by")]),
    # Without a change it is only the roadmap's name.
    "update": record({"roadmap": TEXT}, dict.fromkeys(_CHANGES, list_of(_MATCH))),
}
