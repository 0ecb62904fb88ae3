"""``undo``: take back the last change."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.log import echo_change
from roadmap_tui.cli.options import command


@command("undo", "Take back the last change.", json="what was taken back, as `log` does")
def undo_command(context: CliContext, as_json: bool) -> None:
    """Take back the last change that stands. With --json: one object as `log --json` lists them."""
    with context.writing() as study:
        change = study.undo()
    echo_change(context, "took back", change, as_json)
