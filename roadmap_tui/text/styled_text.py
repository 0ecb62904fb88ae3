"""Styled lines: spans of text with a semantic style, measured in terminal cells.

A style names the meaning (``muted``, ``done``, …); the themes give it a color. Textual is not imported, so
that the first frame can be drawn before it is loaded.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.progress.statuses import STATUSES
from roadmap_tui.text.glyphs import ASCII as ASCII  # noqa: PLC0414 - exported
from roadmap_tui.text.glyphs import UNICODE as UNICODE  # noqa: PLC0414 - exported
from roadmap_tui.text.glyphs import Glyphs as Glyphs  # noqa: PLC0414 - exported


class Span(NamedTuple):
    """A piece of text with a style and a link target, both optional."""

    text: str
    style: str = ""
    link: str = ""


StyledLine: TypeAlias = list[Span]

STYLES: Final = (
    *("muted", "faint", "strong", "match", "accent", "done", "doing"),
    *("link", "warning", "error", "key", "bar", "bar-rest", "emphasis", "code"),
)
# The greens of the heatmap, for the least to the most activity.
HEAT_STYLES: Final = tuple(f"heat-{level}" for level in (1, 2, 3, 4))
# Characters known to be one cell wide, without loading Rich's width tables: accented and Greek letters,
# superscripts, punctuation, mathematical symbols, line drawing and the program's own glyphs.
_GLYPHS: Final = "".join((*UNICODE, *map(UNICODE.of, STATUSES)))
ONE_CELL: Final = (
    "[ -~\u00a0-\u02ff\u0370-\u03ff\u1d2c-\u1d6a"
    "\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u2319\u2500-\u25fc\u2c7c"
    f"{re.escape(_GLYPHS)}]*"
)
_has_one_cell_each = re.compile(ONE_CELL).fullmatch


def cells(text: str) -> int:
    """Measure a text in terminal cells."""
    if text.isascii() or _has_one_cell_each(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def length(line: StyledLine) -> int:
    """Measure a line in terminal cells."""
    return sum(cells(span.text) for span in line)


def truncate(text: str, width: int, ellipsis: str = "…") -> str:
    """Shorten a text to ``width`` cells, with an ellipsis where something was cut off."""
    if cells(text) <= width:
        return text
    return _head(text, width - 1).rstrip() + ellipsis if width > 0 else ""


def justify(left: StyledLine, right: StyledLine, width: int) -> StyledLine:
    """Make a line exactly ``width`` cells wide: ``left``, truncated if need be, then ``right`` at the end."""
    room = width - length(right)
    if room < 0:
        right = truncate_line(right, width)
        room = width - length(right)
    left = truncate_line(left, room)
    gap = room - length(left)
    return [*left, *([Span(" " * gap)] if gap else []), *right]


def highlight(
    title: str, ranges: list[tuple[int, int]], style: str, width: int, ellipsis: str = "…"
) -> StyledLine:
    """Truncate a title to ``width`` cells and style the matches in it; ``ranges`` are their (start, end)."""
    shortened = truncate(title, width, ellipsis)
    kept = len(shortened) if shortened == title else len(shortened) - 1
    line, position = [], 0
    for start, end in ranges:
        if start < kept:
            end = min(end, kept)  # noqa: PLW2901 - a match may reach beyond what is left of the title
            line += [Span(shortened[position:start], style), Span(shortened[start:end], "match")]
            position = end
    return [span for span in (*line, Span(shortened[position:], style)) if span.text]


def truncate_line(line: StyledLine, width: int) -> StyledLine:
    """Shorten a line to ``width`` cells, the last one an ellipsis if something was cut off."""
    if length(line) <= width:
        return line
    kept: StyledLine = []
    for span in line:
        room = width - length(kept)
        if cells(span.text) >= room:
            kept.append(span._replace(text=_head(span.text, room - 1) + "…" if room > 0 else ""))
            break
        kept.append(span)
    return kept


def wrap(text: str, width: int) -> list[str]:
    """Wrap a text at spaces to ``width`` cells; longer words are split, addresses as ``wrap_url`` does."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            joined = f"{line} {word}" if line else word
            if cells(joined) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            *full, line = wrap_url(word, width) if "://" in word else split_cells(word, width)
            lines.extend(full)
        lines.append(line)
    return lines


def wrap_hanging(label: str, text: str, width: int, indent: int = 2) -> Iterator[str]:
    """Yield a label followed by a text wrapped to ``width`` cells with a hanging indent."""
    for line in wrap(text, max(1, width - indent - len(label))):
        yield f"{' ' * indent}{label}{line}"
        label = " " * len(label)


def split_cells(text: str, width: int, after: str = "") -> list[str]:
    """Split a text into pieces of at most ``width`` cells; returns at least one piece.

    Splits after one of the characters ``after``, elsewhere if more than half a line would stay empty.
    """
    pieces = []
    # Never measure the whole rest: a page of Chinese is one word, and this must stay linear in its length.
    while (head := _head(text, width)) != text:
        head = head or text[:1]
        end = 1 + max((head.rfind(char) for char in after), default=-1)
        pieces.append(head[:end] if end * 2 > len(head) else head)
        text = text[len(pieces[-1]) :]
    return [*pieces, text] if text or not pieces else pieces


def wrap_url(url: str, width: int) -> list[str]:
    """Split a URL into pieces of at most ``width`` cells, if possible after one of ``/ ? & - . = _ #``."""
    return split_cells(url, width, after="/?&-.=_#")


def to_ascii(text: str) -> str:
    """Convert a text to ASCII of the same width: accents are dropped, unknown characters become ``?``."""
    if text.isascii():
        return text
    from unicodedata import normalize

    plain = []
    for character in text.translate(_PUNCTUATION):
        ascii_form = normalize("NFKD", character).encode("ascii", "ignore").decode()
        width = cells(character)
        plain.append(ascii_form if len(ascii_form) == width else "?" * width)
    return "".join(plain)


_PUNCTUATION: Final = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2212\u2018\u2019\u201c\u201d\u2022\u00b7\u00d7\u2026\u203a\u2190\u2191\u2192\u2193",
    "------''\"\"*-x~><^>v",
)


def _head(text: str, width: int) -> str:
    """Return the longest prefix of a text that fits into ``width`` cells."""
    if text.isascii():
        return text[: max(0, width)]
    used = 0
    for end, character in enumerate(text):
        used += cells(character)
        if used > width:
            return text[:end]
    return text


def progress_bar(done: int, total: int, width: int, glyphs: Glyphs) -> StyledLine:
    """Draw a bar of ``width`` cells in steps of half a cell.

    It is full only if all is done, and empty only if nothing is.
    """
    width = max(1, width)
    halves = max(min(done, 1), 2 * width * done // total) if total else 0
    if done < total:
        halves = min(halves, 2 * width - 1)
    full, half = divmod(halves, 2)
    drawn = glyphs.bar * full + glyphs.bar_half * half
    return [Span(drawn, "bar"), Span(glyphs.bar_rest * (width - full - half), "bar-rest")]
