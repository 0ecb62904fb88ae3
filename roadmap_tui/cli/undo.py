"""``undo``: revert the last change."""

import sys

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo
from roadmap_tui.cli.log import echo_change
from roadmap_tui.cli.options import command
from roadmap_tui.study.study import Study
from roadmap_tui.text.describe import format_earlier_undo


@command("undo", "Undo the last change.", json="the event, as `log` prints it")
@click.option("--yes", is_flag=True, help="Don't ask before undoing a change of an earlier day.")
def undo_command(context: CliContext, yes: bool, as_json: bool) -> None:
    """Undo the last change. In a terminal, asks before undoing a change of an earlier day.

    With --json: one object as `log --json` lists them.
    """
    is_asked = sys.stdin is not None and sys.stdin.isatty() and not (yes or as_json)
    if is_asked and not _confirm(context.study):
        echo(["nothing was changed"])
        return
    with context.writing() as study:
        change = study.undo()
    echo_change(context, "undid", change, as_json)


def _confirm(study: Study) -> bool:
    """Return True if the last change was made today or the user confirms undoing an older one."""
    earlier = study.earlier_undo()
    if earlier is None:
        return True
    return click.confirm(format_earlier_undo(*earlier, study.today()), default=False, err=True)
