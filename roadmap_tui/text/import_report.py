"""The report of an import or update: what was found, changed and left out."""

from collections.abc import Sequence
from typing import Final

from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.importers.base import ImportReport, SkippedSample
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.update import Match, UpdateResult
from roadmap_tui.text.styled_text import truncate

_MATCHES_SHOWN: Final = 20
_SAMPLE_WIDTH: Final = 60
_AFTER_NOUN: Final = (" about ", " before ", " in ", " nested ", " of ", " that ", " to ", " without ")
# The kinds of changes: the field of ``UpdateResult``, its label and the format of a line.
_CHANGES: Final = (
    ("new", "new", "{after}"),
    ("moved", "moved", "{title}: {before} -> {after}"),
    ("renamed", "renamed", "{before} -> {after}"),
    ("retired", "retired, progress kept", "{before}"),
    ("dropped", "removed, no progress", "{before}"),
    ("returned", "returned", "{after}"),
    ("grouped", "turned into a group", "{after} is now a group; its status stays in the history"),
    ("suggested", "possible matches", "{before} -> {after}  (--accept {id}={incoming})"),
)


def format_items(count: int) -> str:
    """Format a number of items."""
    return pluralize(count, "item")


def format_source(report: ImportReport) -> list[str]:
    """Describe what a source contains, what was left out, and the warnings."""
    kinds = ("section", "group", "item", "resource")
    lines = [", ".join(pluralize(getattr(report, f"{kind}s"), kind) for kind in kinds)]
    lines += _format_dropped(report.dropped)
    return lines + [f"note: {warning}" for warning in report.warnings]


def _format_dropped(dropped: Sequence[SkippedSample]) -> list[str]:
    """List the skipped content: each kind with its count and its first line."""
    inside: dict[str, list[str]] = {}
    for sample in dropped:
        noun, _, container = sample.kind.partition(" in a ")
        if container:
            inside.setdefault(container, []).append(pluralize(sample.number, noun))
    lines = []
    for sample in dropped:
        if " in a " not in sample.kind:
            number = _count(sample.number, sample.kind)
            contents = f", with {' and '.join(inside[sample.kind])}" if sample.kind in inside else ""
            first = "first on line" if sample.number > 1 else "line"
            text = f": {truncate(sample.text, _SAMPLE_WIDTH)}" if sample.text else ""
            lines.append(f"left out: {number}{contents} ({first} {sample.line}{text})")
    return lines


def _count(number: int, kind: str) -> str:
    """Format a count with a noun phrase; the plural is that of its first noun: ``2 links to a heading``."""
    index = min((kind.find(word) for word in _AFTER_NOUN if word in kind), default=len(kind))
    return pluralize(number, kind[:index]) + kind[index:]


def format_summary(report: ImportReport, changes: UpdateResult | None) -> str:
    """Summarize an import, or an update if there are ``changes``, in one line."""
    if changes is None:
        return f"Imported: {format_items(report.items)}, {report.ticked} ticked by the author"
    counts = {kind: len(getattr(changes, kind)) for kind in ("new", "renamed", "retired")}
    counts["offered"] = len(changes.suggested)
    parts = [f"{len(changes.kept)} kept", *(f"{count} {kind}" for kind, count in counts.items() if count)]
    return f"Updated: {', '.join(parts)}"


def format_ticks(report: ImportReport, name: str) -> list[str]:
    """Explain that the ticks in the source are its author's and how to adopt them; empty without ticks."""
    ticks = f"{report.ticked} of {report.items} are ticked by the author"
    return [f"{ticks}. Mark them done for you: roadmap-tui adopt-ticks {name}"] if report.ticked else []


def format_changes(changes: UpdateResult, *, offers: bool = True) -> list[str]:
    """List what an update changes, at most twenty items of a kind; suggested matches only with ``offers``."""
    tree = FlatTree(changes.roadmap)
    lines = [f"{format_items(len(changes.kept))} kept"]
    for field, label, template in _CHANGES:
        matches: tuple[Match, ...] = getattr(changes, field)
        if not matches or (field == "suggested" and not offers):
            continue
        lines.append(f"{len(matches)} {label}:")
        for match in matches[:_MATCHES_SHOWN]:
            index = tree.index_of.get(match.id)
            title = tree.nodes[index].title if index is not None else match.before
            lines.append("  " + template.format(**(match._asdict() | {"title": title})))
        if len(matches) > _MATCHES_SHOWN:
            lines.append(f"  and {len(matches) - _MATCHES_SHOWN} more")
    return lines
