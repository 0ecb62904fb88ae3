"""What is kept for the next start: parts that are found without a search, and texts in small pieces.

It is read by this program on this machine. Whoever keeps it sees to that it is whole.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, Final

# As many texts as are packed together: enough to be packed well, few enough to be unpacked for one. Who
# wants all of them in another order than they are kept in unpacks a piece for nearly each.
PIECE: Final = 16
_PIECES_KEPT: Final = 128
_LENGTH: Final = struct.Struct("<I")
# How it is laid out: numbers as this machine holds them, which another may not read, and texts by so many.
LAYOUT: Final = f"{sys.byteorder} {array('i').itemsize} {array('q').itemsize} {PIECE}"


def joined(parts: Sequence[bytes]) -> bytes:
    """Parts in one, from which ``parted`` makes them again."""
    sizes = json.dumps([*map(len, parts)]).encode()
    return b"".join([_LENGTH.pack(len(sizes)), sizes, *parts])


def parted(data: memoryview) -> list[memoryview]:
    """The parts of what was joined, and what stands behind them as one more; none is a copy.

    For what was never joined anything may be raised.
    """
    length = _LENGTH.unpack(data[: _LENGTH.size])[0]
    at = _LENGTH.size + length
    parts: list[memoryview] = []
    for size in json.loads(bytes(data[_LENGTH.size : at])):
        parts.append(data[at : at + size])
        at += size
    return [*parts, data[at:]]


def numbers(kind: str, part: memoryview) -> array[int]:
    """The numbers of a part, of that type code of an array."""
    found = array(kind)
    found.frombytes(part)
    return found


class Pieces:
    """A list of which a few entries are wanted; ``read`` makes the entries of a piece from its text."""

    def __init__(self, lengths: memoryview, packed: memoryview, read: Callable[[str], list[Any]]) -> None:
        self._offsets = [0, *accumulate(numbers("i", lengths))]
        self._packed = packed
        self._read = read
        self._unpacked: dict[int, list[Any]] = {}

    def __getitem__(self, at: int) -> Any:
        number = at // PIECE
        piece = self._unpacked.get(number)
        if piece is None:
            if len(self._unpacked) >= _PIECES_KEPT:
                self._unpacked.clear()
            start, end = self._offsets[number : number + 2]
            text = str(zlib.decompress(self._packed[start:end]), "utf-8")
            piece = self._unpacked[number] = self._read(text)
        return piece[at % PIECE]


def packed(entries: Sequence[Any], write: Callable[[Sequence[Any]], str]) -> tuple[bytes, bytes]:
    """Entries in pieces: the lengths and the packed text that ``Pieces`` takes; ``write`` makes a piece's."""
    # The fastest level: it is written while somebody waits.
    pieces = [
        zlib.compress(write(entries[at : at + PIECE]).encode(), 1) for at in range(0, len(entries), PIECE)
    ]
    return array("i", map(len, pieces)).tobytes(), b"".join(pieces)
