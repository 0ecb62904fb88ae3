"""Plan and apply imports and updates; planning writes nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from roadmap_tui.core.errors import InvalidRoadmap, ReadError, UsageError
from roadmap_tui.core.importers.base import ImportOptions, SourceData
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.roadmap.format import LINE_LIMIT
from roadmap_tui.core.roadmap.model import Node, Roadmap
from roadmap_tui.core.roadmap.retired import find_orphans
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import LARGEST_ROADMAP
from roadmap_tui.store import library
from roadmap_tui.store.sources import STDIN

if TYPE_CHECKING:
    from roadmap_tui.core.importers.base import ImportReport, Items
    from roadmap_tui.core.roadmap.update import UpdateResult

_NONE_ACCEPTED: Final[Mapping[str, str]] = MappingProxyType({})


_MAX_ORPHANS: Final = 1000  # stored at an update; a damaged log must not make the file too long
_MIN_LOSSES: Final = 3  # retired items: fewer are an ordinary edit

# Names of commands, present and planned: `roadmap-tui NAME` would not open a roadmap called like that.
RESERVED_IDS: Final = frozenset(
    (
        *("list", "open", "show", "status", "next", "today", "mark", "note", "time", "undo", "redo", "log"),
        *(
            "review",
            "stats",
            "import",
            "update",
            "adopt-ticks",
            "export",
            "sync",
            "restore",
            "keys",
            "config",
        ),
        *("doctor", "completion", "path", "place", "plan", "schema", "mcp", "goal", "snooze"),
    )
)


class ImportPlan(NamedTuple):
    """The result of reading a source: the roadmap to save, a report, and the changes to the old version.

    ``same`` is True if the same bytes were imported before with the same options.
    """

    roadmap: Roadmap
    report: "ImportReport"
    changes: "UpdateResult | None"
    same: bool
    with_progress: int = 0  # of the items that are kept
    old: Roadmap | None = None  # the version that is updated

    def check_losses(self, force: str) -> None:
        """Raise UsageError if an update would retire more than half of the items with progress.

        The same if it would replace more than half of the bundled roadmap. ``force`` says how to do it.
        """
        if self.old is None or self.changes is None or self.same:
            return
        retired, kept = len(self.changes.retired), self.with_progress
        items, left = len(list(FlatTree(self.old).items())), len(self.changes.kept)
        if retired >= _MIN_LOSSES and retired > kept:
            why = f"it would retire {retired} of {retired + kept} items with your progress"
        elif self.old.id == library.BUNDLED_ID and left < items / 2:
            why = f"it would leave {left} of the {items} items of the roadmap that comes with the program"
        else:
            return
        remedy = f"look at it with --dry-run; to do it all the same: {force}"
        raise UsageError(f"update of '{self.roadmap.id}'", why, remedy)


class ImportRequest(NamedTuple):
    """A source that was read, and the roadmap in the library that it updates, if any.

    ``has_progress(node_id)`` returns True if the reader has events on a node of that roadmap.
    """

    imported: ImportPlan
    old: Roadmap | None
    has_progress: Callable[[str], bool]
    status_of: Callable[[str], str] | None = None

    def plan(self, accepted: Mapping[str, str] = _NONE_ACCEPTED) -> ImportPlan:
        """Plan the import. ``accepted`` maps old ids to new ones. Raises UsageError."""
        plan = self.imported
        if self.old is None:
            return plan
        from roadmap_tui.core.roadmap.update import update_roadmap

        old = self.old
        same = not accepted and _is_same_import(old, plan.roadmap)
        # The stored roadmap may have been improved by hand, so it is kept if the source is the same.
        new = old if same else plan.roadmap
        known = self._drop_readded(new, accepted)
        changes = update_roadmap(
            known, new, has_progress=self.has_progress, accepted=accepted, status_of=self.status_of
        )
        with_progress = sum(self.has_progress(match.id) for match in changes.kept)
        roadmap = old if same else changes.roadmap
        return plan._replace(
            roadmap=roadmap, changes=changes, same=same, with_progress=with_progress, old=old
        )

    def _drop_readded(self, new: Roadmap, accepted: Mapping[str, str]) -> Roadmap:
        """Return the old roadmap without added items that are now accepted as renames of older ones."""
        old = self.old or Roadmap("", "")
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
    """Plan importing a source as ``name``, by default its name in the library or from its title.

    A source that was imported before (and possibly removed) is updated; ``options`` default to those of
    the first import. A name made from the title is numbered if it is taken or that of a command. Raises
    InvalidRoadmap, and UsageError if ``name`` belongs to another source.
    """
    from roadmap_tui.core.importers.slugs import slug, unique_slug

    old = _find_existing(source, folder, slug(name) if name else "")
    if old is not None:
        return plan_update(old, source, options, progress)
    plan = _read(source, options or ImportOptions(), slug(name) if name else "")
    roadmap_id = plan.roadmap.id
    other = _in_library(roadmap_id, folder)
    is_taken = other is not None and not _is_source_of(source, other)
    if not name and (is_taken or roadmap_id in RESERVED_IDS):
        roadmap_id = unique_slug(roadmap_id, {*library.names(folder), *RESERVED_IDS})
        plan = plan._replace(roadmap=plan.roadmap._replace(id=roadmap_id))
        return ImportRequest(plan, None, lambda _: False)
    if other is not None and is_taken:
        raise UsageError(
            f"roadmap '{roadmap_id}'",
            f"that name is taken by one from {other.source.origin or other.source.name or 'elsewhere'}",
            f"give another with --name, or `roadmap-tui update {roadmap_id} SOURCE`",
        )
    if other is not None:
        return plan_update(other, source, options, progress)
    return ImportRequest(plan, None, lambda _: False)


def plan_update(
    old: Roadmap, source: SourceData, options: ImportOptions | None, progress: Progress
) -> ImportRequest:
    """Plan updating a roadmap from its source; ``options`` default to those of the first import."""
    plan = _read(source, options, old.id) if options else _read_like(old, source)
    known = FlatTree(old, with_retired=True).index_of
    orphans = find_orphans(old, progress, known)[:_MAX_ORPHANS]
    old = old._replace(retired=(*old.retired, *orphans))
    return ImportRequest(
        plan,
        old,
        lambda node_id: progress.has(old.id, node_id),
        lambda node_id: progress.state(old.id, node_id).status,
    )


def _read_like(old: Roadmap, source: SourceData) -> ImportPlan:
    """Import a newer version of a roadmap with the format and options of its first import.

    Which bullets are items stays as it was, unless that finds none. For a roadmap that does not say it, the
    choice that finds more of its titles is taken.
    """
    options = options_of(old)
    try:
        plan = _read(source, options, old.id)
    except InvalidRoadmap:
        if options.items == "auto":
            raise
        return _read(source, options._replace(items="auto"), old.id)
    origin = plan.roadmap.source
    if options.items != "auto" or origin.items not in {"tasks", "all"}:
        return plan
    if _is_source_of(source, old):
        # Reading the same bytes again changes nothing.
        return plan._replace(roadmap=plan.roadmap._replace(source=origin._replace(items="")))
    other: Items = "all" if origin.items == "tasks" else "tasks"
    try:
        alternative = _read(source, options._replace(items=other), old.id)
    except InvalidRoadmap:
        return plan
    titles = {item.title for item in FlatTree(old).items()}
    found, found_otherwise = (
        sum(item.title in titles for item in FlatTree(candidate.roadmap).items())
        for candidate in (plan, alternative)
    )
    return alternative if found_otherwise > found else plan


def _find_existing(source: SourceData, folder: str | None, name: str) -> Roadmap | None:
    """Return the roadmap that was imported from this source, with this name if one is given.

    It may have been removed since.
    """
    return next((roadmap for roadmap in _imported_from(source, folder) if name in {"", roadmap.id}), None)


def find_by_source(source: SourceData, folder: str | None) -> Iterator[Roadmap]:
    """Yield the roadmaps in use that were imported from a source."""
    names = library.names(folder)
    return (roadmap for roadmap in _imported_from(source, folder) if roadmap.id in names)


def _imported_from(source: SourceData, folder: str | None) -> Iterator[Roadmap]:
    """Yield the roadmaps that were imported from a source, removed ones last."""
    return (
        iter(()) if source.origin == STDIN else library.find_by_origin(_stored_origin(source.origin), folder)
    )


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


def _is_source_of(source: SourceData, roadmap: Roadmap) -> bool:
    from hashlib import sha256

    return bool(source.data) and sha256(source.data).hexdigest() == roadmap.source.sha256


def _without(nodes: Sequence[Node], ids: set[str]) -> tuple[Any, ...]:
    return tuple(node._replace(children=_without(node.children, ids)) for node in nodes if node.id not in ids)


def save_import(plan: ImportPlan, folder: str | None) -> None:
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
        raise ReadError(f"the source of '{roadmap.id}'", "its source is unknown", "give SOURCE as well")
    return origin


def _read(source_data: SourceData, options: ImportOptions, roadmap_id: str) -> ImportPlan:
    from roadmap_tui.core.importers.registry import read_source

    imported = read_source(source_data, options)
    source = imported.roadmap.source._replace(origin=_stored_origin(source_data.origin))
    if source_data.folder is None:
        source = source._replace(
            strict="yes" if options.strict else "",
            base_url=_stored_origin(options.base_url),
        )
    roadmap = imported.roadmap._replace(id=roadmap_id or imported.roadmap.id, source=source)
    return ImportPlan(roadmap, imported.report, None, False)


def _is_same_import(old: Roadmap, new: Roadmap) -> bool:
    """Return True if the same bytes were read with the same options."""
    then, now = old.source, new.source
    return (then.sha256, then.items, then.strict, then.base_url) == (
        now.sha256,
        now.items,
        now.strict,
        now.base_url,
    )
