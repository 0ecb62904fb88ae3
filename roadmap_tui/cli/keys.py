"""``keys``: the keys of the screen."""

from __future__ import annotations

import click

from roadmap_tui.cli.output import say, say_json
from roadmap_tui.cli.session import shared_options


@click.command(short_help="The keys of the screen.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.option("--markdown", is_flag=True, help="Print the table of the README.")
@shared_options
def keys(as_json: bool, markdown: bool) -> None:
    """Print the keys of the screen. With --json: a list of {id, keys, name, help, group}."""
    from roadmap_tui.tui import keymap

    if as_json:
        fields = ("id", "keys", "name", "help", "group")
        say_json([{name: getattr(one, name) for name in fields} for one in keymap.COMMANDS])
        return
    table = keymap.KEYMAP.table()
    if markdown:
        say(["| Keys | What they do |", "|---|---|"])
        for heading, rows in table:
            say(
                [
                    f"| **{_cell(heading)}** | |",
                    *(f"| {_code(shown)} | {_cell(what)} |" for shown, what in rows),
                ]
            )
        return
    width = max((len(shown) for _, rows in table for shown, _ in rows), default=0)
    for number, (heading, rows) in enumerate(table):
        say([*([""] if number else []), heading, *(f"  {shown:<{width}}  {what}" for shown, what in rows)])


def _code(keys_shown: str) -> str:
    ticks = "``" if "`" in keys_shown else "`"
    space = " " if "`" in keys_shown else ""
    return _cell(f"{ticks}{space}{keys_shown}{space}{ticks}")


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
