"""``review``: what is due, grades from a script, and pauses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err, echo_json
from roadmap_tui.cli.options import complete_argument, pass_context, shared_options
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.search import find
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import GRADES, format_date, pluralize

if TYPE_CHECKING:
    from roadmap_tui.study.reviews import ReviewStatus


@click.command(short_help="What is due for review; --grade and --pause.")
@click.argument("wanted", metavar="[ITEM]", required=False, shell_complete=complete_argument("items"))
@click.option("--grade", type=click.Choice(GRADES), help="Grade how well you knew ITEM.")
@click.option("--all", "everything", is_flag=True, help="List all that is due, not only what is for today.")
@click.option("--pause", metavar="14d|2w|3m|DATE", help="Let nothing be due for so long, in any roadmap.")
@click.option("--resume", is_flag=True, help="End the pause.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects, or one.")
@shared_options
@pass_context
def review(
    context: CliContext,
    wanted: str | None,
    grade: str | None,
    everything: bool,
    pause: str | None,
    resume: bool,
    as_json: bool,
) -> None:
    """List what is due for review today, least likely still known first. In the screen `r` goes through it.

    A done item is due the day after, then when its grades say so. A pause moves no date: what comes
    due meanwhile waits.

    With --json: a list of {id, title, path, due, overdue, last, retrievability, stability, next {again,
    hard, good, easy}}: days as YYYY-MM-DD, `overdue` and `next` in days, `retrievability` 0 to 1 and
    `stability` in days, null before the first review. With --grade one such object, and with --pause
    and --resume {paused_until, due, waiting}.
    """
    if sum((grade is not None, everything, pause is not None, resume)) > 1:
        raise UsageError(
            "review", "--grade, --all, --pause and --resume are one thing each", "give one of them"
        )
    if (wanted is None) is (grade is not None):
        raise UsageError("review", "a grade goes to an item", "use `--grade good ITEM`")
    if grade is not None and wanted is not None:
        _grade(context, wanted, grade, as_json)
    elif pause is not None or resume:
        _pause(context, pause, as_json)
    else:
        _list(context, everything, as_json)


def _list(context: CliContext, everything: bool, as_json: bool) -> None:
    study = context.study
    reviews = study.reviews
    ids = reviews.due_queue() if everything else reviews.queue()
    found = [(study.tree.index_of[name], standing) for name in ids if (standing := reviews.status_of(name))]
    if as_json:
        echo_json([_record(study, at, standing) for at, standing in found])
        return
    for number, (at, standing) in enumerate(found, 1):
        node = study.tree.nodes[at]
        sections = context.glyphs.into.join(section.title for section in study.tree.sections(at))
        path = f"  ({sections})" if sections else ""
        known = standing.retrievability
        chance = "never reviewed" if known is None else f"{known:.0%}"
        since = format_date(standing.due, reviews.today)
        echo([f"{number:>{len(str(len(found)))}} {node.title}{path}  due {since}, {chance}  {node.id}"])
    waiting = len(reviews.due_queue())
    if until := reviews.paused_until:
        due = pluralize(waiting, "item")
        echo_err(f"paused until {format_date(until, reviews.today)}, {due} due; --resume ends it")
    elif not waiting:
        echo_err(f"nothing is due; {_what_comes(study)}")
    elif waiting > len(found):
        echo_err(f"{waiting - len(found)} more can wait: {_most(study)} a day; --all lists them")


def _what_comes(study: Study) -> str:
    day = study.reviews.next_due_day()
    if day is None:
        return "an item is the day after it is done"
    return f"{pluralize(study.reviews.forecast(day), 'item')} on {format_date(day, study.reviews.today)}"


def _most(study: Study) -> str:
    return f"at most {study.settings.reviews_a_day}"


def _grade(context: CliContext, wanted: str, grade: str, as_json: bool) -> None:
    at = find(context.study.tree, wanted, (Item,))
    node = context.study.tree.nodes[at]
    with context.writing() as study:
        study.reviews.grade(node.id, GRADES.index(grade) + 1)
    standing = context.study.reviews.status_of(node.id)
    if standing and as_json:
        echo_json(_record(context.study, at, standing))
    elif standing:
        today = context.study.reviews.today
        echo([f"{node.title}: {grade}, due again {format_date(standing.due, today)}"])
    context.back_up()


def _pause(context: CliContext, wish: str | None, as_json: bool) -> None:
    reviews = context.study.reviews
    with context.writing() as study:
        if wish is None:
            study.reviews.resume()
        else:
            study.reviews.pause(_until(study, wish))
    until, due = reviews.paused_until, reviews.due_count()
    waiting = len(reviews.due_queue()) if until is None else reviews.due_until(until - timedelta(days=1))
    if as_json:
        echo_json({"paused_until": until and until.isoformat(), "due": due, "waiting": waiting})
    elif until is None:
        echo([f"Not paused; {pluralize(due, 'item')} due today"])
    else:
        day = format_date(until, reviews.today)
        them = "item that would come due waits" if waiting == 1 else "items that would come due wait"
        echo([f"Nothing is due until {day}; {waiting} {them}, {_most(context.study)} a day then"])
    context.back_up()


def _until(study: Study, wish: str) -> date:
    """The day that a wish means. Raises Refused."""
    from roadmap_tui.core.parse_date import until

    try:
        return until(wish, study.reviews.today)
    except ValueError as error:
        shown = clean(wish, 40, one_line=True)
        raise UsageError(f"--pause '{shown}'", str(error), "use 14d, 2w or 2026-12-06") from None


def _record(study: Study, at: int, standing: ReviewStatus) -> dict[str, object]:
    """How it stands with a done item, as ``--json`` has it."""
    return {
        "id": study.tree.nodes[at].id,
        "title": study.tree.nodes[at].title,
        "path": [section.title for section in study.tree.sections(at)],
        "due": standing.due.isoformat(),
        "overdue": (study.reviews.today - standing.due).days,
        "last": standing.last and standing.last.isoformat(),
        "retrievability": standing.retrievability,
        "stability": standing.stability,
        "next": dict(zip(GRADES, standing.intervals, strict=True)),
    }
