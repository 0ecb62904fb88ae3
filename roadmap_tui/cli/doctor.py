"""``doctor``: print where everything is stored, and check it."""

import os
import stat
import sys
from glob import glob
from typing import Any, Final

from roadmap_tui import __version__
from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.doctor_clocks import exclude, wrong_clocks
from roadmap_tui.cli.echo import echo, echo_json, terminal_size
from roadmap_tui.cli.options import argument, command, complete_argument, option
from roadmap_tui.core.errors import BAD_DATA, CANNOT_SAVE, InvalidRoadmap, RoadmapTuiError, UsageError
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.sanitize import clean
from roadmap_tui.store import installed, library
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.log_reader import BadLine
from roadmap_tui.store.repair import count_only_in_backups, gone_roadmaps, repair
from roadmap_tui.study.study import wall_clock
from roadmap_tui.text import terminal

_BAD_LINES_SHOWN: Final = 20


@command("doctor", "Print where everything is stored, and check it.", json="one object")
@argument("name", required=False, shell_complete=complete_argument("roadmaps"))
@option("--fix", is_flag=True, help="Repair what can be repaired by adding files.")
@option(
    "--study",
    metavar="FILE",
    is_file=True,
    help="Check this file of study material instead.",
)
@option("--links", is_flag=True, help="Check the links of roadmap NAME, or of the one opened last.")
@option("--accept", is_flag=True, help="Add the new addresses of links that moved as your own.")
def doctor_command(
    context: CliContext,
    name: str | None,
    fix: bool,
    study: str | None,
    links: bool,
    accept: bool,
    as_json: bool,
) -> int:
    """Print where everything is stored, and check it; exits with 65 or 74 if there is a problem.

    --fix creates missing folders, restores events that only a backup has, and restores the last good
    version of a lost or damaged roadmap. It only adds files; a damaged file is moved aside. It asks
    about each record whose clock is more than a year ahead of its own time, which would count as the
    last about its item forever, and excludes it; the line stays, and `undo` restores it.

    --study checks FILE, study material in the format of data/study: one line per finding and exit code 65,
    or "clean" and how much it contains. With --json: {file, findings [{item, part, what}], counts {items,
    goals, questions, exercises}}.

    --links requests every link, one at a time per host, and caches the answers for a week. A link is
    ok, moved (to another address for good), gone (404 or 410; the web archive may have it), unreachable (no
    answer, or an error), or refused (401, 403 or 429: it may well exist). Exits with 65 if a link is
    gone. With --json: {roadmap, counts, links [{url, state, reason, moved_to, archive, resources [{node,
    title}]}], accepted}.

    With --json: {version, python, platform, folders {data, state, config}, view_only, terminal {name,
    colours, unicode, ground, tmux, ssh, columns, rows}, display {textual, known}, log {files, events, bad,
    newer, clocks}, roadmaps [{name, faults}], progress {items, orphaned, elsewhere}, backups, problems,
    fixed}; bad, newer and clocks are lists of {file, line, reason}. Orphaned items are not in their roadmap,
    not even retired: always 0. `elsewhere` counts the items of each roadmap that is not in the library.
    """
    if (name or accept) and not links:
        raise UsageError("doctor", f"{'NAME' if name else '--accept'} is for --links", "add --links")
    if fix + links + (study is not None) > 1:
        raise UsageError("doctor", "--fix, --study and --links exclude each other", "give one of them")
    if links:
        from roadmap_tui.cli.doctor_links import check_roadmap_links

        context.roadmap = name or context.roadmap
        return check_roadmap_links(context, accept=accept, as_json=as_json)
    if study is not None:
        from roadmap_tui.cli.doctor_study import check_study_file

        return check_study_file(context, study, as_json=as_json)
    fixed = []
    if fix:
        fixed = repair(context.require_locations("not repaired"))
        journal = Journal(context.log, wall_clock)
        if (wrong := wrong_clocks(journal, journal.read())) and not as_json:
            fixed += exclude(journal, wrong)
    report = _check(context) | {"fixed": fixed}
    if as_json:
        echo_json(report)
    else:
        echo(_format(report))
    if report["view_only"]:
        return CANNOT_SAVE
    return BAD_DATA if report["problems"] else 0


def _check(context: CliContext) -> dict[str, Any]:
    """Collect everything that the command reports, as ``--json`` prints it."""
    locations, version = context.locations, installed.version("textual")
    context.shows_warnings = True  # among the problems
    journal = Journal(context.log, wall_clock)
    events = journal.read()
    health = journal.health
    backups = glob("*.jsonl.gz", root_dir=locations.backups) if locations else []
    report: dict[str, Any] = {
        "version": __version__,
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "folders": locations._asdict() if locations else {},
        "view_only": journal.view_only,
        "terminal": _terminal(),
        "display": {"textual": version, "known": installed.is_supported(version)},
        "log": {
            "files": list(health.files),
            "events": len(events),
            "bad": [_bad_line_to_json(line) for line in health.bad],
            "newer": [_bad_line_to_json(line) for line in health.newer],
            "clocks": [_bad_line_to_json(line) for _, line in wrong_clocks(journal, events)],
        },
        "roadmaps": _roadmaps(context),
        "progress": context.library.progress_report()._asdict(),
        "backups": sorted(name.split(".")[0] for name in backups),
    }
    report = _printable(report)
    _ = context.keymap  # finds the errors in the keys
    report["problems"] = [
        *(_lost_data(locations) if locations else []),
        *_problems(report, list(locations) if locations else []),
        *context.config.warnings,
        *context.hooks.errors,
    ]
    return report


def _lost_data(locations: Locations) -> list[str]:
    """Describe roadmaps that only the last sync has, and events that only backups have."""
    gone = gone_roadmaps(locations)
    lost = [f"roadmap {name}: only the last sync has it; `doctor --fix` restores it" for name in gone]
    if count := count_only_in_backups(locations):
        verb, pronoun = ("is", "it") if count == 1 else ("are", "them")
        event = pluralize(count, "event")
        lost.append(f"{event} {verb} only in backups; `doctor --fix` restores {pronoun}")
    return lost


def _terminal() -> dict[str, Any]:
    """Return the terminal's properties as the full-screen interface would detect them."""
    environment = os.environ
    columns, rows = terminal_size(sys.stdout, sys.stderr, sys.stdin)
    colors = "true" if terminal.has_true_color(environment) else "256"
    if terminal.has_16_colors(environment):
        colors = "16"
    if terminal.is_color_disabled(environment):
        colors = "none"
    return {
        "name": environment.get("TERM", ""),
        "colours": colors,
        "unicode": terminal.supports_unicode(environment),
        "ground": "light" if terminal.is_light(environment) else "dark",
        "tmux": "TMUX" in environment,
        "ssh": "SSH_CONNECTION" in environment,
        "columns": columns,
        "rows": rows,
    }


def _format_terminal(found: dict[str, Any]) -> str:
    parts = [found["name"] or "no TERM", f"{found['columns']}x{found['rows']}"]
    parts += [f"{found['colours']} colors", "UTF-8" if found["unicode"] else "ASCII"]
    parts.append(f"{found['ground']} ground")
    return ", ".join([*parts, *(name for name in ("tmux", "ssh") if found[name])])


def _problems(report: dict[str, Any], folders: list[str]) -> list[str]:
    problems = [f"nothing can be saved: {report['view_only']}"] if report["view_only"] else []
    writable = filter(_is_writable_by_others, folders)
    problems += [
        f"{_printable(folder)}: others can write there; run `chmod go-w` on it" for folder in writable
    ]
    for kind, problem in (("bad", "not read, and kept as it is"), ("newer", "of a newer roadmap-tui")):
        if count := len(report["log"][kind]):
            problems.append(f"{pluralize(count, 'line')} of the log {problem}")
    if count := len(report["log"]["clocks"]):
        remedy = "`doctor --fix` asks in a terminal, and excludes what you confirm"
        problems.append(f"{pluralize(count, 'record')} with a wrong clock; {remedy}")
    if count := report["progress"]["orphaned"]:
        problems.append(f"progress on {pluralize(count, 'item')} is not shown; please report this")
    damaged = [roadmap for roadmap in report["roadmaps"] if roadmap["faults"]]
    return problems + [f"roadmap {roadmap['name']}: {roadmap['faults'][0]}" for roadmap in damaged]


def _format(report: dict[str, Any]) -> list[str]:
    log, days = report["log"], report["backups"]
    version = report["display"]["textual"] or "of no known version"
    display = f"whole regions: Textual {version} is not one it was tested with"
    if report["display"]["known"]:
        display = f"only the cells that differ, Textual {version}"
    bad_lines = [(line, "") for line in log["bad"][:_BAD_LINES_SHOWN]]
    bad_lines += [(line, "newer: ") for line in log["newer"][:_BAD_LINES_SHOWN]]
    bad_lines += [(line, "") for line in log["clocks"][:_BAD_LINES_SHOWN]]
    lines = [
        f"roadmap-tui {report['version']}, Python {report['python']}, {report['platform']}",
        *(f"{name:<9} {path}" for name, path in report["folders"].items()),
        f"writable  {'no' if report['view_only'] else 'yes'}",
        f"terminal  {_format_terminal(report['terminal'])}",
        f"display   {display}",
        f"log       {pluralize(log['events'], 'event')} in {pluralize(len(log['files']), 'file')}",
        *(f"          {line['file']}:{line['line']}: {kind}{line['reason']}" for line, kind in bad_lines),
        f"backups   {len(days)}{f', the newest {days[-1]}' if days else ''}",
    ]
    progress, elsewhere = report["progress"], report["progress"]["elsewhere"]
    lines.append(f"progress  {pluralize(progress['items'], 'item')}, {progress['orphaned']} orphaned")
    lines += [
        f"          {name}: {pluralize(count, 'item')}; import that roadmap again to see them"
        for name, count in elsewhere.items()
    ]
    for roadmap in report["roadmaps"]:
        lines.append(f"roadmap   {roadmap['name']}{'' if roadmap['faults'] else ' ok'}")
        lines += [f"          {fault}" for fault in roadmap["faults"]]
    lines += [f"repaired: {repair}" for repair in report["fixed"]]
    problems = [f"problem:  {problem}" for problem in report["problems"]]
    return [*lines, *(problems or ["no problems"])]


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
        roadmaps.append({"name": name, "faults": faults})
    why = "not used, because its name could be taken for a command or an option; rename the file"
    return roadmaps + [{"name": file, "faults": [why]} for file in library.unusable_files(folder)]


def _is_writable_by_others(folder: str) -> bool:
    try:
        return bool(os.stat(folder).st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    except OSError:
        return False


def _bad_line_to_json(line: BadLine) -> dict[str, object]:
    return {"file": line.file, "line": line.line, "reason": line.reason}


def _printable(value: Any) -> Any:
    """Sanitize all strings in a JSON value."""
    if isinstance(value, str):
        return clean(value, 1000, one_line=True)
    if isinstance(value, dict):
        return {key: _printable(element) for key, element in value.items()}
    return [_printable(element) for element in value] if isinstance(value, list) else value
