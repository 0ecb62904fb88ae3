"""Report errors: one line on stderr and an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from roadmap_tui.cli.commands import PROGRAM_NAME
from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo_err
from roadmap_tui.core.errors import USAGE, InvalidRoadmap, RoadmapTuiError
from roadmap_tui.core.sanitize import hide_credentials
from roadmap_tui.core.search import Ambiguous

if TYPE_CHECKING:
    import click

_PREFIX: Final = f"{PROGRAM_NAME}: "


def error_lines(error: RoadmapTuiError) -> list[str]:
    """Return an error as lines, one per fault or candidate."""
    if isinstance(error, InvalidRoadmap):
        return [f"{error.what}: {fault}" for fault in error.faults]
    lines = [str(error)]
    if isinstance(error, Ambiguous):
        lines += [f"{node.id}: {node.title}" for node in error.candidates]
        if error.count > len(error.candidates):
            lines.append(f"and {error.count - len(error.candidates)} more")
    return lines


def report(error: RoadmapTuiError) -> int:
    """Print an error, one line per fault or candidate; returns its exit code."""
    prefixed = len(error.faults) if isinstance(error, InvalidRoadmap) else 1
    for number, line in enumerate(error_lines(error)):
        echo_err(f"{_PREFIX if number < prefixed else ''}{line}")
    return error.exit_code


def report_usage(error: click.ClickException) -> int:
    """Print the error in the command-line arguments; returns the exit code."""
    ctx: click.Context | None = getattr(error, "ctx", None)
    command_path = ctx.command_path if ctx else PROGRAM_NAME
    command = command_path.removeprefix(PROGRAM_NAME).strip() or "usage"
    message = hide_credentials(error.format_message().strip().rstrip("."))
    message = message[:1].lower() + message[1:]
    echo_err(f"{_PREFIX}{command}: {message}; see `{command_path} --help`")
    return USAGE


def report_crash(error: Exception, context: CliContext) -> int:
    """Save the traceback of a bug in the state folder and print where; returns the exit code."""
    import traceback

    from roadmap_tui import __version__
    from roadmap_tui.store.files import atomic_write

    frames = traceback.extract_tb(error.__traceback__)
    where = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "an unknown place"
    try:
        # Always the same file, so that a bug in a shell prompt does not fill the disk.
        evidence = os.path.join(context.require_locations("").state, "crash.txt")
        trace = "".join(traceback.format_exception(error))
        text = f"{PROGRAM_NAME} {__version__}, Python {sys.version}, {sys.platform}\n\n{trace}"
        atomic_write(evidence, text.encode("utf-8", "backslashreplace"), durable=False)
    except Exception:  # noqa: BLE001 - a second bug must not hide the first
        evidence = "what you did"
    echo_err(f"{_PREFIX}a bug: {type(error).__name__} in {where}; please report it, with {evidence}")
    return 1
