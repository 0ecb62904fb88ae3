"""What older events say of a roadmap's nodes: a few numbers of each, and its records if they are wanted."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import compress
from typing import Any, Final, NamedTuple

from roadmap_tui.core.pieces import Pieces, joined, numbers, packed, parted
from roadmap_tui.core.progress.events import STATUSES, Status

# Of a mark: the place of the status among all, whether there are reviews, and notes or own resources.
_CODE: Final = 3
_GRADED: Final = 4
_WRITTEN: Final = 8
_DONE: Final = STATUSES.index("done")
_codes: Final = bytes(mark & _CODE for mark in range(256))
_unreviewed: Final = bytes(mark & (_CODE | _GRADED) == _DONE for mark in range(256))
_reviewed: Final = bytes(mark & _GRADED for mark in range(256))
_written: Final = bytes(mark & _WRITTEN for mark in range(256))
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


class Row(NamedTuple):
    """A node: the highest clock of its events, its status, and when that was set, in seconds since 1970; 0
    where it was not.

    ``told`` are its records in a line, ``was_graded`` whether a review is among them, and ``is_written``
    whether a note or a resource of the reader's own is.
    """

    clock: int
    status: Status
    since: int
    told: str
    was_graded: bool
    is_written: bool


def seconds(at: datetime) -> int:
    """The whole seconds from 1970 to a moment, rounded down."""
    return (at - _EPOCH) // _SECOND


class Columns:
    """Rows by node, kept as columns: of most nodes nothing but their status is asked.

    ``ids`` are sorted; to look a few up takes less than to make a table of all.
    """

    def __init__(self, data: memoryview) -> None:
        """Of what ``pack`` made. For anything else anything may be raised."""
        ids, clocks, marks, since, lengths, records, _ = parted(data)
        self.ids: list[str] = json.loads(bytes(ids))
        self._clocks, self._since = numbers("q", clocks), numbers("q", since)
        self._marks = bytes(marks)
        self._records = Pieces(lengths, records, str.splitlines)

    @property
    def codes(self) -> bytes:
        """The status of each node, as its place in ``STATUSES``."""
        return self._marks.translate(_codes)

    def find(self, target: str) -> Row | None:
        """What there is of a node."""
        at = self._place(target)
        return None if at is None else self._row(at)

    def clock(self, target: str) -> int:
        """The highest clock of the events about a node, 0 where there are none."""
        at = self._place(target)
        return 0 if at is None else self._clocks[at]

    def was_graded(self, target: str) -> bool:
        """Whether a node has reviews."""
        at = self._place(target)
        return at is not None and bool(self._marks[at] & _GRADED)

    def rows(self) -> dict[str, Row]:
        """All of it, by node."""
        return {target: self._row(at) for at, target in enumerate(self.ids)}

    def graded(self) -> Iterator[str]:
        """The ids of the nodes that have reviews."""
        return compress(self.ids, self._marks.translate(_reviewed))

    def written(self) -> Iterator[str]:
        """The ids of the nodes that have notes or resources of the reader's own."""
        return compress(self.ids, self._marks.translate(_written))

    def done_before(self, moment: datetime) -> set[str]:
        """The ids of the nodes that were set done before a moment of whole seconds and have no reviews."""
        done = self._marks.translate(_unreviewed)
        early = map(seconds(moment).__gt__, compress(self._since, done))
        return set(compress(compress(self.ids, done), early))

    def _place(self, target: str) -> int | None:
        at = bisect_left(self.ids, target)
        return at if at < len(self.ids) and self.ids[at] == target else None

    def _row(self, at: int) -> Row:
        mark = self._marks[at]
        status, since, told = STATUSES[mark & _CODE], self._since[at], self._records[at]
        return Row(self._clocks[at], status, since, told, bool(mark & _GRADED), bool(mark & _WRITTEN))


def pack(rows: dict[str, Row]) -> bytes:
    """Rows as ``Columns`` reads them."""
    rows = dict(sorted(rows.items()))
    marks = bytes(
        STATUSES.index(row.status) | row.was_graded * _GRADED | row.is_written * _WRITTEN
        for row in rows.values()
    )
    return joined(
        [
            json.dumps(list(rows), separators=(",", ":")).encode(),
            array("q", [row.clock for row in rows.values()]).tobytes(),
            marks,
            array("q", [row.since for row in rows.values()]).tobytes(),
            *packed([row.told for row in rows.values()], _lines),
        ]
    )


def _lines(told: Sequence[Any]) -> str:
    return "".join(f"{line}\n" for line in told)
