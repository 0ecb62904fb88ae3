"""Sends only the cells that differ from what the terminal shows.

Textual rewrites every dirty region in full. ``CellDiff`` remembers each cell that was sent and reduces an
update to the runs of cells that changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from roadmap_tui.tui.terminal.textual_private import ChopsUpdate, CompositorUpdate, LayoutUpdate

# Moving the cursor over fewer unchanged cells than this costs more bytes than writing them again.
_GAP: Final = 6
_only_sgr = re.compile(r"\x1b\[([\d;]*)m").fullmatch
_sgr_codes = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+").findall
# Characters that are certainly one cell wide. Other text is kept as one piece of any width, together with the
# character before it, which may have its accent.
_NARROW: Final = r" -~\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc\u2713\u270e"
_is_narrow = re.compile(f"[{_NARROW}]*").fullmatch
_split_wide = re.compile(f"(.?[^{_NARROW}]+)").split
_FLAG_LETTERS: Final = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
# Text in whose width all terminals agree: accents, and most of Chinese, Japanese and Korean.
_is_undisputed = re.compile(
    f"[{_NARROW}\u0300-\u036f\u3041-\u3096\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
).fullmatch


class Sgr(NamedTuple):
    """The sequences before and after a text that set and reset its style and link.

    ``attributes``, ``foreground`` and ``background`` are the SGR codes in ``before``; an empty color is the
    terminal's default. ``attributes`` is None if ``before`` contains more than SGR codes, such as a link.
    """

    before: str
    after: str
    attributes: frozenset[str] | None = frozenset()
    foreground: str = ""
    background: str = ""


_PLAIN: Final = Sgr("", "")


class Cell(NamedTuple):
    """A character and its style; a wide piece of text has its whole text in its first cell.

    ``disputed`` is the width of a piece that some terminals draw in another width, 0 for all others.
    """

    text: str
    sgr: Sgr
    disputed: int = 0


# The other cells of a wide piece, a cell with unknown content, and what is sent in its place.
_CONTINUATION: Final = Cell("", _PLAIN)
_UNKNOWN: Final = Cell("\0", _PLAIN)
_BLANK: Final = Cell(" ", _PLAIN)


class RawUpdate(CompositorUpdate):
    """An update that is a string of control sequences already."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 - required by Textual
        """Return the string."""
        return self.text


class CellDiff:
    """A model of the terminal's cells; computes the minimal output for an update.

    With ``is_on`` False it passes every update on unchanged; for versions of Textual that it was not
    tested with.
    """

    def __init__(self, color_system: ColorSystem, *, is_on: bool = True) -> None:
        self._is_on = is_on
        self._color_system = color_system
        self._size = Size(0, 0)
        self._rows: list[list[Cell]] = []
        self._sgr_of: dict[Style, Sgr] = {}

    def forget(self) -> None:
        """Treat all cells as unknown, because another program wrote to the terminal."""
        self._size = Size(0, 0)

    def difference(self, update: object, size: Size) -> str | None:
        """Return the text to send for an update of a screen of this size, "" if nothing changed.

        Returns None for an unknown kind of update. It has to be sent unchanged, and all cells are unknown
        afterwards.
        """
        pieces = _pieces(update) if self._is_on else None
        if pieces is None:
            self.forget()
            return None
        if size != self._size:
            self._size = size
            self._rows = [[_UNKNOWN] * size.width for _ in range(size.height)]
        out: list[str] = []
        current = _PLAIN
        for y, x, strip in pieces:
            if not 0 <= y < size.height or not 0 <= x < size.width:
                continue
            cells = self._cells(strip)
            if cells is None:
                self.forget()
                return None
            for start, run in self._changed_runs(y, x, cells[: size.width - x]):
                out.append(f"\x1b[{y + 1};{start + 1}H")
                for column, cell in enumerate(run, start + 1):
                    if cell.sgr is not current and cell is not _CONTINUATION:
                        out.append(_transition(current, cell.sgr))
                        current = cell.sgr
                    if width := cell.disputed:
                        # A terminal that draws less leaves blanks, and what it draws too much is overwritten.
                        # At the right edge, where it would overwrite what is on the left, it gets no more.
                        fits = column + 2 * len(cell.text) <= size.width + 1
                        text = cell.text if fits else cell.text[: max(1, width // 2)]
                        before, after = f"\x1b[{y + 1};{column}H", f"\x1b[{y + 1};{column + width}H"
                        out.append(f"{' ' * width}{before}{text}{after}")
                    else:
                        out.append(cell.text)
        out.append(current.after)
        return "".join(out)

    def _changed_runs(self, y: int, x: int, cells: list[Cell]) -> Iterator[tuple[int, list[Cell]]]:
        """Store the cells, and yield the runs to send with their columns."""
        row = self._rows[y]
        count = len(cells)
        old = row[x : x + count]
        if old == cells:
            return
        # Overwriting half of a wide piece destroys its other half.
        self._split(row, x)
        self._split(row, x + count)
        row[x : x + count] = cells
        index = 0
        while index < count:
            if old[index] == cells[index]:
                index += 1
                continue
            start = index
            while start and cells[start] is _CONTINUATION:
                start -= 1
            end = index + 1
            unchanged = 0
            for position in range(end, count):
                if old[position] != cells[position] or cells[position] is _CONTINUATION:
                    end, unchanged = position + 1, 0
                else:
                    unchanged += 1
                    if unchanged > _GAP:
                        break
            run = row[x + start : x + end]
            overdrawn = self._overdrawn(row, run, x + end)
            yield x + start, run + overdrawn
            index = end + len(overdrawn)

    def _overdrawn(self, row: list[Cell], run: list[Cell], end: int) -> list[Cell]:
        """Return the cells after a run up to ``end`` that text of disputed width in it may overwrite."""
        cells: list[Cell] = []
        for position, cell in enumerate(run, end - len(run)):
            if cell.disputed:
                reach = max(end, min(len(row), position + 2 * len(cell.text)))
                while reach < len(row) and row[reach] is _CONTINUATION:
                    reach += 1
                cells += [_BLANK if cell is _UNKNOWN else cell for cell in row[end + len(cells) : reach]]
        return cells + self._overdrawn(row, cells, end + len(cells)) if cells else cells

    def _split(self, row: list[Cell], x: int) -> None:
        """Mark all cells of a wide piece that crosses column ``x`` as unknown."""
        if not 0 < x < len(row) or row[x] is not _CONTINUATION:
            return
        start = end = x
        while start and row[start] is _CONTINUATION:
            start -= 1
        while end < len(row) and row[end] is _CONTINUATION:
            end += 1
        row[start:end] = [_UNKNOWN] * (end - start)

    def _cells(self, strip: Strip) -> list[Cell] | None:
        """Split a strip into cells; None if it contains control codes."""
        cells: list[Cell] = []
        for segment in strip:
            text, style, control = segment
            if control:
                return None
            sgr = self._sgr(style)
            if _is_narrow(text):
                cells.extend([Cell(character, sgr) for character in text])
                continue
            parts = _pieces_of(text)
            if sum(map(cell_len, parts)) != segment.cell_length:
                parts = [text]
            for part in parts:
                if _is_narrow(part):
                    cells.extend([Cell(character, sgr) for character in part])
                elif width := cell_len(part):  # a modifier that has nothing to modify is left out
                    cells.append(Cell(part, sgr, 0 if _is_undisputed(part) else width))
                    cells.extend([_CONTINUATION] * (width - 1))
        return cells

    def _sgr(self, style: Style | None) -> Sgr:
        if style is None:
            return _PLAIN
        sgr = self._sgr_of.get(style)
        if sgr is None:
            before, _, after = style.render("\ufffc", color_system=self._color_system).partition("\ufffc")
            sgr = self._sgr_of[style] = _parse_sgr(before, after)
        return sgr


@lru_cache(1000)
def _pieces_of(text: str) -> list[str]:
    """Split a text into narrow text, text of undisputed width, and single clusters of disputed width."""
    pieces: list[str] = []
    for part in filter(None, _split_wide(text)):
        if _is_undisputed(part):
            pieces.append(part)
            continue
        pieces.append(part[0])
        for character in part[1:]:
            is_flag = pieces[-1] in _FLAG_LETTERS and character in _FLAG_LETTERS
            if is_flag or not cell_len(character):
                pieces[-1] += character
            else:
                pieces.append(character)
    return pieces


def _parse_sgr(before: str, after: str) -> Sgr:
    match = _only_sgr(before)
    if not match or after != "\x1b[0m":
        return Sgr(before, after, None) if before else _PLAIN
    attributes: set[str] = set()
    foreground = background = ""
    for code in _sgr_codes(match[1]):
        if (code[0] == "4" and len(code) > 1) or code.startswith("10"):
            background = code
        elif code[0] in "39" and len(code) > 1:
            foreground = code
        else:
            attributes.add(code)
    return Sgr(before, after, frozenset(attributes), foreground, background)


def _transition(old: Sgr, new: Sgr) -> str:
    """Return the sequence from one style to another: only the new codes if nothing has to be reset."""
    if old.attributes is not None and new.attributes is not None and old.attributes <= new.attributes:
        foreground = new.foreground if new.foreground != old.foreground else ""
        background = new.background if new.background != old.background else ""
        if (new.foreground or not old.foreground) and (new.background or not old.background):
            codes = [*sorted(new.attributes - old.attributes), *filter(None, (foreground, background))]
            return f"\x1b[{';'.join(codes)}m" if codes else ""
    if old.after == "\x1b[0m" and new.before.startswith("\x1b["):
        return f"\x1b[0;{new.before[2:]}"
    return old.after + new.before


def _pieces(update: object) -> Iterable[tuple[int, int, Strip]] | None:
    """Return the strips of an update as (y, x, strip), None for an unknown kind of update."""
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
    """Yield the chops that overlap a span, cropped at its right edge as Textual does."""
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > right or end <= left:
                continue
            yield y, x, strip if left <= x < right and end <= right else strip.crop(0, min(end, right) - x)
