"""Parts that the schemas share."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from roadmap_tui.core.progress.statuses import STATUSES

Schema: TypeAlias = dict[str, Any]

_DATE: Final = r"^\d{4}-\d\d-\d\d"
TEXT: Final[Schema] = {"type": "string"}
FLAG: Final[Schema] = {"type": "boolean"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
WHOLE: Final[Schema] = {"type": "integer"}
NUMBER: Final[Schema] = {"type": "number", "minimum": 0}
SHARE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1}
PERCENT: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 100}
DAY: Final[Schema] = {"type": "string", "format": "date", "pattern": f"{_DATE}$"}
# With the offset of the writer's time zone.
TIME: Final[Schema] = {"type": "string", "format": "date-time", "pattern": rf"{_DATE}T\d\d:\d\d:\d\d"}
URL: Final[Schema] = {"type": "string", "pattern": "^https?://"}
STATUS: Final[Schema] = {"enum": list(STATUSES)}


def record(required: Schema, optional: Schema | None = None, **keywords: Any) -> Schema:
    """Return the schema of an object from the schemas of its fields."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties, **keywords}


def with_fields(schema: Schema, fields: Schema) -> Schema:
    """Return the schema of an object with further required fields."""
    properties = {**schema["properties"], **fields}
    return {**schema, "required": [*schema["required"], *fields], "properties": properties}


def list_of(items: Schema, **keywords: Any) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items, **keywords}


def nullable(schema: Schema) -> Schema:
    """Return a schema that also accepts null."""
    if isinstance(kind := schema.get("type"), str):
        return {**schema, "type": [kind, "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def mapping(values: Schema) -> Schema:
    """Return the schema of an object with any keys."""
    return {"type": "object", "additionalProperties": values}


def one_of(choices: Sequence[Schema], **keywords: Any) -> Schema:
    """Return a schema that accepts what one of several accept."""
    return {"oneOf": list(choices), **keywords}
