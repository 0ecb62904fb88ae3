"""``review``: review or list the due items, grade an item, pause reviews."""

import sys
from datetime import date, timedelta

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err, echo_json
from roadmap_tui.cli.options import argument, command, complete_argument, option
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.humanize import format_date, pluralize
from roadmap_tui.core.progress.events import GRADES
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.search import EITHER, find
from roadmap_tui.study.reviews import ReviewStatus
from roadmap_tui.study.study import Study
from roadmap_tui.text.item_details import section_titles


@command("review", "Review what is due; --list, --grade and --pause.", json="a list of objects, or one")
@argument("items", metavar="[ITEM]...", nargs=-1, shell_complete=complete_argument("items"))
@option("--list", "lists", is_flag=True, help="List what is due for today instead of asking.")
@option("--all", "list_all", is_flag=True, help="List all due items, not only today's.")
@option("--until", metavar="DATE", help="Only what would be known too little on that day, an exam.")
@option("--grade", choices=GRADES, help="Grade ITEM: again, hard, good or easy.")
@option("--pause", metavar="14d|2w|3m|DATE", help="Pause all reviews for this long.")
@option("--resume", is_flag=True, help="End the pause.")
def review_command(
    context: CliContext,
    items: tuple[str, ...] = (),
    lists: bool = False,
    list_all: bool = False,
    until: str | None = None,
    grade: str | None = None,
    pause: str | None = None,
    resume: bool = False,
    as_json: bool = False,
) -> None:
    """Ask a question about each topic that is due for review today, least recall first.

    On a terminal, this asks line by line; `?` lists the keys. Otherwise, or with --list, it lists the topics.
    With ITEM, also of a section, it reviews those that are finished, due or not; with --until those whose
    recall on that day would be below the retention you want, weakest first. In the screen, `r` reviews.

    A finished topic is due the day after, then when its grades say so. A pause moves no date: what comes
    due meanwhile waits.

    With --json: a list of {id, title, path, due, overdue, last, retrievability, stability, next {again,
    hard, good, easy}, question {id, ask, answer}}: days as YYYY-MM-DD, `overdue` and `next` in days,
    `retrievability` 0 to 1 and `stability` in days, null before the first review; `question` is the one to
    ask next, or null. With --grade one such object, and with --pause and --resume {paused_until, due,
    waiting}.
    """
    if sum((grade is not None, lists or list_all or until is not None, pause is not None, resume)) > 1:
        why = "--list, --grade, --pause and --resume are one thing each"
        raise UsageError("review", why, "give one of them")
    if grade is not None and len(items) != 1:
        raise UsageError("review", "a grade goes to one item", "use `--grade good ITEM`")
    if (pause is not None or resume or list_all) and items:
        option = "--all" if list_all else "--resume" if resume else "--pause"
        raise UsageError("review", f"{option} goes without items", "leave them out")
    if grade is not None:
        _grade(context, items[0], grade, as_json)
    elif pause is not None or resume:
        _pause(context, pause, as_json)
    else:
        _review(context, items, until, lists=lists or as_json, list_all=list_all, as_json=as_json)


def _review(
    context: CliContext,
    items: tuple[str, ...],
    until: str | None,
    *,
    lists: bool,
    list_all: bool,
    as_json: bool,
) -> None:
    """Ask about the items on a terminal; elsewhere, or with ``lists``, list them."""
    reviews = context.study.reviews
    by_choice = bool(items) or until is not None
    if by_choice:
        ids = _finished(context.study, items)
        if until is not None:
            ids = reviews.weak_ids(ids, _parse_day("--until", until, reviews.today))
    else:
        ids = reviews.due_queue() if list_all else reviews.queue()
    is_interactive = not (lists or list_all) and all(
        stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)
    )
    if is_interactive and ids:
        from roadmap_tui.cli.review_session import run_session

        run_session(context, ids, by_choice=by_choice)
    else:
        _list(context, ids, as_json=as_json, by_choice=by_choice)


def _finished(study: Study, names: tuple[str, ...]) -> list[str]:
    """Resolve names to the ids of finished items, by default all of them. Raises UsageError."""
    tree = study.tree
    indexes = [find(tree, name, EITHER) for name in names]
    branches = [range(index, tree.subtree_end[index]) for index in indexes] or [range(tree.active_count)]
    ids = dict.fromkeys(tree.ids[index] for branch in branches for index in branch)
    found = [node_id for node_id in ids if study.reviews.recall(node_id) is not None]
    if names and not found:
        raise UsageError("review", "none of that is finished", "mark it done first")
    return found


def _list(context: CliContext, ids: list[str], *, as_json: bool, by_choice: bool) -> None:
    study, reviews = context.study, context.study.reviews
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
    if by_choice:
        if not due:
            echo_err("nothing to review: all of it would still be known")
        return
    waiting = reviews.due_count_in_all
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
        echo_err(f"{waiting - len(due)} more due another day; --all lists them")


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
            reviews.pause(_parse_day("--pause", duration, reviews.today))
    until, due = reviews.paused_until, reviews.due_count()
    waiting = reviews.due_count_in_all if until is None else reviews.due_until(until - timedelta(days=1))
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


def _parse_day(option: str, text: str, today: date) -> date:
    """Parse a day given to an option: a date or a duration from today. Raises UsageError."""
    from roadmap_tui.core.parse_date import until

    try:
        return until(text, today)
    except ValueError as error:
        printable = clean(text, 40, one_line=True)
        raise UsageError(f"{option} '{printable}'", str(error), "use 14d, 2w or 2026-12-06") from None


def _to_json(study: Study, index: int, status: ReviewStatus) -> dict[str, object]:
    node_id = study.tree.ids[index]
    question = study.reviews.questions.next(node_id)
    return {
        "id": node_id,
        "title": study.tree.nodes[index].title,
        "path": section_titles(study, index),
        "due": status.due.isoformat(),
        "overdue": (study.reviews.today - status.due).days,
        "last": status.last and status.last.isoformat(),
        "retrievability": status.retrievability,
        "stability": status.stability,
        "next": dict(zip(GRADES, study.reviews.intervals(node_id), strict=True)),
        "question": question and question._asdict(),
    }
