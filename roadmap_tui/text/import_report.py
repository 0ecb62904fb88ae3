"""What an import or an update did, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from roadmap_tui.core.roadmap.model import FlatTree
from roadmap_tui.text.format import pluralize

if TYPE_CHECKING:
    from roadmap_tui.core.importers.base import ImportReport
    from roadmap_tui.core.roadmap.update import Match, UpdateResult

_SHOWN: Final = 20
# The lists of a report, with the words for the list and for one line of it.
_CHANGES: Final = (
    ("new", "new", "{after}"),
    ("moved", "moved", "{title}: {before} -> {after}"),
    ("renamed", "renamed", "{before} -> {after}"),
    ("retired", "retired, with your progress", "{before}"),
    ("dropped", "gone, without progress", "{before}"),
    ("returned", "back again", "{after}"),
    ("suggested", "perhaps the same", "{before} -> {after}  (--accept {id}={incoming})"),
)


def format_items(count: int) -> str:
    """A number of items."""
    return pluralize(count, "item")


def format_source(report: ImportReport) -> list[str]:
    """What was found in a source, and what was left out."""
    found = [
        pluralize(report.sections, "section"),
        pluralize(report.groups, "group"),
        format_items(report.items),
    ]
    lines = [", ".join([*found, pluralize(report.resources, "resource")])]
    lines += [f"left out: {one.number} {one.kind} (first: line {one.line})" for one in report.dropped]
    return lines + [f"note: {warning}" for warning in report.warnings]


def format_summary(report: ImportReport, changes: UpdateResult | None) -> str:
    """What an import or an update did, in a line."""
    if changes is None:
        return f"Imported: {format_items(report.items)}, {report.ticked} ticked by the author"
    named = (("new", changes.new), ("renamed", changes.renamed), ("retired", changes.retired))
    found = [
        f"{len(matches)} {word}" for word, matches in (*named, ("offered", changes.suggested)) if matches
    ]
    return f"Updated: {', '.join([f'{len(changes.kept)} kept', *found])}"


def format_ticks(report: ImportReport, name: str) -> list[str]:
    """Whose the ticks of a source are, and how to make them one's own; nothing where there are none."""
    if not report.ticked:
        return []
    whose = f"{report.ticked} of {report.items} are ticked in the source; they are its author's"
    return [f"{whose}. To make them yours: roadmap-tui adopt-ticks {name}"]


def format_changes(changes: UpdateResult, *, offers: bool = True) -> list[str]:
    """What a newer version changes, a line an item and at most twenty of a kind; ``offers`` too if wanted."""
    order = FlatTree(changes.roadmap)
    lines = [f"{format_items(len(changes.kept))} kept"]
    for name, words, form in _CHANGES:
        found: tuple[Match, ...] = getattr(changes, name)
        if not found or (name == "suggested" and not offers):
            continue
        lines.append(f"{len(found)} {words}:")
        for match in found[:_SHOWN]:
            at = order.index_of.get(match.id)
            title = order.nodes[at].title if at is not None else match.before
            lines.append("  " + form.format(**(match._asdict() | {"title": title})))
        if len(found) > _SHOWN:
            lines.append(f"  and {len(found) - _SHOWN} more")
    return lines
