"""``mark``: set the status of items."""

from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import argument, command, complete_argument, option
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.progress.statuses import STATUSES, Status
from roadmap_tui.core.roadmap.model import Item, Node, Section
from roadmap_tui.core.search import EITHER, NotFound, find, matches
from roadmap_tui.study.study import Study
from roadmap_tui.text.status import format_counts

_CHOICES: Final = ("done", *(status for status in STATUSES if status not in {"done", "todo"}), "todo")
_SHORT_HELP: Final = f"Mark items {', '.join(_CHOICES[:-1])} or {_CHOICES[-1]}."


@command("mark", _SHORT_HELP, json="a list of {id, title, from, to}")
@argument("status", metavar="|".join(_CHOICES), choices=STATUSES)
@argument("items", metavar="ITEM...", nargs=-1, required=True, shell_complete=complete_argument("items"))
@option("--branch", is_flag=True, help="Mark everything below ITEM, an item or a section.")
def mark_command(
    context: CliContext, status: Status, items: tuple[str, ...], branch: bool = False, as_json: bool = False
) -> None:
    """Mark each ITEM, an id or a part of a title that is unique. One `undo` undoes all of it.

    With --json: a list of {id, title, from, to} of all the items, also of those that were so already.
    """
    study = context.study
    tree = study.tree
    heads = list(dict.fromkeys(find_markable(study, text, branch) for text in items))
    branches = [_items_below(study, head) if branch else [head] for head in heads]
    indexes = list(dict.fromkeys(index for below in branches for index in below))
    before = {index: study.status_at(index) for index in indexes}
    title = tree.nodes[heads[0]].title if len(heads) == 1 else ""
    with context.writing():
        change = study.set_status([tree.nodes[index].id for index in indexes], status, title)
    if as_json:
        nodes = [(tree.nodes[index], before[index]) for index in indexes]
        echo_json([{"id": node.id, "title": node.title, "from": old, "to": status} for node, old in nodes])
    else:
        for head, below in zip(heads, branches, strict=True):
            echo([_format(tree.nodes[head], [before[index] for index in below], status)])
        echo([format_counts(study.counts_at(), context.glyphs)])
    if change:
        context.back_up()


def find_markable(study: Study, text: str, branch: bool) -> int:
    """Return the index of the node to mark. Raises UsageError if there is not exactly one."""
    if branch:
        return find(study.tree, text, EITHER)
    try:
        return find(study.tree, text, (Item,))
    except NotFound:
        sections = matches(study.tree, text, (Section,))
        if not sections:
            raise
    title, why = study.tree.nodes[sections[0]].title, "it is a section, and only items have a status"
    raise UsageError(f"'{title}'", why, "--branch marks all below it")


def _items_below(study: Study, head: int) -> list[int]:
    """Return the indexes of the items of a branch. Raises UsageError if there are none."""
    tree = study.tree
    indexes = [index for index in range(head, tree.subtree_end[head]) if tree.has_status(index)]
    if not indexes:
        title = tree.nodes[head].title
        raise UsageError(f"'{title}'", "it has no items", "there is nothing to mark")
    return indexes


def _format(head: Node, before: list[Status], status: Status) -> str:
    """Describe the changes made by one ITEM argument; ``before`` are the former statuses of its items."""
    unchanged = before.count(status)
    if isinstance(head, Item) and len(before) == 1:
        return f"{head.title}: {f'already {status}' if unchanged else f'{status} (was {before[0]})'}"
    already = f" ({unchanged} already)" if unchanged else ""
    return f"{head.title}: {pluralize(len(before), 'item')} {status}{already}"
