"""``restore``: what a backup has and the journal lacks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import pass_context, shared_options
from roadmap_tui.cli.progress import spinner
from roadmap_tui.core.errors import RoadmapTuiError, SaveError, UsageError
from roadmap_tui.core.roadmap.model import FlatTree
from roadmap_tui.text.format import pluralize

if TYPE_CHECKING:
    from roadmap_tui.core.progress.states import ItemState
    from roadmap_tui.store.restore import RestorePlan, StateChange

_SHOWN = 20


@click.command(short_help="Bring back what a backup has and you lack.")
@click.argument("source", metavar="FILE", type=click.Path())
@click.option("--yes", is_flag=True, help="Bring it back without asking.")
@click.option("--dry-run", is_flag=True, help="Say what would come back, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def restore(context: CliContext, source: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Bring back what FILE has and you lack: a backup (.jsonl.gz), a log (.jsonl), or a folder of them.

    It is shown, and then asked for. Nothing is replaced: the events that are not here go into a new log,
    and the newest about each item counts, wherever it comes from. With --json: {events, newer, unread,
    roadmaps [{roadmap, events, first, last}], changed [{roadmap, id, what}], written}.
    """
    if context.log is None:
        raise SaveError("restore", "there is no home folder", "set HOME or ROADMAP_TUI_HOME")
    from roadmap_tui.store.restore import inspect_backup, restore_events

    with spinner(f"Reading {source}"):
        found = inspect_backup(source, context.log)
    told = _summary_lines(found, context)
    if not as_json:
        echo(told)
    written = ""
    if found.lines and not dry_run and (yes or _wanted(as_json)):
        written = restore_events(found, context.log)
    if as_json:
        echo_json(_record(found, written))
    elif written:
        echo([f"brought back, in log/{written}"])
    elif found.lines:
        echo(["nothing was written (--dry-run)" if dry_run else "nothing was written"])


def _wanted(as_json: bool) -> bool:
    """Ask whether to go on. Raises Refused where nobody is there to be asked."""
    if as_json or sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("restore", "nobody is there to be asked", "give --yes, or --dry-run to only look")
    return click.confirm("Bring it back?", default=False, err=True)


def _summary_lines(found: RestorePlan, context: CliContext) -> list[str]:
    if not found.lines:
        lines = ["nothing is missing here"]
    else:
        lines = [f"{pluralize(found.events, 'event')} would come back"]
    lines += [
        f"  {one.roadmap}: {one.events:,}, {one.first:%Y-%m-%d} to {one.last:%Y-%m-%d}"
        for one in found.restored
    ]
    if found.newer:
        lines.append(f"  of a newer roadmap-tui, not understood here: {found.newer}")
    if found.unread:
        lines.append(f"  not read, and left out: {pluralize(found.unread, 'line')}")
    if found.lines:
        count = pluralize(len(found.changed), "item")
        lines.append(f"{count} would change" if found.changed else "what is shown stays as it is")
    titles = _titles(found, context)
    for one in found.changed[:_SHOWN]:
        lines.append(f"  {titles.get((one.roadmap, one.node)) or one.node or one.roadmap}: {_what(one)}")
    if len(found.changed) > _SHOWN:
        lines.append(f"  and {len(found.changed) - _SHOWN} more")
    return lines


def _what(one: StateChange) -> str:
    """What becomes of a node, in words: its status as it was and will be, and what else differs."""
    words = []
    if one.before.status != one.after.status:
        words.append(f"{one.before.status} -> {one.after.status}")
    words += [name for name in _others(one.before) if getattr(one.before, name) != getattr(one.after, name)]
    return ", ".join(words) or "another date"


def _others(state: ItemState) -> list[str]:
    return [name for name in state._fields if name not in {"status", "since"}]


def _titles(found: RestorePlan, context: CliContext) -> dict[tuple[str, str], str]:
    titles: dict[tuple[str, str], str] = {}
    for name in {one.roadmap for one in found.changed}:
        try:
            roadmap = context.find(name)
        except (RoadmapTuiError, ValueError):
            continue
        nodes = FlatTree(roadmap, with_retired=True).nodes
        titles |= {(name, node.id): node.title for node in nodes}
    return titles


def _record(found: RestorePlan, written: str) -> dict[str, object]:
    return {
        "events": found.events,
        "newer": found.newer,
        "unread": found.unread,
        "roadmaps": [
            one._asdict() | {"first": one.first.isoformat(), "last": one.last.isoformat()}
            for one in found.restored
        ],
        "changed": [{"roadmap": one.roadmap, "id": one.node, "what": _what(one)} for one in found.changed],
        "written": written,
    }
