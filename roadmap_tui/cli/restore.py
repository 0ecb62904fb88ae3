"""``restore``: bring back events from a backup."""

import sys
from typing import Final

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import argument, command, option
from roadmap_tui.cli.progress import spinner
from roadmap_tui.core.errors import RoadmapTuiError, UsageError
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.store.restore import RestorePlan, StateChange, inspect_backup, restore_events

_CHANGES_SHOWN: Final = 20


@command("restore", "Restore missing data from a backup.", json="one object")
@argument("source", metavar="FILE", type=click.Path())
@option("--yes", is_flag=True, help="Restore without asking.")
@option("--dry-run", is_flag=True, help="Print what would be restored without changing anything.")
def restore_command(context: CliContext, source: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Restore missing data from FILE: a backup (.jsonl.gz), a log (.jsonl), or a folder of them.

    Shows what would be restored and asks first. Nothing is replaced: missing events go into a new log,
    and the newest event about each item counts. With --json: {events, newer, unread,
    roadmaps [{roadmap, events, first, last}], changed [{roadmap, id, what}], written}.
    """
    log = context.require_locations("restore").log
    with spinner(f"Reading {source}"):
        plan = inspect_backup(source, log)
    if not as_json:
        echo(_format(plan, context))
    written = ""
    if plan.lines and not dry_run and (yes or _confirm(as_json)):
        written = restore_events(plan, log)
    if as_json:
        echo_json(_to_json(plan, written))
    elif written:
        echo([f"restored to log/{written}"])
    elif plan.lines:
        echo(["nothing written (--dry-run)" if dry_run else "nothing written"])


def _confirm(as_json: bool) -> bool:
    """Ask whether to restore. Raises UsageError if there is no terminal."""
    if as_json or sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            "restore", "stdin is not a terminal, so nobody can confirm", "add --yes, or --dry-run to preview"
        )
    return click.confirm("Restore?", default=False, err=True)


def _format(plan: RestorePlan, context: CliContext) -> list[str]:
    events = pluralize(plan.events, "event")
    lines = [f"{events} would be restored" if plan.lines else "nothing is missing"]
    for roadmap, count, first, last in plan.restored:
        lines.append(f"  {roadmap}: {count:,}, {first:%Y-%m-%d} to {last:%Y-%m-%d}")
    if plan.newer:
        lines.append(f"  of a newer roadmap-tui, not understood here: {plan.newer}")
    if plan.unread:
        lines.append(f"  unreadable, left out: {pluralize(plan.unread, 'line')}")
    if plan.lines:
        items = pluralize(len(plan.changed), "item")
        lines.append(f"{items} would change" if plan.changed else "your progress stays the same")
    titles = _titles(plan, context)
    for change in plan.changed[:_CHANGES_SHOWN]:
        title = titles.get((change.roadmap, change.node)) or change.node or change.roadmap
        lines.append(f"  {title}: {_describe(change)}")
    if len(plan.changed) > _CHANGES_SHOWN:
        lines.append(f"  and {len(plan.changed) - _CHANGES_SHOWN} more")
    return lines


def _describe(change: StateChange) -> str:
    """Describe a change: the status before and after, and the names of other fields that differ."""
    before, after = change.before, change.after
    parts = [f"{before.status} -> {after.status}"] if before.status != after.status else []
    fields = [name for name in before._fields if name not in {"status", "since"}]
    parts += [name for name in fields if getattr(before, name) != getattr(after, name)]
    return ", ".join(parts) or "different date"


def _titles(plan: RestorePlan, context: CliContext) -> dict[tuple[str, str], str]:
    """Return the titles of changed nodes, by roadmap and id, as far as the roadmaps can be read."""
    titles: dict[tuple[str, str], str] = {}
    for name in {change.roadmap for change in plan.changed}:
        try:
            roadmap = context.find(name)
        except (RoadmapTuiError, ValueError):
            continue
        titles |= {(name, node.id): node.title for node in FlatTree(roadmap, with_retired=True).nodes}
    return titles


def _to_json(plan: RestorePlan, written: str) -> dict[str, object]:
    return {
        "events": plan.events,
        "newer": plan.newer,
        "unread": plan.unread,
        "roadmaps": [
            one._asdict() | {"first": one.first.isoformat(), "last": one.last.isoformat()}
            for one in plan.restored
        ],
        "changed": [{"roadmap": one.roadmap, "id": one.node, "what": _describe(one)} for one in plan.changed],
        "written": written,
    }
