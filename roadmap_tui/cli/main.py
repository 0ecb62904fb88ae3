"""From the first word to the exit code: a plain start of the screen, any command, and how each ends."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from roadmap_tui.cli.context import COMPLETING, CliContext
from roadmap_tui.cli.echo import OutputGone, discard_output, flush
from roadmap_tui.core.errors import RoadmapTuiError

INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141  # what a shell reports of a program that SIGPIPE ended


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit code."""
    session = CliContext()
    try:
        code = _do(list(arguments), session)
        flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = PIPE_CLOSED
    except RoadmapTuiError as error:
        from roadmap_tui.cli.errors import report

        code = report(error)
    except Exception as error:  # noqa: BLE001 - the last net: a traceback never reaches the terminal
        from roadmap_tui.cli.errors import report_crash

        code = report_crash(error, session)
    if code:
        # What was printed before it went wrong is still wanted; a second fault is not.
        try:
            flush()
        except (OutputGone, BrokenPipeError, KeyboardInterrupt):
            discard_output()
    return code


def _do(arguments: list[str], context: CliContext) -> int:
    if instruction := os.environ.get(COMPLETING):
        from roadmap_tui.cli.completion import answer
        from roadmap_tui.cli.program import program

        return answer(program, instruction)
    if _is_plain_start(arguments):
        from roadmap_tui.cli.screen import start

        context.data_dir = arguments[1] if arguments else None
        return start(context, "")
    from roadmap_tui.cli.program import invoke

    return invoke(arguments, context)


def _is_plain_start(arguments: list[str]) -> bool:
    """Whether the screen is to be opened where it was left, at most in a folder of its own.

    To see that takes no parser: loading one is a fifth of the time until the first frame.
    """
    match arguments:
        case []:
            return True
        case ["--data-dir", folder]:
            # Whatever else it may be, the parser has the words for it.
            return os.path.isdir(folder) and os.access(folder, os.R_OK)
        case _:
            return False
