"""Lines of text with roles, measured in terminal cells; no toolkit, so that the first frame can use them.

A role is what a piece of text means (``muted``, ``done``, …); what that looks like is said elsewhere.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.progress.events import Status


class Span(NamedTuple):
    """A piece of a line: its text, what it means, and the address it leads to, if any."""

    text: str
    style: str = ""
    link: str = ""


StyledLine: TypeAlias = list[Span]

STYLES: Final = (
    "muted",
    "faint",
    "strong",
    "match",
    "accent",
    "done",
    "doing",
    "link",
    "warning",
    "error",
    "key",
    "bar",
    "bar-rest",
)
# What a status looks like, wherever its sign or its word stands.
STATUS_STYLES: Final[dict[Status, str]] = {
    "todo": "muted",
    "doing": "doing",
    "done": "done",
    "skipped": "faint",
}


class Glyphs(NamedTuple):
    """The signs of the program, each one cell wide."""

    todo: str = "·"
    doing: str = "▶"
    done: str = "✓"
    skipped: str = "–"
    unsaved: str = "!"
    folded: str = "▸"
    unfolded: str = "▾"
    cursor: str = "▌"
    selected: str = "•"
    bar: str = "━"
    bar_half: str = "╸"
    bar_rest: str = "─"
    hline: str = "─"
    vline: str = "│"
    note: str = "✎"
    timer: str = "●"
    match: str = "◂"
    separator: str = "·"
    path_separator: str = "›"
    ellipsis: str = "…"


UNICODE: Final = Glyphs()
# What is surely one cell wide, without the tables of the toolkit: most of what is not ASCII.
_ONE_CELL: Final = frozenset("".join(UNICODE) + "—”…éèüöäßñ")
ASCII: Final = Glyphs(
    todo=".",
    doing="/",
    done="x",
    skipped="-",
    folded=">",
    unfolded="v",
    cursor="|",
    selected="*",
    bar="#",
    bar_half="=",
    bar_rest="-",
    hline="-",
    vline="|",
    note='"',
    timer="@",
    match="<",
    separator="-",
    path_separator=">",
    ellipsis="~",
)


def cells(text: str) -> int:
    """The width of a text in terminal cells."""
    if text.isascii() or _ONE_CELL.issuperset([one for one in text if one > "\x7f"]):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def length(line: StyledLine) -> int:
    """The width of a line in terminal cells."""
    return sum(cells(span.text) for span in line)


def truncate(text: str, width: int, ellipsis: str = "…") -> str:
    """The text if it fits into ``width`` cells, else as much of it as fits before an ellipsis."""
    if cells(text) <= width:
        return text
    return _head(text, width - 1).rstrip() + ellipsis if width > 0 else ""


def justify(left: StyledLine, right: StyledLine, width: int) -> StyledLine:
    """A line exactly ``width`` cells wide: ``left``, cut if need be, and ``right`` at the far end."""
    room = width - length(right)
    if room < 0:
        right = truncate_line(right, width)
        room = width - length(right)
    left = truncate_line(left, room)
    gap = room - length(left)
    return [*left, *([Span(" " * gap)] if gap else []), *right]


def highlight(
    title: str, stretches: list[tuple[int, int]], role: str, width: int, ellipsis: str = "…"
) -> StyledLine:
    """A title cut to a width, in pieces: those from a start to an end are what was looked for."""
    shown = truncate(title, width, ellipsis)
    kept = len(shown) if shown == title else len(shown) - 1
    line, done = [], 0
    for start, end in stretches:
        if start < kept:
            line += [Span(shown[done:start], role), Span(shown[start : min(end, kept)], "match")]
            done = min(end, kept)
    return [span for span in (*line, Span(shown[done:], role)) if span.text]


def truncate_line(line: StyledLine, width: int) -> StyledLine:
    """The first ``width`` cells of a line, the last of them an ellipsis where more was cut off."""
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
    """The lines of a text at ``width`` cells, broken at spaces, and inside a word only where it is longer."""
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
            *full, line = split_cells(word, width)
            lines.extend(full)
        lines.append(line)
    return lines


def split_cells(word: str, width: int) -> list[str]:
    """A text in pieces of at most ``width`` cells, broken anywhere; at least one piece."""
    pieces = []
    # Never measured as a whole: a page of Chinese is one word, and this must take time in its length only.
    while (head := _head(word, width)) != word:
        pieces.append(head or word[:1])
        word = word[len(pieces[-1]) :]
    return [*pieces, word] if word or not pieces else pieces


def wrap_url(address: str, width: int) -> list[str]:
    """The pieces of an address at ``width`` cells: nothing is added or lost, and none begins in mid-word.

    Broken behind one of ``/ ? & - . = _ #``, and elsewhere only where that would leave half a line empty.
    """
    pieces = []
    while cells(address) > width:
        head = _head(address, width) or address[:1]
        end = 1 + max(head.rfind(sign) for sign in "/?&-.=_#")
        if end * 2 > len(head):
            head = head[:end]
        pieces.append(head)
        address = address[len(head) :]
    return [*pieces, address] if address else pieces


def to_ascii(text: str) -> str:
    """The text in ASCII, as wide as it was: letters lose their accents, what has no likeness is ``?``."""
    if text.isascii():
        return text
    from unicodedata import normalize

    plain = []
    for character in text.translate(_PUNCTUATION):
        ascii_form = normalize("NFKD", character).encode("ascii", "ignore").decode()
        width = cells(character)
        plain.append(ascii_form if len(ascii_form) == width else "?" * width)
    return "".join(plain)


_PUNCTUATION: Final = {
    ord(sign): likeness
    for likeness, signs in (
        ("-", "\u2010\u2011\u2012\u2013\u2014\u2212"),
        ("'", "\u2018\u2019"),
        ('"', "\u201c\u201d"),
    )
    for sign in signs
} | dict(zip(map(ord, "\u2022\u00b7\u00d7\u2026\u203a\u2190\u2191\u2192\u2193"), "*-x~><^>v", strict=True))


def _head(text: str, width: int) -> str:
    if text.isascii():
        return text[: max(0, width)]
    used = 0
    for end, character in enumerate(text):
        used += cells(character)
        if used > width:
            return text[:end]
    return text


def progress_bar(done: int, total: int, width: int, glyphs: Glyphs) -> StyledLine:
    """A bar of ``width`` cells in steps of half a cell; full only at the end, empty only at the start."""
    width = max(1, width)
    halves = 2 * width * done // total if total else 0
    if done and not halves:
        halves = 1
    if total and done < total:
        halves = min(halves, 2 * width - 1)
    full, half = divmod(halves, 2)
    drawn = glyphs.bar * full + glyphs.bar_half * half
    return [Span(drawn, "bar"), Span(glyphs.bar_rest * (width - full - half), "bar-rest")]
