"""``undo``: revert the last change."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.log import echo_change
from roadmap_tui.cli.options import command


@command("undo", "Undo the last change.", json="the event, as `log` prints it")
def undo_command(context: CliContext, as_json: bool) -> None:
    """Undo the last change. With --json: one object as `log --json` lists them."""
    with context.writing() as study:
        change = study.undo()
    echo_change(context, "undid", change, as_json)
