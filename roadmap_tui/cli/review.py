"""``review``: what is due, grades from a script, and pauses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from roadmap_tui.cli.context import Session
from roadmap_tui.cli.echo import say, say_json, talk
from roadmap_tui.cli.options import completer, pass_session, shared_options
from roadmap_tui.core.errors import Refused
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.search import find
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import GRADES, counted, day_told

if TYPE_CHECKING:
    from roadmap_tui.study.reviews import Standing


@click.command(short_help="What is due for review; --grade and --pause.")
@click.argument("wanted", metavar="[ITEM]", required=False, shell_complete=completer("items"))
@click.option("--grade", type=click.Choice(GRADES), help="Grade how well you knew ITEM.")
@click.option("--all", "everything", is_flag=True, help="List all that is due, not only what is for today.")
@click.option("--pause", metavar="14d|2w|3m|DATE", help="Let nothing be due for so long, in any roadmap.")
@click.option("--resume", is_flag=True, help="End the pause.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects, or one.")
@shared_options
@pass_session
def review(
    session: Session,
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
        raise Refused("review", "--grade, --all, --pause and --resume are one thing each", "give one of them")
    if (wanted is None) is (grade is not None):
        raise Refused("review", "a grade goes to an item", "use `--grade good ITEM`")
    if grade is not None and wanted is not None:
        _grade(session, wanted, grade, as_json)
    elif pause is not None or resume:
        _pause(session, pause, as_json)
    else:
        _list(session, everything, as_json)


def _list(session: Session, everything: bool, as_json: bool) -> None:
    study = session.study
    reviews = study.reviews
    ids = reviews.waiting() if everything else reviews.queue()
    found = [(study.order.position[name], standing) for name in ids if (standing := reviews.standing(name))]
    if as_json:
        say_json([_record(study, at, standing) for at, standing in found])
        return
    for number, (at, standing) in enumerate(found, 1):
        node = study.order.nodes[at]
        sections = session.glyphs.into.join(section.title for section in study.order.sections(at))
        path = f"  ({sections})" if sections else ""
        known = standing.retrievability
        chance = "never reviewed" if known is None else f"{known:.0%}"
        since = day_told(standing.due, reviews.today)
        say([f"{number:>{len(str(len(found)))}} {node.title}{path}  due {since}, {chance}  {node.id}"])
    waiting = len(reviews.waiting())
    if until := reviews.paused_until:
        due = counted(waiting, "item")
        talk(f"paused until {day_told(until, reviews.today)}, {due} due; --resume ends it")
    elif not waiting:
        talk(f"nothing is due; {_what_comes(study)}")
    elif waiting > len(found):
        talk(f"{waiting - len(found)} more can wait: {_most(study)} a day; --all lists them")


def _what_comes(study: Study) -> str:
    day = study.reviews.next_day()
    if day is None:
        return "an item is the day after it is done"
    return f"{counted(study.reviews.due_by(day), 'item')} on {day_told(day, study.reviews.today)}"


def _most(study: Study) -> str:
    return f"at most {study.settings.reviews_a_day}"


def _grade(session: Session, wanted: str, grade: str, as_json: bool) -> None:
    at = find(session.study.order, wanted, (Item,))
    node = session.study.order.nodes[at]
    with session.writing() as study:
        study.reviews.grade(node.id, GRADES.index(grade) + 1)
    standing = session.study.reviews.standing(node.id)
    if standing and as_json:
        say_json(_record(session.study, at, standing))
    elif standing:
        today = session.study.reviews.today
        say([f"{node.title}: {grade}, due again {day_told(standing.due, today)}"])
    session.back_up()


def _pause(session: Session, wish: str | None, as_json: bool) -> None:
    reviews = session.study.reviews
    with session.writing() as study:
        if wish is None:
            study.reviews.resume()
        else:
            study.reviews.pause(_until(study, wish))
    until, due = reviews.paused_until, reviews.due_count()
    waiting = len(reviews.waiting()) if until is None else reviews.coming(until - timedelta(days=1))
    if as_json:
        say_json({"paused_until": until and until.isoformat(), "due": due, "waiting": waiting})
    elif until is None:
        say([f"Not paused; {counted(due, 'item')} due today"])
    else:
        day = day_told(until, reviews.today)
        them = "item that would come due waits" if waiting == 1 else "items that would come due wait"
        say([f"Nothing is due until {day}; {waiting} {them}, {_most(session.study)} a day then"])
    session.back_up()


def _until(study: Study, wish: str) -> date:
    """The day that a wish means. Raises Refused."""
    from roadmap_tui.core.parse_date import until

    try:
        return until(wish, study.reviews.today)
    except ValueError as error:
        shown = clean(wish, 40, one_line=True)
        raise Refused(f"--pause '{shown}'", str(error), "use 14d, 2w or 2026-12-06") from None


def _record(study: Study, at: int, standing: Standing) -> dict[str, object]:
    """How it stands with a done item, as ``--json`` has it."""
    return {
        "id": study.order.nodes[at].id,
        "title": study.order.nodes[at].title,
        "path": [section.title for section in study.order.sections(at)],
        "due": standing.due.isoformat(),
        "overdue": (study.reviews.today - standing.due).days,
        "last": standing.last and standing.last.isoformat(),
        "retrievability": standing.retrievability,
        "stability": standing.stability,
        "next": dict(zip(GRADES, standing.intervals, strict=True)),
    }
