"""``config``: the settings in force and where each is from."""

from __future__ import annotations

import os
from typing import NamedTuple

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import pass_context, screen_options, shared_options
from roadmap_tui.core.errors import BAD_DATA, SaveError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import SETTINGS
from roadmap_tui.store.config import FILE_NAME, KEYS, template, write


class _SettingRow(NamedTuple):
    name: str
    value: str
    origin: str


@click.command(short_help="The settings in force, and where each is from.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.option("--init", is_flag=True, help="Write a file with every setting in it, commented out.")
@shared_options
@screen_options
@pass_context
def config(context: CliContext, as_json: bool, init: bool) -> int:
    """Print every setting that is in force and where it is from: default, a line of the file, a variable
    or an option. Keys are listed where they are not the default. Ends with 65 if a setting is wrong.

    With --json: {file, exists, settings [{name, value, from}], faults}; a value is as the file has it.
    """
    folder = context.locations.config if context.locations else ""
    if init:
        if not folder:
            raise SaveError("not saved", "there is no home folder", "set HOME or ROADMAP_TUI_HOME")
        echo([clean(write(folder, _template()), one_line=True)])
        return 0
    keymap = context.keymap
    settings = context.settings
    found = context.config
    rows = [_SettingRow(one.name, one.write(settings), found.origin_of(one.name)) for one in SETTINGS]
    for command, _ in settings.keys:
        name = f"{KEYS}.{command}"
        if name in found.origins:
            keys = ", ".join(f'"{key}"' for key in keymap[command].keys)
            rows.append(_SettingRow(name, f"[{keys}]", found.origin_of(name)))
    path = os.path.join(folder, FILE_NAME) if folder else ""
    exists = bool(path) and os.path.lexists(path)
    if as_json:
        import json

        # What stands for a value in the file stands for it in JSON too.
        listed = [{"name": one.name, "value": json.loads(one.value), "from": one.origin} for one in rows]
        echo_json(
            {
                "file": clean(path, one_line=True),
                "exists": exists,
                "settings": listed,
                "faults": [clean(line, one_line=True) for line in found.warnings],
            }
        )
    else:
        there = "" if exists else " (there is none; `roadmap-tui config --init` writes one)"
        echo([f"{clean(path, one_line=True) or 'no home folder'}{there}"])
        name_width = max(len(one.name) for one in rows)
        value_width = max(len(one.value) for one in rows)
        echo(f"{one.name:<{name_width}}  {one.value:<{value_width}}  {one.origin}" for one in rows)
    return BAD_DATA if found.warnings else 0


def _template() -> str:
    """The file to begin with; its keys are those of the keymap."""
    from roadmap_tui.text.keymap import KEYMAP

    keys = "".join(
        f"# {_key_of(one.id)} = [{', '.join(_quoted(key) for key in one.keys)}]  # {one.help}\n"
        for one in KEYMAP.commands
    )
    about = "# A key or a list of keys for each command; the part before a dot is where it holds."
    return f"{template()}\n[{KEYS}]\n{about}\n{keys}"


def _key_of(command: str) -> str:
    return f'"{command}"' if "." in command else command


def _quoted(key: str) -> str:
    return f"'{key}'" if key in {'"', "\\"} else f'"{key}"'
