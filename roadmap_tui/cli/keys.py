"""``keys``: the keys of the screen."""

from __future__ import annotations

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import pass_context, shared_options


@click.command(short_help="The keys of the screen.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.option("--markdown", is_flag=True, help="Print the table of the README.")
@shared_options
@pass_context
def keys(context: CliContext, as_json: bool, markdown: bool) -> None:
    """Print the keys of the screen as they are set. With --json: a list of {id, keys, name, help, group}."""
    from roadmap_tui.text.keymap import KEYMAP

    # The README is about the keys that there are without any settings.
    keymap = KEYMAP if markdown else context.keymap
    if not markdown:
        _ = context.settings  # so that what is wrong with them is told
    if as_json:
        echo_json(
            [
                {"id": one.id, "keys": one.keys, "name": one.name, "help": one.help, "group": one.section}
                for one in keymap.commands
            ]
        )
        return
    table = keymap.table()
    if markdown:
        echo(["| Keys | What they do |", "|---|---|"])
        for heading, rows in table:
            echo(
                [
                    f"| **{_cell(heading)}** | |",
                    *(f"| {_code(shown)} | {_cell(what)} |" for shown, what in rows),
                ]
            )
        return
    width = max((len(shown) for _, rows in table for shown, _ in rows), default=0)
    for number, (heading, rows) in enumerate(table):
        echo([*([""] if number else []), heading, *(f"  {shown:<{width}}  {what}" for shown, what in rows)])


def _code(keys_shown: str) -> str:
    ticks = "``" if "`" in keys_shown else "`"
    space = " " if "`" in keys_shown else ""
    return _cell(f"{ticks}{space}{keys_shown}{space}{ticks}")


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
