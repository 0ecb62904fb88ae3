"""``keys``: print the keys of the screen."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command, option


@command("keys", "Print the keys of the screen.")
@option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@option("--markdown", is_flag=True, help="Print the default keys as a Markdown table.")
def keys_command(context: CliContext, as_json: bool, markdown: bool) -> None:
    """Print the keys of the screen as configured. With --json: a list of {id, keys, name, help, group}."""
    from roadmap_tui.text.keymap import KEYMAP

    # docs/keys.md documents the default keys.
    keymap = KEYMAP if markdown else context.keymap
    if not markdown:
        _ = context.settings  # prints warnings about the configuration
    if as_json:
        echo_json(
            [
                {
                    "id": one.id,
                    "keys": [key for key in one.keys if key],
                    "name": one.name,
                    "help": one.help,
                    "group": one.section,
                }
                for one in keymap.commands
            ]
        )
        return
    table = keymap.table()
    if markdown:
        echo(["| Keys | What they do |", "|---|---|"])
        for heading, rows in table:
            echo([f"| **{heading}** | |"])
            for keys, text, _ in rows:
                # A backtick among the keys needs a longer fence.
                code = f"`` {keys} ``" if "`" in keys else f"`{keys}`"
                echo(["| {} | {} |".format(*(cell.replace("|", r"\|") for cell in (code, text)))])
        return
    width = max(len(row.keys) for _, rows in table for row in rows)
    for number, (heading, rows) in enumerate(table):
        echo([*([""] if number else []), heading, *(f"  {keys:<{width}}  {text}" for keys, text, _ in rows)])
