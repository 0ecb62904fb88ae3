"""``config``: print the settings in force and their origin."""

import os

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command, option
from roadmap_tui.core.errors import BAD_DATA, SaveError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import SETTINGS
from roadmap_tui.store.config import FILE_NAME, HOOKS_TABLE, KEYS, template, write


@command("config", "Print the settings and where each comes from.", screen=True)
@option("--json", "as_json", is_flag=True, help="Print one object.")
@option("--init", is_flag=True, help="Write a file with all settings, commented out.")
def config_command(context: CliContext, as_json: bool, init: bool) -> int:
    """Print every setting and where it comes from: default, a line of the file, a variable or an option. Keys
    are listed if they are not the default. Exits with 65 if a setting is invalid.

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
        settings = [
            {"name": name, "value": json.loads(value), "from": origin} for name, value, origin in rows
        ]
        errors = [clean(line, one_line=True) for line in warnings]
        echo_json({"file": printable_path, "exists": exists, "settings": settings, "faults": errors})
    else:
        missing = "" if exists else " (there is none; `roadmap-tui config --init` writes one)"
        echo([f"{printable_path or 'no home folder'}{missing}"])
        names, values, _ = zip(*rows, strict=True)
        widths = max(map(len, names)), max(map(len, values))
        echo(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {origin}" for name, value, origin in rows)
    return BAD_DATA if warnings else 0


def _setting_rows(context: CliContext) -> list[tuple[str, str, str]]:
    """Return the name, TOML value and origin of each setting and each rebound key."""
    keymap = context.keymap  # first: its errors are warnings of the configuration
    settings, config = context.settings, context.config
    values = {setting.name: setting.write(settings) for setting in SETTINGS}
    for command_id, _ in settings.keys:
        if (name := f"{KEYS}.{command_id}") in config.origins:
            keys = ", ".join(f'"{key}"' for key in keymap[command_id].keys)
            values[name] = f"[{keys}]"
    return [(name, value, config.origin_of(name)) for name, value in values.items()]


def _template() -> str:
    """Return the configuration file that ``--init`` writes, with the keys of the default keymap."""
    from roadmap_tui.text.keymap import KEYMAP

    hooks = [f"[{HOOKS_TABLE}]", "# Programs to run: done, review and sync. See docs/hooks.md.", ""]
    lines = ["# A key or a list of keys for each command; the part before a dot is its dialog."]
    for one in KEYMAP.commands:
        name = f'"{one.id}"' if "." in one.id else one.id
        keys = ", ".join(f"'{key}'" if key in {'"', "\\"} else f'"{key}"' for key in one.keys)
        lines.append(f"# {name} = [{keys}]  # {one.help}")
    return "\n".join([template(), *hooks, f"[{KEYS}]", *lines, ""])
