"""``redo``: apply again what was undone last."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.log import echo_change
from roadmap_tui.cli.options import command


@command("redo", "Bring back what was undone last.", json="what was brought back, as `log` does")
def redo_command(context: CliContext, as_json: bool) -> None:
    """Bring back what was undone last. With --json: one object as `log --json` lists them."""
    with context.writing() as study:
        change = study.redo()
    echo_change(context, "brought back", change, as_json)
