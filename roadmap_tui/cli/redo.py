"""``redo``: reapply the change that was undone last."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.log import echo_changes
from roadmap_tui.cli.options import command


@command("redo", "Redo the last undone change.", json="the event, as `log` prints it")
def redo_command(context: CliContext, as_json: bool) -> None:
    """Redo the last undone change. With --json: one object as `log --json` lists them."""
    with context.writing() as study:
        change = study.redo()
    echo_changes(context, "redid", change, as_json=as_json)
