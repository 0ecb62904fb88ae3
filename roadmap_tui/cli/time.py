"""``time``: print the time spent on items, start and stop the timer."""

from datetime import datetime, timedelta
from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import argument, command, complete_argument, option
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.humanize import format_datetime, format_duration
from roadmap_tui.core.progress.events import TimeLogged
from roadmap_tui.core.progress.time_tracking import length, seconds_in
from roadmap_tui.core.roadmap.model import Item, Node
from roadmap_tui.core.search import find
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study
from roadmap_tui.text.describe import describe_action, format_stopped

_WEEK: Final = 7
_OVERLAPS_SHOWN: Final = 5


@command("time", "Print time spent; start and stop the timer.", json="one object")
@argument("item", metavar="[ITEM]", required=False, shell_complete=complete_argument("items"))
@option("--start", is_flag=True, help="Start the timer on ITEM, stopping a running one.")
@option("--stop", is_flag=True, help="Stop the running timer.")
@option("--add", metavar="TIME", help="Log TIME on ITEM: 45m, 1h30.")
@option("--set", "correction", metavar="TIME", help="Correct the last session on ITEM to TIME; 0 deletes it.")
def time_command(
    context: CliContext,
    item: str | None,
    start: bool,
    stop: bool,
    add: str | None,
    correction: str | None,
    as_json: bool,
) -> None:
    """Print the time spent today and in the last seven days, in all roadmaps, and the running timer.

    Without ITEM, --set corrects the running timer. A day begins at the time set in the settings.

    With --json: {running, today, week, overlaps}: the first three lists of {roadmap, id, title, since,
    seconds}, where since is when a timer was started and else null; overlaps a list of {one, other,
    seconds}, the titles of what was measured at once. With only ITEM one of the former, of all its time.
    """
    given = {"--start": start, "--stop": stop, "--add": add, "--set": correction}
    options = [name for name, value in given.items() if value]
    if len(options) > 1:
        raise UsageError("time", f"{' and '.join(options)} at once", "give one of them")
    if options:
        with context.writing() as study:
            changes = _change(study, options[0], item, add or correction or "")
        if not as_json:
            echo(map(_format_change, changes))
        context.back_up()
    elif item is not None:
        _print_item(context.study, item, as_json)
        return
    if as_json:
        echo_json(_to_json(context.study))
    elif not options:
        _print(context)


def _change(study: Study, option: str, text: str | None, duration: str) -> list[Change]:
    """Carry out an option; ``text`` names the item. Raises UsageError and SaveError."""
    tracker = study.time_tracker
    running = tracker.running()
    if option == "--stop":
        if not running:
            raise UsageError("timer", "no timer is running", "--start ITEM starts one")
        return [tracker.stop(entry) for entry in running]
    if option == "--set" and text is None:
        if not running:
            raise UsageError("timer", "no timer is running", "name the ITEM")
        return [tracker.correct(running[-1], seconds_in(duration))]
    if text is None:
        raise UsageError("time", f"{option} was given without ITEM", "name the ITEM")
    item = _find_item(study, text)
    if option == "--start":
        return tracker.start(item.id)
    if option == "--add":
        return [tracker.add(item.id, seconds_in(duration))]
    if last := tracker.latest(item.id):
        return [tracker.correct(last, seconds_in(duration))]
    raise UsageError(f"'{item.title}'", "no time logged", "--add logs some")


def _find_item(study: Study, text: str) -> Node:
    return study.tree.nodes[find(study.tree, text, (Item,))]


def _print_item(study: Study, text: str, as_json: bool) -> None:
    item = _find_item(study, text)
    seconds = study.time_tracker.seconds(item.id)
    if not as_json:
        echo([f"{item.title}  {format_duration(seconds)}"])
        return
    key = (study.source.id, item.id)
    starts = {(entry.roadmap, entry.target): entry.timing.start for entry in study.time_tracker.running()}
    echo_json(_entry_to_json(*key, item.title, seconds, starts.get(key)))


def _format_change(change: Change) -> str:
    event = change.action
    if not isinstance(event, TimeLogged):
        return describe_action(event)
    if event.seconds == 0 and event.stamp.at < event.start:
        return format_stopped(event)
    if event.seconds:
        return f"{event.title}  {format_duration(event.seconds)}"
    return f"{'timing' if event.seconds is None else 'discarded'}: {event.title}"


def _print(context: CliContext) -> None:
    study = context.study
    tracker, now = study.time_tracker, study.now()
    lines = []
    for entry in tracker.running():
        since = entry.timing.start.astimezone()  # in the local time zone of that day, not of today
        day = "" if since.date() == now.date() else f" on {format_datetime(since, now)}"
        spent = format_duration(length(entry.timing, now))
        lines.append(f"{context.glyphs.of('doing')} {entry.title}  {spent}, since {since:%H:%M}{day}")
    for heading, days in (("today", 1), ("last 7 days", _WEEK)):
        entries = _longest_first(tracker.recent_totals(days))
        lines.append(f"{heading:<11}  {format_duration(sum(seconds for _, seconds in entries))}")
        lines += [f"  {format_duration(seconds):>8}  {title}" for (_, _, title), seconds in entries]
    first_day = study.today() - timedelta(days=_WEEK - 1)
    recent = [overlap for overlap in tracker.overlaps() if study.day(overlap.other.timing.start) >= first_day]
    for one, other, seconds in recent[-_OVERLAPS_SHOWN:]:
        date = f"{other.timing.start.astimezone():%Y-%m-%d}"
        lines.append(f"measured at once: {one.title} and {other.title}, {format_duration(seconds)} on {date}")
    echo(lines)


def _longest_first(spent: dict[tuple[str, str, str], int]) -> list[tuple[tuple[str, str, str], int]]:
    return sorted(spent.items(), key=lambda pair: (-pair[1], pair[0]))


def _to_json(study: Study) -> dict[str, object]:
    tracker = study.time_tracker

    def spent(days: int) -> list[dict[str, object]]:
        entries = _longest_first(tracker.recent_totals(days))
        return [_entry_to_json(*key, seconds) for key, seconds in entries]

    now = study.now()
    return {
        "running": [
            _entry_to_json(roadmap, node_id, title, length(timing, now), timing.start)
            for roadmap, node_id, title, timing in tracker.running()
        ],
        "today": spent(1),
        "week": spent(_WEEK),
        "overlaps": [
            {"one": overlap.one.title, "other": overlap.other.title, "seconds": overlap.seconds}
            for overlap in tracker.overlaps()
        ],
    }


def _entry_to_json(
    roadmap: str, node_id: str, title: str, seconds: int, start: datetime | None = None
) -> dict[str, object]:
    since = start and start.isoformat(timespec="seconds")
    return {"roadmap": roadmap, "id": node_id, "title": title, "since": since, "seconds": seconds}
