"""Find the study material of an item in the files that come with the program, one per chapter.

A file is named after its chapter, the id of a section of the bundled roadmap, and is read when an item below
that section is first asked for.
"""

import functools
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.study_material import StudyMaterial, decode_trusted
from roadmap_tui.store.library import BUNDLED_ID, bundled_path, read_bundled

_MALFORMED: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def find(roadmap_id: str, tree: FlatTree, item_id: str) -> StudyMaterial | None:
    """Return the study material of an item, None if there is none; only the bundled roadmap has any."""
    if roadmap_id != BUNDLED_ID or item_id not in tree.index_of:
        return None
    for section in reversed(tree.sections(tree.index_of[item_id])):
        fields = _read_chapter(section.id).get(item_id)
        if fields is not None:
            with suppress(*_MALFORMED):
                return decode_trusted(fields)
    return None


def folder() -> str:
    """Return the folder of the study material, next to the bundled roadmap."""
    return os.path.join(os.path.dirname(bundled_path()), "study")


@functools.cache
def _read_chapter(section_id: str) -> Mapping[str, Any]:
    """Return the material of a chapter by item id; empty for a section without a file, or a damaged one."""
    with suppress(OSError, *_MALFORMED):
        items = json.loads(read_bundled(os.path.join(folder(), f"{section_id}.json")))["items"]
        if isinstance(items, dict):
            return items
    return {}
