"""``redo``: apply again what was undone last."""

from __future__ import annotations

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.event_output import echo_change
from roadmap_tui.cli.options import json_option, pass_context, shared_options


@click.command("redo", short_help="Bring back what was undone last.")
@json_option("what was brought back, as `log` does")
@shared_options
@pass_context
def redo_command(context: CliContext, as_json: bool) -> None:
    """Bring back what was undone last. With --json: one object as `log --json` lists them."""
    with context.writing() as study:
        change = study.redo()
    echo_change(context, "brought back", change, as_json)
