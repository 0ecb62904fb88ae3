"""``adopt-ticks``: mark as done the items that the author of a roadmap ticked."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo
from roadmap_tui.cli.options import argument, command, complete_argument
from roadmap_tui.text.import_report import format_items


@command("adopt-ticks", "Mark done what the author of a roadmap ticked.")
@argument("name", required=False, shell_complete=complete_argument("roadmaps"))
def adopt_ticks_command(context: CliContext, name: str | None) -> None:
    """Mark done what the author of a roadmap ticked and you have not changed.

    One `undo --roadmap NAME` undoes it.
    """
    if name:
        context.roadmap = name
    with context.writing() as study:
        change = study.adopt_ticks()
    count = len(change.ids) if change else 0
    echo([f"{study.roadmap.title}: {format_items(count)} done, as ticked by the author"])
    if change:
        context.back_up()
