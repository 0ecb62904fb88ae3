"""QR codes as text, in half blocks or in ASCII."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from roadmap_tui.core.urls import to_ascii_url

# The standard asks for a quiet zone of four light modules; every phone still reads a code with two.
_QUIET_ZONES: Final = (4, 3, 2)
_HALVES: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


class QrDrawing(NamedTuple):
    """A QR code with its size in cells; without ``lines``, the size that the smallest drawing needs."""

    lines: list[str]
    columns: int
    rows: int


def render_qr(url: str, columns: int, rows: int, *, ascii_only: bool = False) -> QrDrawing:
    """Draw the QR code of a URL with the widest quiet zone that fits.

    Non-blank characters are dark and need a light background. A half block is two modules high; in ASCII a
    module is two cells wide. The error correction is the highest that does not make the code larger.
    """
    import segno  # rarely needed, and slow to import

    matrix = segno.make_qr(to_ascii_url(url), error="l", boost_error=True).matrix
    width = height = 0
    for quiet in _QUIET_ZONES:
        size = len(matrix) + 2 * quiet
        width, height = (size * 2, size) if ascii_only else (size, -(-size // 2))
        if width <= columns and height <= rows:
            framed = _add_quiet_zone(matrix, quiet)
            return QrDrawing(_whole_cells(framed) if ascii_only else _half_blocks(framed), width, height)
    return QrDrawing([], width, height)


def _add_quiet_zone(matrix: Sequence[Sequence[int]], quiet: int) -> list[list[int]]:
    margin = [[0] * (len(matrix) + 2 * quiet) for _ in range(quiet)]
    middle = [[0] * quiet + [module & 1 for module in row] + [0] * quiet for row in matrix]
    return [*margin, *middle, *margin]


def _whole_cells(rows: list[list[int]]) -> list[str]:
    return ["".join("##" if module else "  " for module in row) for row in rows]


def _half_blocks(rows: list[list[int]]) -> list[str]:
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]
