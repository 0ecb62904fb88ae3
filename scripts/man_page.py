"""Write docs/roadmap-tui.1, the man page, from the command line's own help.

``python -m scripts.man_page`` writes it; a test checks that it is current. The wheel installs it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from roadmap_tui import __version__
from roadmap_tui.cli.commands import PROGRAM_NAME
from roadmap_tui.cli.program import program

PAGE: Final = Path(__file__).parent.parent / "docs" / f"{PROGRAM_NAME}.1"


def man_page() -> str:
    """Return the man page of the program as roff source."""
    context = click.Context(program, info_name=PROGRAM_NAME, **program.context_settings)
    commands = [command for name in program.list_commands(context) if (command := _visible(context, name))]
    name, version = PROGRAM_NAME.upper(), f"{PROGRAM_NAME} {__version__}"
    start, _, codes = " ".join((program.epilog or "").split()).partition("Exit codes: ")
    lines = [
        f'.TH {_escape(name)} 1 "" "{_escape(version)}" "User Commands"',
        ".nh",
        ".ad l",
        ".SH NAME",
        f"{_escape(PROGRAM_NAME)} \\- {_escape(_lower_first(_paragraphs(program.help)[0]).rstrip('.'))}",
        ".SH SYNOPSIS",
        *_synopsis(program, context),
        ".SH DESCRIPTION",
        *_text(program.help),
        *_text(start),
        ".SH OPTIONS",
        *_options(program, context),
        ".SH COMMANDS",
    ]
    for command in commands:
        below = click.Context(command, parent=context, info_name=command.name)
        lines += [f".SS {_escape(command.name or '')}", *_synopsis(command, below), ".PP"]
        lines += [*_text(command.help), *_options(command, below)]
    lines.append(".SH EXIT STATUS")
    for code in codes.rstrip(".").split(", "):
        number, _, meaning = code.partition(" ")
        lines += [".TP", f".B {number}", _escape(meaning)]
    return "\n".join(lines) + "\n"


def _visible(context: click.Context, name: str) -> click.Command | None:
    command = program.get_command(context, name)
    return None if command is None or command.hidden else command


def _synopsis(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f".B {_escape(context.command_path)}"
    yield _escape(" ".join(command.collect_usage_pieces(context)))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield the options with their help; those that every command has only for the program itself."""
    shared = {param.name for param in program.get_params(context)}
    for param in command.get_params(context):
        is_repeated = command is not program and param.name in shared
        record = param.get_help_record(context) if isinstance(param, click.Option) else None
        if record is None or is_repeated:
            continue
        yield from (".TP", f".B {_escape(record[0])}", *_text(record[1]))


def _text(text: str | None) -> Iterator[str]:
    """Yield a help text; a paragraph that begins with click's ``\\b`` keeps its line breaks."""
    for number, paragraph in enumerate(_paragraphs(text)):
        if number:
            yield ".PP"
        if paragraph.startswith("\b"):
            yield from (".nf", *map(_escape, paragraph.splitlines()[1:]), ".fi")
        else:
            yield _escape(" ".join(paragraph.split()))


def _paragraphs(text: str | None) -> list[str]:
    return re.split(r"\n\s*\n", inspect.cleandoc(text or ""))


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _escape(text: str) -> str:
    """Return text that roff prints as it is: backslashes, hyphens to copy, and a leading dot or quote."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace('"', "\\(dq")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    PAGE.write_text(man_page(), encoding="utf-8")
