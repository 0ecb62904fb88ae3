"""From a source to the library: what an import or an update would do, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from roadmap_tui.core.errors import InvalidRoadmap, ReadError, UsageError
from roadmap_tui.core.importers.base import ImportOptions, SourceData
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.roadmap.format import LINE_LIMIT
from roadmap_tui.core.roadmap.model import FlatTree, Node, Roadmap
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import LARGEST_ROADMAP
from roadmap_tui.store import library
from roadmap_tui.store.sources import STDIN

if TYPE_CHECKING:
    from roadmap_tui.core.importers.base import ImportReport, Items
    from roadmap_tui.core.roadmap.update import UpdateResult

_NO_OFFERS: Final[Mapping[str, str]] = MappingProxyType({})


class ImportPlan(NamedTuple):
    """What an import comes to: the roadmap to keep, what became of the source, and, where an earlier
    version was there, what changes against it. ``same`` says that its very bytes were imported before.
    """

    roadmap: Roadmap
    report: ImportReport
    changes: UpdateResult | None
    same: bool


class ImportRequest(NamedTuple):
    """A source that was read, and the roadmap that it is a version of, if there is one.

    ``has_progress`` returns True for a node of that roadmap if the reader has done anything with it.
    """

    imported: ImportPlan
    old: Roadmap | None
    has_progress: Callable[[str], bool]

    def plan(self, accepted: Mapping[str, str] = _NO_OFFERS) -> ImportPlan:
        """Compute the changes, with accepted suggestions (old id to new). Raises UsageError."""
        plan = self.imported
        if self.old is None:
            return plan
        from roadmap_tui.core.roadmap.update import update_roadmap

        old = self.old
        same = not accepted and _is_same_reading(old, plan.roadmap)
        # What is there already may have been better than its source: it is kept, not made anew.
        new = old if same else plan.roadmap
        known = self._drop_readded(new, accepted)
        changes = update_roadmap(known, new, has_progress=self.has_progress, accepted=accepted)
        return plan._replace(roadmap=old if same else changes.roadmap, changes=changes, same=same)

    def _drop_readded(self, new: Roadmap, accepted: Mapping[str, str]) -> Roadmap:
        """The old roadmap as it was before it took in, as new, what is now said to be an older item."""
        old = self.old or Roadmap("", "")
        retired = {item.id for item in old.retired}
        wanted = {word for before, word in accepted.items() if before in retired}
        titles = {item.title for item in FlatTree(new).items() if item.id in wanted or item.title in wanted}
        strangers = {
            item.id
            for item in FlatTree(old).items()
            if item.title in titles and not self.has_progress(item.id)
        }
        return old._replace(children=_without(old.children, strangers)) if strangers else old


def plan_import(
    fetched: SourceData, options: ImportOptions | None, folder: str | None, progress: Progress, name: str = ""
) -> ImportRequest:
    """Importing a source under ``name``, else under the name it has, else under one made from its title.

    A source that was imported before, and was perhaps removed since, is updated, and read as it was
    then where ``options`` is None. Raises BadRoadmap, and Refused where the name is another source's.
    """
    from roadmap_tui.core.importers.slugs import slug

    old = _find_existing(fetched, folder, slug(name) if name else "")
    if options is None:
        options = options_of(old) if old else ImportOptions()
    if old is not None:
        return plan_update(old, fetched, options, progress)
    plan = _read(fetched, options, slug(name) if name else "")
    roadmap_id = plan.roadmap.id
    other = _in_library(roadmap_id, folder)
    if other is not None and not _is_source_of(fetched, other):
        raise UsageError(
            f"roadmap '{roadmap_id}'",
            f"that name is taken by one from {other.source.origin or other.source.name or 'elsewhere'}",
            f"give another with --name, or `roadmap-tui update {roadmap_id} SOURCE`",
        )
    if other is not None:
        return plan_update(other, fetched, options, progress)
    return ImportRequest(plan, None, lambda _: False)


def plan_update(
    old: Roadmap, fetched: SourceData, options: ImportOptions | None, progress: Progress
) -> ImportRequest:
    """Taking a newer version of a roadmap's source over, read as the first was where ``options`` is None."""
    plan = _read(fetched, options or options_of(old), old.id)
    return ImportRequest(plan, old, lambda node_id: progress.has(old.id, node_id))


def _find_existing(fetched: SourceData, folder: str | None, wanted: str) -> Roadmap | None:
    """The roadmap that was made from this source, of the name that is wanted if one is."""
    if fetched.origin == STDIN:
        return None
    for roadmap in library.iter_roadmaps(folder):
        if roadmap.source.origin == _as_kept(fetched.origin) and wanted in {"", roadmap.id}:
            return roadmap
    return None


def _as_kept(origin: str) -> str:
    """Where a source came from, as a roadmap file can hold it: a path need not be text."""
    return clean(origin, LINE_LIMIT, one_line=True)


def _in_library(name: str, folder: str | None) -> Roadmap | None:
    """The roadmap of a name, None where there is none; a damaged one is made anew."""
    try:
        if name not in library.names(folder):
            return None
        return library.find(name, folder, most_items=LARGEST_ROADMAP)
    except InvalidRoadmap:
        return None


def _is_source_of(fetched: SourceData, roadmap: Roadmap) -> bool:
    from hashlib import sha256

    return bool(fetched.data) and sha256(fetched.data).hexdigest() == roadmap.source.sha256


def _without(nodes: Sequence[Node], ids: set[str]) -> tuple[Any, ...]:
    return tuple(node._replace(children=_without(node.children, ids)) for node in nodes if node.id not in ids)


def apply_plan(plan: ImportPlan, folder: str | None) -> None:
    """Put the plan's roadmap into the library, unless just that is there already. Raises CannotSave."""
    if not plan.same or plan.roadmap.id not in library.names(folder):
        library.save(plan.roadmap, folder)


def options_of(roadmap: Roadmap) -> ImportOptions:
    """The options a roadmap was imported with."""
    source = roadmap.source
    items: Items = source.items if source.items in {"tasks", "all"} else "auto"  # type: ignore[assignment] # its values
    return ImportOptions(items, bool(source.strict), source.base_url)


def origin_of(roadmap: Roadmap) -> str:
    """Where to fetch a roadmap's next version from. Raises CannotRead where that is not known."""
    origin = roadmap.source.origin
    if not origin or origin == STDIN:
        raise ReadError(
            f"the source of '{roadmap.id}'", "it is not known where it came from", "give SOURCE as well"
        )
    return origin


def _read(fetched: SourceData, options: ImportOptions, roadmap_id: str) -> ImportPlan:
    from roadmap_tui.core.importers.registry import read_source

    imported = read_source(fetched, options)
    source = imported.roadmap.source._replace(origin=_as_kept(fetched.origin))
    if fetched.folder is None:
        source = source._replace(
            items="" if options.items == "auto" else options.items,
            strict="yes" if options.strict else "",
            base_url=_as_kept(options.base_url),
        )
    roadmap = imported.roadmap._replace(id=roadmap_id or imported.roadmap.id, source=source)
    return ImportPlan(roadmap, imported.report, None, False)


def _is_same_reading(old: Roadmap, new: Roadmap) -> bool:
    """Whether the same bytes were read in the same way."""
    then, now = old.source, new.source
    return (then.sha256, then.items, then.strict, then.base_url) == (
        now.sha256,
        now.items,
        now.strict,
        now.base_url,
    )
