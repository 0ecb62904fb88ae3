"""``log``, ``undo`` and ``redo``: what was done, and taking it back."""

from __future__ import annotations

from typing import Final

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import complete_argument, pass_context, shared_options
from roadmap_tui.cli.since import first_day, since_option
from roadmap_tui.cli.status import short_total
from roadmap_tui.core.progress.events import Action, Undone, targets
from roadmap_tui.core.progress.records import encode
from roadmap_tui.core.search import EITHER, find
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import action_label

_LAST: Final = 20


@click.command(short_help="Take back the last change.")
@click.option("--json", "as_json", is_flag=True, help="Print what was taken back, as `log` does.")
@shared_options
@pass_context
def undo(context: CliContext, as_json: bool) -> None:
    """Take back the last change that stands. With --json: one object as `log --json` lists them."""
    with context.writing() as study:
        change = study.undo()
    _tell(context, "took back", change, as_json)


@click.command(short_help="Bring back what was undone last.")
@click.option("--json", "as_json", is_flag=True, help="Print what was brought back, as `log` does.")
@shared_options
@pass_context
def redo(context: CliContext, as_json: bool) -> None:
    """Bring back what was undone last. With --json: one object as `log --json` lists them."""
    with context.writing() as study:
        change = study.redo()
    _tell(context, "brought back", change, as_json)


@click.command(short_help="What was done, newest last.")
@click.argument("wanted", metavar="[ITEM]", required=False, shell_complete=complete_argument("items"))
@click.option(
    "-n", "count", metavar="N", type=click.IntRange(0), default=None,
    help="At most the last N; 0 for all.  [default: 20, all with --since]",
)  # fmt: skip
@since_option
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@shared_options
@pass_context
def log(context: CliContext, wanted: str | None, count: int | None, since: str | None, as_json: bool) -> None:
    """Print what was done in the roadmap, or to one ITEM, newest last, in local time.

    With --json: a list of {id, at, kind, items, title, undone}, and by kind: status {status}, note
    {text}, tick {url, on}, review {rating, ms}, pause {until}, time {seconds, from, ref} (seconds null
    at a start, ref what it corrects or ends), resource {url, name, kind, was}, item {name, under},
    undo and redo {ref}.
    """
    study = context.study
    node_id = study.tree.nodes[find(study.tree, wanted, EITHER)].id if wanted is not None else None
    first = first_day(study, since)
    events = study.history(node_id)
    if first is not None:
        from roadmap_tui.core.stats.activity import local_study_day

        start = study.settings.day_start
        events = [event for event in events if local_study_day(event.stamp.at, start) >= first]
    elif count is None:
        count = _LAST
    events = events[-(count or 0) :]  # -0 is the beginning: all of them
    redos = _redos(study)
    if as_json:
        echo_json([_record(study, event, redos) for event in events])
    else:
        echo([_line(study, event, redos) for event in events])


def _tell(context: CliContext, verb: str, change: Change, as_json: bool) -> None:
    study = context.study
    if as_json:
        echo_json(_record(study, change.action, set()))
    else:
        word, what = action_label(change.action)
        echo([f"{verb}: {word} {what}", short_total(study.counts_at(), context.glyphs)])
    context.back_up()


def _redos(study: Study) -> set[str]:
    """The ids of the undos that take an undo back."""
    found: set[str] = set()
    undos: set[str] = set()
    for event in study.history():
        if isinstance(event, Undone):
            undos.add(event.stamp.id)
            if event.ref in undos and event.ref not in found:
                found.add(event.stamp.id)
    return found


def _line(study: Study, event: Action | Undone, redos: set[str]) -> str:
    word, what = action_label(event)
    if event.stamp.id in redos:
        word = "redo"
    gone = "" if isinstance(event, Undone) or study.progress.is_active(event) else "  (undone)"
    return f"{event.stamp.at.astimezone():%Y-%m-%d %H:%M}  {word:<7}  {what}{gone}"


def _record(study: Study, event: Action | Undone, redos: set[str]) -> dict[str, object]:
    record = encode(event)
    head: dict[str, object] = {
        "id": event.stamp.id,
        "at": event.stamp.at.isoformat(timespec="seconds"),
        "kind": "redo" if event.stamp.id in redos else record["k"],
        "items": list(targets(event)),
        "title": event.title,
        "undone": not isinstance(event, Undone) and not study.progress.is_active(event),
    }
    names = _LONG.get(str(record["k"]), {})
    told = {names.get(key, key): value for key, value in record.items() if key not in _IN_HEAD}
    return head | told


# The keys of a record that are said in words of their own; the rest goes out under longer names.
_IN_HEAD: Final = {"v", "id", "c", "at", "k", "r", "t", "title", "base"}
_LONG: Final = {
    "status": {"s": "status"},
    "note": {"x": "text"},
    "review": {"g": "rating"},
    "time": {"s": "seconds"},
    "resource": {"x": "name"},
    "item": {"x": "name"},
}
