"""``log``: print the history of a roadmap or an item; also prints the events of ``undo`` and ``redo``."""

from collections.abc import Container
from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import argument, command, complete_argument, option, parse_since, since_option
from roadmap_tui.core.progress.events import Action, Undone
from roadmap_tui.core.search import EITHER, find
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study
from roadmap_tui.text.describe import action_label
from roadmap_tui.text.event_json import event_to_json
from roadmap_tui.text.status import format_counts

_DEFAULT_COUNT: Final = 20


@command("log", "Print the history, newest last.", json="a list of objects")
@argument("item", metavar="[ITEM]", required=False, shell_complete=complete_argument("items"))
@option(
    "-n", "count", metavar="N", int_range=(0,), default=None,
    help="Print at most the last N; 0 prints all.  [default: 20, all with --since]",
)  # fmt: skip
@since_option
def log_command(
    context: CliContext, item: str | None, count: int | None, since: str | None, as_json: bool
) -> None:
    """Print the history of the roadmap or of one ITEM, newest last, in local time.

    With --json: a list of {id, at, kind, items, title, undone}, `by` for what an assistant did, and by kind:
    status {status}, note {text}, tick {url, on}, review {rating, ms}, pause {until}, time {seconds, from,
    ref} (seconds null at a start, ref what it corrects or ends), resource {url, name, resource_kind, was},
    item {name, under}, need {x, on}, goal {date, hours}, snooze {until}, hide {q, on}, update {was, sha256,
    new}, exclude {ref}, undo and redo {ref}. `new` and the ref of exclude are lists.
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
        echo_json([_to_json(study, event, redo_ids) for event in events])
    else:
        echo(_format(study, event, redo_ids) for event in events)


def _redo_ids(study: Study) -> set[str]:
    """Return the ids of the undo events that undo an undo."""
    is_redo: dict[str, bool] = {}
    for event in study.history():
        if isinstance(event, Undone):
            is_redo[event.stamp.id] = not is_redo.get(event.ref, True)
    return {event_id for event_id, redo in is_redo.items() if redo}


def _format(study: Study, event: Action | Undone, redo_ids: set[str]) -> str:
    label, subject = action_label(event)
    label = "redo" if event.stamp.id in redo_ids else label
    suffix = f"  (by {event.stamp.by})" if event.stamp.by else ""
    suffix += "  (undone)" if _is_undone(study, event) else ""
    return f"{event.stamp.at.astimezone():%Y-%m-%d %H:%M}  {label:<7}  {subject}{suffix}"


def _to_json(study: Study, event: Action | Undone, redo_ids: Container[str] = ()) -> dict[str, object]:
    return event_to_json(event, is_redo=event.stamp.id in redo_ids, is_undone=_is_undone(study, event))


def _is_undone(study: Study, event: Action | Undone) -> bool:
    """Return True for an action that was undone."""
    return not isinstance(event, Undone) and not study.progress.is_active(event)


def echo_changes(context: CliContext, verb: str, changes: Change | list[Change], *, as_json: bool) -> None:
    """Print what ``undo`` or ``redo`` changed, then make the daily backup."""
    study = context.study
    several = changes if isinstance(changes, list) else [changes]
    if as_json:
        found = [_to_json(study, change.action) for change in several]
        echo_json(found if isinstance(changes, list) else found[0])
    else:
        labels = [action_label(change.action) for change in several]
        echo(f"{verb}: {label} {subject}" for label, subject in labels)
        echo([format_counts(study.counts_at(), context.glyphs)])
    context.back_up()
