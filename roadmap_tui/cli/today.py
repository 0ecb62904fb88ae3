"""``today``: print what there is to do today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command
from roadmap_tui.core.humanize import format_duration, strip_parenthesis

if TYPE_CHECKING:
    from roadmap_tui.study.today import TodayEntry


@command("today", "What there is to do today, across roadmaps.", json="one object")
def today_command(context: CliContext, as_json: bool) -> None:
    """Print what there is to do today: the timer that runs, what is due for review, what you are at, what
    is ready to begin and why, and what you did. Of every roadmap in which you did anything.

    With --json: {running, due, doing, ready, done, due_later, reviewed, seconds}: lists of {roadmap, id,
    title, why}, then how many more are due another day, the reviews given and the seconds spent today.
    """
    from roadmap_tui.study.today import today
    from roadmap_tui.text.today import format_reason, headed_groups

    result = today(context.library.active_studies(context.study))
    if as_json:
        record = result._asdict()
        del record["now"]
        for name in ("running", "due", "doing", "ready", "done"):
            record[name] = [
                {
                    "roadmap": entry.roadmap,
                    "id": entry.id,
                    "title": entry.title,
                    "why": format_reason(entry.reason, result.now),
                }
                for entry in record[name]
            ]
        echo_json(record)
        return
    groups = headed_groups(result)
    for heading, entries in groups:
        if entries:
            echo([heading, *(_format(entry, format_reason(entry.reason, result.now)) for entry in entries)])
    if result.due_later:
        echo([f"{result.due_later} more are due, for another day"])
    if result.seconds:
        echo([f"Time today: {format_duration(result.seconds)}"])
    if not any(entries for _, entries in groups):
        echo(["Nothing to do: everything is done or skipped"])


def _format(entry: TodayEntry, reason: str) -> str:
    roadmap = f"  [{entry.other_roadmap}]" if entry.other_roadmap else ""
    return f"  {strip_parenthesis(entry.title)}: {reason}{roadmap}"
