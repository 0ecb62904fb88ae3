"""``mark``: give items a status."""

from __future__ import annotations

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import complete_argument, pass_context, shared_options
from roadmap_tui.cli.status import short_total
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import STATUSES, Status
from roadmap_tui.core.roadmap.model import Item, Node, Section
from roadmap_tui.core.search import EITHER, NotFound, find, matches
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import pluralize


@click.command(short_help="Mark items done, doing, skipped or todo.")
@click.argument("status", metavar="done|doing|skipped|todo", type=click.Choice(STATUSES))
@click.argument(
    "wanted", metavar="ITEM...", nargs=-1, required=True, shell_complete=complete_argument("items")
)
@click.option("--branch", is_flag=True, help="ITEM is an item or a section: mark all that is below it too.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {id, title, from, to}.")
@shared_options
@pass_context
def mark(context: CliContext, status: Status, wanted: tuple[str, ...], branch: bool, as_json: bool) -> None:
    """Mark each ITEM, an id or any piece of a title that no other has. One `undo` takes all of it back.

    With --json: a list of {id, title, from, to} of all the items, also of those that were so already.
    """
    study = context.study
    heads = list(dict.fromkeys(_find(study, one, branch) for one in wanted))
    branches = [_below(study, at) if branch else [at] for at in heads]
    spots = list(dict.fromkeys(at for spots in branches for at in spots))
    before = {at: study.status_at(at) for at in spots}
    title = study.tree.nodes[heads[0]].title if len(heads) == 1 else ""
    with context.writing():
        change = study.set_status([study.tree.nodes[at].id for at in spots], status, title)
    if as_json:
        echo_json([_record(study.tree.nodes[at], before[at], status) for at in spots])
    else:
        for head, below in zip(heads, branches, strict=True):
            echo([_told(study.tree.nodes[head], below, before, status)])
        echo([short_total(study.counts_at(), context.glyphs)])
    if change:
        context.back_up()


def _find(study: Study, wanted: str, branch: bool) -> int:
    """The position of what is to be marked. Raises Refused where it is not one thing."""
    if branch:
        return find(study.tree, wanted, EITHER)
    try:
        return find(study.tree, wanted, (Item,))
    except NotFound:
        sections = matches(study.tree, wanted, (Section,))
        if not sections:
            raise
    section = study.tree.nodes[sections[0]]
    raise UsageError(
        f"'{section.title}'", "that is a section, only items have a status", "--branch marks all below it"
    )


def _below(study: Study, at: int) -> list[int]:
    order = study.tree
    spots = [spot for spot in range(at, order.subtree_end[at]) if isinstance(order.nodes[spot], Item)]
    if not spots:
        raise UsageError(
            f"'{order.nodes[at].title}'", "there is no item below it", "there is nothing to mark"
        )
    return spots


def _record(node: Node, before: Status, after: Status) -> dict[str, str]:
    return {"id": node.id, "title": node.title, "from": before, "to": after}


def _told(head: Node, spots: list[int], before: dict[int, Status], status: Status) -> str:
    """What became of one ITEM, in a line."""
    already = sum(before[at] == status for at in spots)
    if isinstance(head, Item) and len(spots) == 1:
        return f"{head.title}: {f'already {status}' if already else f'{status} (was {before[spots[0]]})'}"
    return (
        f"{head.title}: {pluralize(len(spots), 'item')} {status}{f' ({already} already)' if already else ''}"
    )
