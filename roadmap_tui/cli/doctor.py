"""``doctor``: what is where, and whether it is well."""

from __future__ import annotations

import os
import stat
import sys
from typing import Any

import click

from roadmap_tui import __version__
from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import pass_context, shared_options
from roadmap_tui.core.errors import BAD_DATA, CANNOT_SAVE, InvalidRoadmap, RoadmapTuiError, SaveError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.store import library
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.log_reader import BadLine
from roadmap_tui.study.study import wall_clock
from roadmap_tui.text.format import pluralize

_SHOWN = 20  # lines of the logs that are no events


@click.command(short_help="Where everything is kept, and what is wrong with it.")
@click.option("--fix", is_flag=True, help="Mend what can be mended by adding files.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def doctor(context: CliContext, fix: bool, as_json: bool) -> int:
    """Print where everything is kept and what is wrong with it; ends with 65 or 74 if something is.

    --fix makes missing folders, brings back events that only a backup has, and puts the last good version
    of a lost or damaged roadmap in its place. It adds files; none is changed or deleted, a damaged one is
    put aside.

    With --json: {version, python, platform, folders {data, state, config}, view_only, terminal {name,
    colours, unicode, ground, tmux, ssh, columns, rows}, display {textual, known}, log {files, events, bad,
    newer}, roadmaps [{name, faults}], backups, problems, fixed}; bad and newer are lists of {file, line,
    reason}.
    """
    fixed = _fix(context) if fix else []
    found = _look(context) | {"fixed": fixed}
    if as_json:
        echo_json(found)
    else:
        echo(_lines(found))
    if found["view_only"]:
        return CANNOT_SAVE
    return BAD_DATA if found["problems"] else 0


def _fix(context: CliContext) -> list[str]:
    """What was mended, a line each. Raises CannotSave."""
    if context.locations is None:
        raise SaveError("not mended", "there is no home folder", "set HOME or ROADMAP_TUI_HOME")
    from roadmap_tui.store.repair import repair

    return repair(context.locations)


def _look(context: CliContext) -> dict[str, Any]:
    """Everything there is to say, as ``--json`` has it."""
    places = context.locations
    journal = Journal(context.log, wall_clock)
    events = journal.read()
    health = journal.health
    found: dict[str, Any] = {
        "version": __version__,
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "folders": {name: _shown(path) for name, path in places._asdict().items()} if places else {},
        "view_only": _shown(journal.view_only),
        "terminal": _terminal(),
        "display": _display(),
        "log": {
            "files": [_shown(name) for name in health.files],
            "events": len(events),
            "bad": [_bad_line(line) for line in health.bad],
            "newer": [_bad_line(line) for line in health.newer],
        },
        "roadmaps": [_roadmap(name, context) for name in library.names(context.library)],
        "backups": _backups(places.backups if places else ""),
        "problems": [],
    }
    found["problems"] = [
        *(_lost(places) if places else []),
        *_problems(found, list(places) if places else []),
        *_wrong_settings(context),
    ]
    return found


def _lost(places: Locations) -> list[str]:
    """What is gone, as far as the backups and the last sync tell."""
    from roadmap_tui.store.repair import count_only_in_backups, gone_roadmaps

    mend = "`doctor --fix` brings {} back"
    told = [
        f"roadmap {name}: only the last sync has it; {mend.format('it')}" for name in gone_roadmaps(places)
    ]
    if count := count_only_in_backups(places):
        are, them = ("is", "it") if count == 1 else ("are", "them")
        told.append(f"{pluralize(count, 'event')} {are} only in backups; {mend.format(them)}")
    return told


def _terminal() -> dict[str, Any]:
    """What the screen will take the terminal for."""
    from shutil import get_terminal_size

    from roadmap_tui.tui.terminal import capabilities

    columns, rows = get_terminal_size()
    colours = "16" if capabilities.has_few_colours() else "true" if capabilities.has_true_colour() else "256"
    return {
        "name": _shown(os.environ.get("TERM", "")),
        "colours": "none" if "NO_COLOR" in os.environ else colours,
        "unicode": capabilities.supports_unicode(),
        "ground": "light" if capabilities.is_light() else "dark",
        "tmux": "TMUX" in os.environ,
        "ssh": "SSH_CONNECTION" in os.environ,
        "columns": columns,
        "rows": rows,
    }


def _display() -> dict[str, Any]:
    """The toolkit, and whether its updates are known well enough to send only the cells that differ."""
    from roadmap_tui.tui.terminal import textual_version

    version = textual_version.version()
    return {"textual": _shown(version), "known": textual_version.is_supported(version)}


def _display_told(found: dict[str, Any]) -> str:
    if found["known"]:
        return f"only the cells that differ, Textual {found['textual']}"
    return f"whole regions: Textual {found['textual'] or 'of no known version'} is not one it was tested with"


def _terminal_told(found: dict[str, Any]) -> str:
    words = [found["name"] or "no TERM", f"{found['columns']}x{found['rows']}", f"{found['colours']} colours"]
    words.append("UTF-8" if found["unicode"] else "ASCII")
    words += [f"{found['ground']} ground", *(name for name in ("tmux", "ssh") if found[name])]
    return ", ".join(words)


def _problems(found: dict[str, Any], folders: list[str]) -> list[str]:
    problems: list[str] = []
    if found["view_only"]:
        problems.append(f"nothing can be saved: {found['view_only']}")
    problems.extend(
        f"{_shown(folder)}: others may write there; run `chmod go-w` on it"
        for folder in folders
        if _open_to_others(folder)
    )
    for kind, words in (("bad", "not read, and kept as it is"), ("newer", "of a newer roadmap-tui")):
        if count := len(found["log"][kind]):
            problems.append(f"{pluralize(count, 'line')} of the log {words}")
    problems.extend(
        f"roadmap {one['name']}: {one['faults'][0]}" for one in found["roadmaps"] if one["faults"]
    )
    return problems


def _wrong_settings(context: CliContext) -> list[str]:
    _ = context.keymap  # what is wrong with the keys is found by making the keymap
    return context.config.warnings


def _lines(found: dict[str, Any]) -> list[str]:
    log = found["log"]
    newest = f", the newest {found['backups'][-1]}" if found["backups"] else ""
    lines = [
        f"roadmap-tui {found['version']}, Python {found['python']}, {found['platform']}",
        *(f"{name:<9} {path}" for name, path in found["folders"].items()),
        f"writable  {'no' if found['view_only'] else 'yes'}",
        f"terminal  {_terminal_told(found['terminal'])}",
        f"display   {_display_told(found['display'])}",
        f"log       {pluralize(log['events'], 'event')} in {pluralize(len(log['files']), 'file')}",
        *(f"          {one['file']}:{one['line']}: {one['reason']}" for one in log["bad"][:_SHOWN]),
        *(f"          {one['file']}:{one['line']}: newer: {one['reason']}" for one in log["newer"][:_SHOWN]),
        f"backups   {len(found['backups'])}{newest}",
    ]
    for one in found["roadmaps"]:
        lines.append(f"roadmap   {one['name']}{'' if one['faults'] else ', well'}")
        lines.extend(f"          {fault}" for fault in one["faults"])
    lines.extend(f"mended:   {one}" for one in found["fixed"])
    return [*lines, *(f"problem:  {one}" for one in found["problems"] or ["none"])]


def _roadmap(name: str, context: CliContext) -> dict[str, object]:
    faults: list[str] = []
    try:
        library.find(name, context.library, most_items=context.config.settings.most_items)
    except InvalidRoadmap as error:
        faults = list(error.faults)
    except RoadmapTuiError as error:
        faults = [error.why]
    return {"name": _shown(name), "faults": faults}


def _backups(folder: str) -> list[str]:
    """The days of which there is a backup, oldest first."""
    try:
        names = os.listdir(folder) if folder else []
    except OSError:
        names = []
    return sorted(_shown(name.split(".")[0]) for name in names if name.endswith(".jsonl.gz"))


def _open_to_others(folder: str) -> bool:
    try:
        return bool(os.stat(folder).st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    except OSError:
        return False


def _bad_line(line: BadLine) -> dict[str, object]:
    return {"file": _shown(line.file), "line": line.line, "reason": _shown(line.reason)}


def _shown(text: str) -> str:
    return clean(text, 1000, one_line=True)
