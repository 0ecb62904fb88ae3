"""Runs the plain forms of commands, without options, that prompts and scripts call often.

They need no parser, and loading click would take half of their time.
"""

from __future__ import annotations

import sys
from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.options import load_command
from roadmap_tui.core.progress.statuses import STATUSES

# How many arguments each has, at least and at most.
_ARGUMENTS: Final = {
    **dict.fromkeys(("status", "next", "today", "stats", "plan", "review"), (0, 0)),
    "path": (1, 1),
    "mark": (2, sys.maxsize),
}


def run_plain(args: list[str], context: CliContext) -> int | None:
    """Run a plain form and return the exit code; None for everything that click has to parse."""
    name, given = args[0], args[1:]
    fewest, most = _ARGUMENTS.get(name, (1, 0))
    is_plain = fewest <= len(given) <= most and not any(arg.startswith("-") for arg in given)
    if not is_plain or (name == "mark" and given[0] not in STATUSES):
        return None
    command = load_command(name)
    if command is None:
        return None
    values = (given[0], tuple(given[1:])) if name == "mark" else given
    try:
        return command.function(context, *values) or 0
    finally:
        context.finish(name)
