"""From a source to the library: what an import or an update would do, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.errors import CannotRead, Refused
from roadmap_tui.core.roadmap import Roadmap
from roadmap_tui.store import library
from roadmap_tui.store.sources import STDIN, Fetched, Topics

if TYPE_CHECKING:
    from roadmap_tui.core.markdown import Items, Report
    from roadmap_tui.core.reconcile import Reconciled

_NO_OFFERS: Final[Mapping[str, str]] = MappingProxyType({})


class Options(NamedTuple):
    """How a source is read; see ``core.markdown.read``."""

    items: Items = "auto"
    strict: bool = False
    base_url: str = ""


class Plan(NamedTuple):
    """What an import comes to: the roadmap to keep, what became of the source, and, where an earlier
    version was there, what changes against it. ``same`` says that its very bytes were imported before.
    """

    roadmap: Roadmap
    report: Report
    changes: Reconciled | None
    same: bool


def plan_import(
    fetched: Fetched,
    options: Options,
    folder: str | None,
    has_progress: Callable[[str, str], bool],
    name: str = "",
) -> Plan:
    """What importing a source comes to; under ``name``, else a name made from its title.

    A source that was imported before is updated. ``has_progress`` is asked with the name of a roadmap
    and the id of a node. Raises BadRoadmap, and Refused where the name is another source's.
    """
    from roadmap_tui.core.markdown.slugs import slug

    wanted = slug(name) if name else ""
    plan = _read(fetched, options, wanted)
    roadmap_id = plan.roadmap.id
    if roadmap_id not in library.names(folder):
        return plan
    old = library.find(roadmap_id, folder)
    if not _is_same_source(old, plan.roadmap):
        raise Refused(
            f"roadmap '{roadmap_id}'",
            f"that name is taken by one from {old.source.origin or old.source.name or 'elsewhere'}",
            f"give another with --name, or `roadmap-tui update {roadmap_id} SOURCE`",
        )
    return plan_update(old, fetched, options, lambda node_id: has_progress(roadmap_id, node_id))


def plan_update(
    old: Roadmap,
    fetched: Fetched,
    options: Options,
    has_progress: Callable[[str], bool],
    accepted: Mapping[str, str] = _NO_OFFERS,
) -> Plan:
    """What a newer version of a roadmap's source comes to. Raises BadRoadmap and Refused."""
    from roadmap_tui.core.reconcile import reconcile

    plan = _read(fetched, options, old.id)
    same = not accepted and _is_same_reading(old, plan.roadmap)
    # What is there already may have been better than its source: it is kept, not made anew.
    new = old if same else plan.roadmap
    changes = reconcile(old, new, has_progress=has_progress, accepted=accepted)
    return plan._replace(roadmap=old if same else changes.roadmap, changes=changes, same=same)


def options_of(roadmap: Roadmap) -> Options:
    """The options a roadmap was imported with."""
    source = roadmap.source
    items: Items = source.items if source.items in {"tasks", "all"} else "auto"  # type: ignore[assignment] # its values
    return Options(items, bool(source.strict), source.base_url)


def origin_of(roadmap: Roadmap) -> str:
    """Where to fetch a roadmap's next version from. Raises CannotRead where that is not known."""
    origin = roadmap.source.origin
    if not origin or origin == STDIN:
        raise CannotRead(
            f"the source of '{roadmap.id}'", "it is not known where it came from", "give SOURCE as well"
        )
    return origin


def _read(fetched: Fetched, options: Options, roadmap_id: str) -> Plan:
    if fetched.topics is not None:
        return _read_topics(fetched, fetched.topics, roadmap_id)
    from roadmap_tui.core.markdown import read

    found = read(
        fetched.data,
        fetched.name,
        items=options.items,
        strict=options.strict,
        base_url=options.base_url,
        roadmap_id=roadmap_id,
    )
    source = found.roadmap.source._replace(
        origin=fetched.origin,
        items="" if options.items == "auto" else options.items,
        strict="yes" if options.strict else "",
        base_url=options.base_url,
    )
    return Plan(found.roadmap._replace(source=source), found.report, None, False)


def _read_topics(fetched: Fetched, topics: Topics, roadmap_id: str) -> Plan:
    """What a folder of roadmap.sh content comes to; there are no options for it."""
    from roadmap_tui.core.topics import read_topics

    found = read_topics(topics.files, topics.drawing, fetched.name, roadmap_id=roadmap_id)
    report = found.report
    if topics.left_out:
        told = f"topics that are links or no regular files, left out: {topics.left_out}"
        report = report._replace(warnings=(*report.warnings, told))
    source = found.roadmap.source._replace(origin=fetched.origin)
    return Plan(found.roadmap._replace(source=source), report, None, False)


def _is_same_source(old: Roadmap, new: Roadmap) -> bool:
    if old.source.origin and old.source.origin == new.source.origin != STDIN:
        return True
    return bool(old.source.sha256) and old.source.sha256 == new.source.sha256


def _is_same_reading(old: Roadmap, new: Roadmap) -> bool:
    """Whether the same bytes were read in the same way."""
    then, now = old.source, new.source
    return (then.sha256, then.items, then.strict, then.base_url) == (
        now.sha256,
        now.items,
        now.strict,
        now.base_url,
    )
