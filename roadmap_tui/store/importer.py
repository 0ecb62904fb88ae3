"""Plan and apply imports and updates; planning writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from roadmap_tui.core.errors import InvalidRoadmap, ReadError, UsageError
from roadmap_tui.core.importers.base import ImportOptions, SourceData
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.roadmap.format import LINE_LIMIT
from roadmap_tui.core.roadmap.model import Node, Roadmap, Source
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import LARGEST_ROADMAP
from roadmap_tui.store import library
from roadmap_tui.store.sources import STDIN

if TYPE_CHECKING:
    from roadmap_tui.core.importers.base import ImportReport, Items
    from roadmap_tui.core.roadmap.update import UpdateResult


class ImportPlan(NamedTuple):
    """The result of reading a source: the roadmap to save, a report, and the changes to the old version.

    ``same`` is True if the same bytes were imported before with the same options.
    """

    roadmap: Roadmap
    report: ImportReport
    changes: UpdateResult | None
    same: bool


class ImportRequest(NamedTuple):
    """A source that was read, and the roadmap in the library that it updates, if any.

    ``has_progress(node_id)`` returns True if the reader has events on a node of that roadmap.
    """

    imported: ImportPlan
    old: Roadmap | None
    has_progress: Callable[[str], bool]

    def plan(self, accepted: Mapping[str, str] = MappingProxyType({})) -> ImportPlan:
        """Plan the import. ``accepted`` maps old ids to new ones. Raises UsageError."""
        plan = self.imported
        if self.old is None:
            return plan
        from roadmap_tui.core.roadmap.update import update_roadmap

        old = self.old
        same = not accepted and _is_same_import(old.source, plan.roadmap.source)
        # The stored roadmap may have been improved by hand, so it is kept if the source is the same.
        new = old if same else plan.roadmap
        known = self._drop_readded(old, new, accepted)
        changes = update_roadmap(known, new, has_progress=self.has_progress, accepted=accepted)
        return plan._replace(roadmap=old if same else changes.roadmap, changes=changes, same=same)

    def _drop_readded(self, old: Roadmap, new: Roadmap, accepted: Mapping[str, str]) -> Roadmap:
        """Return the old roadmap without items that are accepted now as renamed older ones."""
        retired = {item.id for item in old.retired}
        wanted = {word for before, word in accepted.items() if before in retired}
        titles = {item.title for item in FlatTree(new).items() if item.id in wanted or item.title in wanted}
        readded = {
            item.id
            for item in FlatTree(old).items()
            if item.title in titles and not self.has_progress(item.id)
        }
        return old._replace(children=_without(old.children, readded)) if readded else old


def plan_import(
    source: SourceData, options: ImportOptions | None, folder: str | None, progress: Progress, name: str = ""
) -> ImportRequest:
    """Plan importing a source under ``name``, else its present name, else one made from its title.

    A source that was imported before (and possibly removed) is updated; ``options`` default to those of
    the first import. Raises InvalidRoadmap, and UsageError if the name belongs to another source.
    """
    from roadmap_tui.core.importers.slugs import slug

    wanted_id = slug(name) if name else ""
    if source.origin != STDIN:
        for old in library.find_by_origin(_stored_origin(source.origin), folder):
            if wanted_id in {"", old.id}:
                return plan_update(old, source, options, progress)
    options = options or ImportOptions()
    plan = _read(source, options, wanted_id)
    roadmap_id = plan.roadmap.id
    other = _in_library(roadmap_id, folder)
    if other is None:
        return ImportRequest(plan, None, lambda _: False)
    if source.folder is not None or plan.roadmap.source.sha256 != other.source.sha256:
        raise UsageError(
            f"roadmap '{roadmap_id}'",
            f"that name is taken by one from {other.source.origin or other.source.name or 'elsewhere'}",
            f"give another with --name, or `roadmap-tui update {roadmap_id} SOURCE`",
        )
    return plan_update(other, source, options, progress)


def plan_update(
    old: Roadmap, source: SourceData, options: ImportOptions | None, progress: Progress
) -> ImportRequest:
    """Plan updating a roadmap from its source; ``options`` default to those of the first import."""
    plan = _read(source, options or options_of(old), old.id)
    return ImportRequest(plan, old, lambda node_id: progress.has(old.id, node_id))


def _stored_origin(origin: str) -> str:
    """Return an origin as it is stored in a roadmap file; a path need not be valid UTF-8."""
    return clean(origin, LINE_LIMIT, one_line=True)


def _in_library(name: str, folder: str | None) -> Roadmap | None:
    """Return the roadmap with a name, or None if there is none or it is damaged."""
    try:
        if name not in library.names(folder):
            return None
        return library.find(name, folder, most_items=LARGEST_ROADMAP)
    except InvalidRoadmap:
        return None


def _without(nodes: Sequence[Node], ids: set[str]) -> tuple[Any, ...]:
    return tuple(node._replace(children=_without(node.children, ids)) for node in nodes if node.id not in ids)


def apply_plan(plan: ImportPlan, folder: str | None) -> None:
    """Save the roadmap of a plan, unless it is in the library already. Raises SaveError."""
    if not plan.same or plan.roadmap.id not in library.names(folder):
        library.save(plan.roadmap, folder)


def options_of(roadmap: Roadmap) -> ImportOptions:
    """Return the options that a roadmap was imported with."""
    source = roadmap.source
    items: Items = source.items if source.items in {"tasks", "all"} else "auto"  # type: ignore[assignment] # its values
    return ImportOptions(items, bool(source.strict), source.base_url)


def origin_of(roadmap: Roadmap) -> str:
    """Return where to fetch a newer version of a roadmap. Raises ReadError if unknown."""
    origin = roadmap.source.origin
    if not origin or origin == STDIN:
        raise ReadError(
            f"the source of '{roadmap.id}'", "it is not known where it came from", "give SOURCE as well"
        )
    return origin


def _read(source_data: SourceData, options: ImportOptions, roadmap_id: str) -> ImportPlan:
    from roadmap_tui.core.importers.registry import read_source

    imported = read_source(source_data, options)
    source = imported.roadmap.source._replace(origin=_stored_origin(source_data.origin))
    if source_data.folder is None:
        source = source._replace(
            items="" if options.items == "auto" else options.items,
            strict="yes" if options.strict else "",
            base_url=_stored_origin(options.base_url),
        )
    roadmap = imported.roadmap._replace(id=roadmap_id or imported.roadmap.id, source=source)
    return ImportPlan(roadmap, imported.report, None, False)


def _is_same_import(old: Source, new: Source) -> bool:
    """Return True if the same bytes were read with the same options, wherever they were read from."""
    return old == new._replace(kind=old.kind, name=old.name, origin=old.origin)
