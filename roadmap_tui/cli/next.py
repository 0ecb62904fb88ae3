"""``next``: print what to study next."""

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command
from roadmap_tui.cli.show import node_to_json
from roadmap_tui.text.item_details import section_titles


@command("next", "Print what to study next.", json="a list of objects")
@click.option(
    "-n",
    "count",
    metavar="N",
    type=click.IntRange(1),
    default=5,
    help="Print at most N items.",
    show_default=True,
)
def next_command(context: CliContext, count: int, as_json: bool) -> None:
    """Print what to study next: items in progress, then ready items, in roadmap order.

    Ready is what has all its prerequisites done or skipped. With --json: a list of objects as `show --json`
    prints them.
    """
    study, glyphs = context.study, context.glyphs
    indexes = [study.tree.index_of[item.id] for item in study.next_items(count)]
    if as_json:
        echo_json([node_to_json(study, index) for index in indexes])
        return
    width = len(str(len(indexes)))
    for number, index in enumerate(indexes, 1):
        node = study.tree.nodes[index]
        path = glyphs.path(section_titles(study, index))
        echo([f"{number:>{width}} {glyphs.of(study.status_at(index))} {node.title}  ({path})  {node.id}"])
