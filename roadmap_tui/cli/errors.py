"""How the program ends when it does not end well: one line on stderr, and an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from roadmap_tui.cli.echo import echo_err
from roadmap_tui.core.errors import USAGE, InvalidRoadmap, RoadmapTuiError
from roadmap_tui.core.search import Ambiguous

if TYPE_CHECKING:
    from roadmap_tui.cli.context import CliContext

_PREFIX = "roadmap-tui: "


def report(error: RoadmapTuiError) -> int:
    """Say what went wrong, a line for each fault; the exit code."""
    if isinstance(error, InvalidRoadmap):
        for fault in error.faults:
            echo_err(f"{_PREFIX}{error.what}: {fault}")
    else:
        echo_err(f"{_PREFIX}{error}")
    if isinstance(error, Ambiguous):
        for one in error.candidates:
            echo_err(f"{one.id}: {one.title}")
        if error.count > len(error.candidates):
            echo_err(f"and {error.count - len(error.candidates)} more")
    return error.exit_code


def report_usage(error: click.ClickException) -> int:
    """Say what is wrong with the arguments; the exit code."""
    ctx = getattr(error, "ctx", None)
    asked = ctx.command_path if isinstance(ctx, click.Context) else "roadmap-tui"
    command = asked.removeprefix("roadmap-tui").strip() or "usage"
    message = error.format_message().strip().rstrip(".")
    message = message[:1].lower() + message[1:]
    echo_err(f"{_PREFIX}{command}: {message}; see `{asked} --help`")
    return USAGE


def report_crash(error: Exception, context: CliContext) -> int:
    """Put the traceback into a file of the state folder and say where; the exit code of a bug.

    The file is always the same, so that a bug in a prompt does not fill the disk.
    """
    import traceback

    from roadmap_tui import __version__

    trace = "".join(traceback.format_exception(error))
    report = f"roadmap-tui {__version__}, Python {sys.version}, {sys.platform}\n\n{trace}"
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "an unknown place"
    what = f"{_PREFIX}a bug: {type(error).__name__} in {place}"
    try:
        path = _keep(report, context)
    except Exception:  # noqa: BLE001 - a second bug must not hide the first
        path = "what you did"
    echo_err(f"{what}; please report it, with {path}")
    return 1


def _keep(report: str, context: CliContext) -> str:
    from roadmap_tui.store.files import atomic_write

    if context.locations is None:
        return "what you did"
    path = os.path.join(context.locations.state, "crash.txt")
    atomic_write(path, report.encode("utf-8", "backslashreplace"), durable=False)
    return path
