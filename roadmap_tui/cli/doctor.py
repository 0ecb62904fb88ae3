"""``doctor``: print where everything is stored, and check it."""

from __future__ import annotations

import os
import stat
import sys
from typing import Any, Final

import click

from roadmap_tui import __version__
from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command
from roadmap_tui.core.errors import BAD_DATA, CANNOT_SAVE, InvalidRoadmap, RoadmapTuiError
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.sanitize import clean
from roadmap_tui.store import library
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.log_reader import BadLine
from roadmap_tui.study.study import wall_clock

_BAD_LINES_SHOWN: Final = 20


@command("doctor", "Where everything is kept, and what is wrong with it.", json="one object")
@click.option("--fix", is_flag=True, help="Mend what can be mended by adding files.")
def doctor_command(context: CliContext, fix: bool, as_json: bool) -> int:
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
    report = _check(context) | {"fixed": fixed}
    if as_json:
        echo_json(report)
    else:
        echo(_format(report))
    if report["view_only"]:
        return CANNOT_SAVE
    return BAD_DATA if report["problems"] else 0


def _fix(context: CliContext) -> list[str]:
    """Repair what can be repaired; returns one line per repair. Raises SaveError."""
    locations = context.require_locations("not mended")
    from roadmap_tui.store.repair import repair

    return repair(locations)


def _check(context: CliContext) -> dict[str, Any]:
    """Collect everything that the command reports, as ``--json`` prints it."""
    locations = context.locations
    journal = Journal(context.log, wall_clock)
    events = journal.read()
    health = journal.health
    report: dict[str, Any] = {
        "version": __version__,
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "folders": {name: _printable(path) for name, path in locations._asdict().items()}
        if locations
        else {},
        "view_only": _printable(journal.view_only),
        "terminal": _terminal(),
        "display": _display(),
        "log": {
            "files": [_printable(name) for name in health.files],
            "events": len(events),
            "bad": [_bad_line_to_json(line) for line in health.bad],
            "newer": [_bad_line_to_json(line) for line in health.newer],
        },
        "roadmaps": _roadmaps(context),
        "backups": _backup_days(locations.backups if locations else ""),
        "problems": [],
    }
    _ = context.keymap  # finds the errors in the keys
    report["problems"] = [
        *(_lost_data(locations) if locations else []),
        *_problems(report, list(locations) if locations else []),
        *context.config.warnings,
    ]
    return report


def _lost_data(locations: Locations) -> list[str]:
    """Describe roadmaps that only the last sync has, and events that only backups have."""
    from roadmap_tui.store.repair import count_only_in_backups, gone_roadmaps

    remedy = "`doctor --fix` brings {} back"
    lost = [
        f"roadmap {name}: only the last sync has it; {remedy.format('it')}"
        for name in gone_roadmaps(locations)
    ]
    if count := count_only_in_backups(locations):
        verb, pronoun = ("is", "it") if count == 1 else ("are", "them")
        lost.append(f"{pluralize(count, 'event')} {verb} only in backups; {remedy.format(pronoun)}")
    return lost


def _terminal() -> dict[str, Any]:
    """Describe the terminal as the screen would see it."""
    from shutil import get_terminal_size

    from roadmap_tui.text import terminal

    environment = os.environ
    columns, rows = get_terminal_size()
    if terminal.is_color_disabled(environment):
        colors = "none"
    elif terminal.has_16_colors(environment):
        colors = "16"
    else:
        colors = "true" if terminal.has_true_color(environment) else "256"
    return {
        "name": _printable(environment.get("TERM", "")),
        "colours": colors,
        "unicode": terminal.supports_unicode(environment),
        "ground": "light" if terminal.is_light(environment) else "dark",
        "tmux": "TMUX" in environment,
        "ssh": "SSH_CONNECTION" in environment,
        "columns": columns,
        "rows": rows,
    }


def _display() -> dict[str, Any]:
    """Return Textual's version, and whether the cell diff was tested with it."""
    from roadmap_tui.store import textual_version

    version = textual_version.version()
    return {"textual": _printable(version), "known": textual_version.is_supported(version)}


def _format_display(display: dict[str, Any]) -> str:
    if display["known"]:
        return f"only the cells that differ, Textual {display['textual']}"
    version = display["textual"] or "of no known version"
    return f"whole regions: Textual {version} is not one it was tested with"


def _format_terminal(terminal: dict[str, Any]) -> str:
    return ", ".join(
        [
            terminal["name"] or "no TERM",
            f"{terminal['columns']}x{terminal['rows']}",
            f"{terminal['colours']} colours",
            "UTF-8" if terminal["unicode"] else "ASCII",
            f"{terminal['ground']} ground",
            *(name for name in ("tmux", "ssh") if terminal[name]),
        ]
    )


def _problems(report: dict[str, Any], folders: list[str]) -> list[str]:
    problems: list[str] = []
    if report["view_only"]:
        problems.append(f"nothing can be saved: {report['view_only']}")
    problems += [
        f"{_printable(folder)}: others may write there; run `chmod go-w` on it"
        for folder in folders
        if _is_writable_by_others(folder)
    ]
    for kind, problem in (("bad", "not read, and kept as it is"), ("newer", "of a newer roadmap-tui")):
        if count := len(report["log"][kind]):
            problems.append(f"{pluralize(count, 'line')} of the log {problem}")
    return problems + [
        f"roadmap {roadmap['name']}: {roadmap['faults'][0]}"
        for roadmap in report["roadmaps"]
        if roadmap["faults"]
    ]


def _format(report: dict[str, Any]) -> list[str]:
    log, days = report["log"], report["backups"]
    bad_lines = [(line, "") for line in log["bad"][:_BAD_LINES_SHOWN]]
    bad_lines += [(line, "newer: ") for line in log["newer"][:_BAD_LINES_SHOWN]]
    lines = [
        f"roadmap-tui {report['version']}, Python {report['python']}, {report['platform']}",
        *(f"{name:<9} {path}" for name, path in report["folders"].items()),
        f"writable  {'no' if report['view_only'] else 'yes'}",
        f"terminal  {_format_terminal(report['terminal'])}",
        f"display   {_format_display(report['display'])}",
        f"log       {pluralize(log['events'], 'event')} in {pluralize(len(log['files']), 'file')}",
        *(f"          {line['file']}:{line['line']}: {kind}{line['reason']}" for line, kind in bad_lines),
        f"backups   {len(days)}{f', the newest {days[-1]}' if days else ''}",
    ]
    for roadmap in report["roadmaps"]:
        lines.append(f"roadmap   {roadmap['name']}{'' if roadmap['faults'] else ', well'}")
        lines += [f"          {fault}" for fault in roadmap["faults"]]
    lines += [f"mended:   {repair}" for repair in report["fixed"]]
    return [*lines, *(f"problem:  {problem}" for problem in report["problems"] or ["none"])]


def _roadmaps(context: CliContext) -> list[dict[str, object]]:
    """Return the name and the faults of each roadmap."""
    folder = context.locations.roadmaps if context.locations else None
    roadmaps: list[dict[str, object]] = []
    for name in library.names(folder):
        faults: list[str] = []
        try:
            library.find(name, folder, most_items=context.config.settings.most_items)
        except InvalidRoadmap as error:
            faults = list(error.faults)
        except RoadmapTuiError as error:
            faults = [error.why]
        roadmaps.append({"name": _printable(name), "faults": faults})
    return roadmaps


def _backup_days(folder: str) -> list[str]:
    """Return the days of the backups, oldest first."""
    try:
        names = os.listdir(folder) if folder else []
    except OSError:
        names = []
    return sorted(_printable(name.split(".")[0]) for name in names if name.endswith(".jsonl.gz"))


def _is_writable_by_others(folder: str) -> bool:
    try:
        return bool(os.stat(folder).st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    except OSError:
        return False


def _bad_line_to_json(line: BadLine) -> dict[str, object]:
    return {"file": _printable(line.file), "line": line.line, "reason": _printable(line.reason)}


def _printable(text: str) -> str:
    return clean(text, 1000, one_line=True)
