"""``undo``: take back the last change."""

from __future__ import annotations

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.event_output import echo_change
from roadmap_tui.cli.options import json_option, pass_context, shared_options


@click.command("undo", short_help="Take back the last change.")
@json_option("what was taken back, as `log` does")
@shared_options
@pass_context
def undo_command(context: CliContext, as_json: bool) -> None:
    """Take back the last change that stands. With --json: one object as `log --json` lists them."""
    with context.writing() as study:
        change = study.undo()
    echo_change(context, "took back", change, as_json)
