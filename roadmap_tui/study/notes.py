"""The notes and custom items of all roadmaps in one list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from roadmap_tui.study.study import Study


class NoteEntry(NamedTuple):
    """A node with a note, or a custom item without one; ``roadmap_title`` is "" in the open roadmap."""

    roadmap: str
    node: str
    title: str
    text: str
    roadmap_title: str


def collect_notes(studies: Iterable[Study]) -> list[NoteEntry]:
    """Return the notes and custom items of some studies in tree order, those of the first one first."""
    entries: list[NoteEntry] = []
    main = ""
    for study in studies:
        roadmap, title = study.source.id, study.roadmap.title if main else ""
        main = main or roadmap
        custom = {item.id for item in study.custom_items}
        annotated = {*study.progress.annotated_ids(roadmap), *custom}
        entries += [
            NoteEntry(roadmap, node_id, study.title(node_id), text, title)
            for node_id in ("", *study.tree.ids)
            if node_id in annotated and ((text := study.note_text(node_id)) or node_id in custom)
        ]
    return entries
