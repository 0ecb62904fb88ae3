"""All importers: a new one registers itself in its module, which is imported here."""

from __future__ import annotations

from roadmap_tui.core.importers import (
    markdown,  # noqa: F401 (importing it registers it)
    org,  # noqa: F401 (registers itself too)
    roadmap_sh,  # noqa: F401 (registers itself too)
    unsupported,  # noqa: F401 (registers itself too)
)
from roadmap_tui.core.importers.base import IMPORTERS, Imported, ImportOptions, SourceData


def read_source(source: SourceData, options: ImportOptions) -> Imported:
    """Import a source: a folder as roadmap.sh content, a file by its suffix, others as Markdown.

    Raises InvalidRoadmap.
    """
    if source.folder is not None:
        return IMPORTERS["roadmap.sh"].read(source, options)
    name = source.name.lower()
    by_suffix = [importer for importer in IMPORTERS.values() if name.endswith(importer.suffixes)]
    return (by_suffix or [IMPORTERS["markdown"]])[0].read(source, options)
