"""Runs the program: chooses between the screen and a command, and turns every outcome into an exit code."""

import os
import time
from collections.abc import Sequence
from typing import Final

from roadmap_tui.cli.context import COMPLETION_VARIABLE, CliContext
from roadmap_tui.cli.echo import OutputError, discard_output, echo_err, flush, replace_unencodable
from roadmap_tui.core.errors import RoadmapTuiError

INTERRUPTED: Final = 130
_DAY_SECONDS: Final = 24 * 3600
PIPE_CLOSED: Final = 141  # what a shell reports for a program killed by SIGPIPE


def run(args: Sequence[str]) -> int:
    """Run the program with command-line arguments; returns the exit code."""
    context = CliContext()
    replace_unencodable()
    _check_time_zone()
    try:
        code = _run(list(args), context)
        flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = PIPE_CLOSED
    except RoadmapTuiError as error:
        from roadmap_tui.cli.errors import report

        code = report(error)
    except Exception as error:  # noqa: BLE001 - a traceback must never reach the terminal
        from roadmap_tui.cli.errors import report_crash

        code = report_crash(error, context)
    if code:
        # Still show output printed before the error; a second error would hide the first.
        try:
            flush()
        except (OutputError, BrokenPipeError, KeyboardInterrupt):
            discard_output()
    return code


def _check_time_zone() -> None:
    """Use UTC if TZ has an offset of a day or more, which Python's dates cannot have."""
    if max(abs(time.timezone), abs(time.altzone)) >= _DAY_SECONDS:
        echo_err(f"roadmap-tui: TZ: {os.environ.get('TZ', '')} is a day or more from UTC; using UTC")
        os.environ["TZ"] = "UTC"
        time.tzset()


def _run(args: list[str], context: CliContext) -> int:
    if instruction := os.environ.get(COMPLETION_VARIABLE):
        from roadmap_tui.cli.completer import run_completion
        from roadmap_tui.cli.program import program

        return run_completion(program, instruction)
    rest = _without_folder(args, context)
    if not rest:
        from roadmap_tui.cli.screen import open_screen

        return open_screen(context)
    from roadmap_tui.cli.plain import run_plain

    code = run_plain(rest, context)
    if code is None:
        from roadmap_tui.cli.program import invoke

        code = invoke(args, context)
    return code


def _without_folder(args: list[str], context: CliContext) -> list[str]:
    """Return the arguments after ``--data-dir`` and ``--roadmap``, whose values go to the context.

    Decided without click, which takes a fifth of the time until the first frame to load. A data folder that
    is missing or not readable is left to click, which has the error messages.
    """
    match args:
        case ["--data-dir", folder, *rest] if os.path.isdir(folder) and os.access(folder, os.R_OK):
            context.data_dir = folder
            return _without_folder(rest, context)
        case ["--roadmap", name, *rest] if name and not name.startswith("-"):
            context.roadmap = name
            return _without_folder(rest, context)
        case _:
            return args
