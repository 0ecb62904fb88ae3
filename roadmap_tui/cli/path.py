"""``path``: print everything to know before an item."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json, terminal_width
from roadmap_tui.cli.options import argument, command, complete_argument, option
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.search import find
from roadmap_tui.study.path import find_path
from roadmap_tui.text.path import path_lines, path_to_json, path_to_markdown, path_to_mermaid

_WIDEST = 100


@command("path", "The way to an item: everything to know before it.", json="one object")
@argument("item", metavar="ITEM", shell_complete=complete_argument("items"))
@option("--format", "format_", choices=("markdown", "mermaid"), help="Print it as such.")
def path_command(context: CliContext, item: str, format_: str | None = None, as_json: bool = False) -> None:
    """Print everything to know before ITEM, in levels: what is on one level can be studied in any order.

    With the status, the recall of what is done, the hours left and the weakest of what you know. In a
    roadmap without prerequisites, what stands before ITEM.

    With --json: {id, title, done, total, hours {low, expected, high}, estimated, weakest, levels, unread},
    where levels is a list of lists of {id, title, status, recall, hours, needs}. Four outcomes of five lie
    between low and high; `estimated` counts the items whose hours nobody estimated, and `needs` has the ids
    of the prerequisites that do not follow from others.
    """
    study, glyphs = context.study, context.glyphs
    node = study.tree.nodes[find(study.tree, item, (Item,))]
    path = find_path(study, node.id)
    if as_json:
        echo_json(path_to_json(path, node.id) | {"unread": len(study.journal.unread)})
    elif format_:
        echo([path_to_markdown(path, glyphs) if format_ == "markdown" else path_to_mermaid(path)])
    else:
        echo(path_lines(path, terminal_width(_WIDEST), glyphs))
