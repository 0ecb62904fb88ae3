"""``open``: open a roadmap on the screen, even one with the name of a command."""

from __future__ import annotations

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.options import argument, command, complete_argument


@command("open", "Open a roadmap on the screen.", screen=True)
@argument("name", metavar="NAME", shell_complete=complete_argument("roadmaps"))
def open_command(context: CliContext, name: str) -> int:
    """Open the screen on the roadmap NAME, a name that `list` shows, a .json file or a Markdown file.

    `roadmap-tui NAME` does the same, unless NAME is a command.
    """
    from roadmap_tui.cli.screen import open_screen

    return open_screen(context, name)
