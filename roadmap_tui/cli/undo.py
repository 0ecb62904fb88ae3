"""``undo``: revert the last change, or the changes of an assistant."""

import sys

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo
from roadmap_tui.cli.log import echo_changes
from roadmap_tui.cli.options import command, option
from roadmap_tui.core.errors import UsageError
from roadmap_tui.study.assistants import undo_by
from roadmap_tui.study.study import Study
from roadmap_tui.text.describe import format_earlier_undo


@command("undo", "Undo the last change.", json="the event, as `log` prints it; with --by a list")
@option("--yes", is_flag=True, help="Don't ask before undoing a change of an earlier day.")
@option("--by", "author", metavar="NAME", help="Undo what this assistant did since its last start.")
@option("--all", "everything", is_flag=True, help="With --by: undo all that it ever did.")
def undo_command(context: CliContext, yes: bool, author: str | None, everything: bool, as_json: bool) -> None:
    """Undo the last change. In a terminal, asks before undoing a change of an earlier day.

    With --by mcp: undo every change of the assistant behind `roadmap-tui mcp`, in all roadmaps, since it was
    started last. `redo` redoes them one at a time, the last one undone first.

    With --json: one object as `log --json` lists them, with --by a list of them.
    """
    if author is not None:
        with context.writing() as study:
            changes = undo_by(study, author, everything=everything)
        echo_changes(context, "undid", changes, as_json=as_json)
        return
    if everything:
        raise UsageError("undo", "--all was given without --by", "name the assistant: --by mcp")
    is_asked = sys.stdin is not None and sys.stdin.isatty() and not (yes or as_json)
    if is_asked and not _confirm(context.study):
        echo(["nothing was changed"])
        return
    with context.writing() as study:
        change = study.undo()
    echo_changes(context, "undid", change, as_json=as_json)


def _confirm(study: Study) -> bool:
    """Return True if the last change was made today or the user confirms undoing an older one."""
    earlier = study.earlier_undo()
    if earlier is None:
        return True
    return click.confirm(format_earlier_undo(*earlier, study.today()), default=False, err=True)
