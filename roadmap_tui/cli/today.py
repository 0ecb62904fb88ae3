"""``today``: print the items to study today."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command
from roadmap_tui.core.humanize import format_duration, strip_parenthesis
from roadmap_tui.study.today import Today, today
from roadmap_tui.text.today import format_reason, headed_groups


def today_to_json(result: Today, unread: int) -> dict[str, object]:
    """Return the entries of a day as ``today --json`` prints them."""
    record = result._asdict()
    now = record.pop("now")
    for name in ("running", "due", "doing", "ready", "done"):
        record[name] = [
            {
                "roadmap": one.roadmap,
                "id": one.id,
                "title": one.title,
                "why": format_reason(one.reason, now),
            }
            for one in record[name]
        ]
    return record | {"unread": unread}


@command("today", "Print what to do today, across roadmaps.", json="one object")
def today_command(context: CliContext, as_json: bool = False) -> None:
    """Print what to do today: running timer, due reviews, items in progress, ready items with the reason,
    and what you did. Covers every roadmap with activity.

    With --json: {running, due, doing, ready, done, due_later, review_minutes, reviewed, seconds,
    week_seconds, unread}: lists of {roadmap, id, title, why}, then how many more are due another day, the
    minutes that the due reviews will take, the reviews given, the seconds spent today and since Monday, and
    how many files and lines of the log could not be read.
    """
    result = today(context.library.active_studies(context.study))
    if as_json:
        echo_json(today_to_json(result, len(context.study.journal.unread)))
        return
    groups = headed_groups(result)
    for heading, entries in groups:
        echo([heading] if entries else [])
        for entry in entries:
            roadmap = f"  [{entry.other_roadmap}]" if entry.other_roadmap else ""
            reason = format_reason(entry.reason, result.now)
            echo([f"  {strip_parenthesis(entry.title)}: {reason}{roadmap}"])
    if result.due_later:
        echo([f"{result.due_later} more due another day"])
    if result.seconds:
        echo([f"Time today: {format_duration(result.seconds)}"])
    if not any(entries for _, entries in groups):
        echo(["Everything is done or skipped"])
