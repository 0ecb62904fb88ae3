"""``schema``: print the JSON Schema of a file or of a ``--json`` output."""

import json

import click
from click.shell_completion import CompletionItem

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo
from roadmap_tui.cli.options import argument, command
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.schemas import SCHEMAS


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in SCHEMAS if name.startswith(incomplete)]


@command("schema", "Print the JSON Schema of a file or an output.")
@argument("name", required=False, shell_complete=_complete)
def schema_command(_: CliContext, name: str | None) -> None:
    """Print the JSON Schema NAME; without NAME, list the names.

    The names are those of the files (roadmap, study-material, and record, a line of a log), hook, what a hook
    reads, and the commands that have --json. Later versions may add fields, see docs/stability.md.
    """
    if name is None:
        echo(SCHEMAS)
    elif name in SCHEMAS:
        echo([json.dumps(SCHEMAS[name], indent=1)])
    else:
        shown = clean(name, 100, one_line=True)
        raise UsageError(f"schema '{shown}'", "no such schema", "`roadmap-tui schema` lists them")
