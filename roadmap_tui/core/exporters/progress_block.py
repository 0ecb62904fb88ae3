"""Maintain a block between two markers in a Markdown file."""

from typing import Final

from roadmap_tui.core.errors import BAD_DATA, UsageError

START: Final = "<!-- roadmap-tui -->"
END: Final = "<!-- /roadmap-tui -->"


class MarkerError(UsageError):
    """The markers of a file do not enclose one block."""

    exit_code = BAD_DATA


def update_block(data: bytes, text: str, name: str) -> bytes:
    """Return a file with ``text`` between its markers, with its own line ends; the rest does not change.

    A marker has a line of its own; those in code blocks are examples. Raises MarkerError about ``name``.
    """
    try:
        data.decode()
    except UnicodeDecodeError:
        raise MarkerError(name, "it is not UTF-8", "convert it") from None
    lines = data.splitlines(keepends=True)
    starts, ends = _lines_of(START, lines), _lines_of(END, lines)
    if not starts and not ends:
        why, remedy = "no marker in it", f"add the lines {START} and {END}, where the progress belongs"
        raise MarkerError(name, why, remedy)
    if len(starts) != 1 or len(ends) != 1:
        counts = f"{START} is in it {_times(len(starts))} and {END} {_times(len(ends))}"
        raise MarkerError(name, counts, "leave one of each")
    if ends[0] < starts[0]:
        raise MarkerError(name, f"{END} comes before {START}", "exchange them")
    marker = lines[starts[0]]
    line_end = marker[len(marker.rstrip(b"\r\n")) :]
    block = [line.encode() + line_end for line in text.splitlines()]
    return b"".join([*lines[: starts[0] + 1], *block, *lines[ends[0] :]])


def blank_block(data: bytes) -> bytes:
    """Return a file with the lines of its progress block emptied: they are not read, and no line moves."""
    if START.encode() not in data:
        return data
    lines = data.splitlines(keepends=True)
    starts, ends = _lines_of(START, lines), _lines_of(END, lines)
    if len(starts) == len(ends) == 1:
        for index in range(starts[0] + 1, ends[0]):
            lines[index] = lines[index][len(lines[index].rstrip(b"\r\n")) :]
    return b"".join(lines)


def _times(count: int) -> str:
    return ("never", "once", "twice")[count] if count < 3 else f"{count} times"


def _lines_of(marker: str, lines: list[bytes]) -> list[int]:
    """Return the indexes of the lines that are a marker and in no fenced code block."""
    found, fence = [], b""
    for index, line in enumerate(lines):
        text = line.strip().removeprefix(b"\xef\xbb\xbf")
        if len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(b" ")) > 3:
            continue  # indented: code, or a part of a list
        if fence:
            if text.startswith(fence) and not text.strip(fence[:1]):
                fence = b""
        elif text.startswith((b"```", b"~~~")):
            fence = text[: len(text) - len(text.lstrip(text[:1]))]
        elif text == marker.encode():
            found.append(index)
    return found
