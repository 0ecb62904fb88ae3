"""Opening the screen: the only place that loads it."""

from __future__ import annotations

import os

from roadmap_tui.cli.context import CliContext
from roadmap_tui.core.errors import ReadError, RoadmapTuiError, UsageError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.store import library

_ENDING = ".json"
_LINE = 78  # cells of a word on a screen of 80 columns


def start(context: CliContext, word: str) -> int:
    """Open the screen on the roadmap of a name or file, for none on the one that is meant; the exit code.

    Raises Refused where there is no such roadmap or no terminal, CannotRead, BadRoadmap and CannotSave.
    """
    said = ""
    context.on_screen = True  # what is wrong with the settings is said there
    if not word and context.roadmap is None:
        context.roadmap = _start_place(context)
    if word:
        context.roadmap, said = _named(context, word)
    elif context.roadmap is not None and _is_path(context.roadmap):
        context.roadmap = os.path.abspath(context.roadmap)  # found again from any folder
    _require_terminal()
    name, _ = context.chosen
    study = context.study
    from roadmap_tui.tui.start import run as show

    ascii_only = context.glyphs.of("done").isascii()
    _ = context.keymap
    said, problem = (said, False) if said else (_wrong_settings(context.config.warnings), True)
    return show(
        study,
        context.locations,
        name,
        ascii_only=ascii_only,
        theme=context.theme,
        message=said,
        is_error=bool(said) and problem,
    )


def _named(context: CliContext, word: str) -> tuple[str, str]:
    """The name of the roadmap that a word means, and something to say about it.

    Raises Refused, CannotRead and BadRoadmap.
    """
    if word in library.names(context.library):
        return word, ""
    shown = clean(word, 200, one_line=True)
    if word.endswith(_ENDING):
        return os.path.abspath(word), ""
    if os.path.isfile(word) or word.lower().endswith((".md", ".markdown")):
        from roadmap_tui.cli.importing import open_markdown

        _require_terminal()  # before anything is written
        return open_markdown(context, word)
    if os.sep in word:
        raise ReadError(
            f"file '{shown}'", "there is no such file", "`roadmap-tui list` shows the roadmaps at hand"
        )
    raise UsageError(f"'{shown}'", "that is neither a command nor a roadmap", _remedy(context, word))


def _start_place(context: CliContext) -> str | None:
    """The roadmap that the settings want opened; None for the one opened last, or where there is none."""
    name = context.settings.start
    if name == DEFAULTS.start:
        return None
    try:
        context.find(name)
    except RoadmapTuiError as error:
        context.config.add_warning("screen.start", f"{error.what}: {error.why}; using the one opened last")
        return None
    return name


def _wrong_settings(told: list[str]) -> str:
    """What is wrong with the settings, as a line of the screen: the first of it, and how much more."""
    if len(told) < 2:
        return "".join(told)
    more = f"; and {len(told) - 1} more: roadmap-tui config"
    room = _LINE - len(more)
    first = told[0] if len(told[0]) <= room else f"{told[0][: room - 1].rstrip()}…"
    return first + more


def _remedy(context: CliContext, word: str) -> str:
    from difflib import get_close_matches

    from roadmap_tui.cli.program import COMMANDS

    known = [*COMMANDS, *library.names(context.library)]
    near = get_close_matches(word[:100], known, n=3) or [one for one in known if one.startswith(word[:3])]
    return f"did you mean {' or '.join(near[:3])}?" if near else "`roadmap-tui --help` lists the commands"


def _is_path(name: str) -> bool:
    return name.endswith(_ENDING) or os.sep in name


def _require_terminal() -> None:
    # The toolkit draws on stderr: what is sent there would be in the middle of the picture, or be it.
    for handle, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        if not os.isatty(handle):
            raise UsageError(
                "the screen", f"{name} is not a terminal", "`roadmap-tui show` prints the roadmap"
            )
    # "unknown" is what a login leaves that asked nobody; no toolkit draws on it.
    kind = os.environ.get("TERM", "")
    if kind in {"dumb", "unknown"}:
        raise UsageError(
            "the screen",
            f"TERM is {kind}, a terminal that cannot draw",
            "`roadmap-tui show` prints the roadmap",
        )
