"""Open the full-screen interface; the only module of the command line that imports ``tui``."""

import os
from typing import Final

from roadmap_tui.cli.commands import COMMANDS
from roadmap_tui.cli.context import CliContext
from roadmap_tui.core.errors import ReadError, RoadmapTuiError, UsageError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import DEFAULTS

_ROADMAP_SUFFIX: Final = ".json"


def open_screen(context: CliContext, argument: str = "") -> int:
    """Open the screen on a roadmap, given by name or file; returns the exit code.

    Raises UsageError if there is no such roadmap or no terminal, ReadError, InvalidRoadmap and SaveError.
    """
    message = ""
    context.shows_warnings = True  # the screen shows the warnings about settings
    if argument:
        context.roadmap, message = _resolve(context, argument)
    elif context.roadmap is None:
        context.roadmap = _start_roadmap(context)
    elif context.roadmap.endswith(_ROADMAP_SUFFIX) or os.sep in context.roadmap:
        context.roadmap = os.path.abspath(context.roadmap)  # the next start may be in another folder
    _require_terminal()
    name, _ = context.chosen
    study = context.study
    from roadmap_tui.tui.start import run as run_screen

    _ = context.keymap  # its errors become warnings
    warnings = [*context.config.warnings, *context.hooks.errors]
    warning = "" if message else _first_warning(warnings)
    return run_screen(
        study,
        context.locations,
        name,
        ascii_only=context.glyphs.is_ascii,
        theme=context.theme,
        message=message or warning,
        is_error=bool(warning),
        on_synced=lambda result: context.hooks.run("sync", result._asdict()),
    )


def _resolve(context: CliContext, argument: str) -> tuple[str, str]:
    """Resolve an argument to the name of a roadmap and a message; imports a Markdown file.

    Raises UsageError, ReadError and InvalidRoadmap.
    """
    if argument in context.library.names():
        return argument, ""
    printable = clean(argument, 200, one_line=True)
    if argument.endswith(_ROADMAP_SUFFIX):
        return os.path.abspath(argument), ""
    if os.path.isfile(argument) or argument.lower().endswith((".md", ".markdown")):
        from roadmap_tui.cli.import_ import import_file

        _require_terminal()  # before anything is written
        return import_file(context, argument)
    if os.sep in argument:
        raise ReadError(
            f"file '{printable}'", "there is no such file", "`roadmap-tui list` shows your roadmaps"
        )
    raise UsageError(f"'{printable}'", "no such command or roadmap", _suggest(context, argument))


def _start_roadmap(context: CliContext) -> str | None:
    """Return the roadmap of the setting ``screen.start``; None for the one opened last."""
    name = context.settings.start
    if name == DEFAULTS.start:
        return None
    try:
        context.find(name)
    except RoadmapTuiError as error:
        context.config.add_warning("screen.start", f"{error.what}: {error.why}; using the one opened last")
        return None
    return name


def _first_warning(warnings: list[str]) -> str:
    """Format the first warning and the number of the others for the message line; empty without any."""
    if len(warnings) < 2:
        return "".join(warnings)
    return f"{warnings[0]}; and {len(warnings) - 1} more: roadmap-tui config"


def _suggest(context: CliContext, argument: str) -> str:
    from difflib import get_close_matches

    names = [*COMMANDS, *context.library.names()]
    similar = get_close_matches(argument[:100], names, n=3)
    similar = similar or [name for name in names if name.startswith(argument[:3])]
    return (
        f"did you mean {' or '.join(similar[:3])}?" if similar else "`roadmap-tui --help` lists the commands"
    )


def _require_terminal() -> None:
    """Raise UsageError unless all standard streams are a terminal that can draw."""
    # stderr too: Textual draws on it, so other output there would garble the screen.
    streams = enumerate(("stdin", "stdout", "stderr"))
    problems = [f"{name} is not a terminal" for fd, name in streams if not os.isatty(fd)]
    if (term := os.environ.get("TERM")) in {"dumb", "unknown"}:  # some logins leave "unknown"
        problems.append(f"TERM is {term}, a terminal that cannot position the cursor")
    if problems:
        raise UsageError("the screen", problems[0], "`roadmap-tui show` prints the roadmap")
