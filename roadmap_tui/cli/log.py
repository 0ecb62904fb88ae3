"""``log``: print the history of a roadmap or an item."""

from __future__ import annotations

from typing import Final

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.event_output import event_to_json, is_undone
from roadmap_tui.cli.options import command, complete_argument, parse_since, since_option
from roadmap_tui.core.progress.events import Action, Undone
from roadmap_tui.core.search import EITHER, find
from roadmap_tui.study.study import Study
from roadmap_tui.text.describe import action_label

_DEFAULT_COUNT: Final = 20


@command("log", "What was done, newest last.", json="a list of objects")
@click.argument("item", metavar="[ITEM]", required=False, shell_complete=complete_argument("items"))
@click.option(
    "-n", "count", metavar="N", type=click.IntRange(0), default=None,
    help="At most the last N; 0 for all.  [default: 20, all with --since]",
)  # fmt: skip
@since_option
def log_command(
    context: CliContext, item: str | None, count: int | None, since: str | None, as_json: bool
) -> None:
    """Print what was done in the roadmap, or to one ITEM, newest last, in local time.

    With --json: a list of {id, at, kind, items, title, undone}, and by kind: status {status}, note
    {text}, tick {url, on}, review {rating, ms}, pause {until}, time {seconds, from, ref} (seconds null
    at a start, ref what it corrects or ends), resource {url, name, kind, was}, item {name, under},
    undo and redo {ref}.
    """
    study = context.study
    node_id = study.tree.nodes[find(study.tree, item, EITHER)].id if item is not None else None
    first_day = parse_since(study, since)
    events = study.history(node_id)
    if first_day is not None:
        from roadmap_tui.core.stats.activity import local_study_day

        day_start = study.settings.day_start
        events = [event for event in events if local_study_day(event.stamp.at, day_start) >= first_day]
    elif count is None:
        count = _DEFAULT_COUNT
    events = events[-(count or 0) :]  # -0 slices from the beginning: all of them
    redo_ids = _redo_ids(study)
    if as_json:
        echo_json([event_to_json(study, event, redo_ids) for event in events])
    else:
        echo([_format(study, event, redo_ids) for event in events])


def _redo_ids(study: Study) -> set[str]:
    """Return the ids of the undo events that undo an undo."""
    redo_ids: set[str] = set()
    undo_ids: set[str] = set()
    for event in study.history():
        if isinstance(event, Undone):
            undo_ids.add(event.stamp.id)
            if event.ref in undo_ids and event.ref not in redo_ids:
                redo_ids.add(event.stamp.id)
    return redo_ids


def _format(study: Study, event: Action | Undone, redo_ids: set[str]) -> str:
    label, subject = action_label(event)
    if event.stamp.id in redo_ids:
        label = "redo"
    suffix = "  (undone)" if is_undone(study, event) else ""
    return f"{event.stamp.at.astimezone():%Y-%m-%d %H:%M}  {label:<7}  {subject}{suffix}"
