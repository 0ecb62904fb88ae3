"""Sending only the cells that differ from what the terminal shows.

Textual rewrites every dirty region in full. Here what was sent is remembered cell by cell, and of an
update only the runs of cells that changed go out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

# Jumping over fewer unchanged cells than this costs more bytes than writing them again.
_GAP: Final = 6
_only_style = re.compile(r"\x1b\[([\d;]*)m").fullmatch
_code = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")
# What is surely one cell a character: anything else is kept as one piece, whatever its cells are.
_narrow = re.compile(
    r"[ -~\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc\u2713\u270e]*"
).fullmatch


class Sgr(NamedTuple):
    """What stands before and behind a text to give it its style and its link.

    ``codes`` are the attributes among what stands before, ``ink`` and ``ground`` the colours; empty what
    is the terminal's own. ``codes`` is None where there is more to it, as a link.
    """

    before: str
    after: str
    codes: frozenset[str] | None = frozenset()
    ink: str = ""
    ground: str = ""


_PLAIN: Final = Sgr("", "")


class Cell(NamedTuple):
    """A character and its pen; of a wider piece the whole text, in the first of its cells."""

    text: str
    pen: Sgr


# What is right of the first cell of a wider piece, and what the terminal may show anything at.
_CONTINUATION: Final = Cell("", _PLAIN)
_UNKNOWN: Final = Cell("\0", _PLAIN)


class RawUpdate(CompositorUpdate):
    """An update that is text already."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 - asked for by Textual
        """The text."""
        return self.text


class CellDiff:
    """Remembers what the terminal shows; ``difference`` says what must be sent for it to show an update."""

    def __init__(self, color_system: ColorSystem, *, is_on: bool = True) -> None:
        """One that is not on leaves every update as it is: the toolkit's own are of a kind not known."""
        self._is_on = is_on
        self._color_system = color_system
        self._size = Size(0, 0)
        self._rows: list[list[Cell]] = []
        self._pens: dict[Style, Sgr] = {}

    def forget(self) -> None:
        """Somebody else wrote to the terminal: nothing is known of it any more."""
        self._size = Size(0, 0)

    def difference(self, update: object, size: Size) -> str | None:
        """The text to send for an update of a screen of that size, empty where it shows that already.

        None for an update of another kind than is known: send it as it is, after which nothing is known.
        """
        pieces = _pieces(update) if self._is_on else None
        if pieces is None:
            self.forget()
            return None
        if size != self._size:
            self._size = size
            self._rows = [[_UNKNOWN] * size.width for _ in range(size.height)]
        out: list[str] = []
        pen = _PLAIN
        for y, x, strip in pieces:
            if not 0 <= y < size.height or not 0 <= x < size.width:
                continue
            cells = self._cells(strip)
            if cells is None:
                self.forget()
                return None
            for start, run in self._runs(y, x, cells[: size.width - x]):
                out.append(f"\x1b[{y + 1};{start + 1}H")
                for cell in run:
                    if cell.pen is not pen and cell is not _CONTINUATION:
                        out.append(_change(pen, cell.pen))
                        pen = cell.pen
                    out.append(cell.text)
        out.append(pen.after)
        return "".join(out)

    def _runs(self, y: int, x: int, cells: list[Cell]) -> Iterator[tuple[int, list[Cell]]]:
        """The runs of cells to send, with their columns; the memory is brought up to date."""
        row = self._rows[y]
        count = len(cells)
        old = row[x : x + count]
        if old == cells:
            return
        # Half of a wide piece that is overwritten takes its other half with it.
        self._break(row, x)
        self._break(row, x + count)
        row[x : x + count] = cells
        at = 0
        while at < count:
            if old[at] == cells[at]:
                at += 1
                continue
            start = at
            while start and cells[start] is _CONTINUATION:
                start -= 1
            end = at + 1
            unchanged = 0
            for here in range(end, count):
                if old[here] != cells[here] or cells[here] is _CONTINUATION:
                    end, unchanged = here + 1, 0
                else:
                    unchanged += 1
                    if unchanged > _GAP:
                        break
            yield x + start, cells[start:end]
            at = end

    def _break(self, row: list[Cell], x: int) -> None:
        """Where a piece lies across a column, hold all its cells for unknown."""
        if not 0 < x < len(row) or row[x] is not _CONTINUATION:
            return
        start = x
        while start and row[start] is _CONTINUATION:
            start -= 1
        end = x
        while end < len(row) and row[end] is _CONTINUATION:
            end += 1
        row[start:end] = [_UNKNOWN] * (end - start)

    def _cells(self, strip: Strip) -> list[Cell] | None:
        cells: list[Cell] = []
        for segment in strip:
            text, style, control = segment
            if control:
                return None
            pen = self._pen(style)
            if _narrow(text):
                cells.extend([Cell(character, pen) for character in text])
            elif text:
                width = segment.cell_length
                if not width:
                    return None
                cells.append(Cell(text, pen))
                cells.extend([_CONTINUATION] * (width - 1))
        return cells

    def _pen(self, style: Style | None) -> Sgr:
        if style is None:
            return _PLAIN
        pen = self._pens.get(style)
        if pen is None:
            before, _, after = style.render("\ufffc", color_system=self._color_system).partition("\ufffc")
            pen = self._pens[style] = _parse_sgr(before, after)
        return pen


def _parse_sgr(before: str, after: str) -> Sgr:
    match = _only_style(before)
    if not match or after != "\x1b[0m":
        return Sgr(before, after, None) if before else _PLAIN
    codes: set[str] = set()
    ink = ground = ""
    for code in _code.findall(match[1]):
        if (code[0] == "4" and len(code) > 1) or code.startswith("10"):
            ground = code
        elif code[0] in "39" and len(code) > 1:
            ink = code
        else:
            codes.add(code)
    return Sgr(before, after, frozenset(codes), ink, ground)


def _change(old: Sgr, new: Sgr) -> str:
    """The sequences from one pen to another, of which only what differs where nothing has to be undone."""
    if old.codes is not None and new.codes is not None and old.codes <= new.codes:
        ink = new.ink if new.ink != old.ink else ""
        ground = new.ground if new.ground != old.ground else ""
        if (new.ink or not old.ink) and (new.ground or not old.ground):
            codes = [*sorted(new.codes - old.codes), *filter(None, (ink, ground))]
            return f"\x1b[{';'.join(codes)}m" if codes else ""
    if old.after == "\x1b[0m" and new.before.startswith("\x1b["):
        return f"\x1b[0;{new.before[2:]}"
    return old.after + new.before


def _pieces(update: object) -> Iterable[tuple[int, int, Strip]] | None:
    """The strips of an update with their places; None for an update of an unknown kind."""
    if type(update) is LayoutUpdate:
        return _layout_pieces(update)
    if type(update) is ChopsUpdate:
        return _chop_pieces(update)
    return None


def _layout_pieces(update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield y, x, strip
            x += strip.cell_length


def _chop_pieces(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The chops that overlap a span, cut at its right as Textual cuts them."""
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > right or end <= left:
                continue
            yield y, x, strip if left <= x < right and end <= right else strip.crop(0, min(end, right) - x)
