"""Print data to stdout and messages to stderr, both in the encoding of the terminal."""

import contextlib
import io
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Final, TextIO

from roadmap_tui.core.errors import SaveError
from roadmap_tui.core.sanitize import clean

_MESSAGE_LIMIT: Final = 2000


class OutputError(SaveError):
    """Writing to stdout failed."""


def supports_unicode() -> bool:
    """Return True if stdout is UTF-8."""
    encoding = getattr(sys.stdout, "encoding", None) or ""
    return encoding.lower().replace("_", "-") in {"utf-8", "utf8"}


def replace_unencodable() -> None:
    """Make stdout replace characters that its encoding lacks by question marks, for click too."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not supports_unicode():
        sys.stdout.reconfigure(errors="replace")


@contextlib.contextmanager
def reporting_output_errors() -> Iterator[None]:
    """Convert OSErrors of stdout to OutputError, but not BrokenPipeError or errors with a file name."""
    try:
        yield
    except OSError as error:
        if isinstance(error, BrokenPipeError) or error.filename is not None:
            raise
        why = error.strerror or "not written"
        raise OutputError("the output", why, "write it to a disk with free space") from None


def terminal_size(*streams: TextIO | None) -> tuple[int, int]:
    """Return the columns and rows of the first terminal among streams; else COLUMNS and LINES, or 80, 24."""
    # Not by shutil, which imports three compression libraries and believes the variables first.
    for stream in streams:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            if all(size := os.get_terminal_size(stream.fileno())):  # type: ignore[union-attr] # suppressed
                return size.columns, size.lines
    texts = (os.environ.get(name, "") for name in ("COLUMNS", "LINES"))
    columns, rows = (
        int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0 for text in texts
    )
    return columns or 80, rows or 24


def terminal_width(widest: int) -> int:
    """Return the width of the terminal that stdout is, at most ``widest``."""
    return min(widest, terminal_size(sys.stdout)[0])


def echo(lines: Iterable[str]) -> None:
    """Print lines of data. Raises BrokenPipeError and OutputError."""
    stdout = sys.stdout
    if stdout is None:
        return
    with reporting_output_errors():
        stdout.write("".join(f"{line}\n" for line in lines))


def echo_json(value: object) -> None:
    """Print a value as JSON: an object on one line, a list with one line per element."""
    import json

    def dump(element: object) -> str:
        return json.dumps(element, ensure_ascii=not supports_unicode(), allow_nan=False)

    if isinstance(value, list) and value:
        echo(["[", *(dump(element) + "," for element in value[:-1]), dump(value[-1]), "]"])
    else:
        echo([dump(value)])


def echo_err(message: str) -> None:
    """Print a message to stderr, on one line; ignore a closed stderr."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(clean(message, _MESSAGE_LIMIT, one_line=True) + "\n")


def flush() -> None:
    """Flush stdout. Raises BrokenPipeError and OutputError."""
    if sys.stdout is not None:
        with reporting_output_errors():
            sys.stdout.flush()


def discard_output() -> None:
    """Redirect stdout to /dev/null, so that the interpreter's flush at exit cannot fail."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
        os.close(devnull)
