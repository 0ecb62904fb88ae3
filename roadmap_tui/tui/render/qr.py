"""QR codes as text: modules drawn as halves of cells, or as whole cells where there is only ASCII."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from roadmap_tui.core.urls import to_ascii_url

# The standard asks for four light modules around a code; with two every phone still finds it.
_QUIET: Final = (4, 3, 2)
_HALVES: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


class QrDrawing(NamedTuple):
    """A code, or none where there is no room for it; and the cells that even the smallest needs."""

    lines: list[str]
    columns: int
    rows: int


def drawn(address: str, columns: int, rows: int, *, ascii_only: bool = False) -> QrDrawing:
    """The code of an address with as wide a margin as there is room for, up to what the standard asks for.

    What is not blank is dark, and has to be shown on a light ground. Half blocks are two modules a cell
    high; in ASCII a module is two cells wide. The error level is the highest that costs no room.
    """
    import segno  # takes as long to load as the rest of a key, and hardly ever needed

    matrix = segno.make_qr(to_ascii_url(address), error="l", boost_error=True).matrix
    narrow = [0] * 3
    for quiet in _QUIET:
        size = len(matrix) + 2 * quiet
        narrow = [size * 2, size, quiet] if ascii_only else [size, -(-size // 2), quiet]
        if narrow[0] <= columns and narrow[1] <= rows:
            lines = _whole(matrix, quiet) if ascii_only else _halves(matrix, quiet)
            return QrDrawing(lines, narrow[0], narrow[1])
    return QrDrawing([], narrow[0], narrow[1])


def _framed(matrix: Sequence[Sequence[int]], quiet: int) -> list[list[int]]:
    size = len(matrix) + 2 * quiet
    margin = [[0] * size for _ in range(quiet)]
    middle = [[0] * quiet + [module & 1 for module in row] + [0] * quiet for row in matrix]
    return [*margin, *middle, *(row[:] for row in margin)]


def _whole(matrix: Sequence[Sequence[int]], quiet: int) -> list[str]:
    return ["".join("##" if module else "  " for module in row) for row in _framed(matrix, quiet)]


def _halves(matrix: Sequence[Sequence[int]], quiet: int) -> list[str]:
    rows = _framed(matrix, quiet)
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    return [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]
