"""``review``: list what is due, grade an item, pause reviews."""

from datetime import date, timedelta

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err, echo_json
from roadmap_tui.cli.options import command, complete_argument
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.humanize import format_date, pluralize
from roadmap_tui.core.progress.events import GRADES
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.search import find
from roadmap_tui.study.reviews import ReviewStatus
from roadmap_tui.study.study import Study
from roadmap_tui.text.item_details import section_titles


@command("review", "List or grade due reviews.", json="a list of objects, or one")
@click.argument("item", metavar="[ITEM]", required=False, shell_complete=complete_argument("items"))
@click.option("--grade", type=click.Choice(GRADES), help="Grade ITEM: again, hard, good or easy.")
@click.option("--all", "list_all", is_flag=True, help="List all due items, not only today's.")
@click.option("--pause", metavar="14d|2w|3m|DATE", help="Pause all reviews for this long.")
@click.option("--resume", is_flag=True, help="End the pause.")
def review_command(
    context: CliContext,
    item: str | None,
    grade: str | None,
    list_all: bool,
    pause: str | None,
    resume: bool,
    as_json: bool,
) -> None:
    """List what is due for review today, lowest recall first. On the screen press `r`.

    A finished item is due the next day, then as its grades say. A pause changes no due date; due
    items wait.

    With --json: a list of {id, title, path, due, overdue, last, retrievability, stability, next {again,
    hard, good, easy}}: days as YYYY-MM-DD, `overdue` and `next` in days, `retrievability` 0 to 1 and
    `stability` in days, null before the first review. With --grade one such object, and with --pause
    and --resume {paused_until, due, waiting}.
    """
    if sum((grade is not None, list_all, pause is not None, resume)) > 1:
        why = "--grade, --all, --pause and --resume exclude each other"
        raise UsageError("review", why, "give one of them")
    if (item is None) is (grade is not None):
        raise UsageError("review", "no ITEM given", "use `--grade good ITEM`")
    if grade is not None and item is not None:
        _grade(context, item, grade, as_json)
    elif pause is not None or resume:
        _pause(context, pause, as_json)
    else:
        _list(context, list_all, as_json)


def _list(context: CliContext, list_all: bool, as_json: bool) -> None:
    study, reviews = context.study, context.study.reviews
    ids = reviews.due_queue() if list_all else reviews.queue()
    due = [(study.tree.index_of[name], status) for name in ids if (status := reviews.status_of(name))]
    if as_json:
        echo_json([_to_json(study, index, status) for index, status in due])
        return
    width = len(str(len(due)))
    for number, (index, status) in enumerate(due, 1):
        node = study.tree.nodes[index]
        titles = section_titles(study, index)
        path = f"  ({context.glyphs.path(titles)})" if titles else ""
        recall = "never reviewed" if status.retrievability is None else f"{status.retrievability:.0%}"
        day = format_date(status.due, reviews.today)
        echo([f"{number:>{width}} {node.title}{path}  due {day}, {recall}  {node.id}"])
    waiting = len(reviews.due_queue())
    if until := reviews.paused_until:
        count = pluralize(waiting, "item")
        echo_err(f"paused until {format_date(until, reviews.today)}, {count} due; --resume ends it")
    elif not waiting:
        when = "finished items come up the next day"
        if next_day := reviews.next_due_day():
            items = pluralize(reviews.forecast(next_day), "item")
            when = f"{items} on {format_date(next_day, reviews.today)}"
        echo_err(f"nothing is due; {when}")
    elif waiting > len(due):
        limit = study.settings.reviews_a_day
        echo_err(f"{waiting - len(due)} more can wait (at most {limit} a day; --all lists them")


def _grade(context: CliContext, text: str, grade: str, as_json: bool) -> None:
    study = context.study
    index = find(study.tree, text, (Item,))
    node = study.tree.nodes[index]
    with context.writing():
        study.reviews.grade(node.id, GRADES.index(grade) + 1)
    status = study.reviews.status_of(node.id)
    if status and as_json:
        echo_json(_to_json(study, index, status))
    elif status:
        echo([f"{node.title}: {grade}, due again {format_date(status.due, study.reviews.today)}"])
    context.back_up()


def _pause(context: CliContext, duration: str | None, as_json: bool) -> None:
    """Pause reviews, or resume them if ``duration`` is None."""
    study, reviews = context.study, context.study.reviews
    with context.writing():
        if duration is None:
            reviews.resume()
        else:
            reviews.pause(_parse_end(duration, reviews.today))
    until, due = reviews.paused_until, reviews.due_count()
    waiting = len(reviews.due_queue()) if until is None else reviews.due_until(until - timedelta(days=1))
    if as_json:
        echo_json({"paused_until": until and until.isoformat(), "due": due, "waiting": waiting})
    elif until is None:
        echo([f"Not paused; {pluralize(due, 'item')} due today"])
    else:
        day = format_date(until, reviews.today)
        items = "item that would come due waits" if waiting == 1 else "items that would come due wait"
        limit = study.settings.reviews_a_day
        echo([f"Nothing is due until {day}; {waiting} {items}, at most {limit} a day then"])
    context.back_up()


def _parse_end(text: str, today: date) -> date:
    """Parse the end of a pause: a date or a duration from today. Raises UsageError."""
    from roadmap_tui.core.parse_date import until

    try:
        return until(text, today)
    except ValueError as error:
        printable = clean(text, 40, one_line=True)
        raise UsageError(f"--pause '{printable}'", str(error), "use 14d, 2w or 2026-12-06") from None


def _to_json(study: Study, index: int, status: ReviewStatus) -> dict[str, object]:
    return {
        "id": study.tree.nodes[index].id,
        "title": study.tree.nodes[index].title,
        "path": section_titles(study, index),
        "due": status.due.isoformat(),
        "overdue": (study.reviews.today - status.due).days,
        "last": status.last and status.last.isoformat(),
        "retrievability": status.retrievability,
        "stability": status.stability,
        "next": dict(zip(GRADES, status.intervals, strict=True)),
    }
