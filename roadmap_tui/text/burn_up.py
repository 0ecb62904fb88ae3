"""The burn-up chart: items done against the items there are, drawn with plotext."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from roadmap_tui.core.stats import BurnUpPoint
from roadmap_tui.text.format import MONTHS
from roadmap_tui.text.styled_text import ASCII, Glyphs, Span, StyledLine

_NARROWEST: Final = 24
_FEWEST_DAYS: Final = 2
_LABEL: Final = 6  # cells that a name below needs, with its distance to the next
_FRAME: Final = str.maketrans("─│┌┐└┘├┤┬┴┼", "-|+++++++++")
_SIZE: Final = "╌"
_SIZE_ASCII: Final = "-"


def burn_up(
    points: Sequence[BurnUpPoint], today: date, size: tuple[int, int], glyphs: Glyphs
) -> list[StyledLine]:
    """The chart as lines, of a width and a height in cells; none where there is nothing to see.

    The curve is what was done, the line above it how much there was.
    """
    width, height = size
    if not points or width < _NARROWEST or (today - points[0].day).days < _FEWEST_DAYS:
        return []
    return [_coloured(line) for line in _drawn(points, today, width, height, glyphs)]


def _drawn(points: Sequence[BurnUpPoint], today: date, width: int, height: int, glyphs: Glyphs) -> list[str]:
    # Here and not above: it takes 15 ms to load, and is wanted on this screen only.
    import plotext as plot

    plain = glyphs is ASCII
    first = points[0].day
    days = (today - first).days
    top = max(point.size for point in points)
    plot.clear_figure()
    plot.theme("clear")
    plot.limit_size(False, False)
    plot.plotsize(width, height)
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    plot.plot(*_stairs(points, "size", days), marker=_SIZE_ASCII if plain else _SIZE)
    plot.plot(*_stairs(points, "done", days), marker="*" if plain else "hd")
    plot.ylim(0, top)
    steps = sorted({0, top // 3, 2 * top // 3, top})
    plot.yticks(steps, [str(step) for step in steps])
    names = list(_names(first, today, max(1, width // _LABEL)))
    plot.xticks([at for at, _ in names], [name for _, name in names])
    text = plot.uncolorize(plot.build())
    plot.clear_figure()
    lines = [line.rstrip() for line in text.rstrip("\n").split("\n")]
    return [line.translate(_FRAME) for line in lines] if plain else lines


def _stairs(points: Sequence[BurnUpPoint], what: str, days: int) -> tuple[list[int], list[int]]:
    """The corners of a curve that only changes at points: days from the first, and values."""
    across: list[int] = []
    up: list[int] = []
    for point in points:
        at, value = (point.day - points[0].day).days, getattr(point, what)
        if up and up[-1] != value:
            across.append(at)
            up.append(up[-1])
        across.append(at)
        up.append(value)
    return [*across, days], [*up, up[-1]]


def _names(first: date, today: date, most: int) -> Iterator[tuple[int, str]]:
    """What stands below: the beginnings of months, or days where there are none; at most so many."""
    days = (today - first).days
    begins = [first + timedelta(days=at) for at in range(days + 1)]
    begins = [day for day in begins if day.day == 1]
    if len(begins) > 1:
        for day in begins[:: -(-len(begins) // most)]:
            yield (day - first).days, str(day.year) if day.month == 1 else MONTHS[day.month - 1]
        return
    step = max(1, -(-days // max(1, min(most, 6) - 1)))
    for at in range(0, days + 1, step):
        day = first + timedelta(days=at)
        yield at, f"{day.day} {MONTHS[day.month - 1]}"


def _coloured(text: str) -> StyledLine:
    return [Span("".join(letters), role) for role, letters in groupby(text, _role)]


def _role(sign: str) -> str:
    return "bar" if "\u2580" <= sign <= "\u259f" or sign == "*" else "muted"
