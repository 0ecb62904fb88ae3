"""``today``: what there is to do today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import pass_context, shared_options
from roadmap_tui.text.format import format_duration, strip_parenthesis

if TYPE_CHECKING:
    from roadmap_tui.study.today import TodayEntry


@click.command(short_help="What there is to do today, across roadmaps.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def today(context: CliContext, as_json: bool) -> None:
    """Print what there is to do today: the timer that runs, what is due for review, what you are at, what
    is ready to begin and why, and what you did. Of every roadmap in which you did anything.

    With --json: {running, due, doing, ready, done, due_later, reviewed, seconds}: lists of {roadmap, id,
    title, why}, then how many more are due another day, the reviews given and the seconds spent today.
    """
    from roadmap_tui.study.today import active_studies
    from roadmap_tui.study.today import today as find
    from roadmap_tui.text.today import format_reason, headed_groups

    found = find(active_studies(context.study, context.library))
    if as_json:
        record = found._asdict()
        del record["now"]
        for name in ("running", "due", "doing", "ready", "done"):
            record[name] = [
                {
                    "roadmap": entry.roadmap,
                    "id": entry.id,
                    "title": entry.title,
                    "why": format_reason(entry.reason, found.now),
                }
                for entry in record[name]
            ]
        echo_json(record)
        return
    groups = headed_groups(found)
    for heading, entries in groups:
        if entries:
            echo(
                [heading, *(_entry_line(entry, format_reason(entry.reason, found.now)) for entry in entries)]
            )
    if found.due_later:
        echo([f"{found.due_later} more are due, for another day"])
    if found.seconds:
        echo([f"Time today: {format_duration(found.seconds)}"])
    if not any(entries for _, entries in groups):
        echo(["Nothing to do: everything is done or skipped"])


def _entry_line(entry: TodayEntry, reason: str) -> str:
    roadmap = f"  [{entry.other_roadmap}]" if entry.other_roadmap else ""
    return f"  {strip_parenthesis(entry.title)}: {reason}{roadmap}"
