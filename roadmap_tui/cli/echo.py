"""Where words go: data to stdout, talk to stderr, both fit for the terminal at the other end."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from typing import Final, NamedTuple

from roadmap_tui.core.errors import SaveError
from roadmap_tui.core.progress.events import Status
from roadmap_tui.core.sanitize import clean

_LONGEST_TALK: Final = 2000


class OutputGone(SaveError):
    """What was printed did not arrive."""


class Glyphs(NamedTuple):
    """The few signs of the output that are not letters."""

    todo: str
    doing: str
    done: str
    skipped: str
    dot: str
    into: str

    def of(self, status: Status) -> str:
        """The sign of a status."""
        return {"todo": self.todo, "doing": self.doing, "done": self.done, "skipped": self.skipped}[status]


UNICODE: Final = Glyphs("·", "▶", "✓", "–", " · ", " › ")
ASCII: Final = Glyphs(".", ">", "x", "-", ", ", " > ")


def speaks_unicode() -> bool:
    """Whether stdout takes any character."""
    encoding = getattr(sys.stdout, "encoding", None) or ""
    return encoding.lower().replace("_", "-") in {"utf-8", "utf8"}


def glyphs(ascii_only: bool) -> Glyphs:
    """The signs to use."""
    return ASCII if ascii_only or not speaks_unicode() else UNICODE


def echo(lines: Iterable[str]) -> None:
    """Print lines of data. Raises BrokenPipeError and OutputGone."""
    out = sys.stdout
    if out is None:
        return
    text = "".join(f"{line}\n" for line in lines)
    if not speaks_unicode():
        encoding = out.encoding or "ascii"
        text = text.encode(encoding, "replace").decode(encoding)
    try:
        out.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise gone(error) from None


def echo_json(value: object) -> None:
    """Print a value as JSON: an object on one line, a list with a line for each of its values."""
    import json

    def line(one: object) -> str:
        return json.dumps(one, ensure_ascii=not speaks_unicode(), allow_nan=False)

    if isinstance(value, list) and value:
        echo(["[", *(line(one) + "," for one in value[:-1]), line(value[-1]), "]"])
    else:
        echo([line(value)])


def echo_err(words: str) -> None:
    """Say a line to the reader, on stderr. Where nobody listens it is lost."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(clean(words, _LONGEST_TALK, one_line=True) + "\n")


def flush() -> None:
    """Make sure that what was printed arrived. Raises BrokenPipeError and OutputGone."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise gone(error) from None


def discard_output() -> None:
    """Let what is still to be printed go nowhere, so that the end of the program does not trip over it."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def gone(error: OSError) -> OutputGone:
    """What to say when stdout could not be written."""
    return OutputGone("the output", error.strerror or "it went nowhere", "send it where there is room")
