"""``next``: print what to study next."""

from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command, option
from roadmap_tui.cli.show import node_to_json
from roadmap_tui.study.spare_time import fill_minutes
from roadmap_tui.study.study import Study
from roadmap_tui.study.today import next_steps
from roadmap_tui.text.item_details import section_titles
from roadmap_tui.text.spare_time import format_suggestion, suggestion_to_json
from roadmap_tui.text.today import format_reason

DEFAULT_COUNT: Final = 5


def next_to_json(study: Study, count: int) -> list[dict[str, object]]:
    """Return the items to study next as ``next --json`` prints them."""
    return [
        node_to_json(study, study.tree.index_of[item.id])
        | {"why": format_reason(reason, study.now()), "unlocks": study.ranking.unlock_count(item.id)}
        for item, reason in next_steps(study, count)
    ]


@command("next", "Print what to study next.", json="a list of objects")
@option(
    "-n",
    "count",
    metavar="N",
    int_range=(1,),
    default=DEFAULT_COUNT,
    help="Print at most N items.",
    show_default=True,
)
@option("--minutes", metavar="N", int_range=(1, 1440), help="What fits into so many minutes.")
def next_command(
    context: CliContext, count: int = DEFAULT_COUNT, minutes: int | None = None, as_json: bool = False
) -> None:
    """Print what to study next and why: what you are doing, then what is ready.

    An item is ready when all its prerequisites are done or skipped. Of the ready items, those on the path to
    the goal come first, then those that unlock most, and material (courses, books, videos) last.

    With --json: a list of objects as `show --json` prints them, each with {why, unlocks}: `unlocks` is how
    many unfinished items require it, directly or not.

    With --minutes: what fits into the time, of due reviews, short items, short resources, and else a part of
    an item; with --json a list of {kind, minutes, id, title, url, reviews}, where kind is review, resource,
    item or part.
    """
    study, glyphs = context.study, context.glyphs
    if minutes is not None:
        suggestions = fill_minutes(study, minutes)
        if as_json:
            echo_json([suggestion_to_json(one) for one in suggestions])
        else:
            echo(f"{one.minutes:>3} min  {format_suggestion(one)}" for one in suggestions)
        return
    if as_json:
        echo_json(next_to_json(study, count))
        return
    steps = [(study.tree.index_of[item.id], reason) for item, reason in next_steps(study, count)]
    width = len(str(len(steps)))
    for number, (index, reason) in enumerate(steps, 1):
        node = study.tree.nodes[index]
        head = f"{number:>{width}} {glyphs.of(study.status_at(index))} {node.title}"
        why = format_reason(reason, study.now())
        path = glyphs.path(section_titles(study, index))
        echo([f"{head}  {why}  ({path})  {node.id}" if path else f"{head}  {why}  {node.id}"])
