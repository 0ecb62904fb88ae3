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
    if _is_plain_start(args):
        from roadmap_tui.cli.screen import open_screen

        context.data_dir = args[1] if args else None
        return open_screen(context)
    from roadmap_tui.cli.program import invoke

    return invoke(args, context)


def _is_plain_start(args: list[str]) -> bool:
    """Return True if the arguments only open the screen, at most with a data folder that exists.

    Decided without click: loading it takes a fifth of the time until the first frame.
    """
    match args:
        case []:
            return True
        case ["--data-dir", folder]:
            # Anything else is left to click, which has the error messages.
            return os.path.isdir(folder) and os.access(folder, os.R_OK)
        case _:
            return False
