"""JSON Schemas (draft 2020-12) of the files and of every ``--json`` output.

``docs/schemas`` has them as files. Objects may get more fields in later versions, so no schema forbids any.
"""

from typing import Any, Final

from roadmap_tui.core.schemas.files import FILE_SCHEMAS
from roadmap_tui.core.schemas.outputs import OUTPUT_SCHEMAS

# By name: a kind of file, or the command whose --json output it describes.
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    name: {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:roadmap-tui:schema:{name}",
        **schema,
    }
    for name, schema in sorted({**FILE_SCHEMAS, **OUTPUT_SCHEMAS}.items())
}
