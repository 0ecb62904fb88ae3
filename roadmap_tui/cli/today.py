"""``today``: what there is to do today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import pass_context, shared_options
from roadmap_tui.text.format import format_duration, strip_parenthesis

if TYPE_CHECKING:
    from collections.abc import Iterator

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

    found = find(active_studies(context.study, context.library))
    if as_json:
        record = found._asdict()
        for name in ("running", "due", "doing", "ready", "done"):
            record[name] = [
                {"roadmap": one.roadmap, "id": one.id, "title": one.title, "why": one.reason}
                for one in record[name]
            ]
        echo_json(record)
        return
    for heading, lines in found.groups:
        if lines:
            echo([heading, *_told(lines)])
    if found.due_later:
        echo([f"{found.due_later} more are due, for another day"])
    if found.seconds:
        echo([f"Time today: {format_duration(found.seconds)}"])
    if not any(lines for _, lines in found.groups):
        echo(["Nothing to do: everything is done or skipped"])


def _told(lines: tuple[TodayEntry, ...]) -> Iterator[str]:
    for line in lines:
        where = f"  [{line.other_roadmap}]" if line.other_roadmap else ""
        yield f"  {strip_parenthesis(line.title)}: {line.reason}{where}"
