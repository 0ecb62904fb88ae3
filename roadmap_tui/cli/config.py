"""``config``: print the settings in force and their origin."""

from __future__ import annotations

import os
from typing import NamedTuple

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command
from roadmap_tui.core.errors import BAD_DATA, SaveError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import SETTINGS
from roadmap_tui.store.config import FILE_NAME, KEYS, template, write


class SettingRow(NamedTuple):
    """A setting with its value as the configuration file writes it, and where that is from."""

    name: str
    value: str
    origin: str


@command("config", "The settings in force, and where each is from.", screen=True)
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.option("--init", is_flag=True, help="Write a file with every setting in it, commented out.")
def config_command(context: CliContext, as_json: bool, init: bool) -> int:
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
    rows = _setting_rows(context)
    warnings = context.config.warnings
    path = os.path.join(folder, FILE_NAME) if folder else ""
    printable_path = clean(path, one_line=True)
    exists = bool(path) and os.path.lexists(path)
    if as_json:
        import json

        # Values of the configuration file are valid JSON too.
        settings = [{"name": row.name, "value": json.loads(row.value), "from": row.origin} for row in rows]
        errors = [clean(line, one_line=True) for line in warnings]
        echo_json({"file": printable_path, "exists": exists, "settings": settings, "faults": errors})
    else:
        missing = "" if exists else " (there is none; `roadmap-tui config --init` writes one)"
        echo([f"{printable_path or 'no home folder'}{missing}"])
        name_width = max(len(row.name) for row in rows)
        value_width = max(len(row.value) for row in rows)
        echo(f"{row.name:<{name_width}}  {row.value:<{value_width}}  {row.origin}" for row in rows)
    return BAD_DATA if warnings else 0


def _setting_rows(context: CliContext) -> list[SettingRow]:
    """List all settings, and the keys that are not the default ones."""
    keymap = context.keymap  # first: its errors are warnings of the configuration
    settings, config = context.settings, context.config
    rows = [
        SettingRow(setting.name, setting.write(settings), config.origin_of(setting.name))
        for setting in SETTINGS
    ]
    for command_id, _ in settings.keys:
        name = f"{KEYS}.{command_id}"
        if name in config.origins:
            keys = ", ".join(f'"{key}"' for key in keymap[command_id].keys)
            rows.append(SettingRow(name, f"[{keys}]", config.origin_of(name)))
    return rows


def _template() -> str:
    """Return the configuration file that ``--init`` writes, with the keys of the default keymap."""
    from roadmap_tui.text.keymap import KEYMAP

    keys = "".join(
        f"# {_toml_key(command.id)} = [{', '.join(map(_toml_string, command.keys))}]  # {command.help}\n"
        for command in KEYMAP.commands
    )
    about = "# A key or a list of keys for each command; the part before a dot is where it holds."
    return f"{template()}\n[{KEYS}]\n{about}\n{keys}"


def _toml_key(command_id: str) -> str:
    return f'"{command_id}"' if "." in command_id else command_id


def _toml_string(key: str) -> str:
    return f"'{key}'" if key in {'"', "\\"} else f'"{key}"'
