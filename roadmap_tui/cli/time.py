"""``time``: the time spent on items, and the timer."""

from __future__ import annotations

from datetime import timedelta

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import complete_argument, pass_context, shared_options
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import TimeLogged
from roadmap_tui.core.progress.states import TimeEntry
from roadmap_tui.core.progress.time_tracking import length, seconds_in
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.search import find
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import format_datetime, format_duration

_WEEK = 7
_OVERLAPS = 5


@click.command("time", short_help="The time you spent; start and stop the timer.")
@click.argument("wanted", metavar="[ITEM]", required=False, shell_complete=complete_argument("items"))
@click.option("--start", is_flag=True, help="Start the timer on ITEM; one that runs is stopped.")
@click.option("--stop", is_flag=True, help="Stop the timer that runs.")
@click.option("--add", metavar="TIME", help="Log TIME on ITEM: 45m, 1h30.")
@click.option("--set", "right", metavar="TIME", help="The last time on ITEM was really TIME; 0 discards it.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def time(
    context: CliContext,
    wanted: str | None,
    start: bool,
    stop: bool,
    add: str | None,
    right: str | None,
    as_json: bool,
) -> None:
    """Print the time you spent today and in the last seven days, of all roadmaps, and what runs.

    Without ITEM, --set is about the timer that runs. A day begins at the hour that is set for it.

    With --json: {running, today, week, overlaps}: the first three lists of {roadmap, id, title, since,
    seconds}, where since is when a timer was started and else null; overlaps a list of {one, other,
    seconds}, the titles of what was measured at once. With only ITEM one of the former, of all its time.
    """
    verbs = [
        name for name, on in (("--start", start), ("--stop", stop), ("--add", add), ("--set", right)) if on
    ]
    if len(verbs) > 1:
        raise UsageError("time", f"{' and '.join(verbs)} at once", "give one of them")
    if verbs:
        with context.writing() as study:
            changes = _carry_out(study, verbs[0], wanted, add or right or "")
        if not as_json:
            echo([_told(change) for change in changes])
        context.back_up()
    elif wanted is not None:
        _tell_of(context.study, _item(context.study, wanted), as_json)
        return
    if as_json:
        echo_json(_record(context.study))
    elif not verbs:
        _print(context)


def _carry_out(study: Study, verb: str, wanted: str | None, words: str) -> list[Change]:
    times = study.time_tracker
    running = times.running()
    if verb == "--stop":
        if not running:
            raise UsageError("timer", "none runs", "--start ITEM starts one")
        return [times.stop(one) for one in running]
    if verb == "--set" and wanted is None:
        if not running:
            raise UsageError("timer", "none runs", "name the ITEM")
        return [times.correct(running[-1], seconds_in(words))]
    if wanted is None:
        raise UsageError("time", f"{verb} was given without ITEM", "say what it was spent on")
    item = _item(study, wanted)
    if verb == "--start":
        return times.start(item.id)
    if verb == "--add":
        return [times.add(item.id, seconds_in(words))]
    last = times.latest(item.id)
    if last is None:
        raise UsageError(f"'{item.title}'", "no time was spent on it", "--add logs some")
    return [times.correct(times.entry(item.id, last), seconds_in(words))]


def _item(study: Study, wanted: str) -> Item:
    node = study.tree.nodes[find(study.tree, wanted, (Item,))]
    assert isinstance(node, Item)  # noqa: S101 - it was asked for one
    return node


def _tell_of(study: Study, item: Item, as_json: bool) -> None:
    """Print the time on an item, as one of the objects of ``--json`` or in words."""
    seconds = study.time_tracker.seconds(item.id)
    if not as_json:
        echo([f"{item.title}  {format_duration(seconds)}"])
        return
    name = study.source.id
    mine = [one for one in study.time_tracker.running() if (one.roadmap, one.target) == (name, item.id)]
    since = mine[0].timing.start.isoformat(timespec="seconds") if mine else None
    echo_json({"roadmap": name, "id": item.id, "title": item.title, "since": since, "seconds": seconds})


def _told(change: Change) -> str:
    action = change.action
    assert isinstance(action, TimeLogged)  # noqa: S101 - nothing else was written
    if action.seconds is None:
        return f"timing: {action.title}"
    return (
        f"{action.title}  {format_duration(action.seconds)}"
        if action.seconds
        else f"discarded: {action.title}"
    )


def _print(context: CliContext) -> None:
    study = context.study
    times, now = study.time_tracker, study.now()
    lines = []
    for one in times.running():
        since = one.timing.start.astimezone()  # by the zone's rules of that day, not by today's offset
        day = "" if since.date() == now.date() else f" on {format_datetime(since, now)}"
        spent = format_duration(length(one.timing, now))
        lines.append(f"{context.glyphs.doing} {one.title}  {spent}, since {since:%H:%M}{day}")
    today, week = times.recent_totals(1), times.recent_totals(_WEEK)
    lines.append(f"today        {format_duration(sum(today.values()))}")
    lines += [f"  {format_duration(seconds):>8}  {title}" for (_, _, title), seconds in _longest_first(today)]
    lines.append(f"last 7 days  {format_duration(sum(week.values()))}")
    lines += [f"  {format_duration(seconds):>8}  {title}" for (_, _, title), seconds in _longest_first(week)]
    first = study.today() - timedelta(days=_WEEK - 1)
    recent = [found for found in times.overlaps() if study.day(found.other.timing.start) >= first]
    for overlap in recent[-_OVERLAPS:]:
        one, other = overlap.one, overlap.other
        day = f"{other.timing.start.astimezone():%Y-%m-%d}"
        lines.append(
            f"measured at once: {one.title} and {other.title}, {format_duration(overlap.seconds)} on {day}"
        )
    echo(lines)


def _longest_first(spent: dict[tuple[str, str, str], int]) -> list[tuple[tuple[str, str, str], int]]:
    return sorted(spent.items(), key=lambda pair: (-pair[1], pair[0]))


def _record(study: Study) -> dict[str, object]:
    times = study.time_tracker

    def spent(days: int) -> list[dict[str, object]]:
        return [
            {"roadmap": roadmap, "id": node_id, "title": title, "since": None, "seconds": seconds}
            for (roadmap, node_id, title), seconds in _longest_first(times.recent_totals(days))
        ]

    return {
        "running": [_running(study, one) for one in times.running()],
        "today": spent(1),
        "week": spent(_WEEK),
        "overlaps": [
            {"one": overlap.one.title, "other": overlap.other.title, "seconds": overlap.seconds}
            for overlap in times.overlaps()
        ],
    }


def _running(study: Study, one: TimeEntry) -> dict[str, object]:
    return {
        "roadmap": one.roadmap,
        "id": one.target,
        "title": one.title,
        "since": one.timing.start.isoformat(timespec="seconds"),
        "seconds": length(one.timing, study.now()),
    }
