"""The burn-up chart: items done against items in the roadmap, drawn with plotext."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from roadmap_tui.core.humanize import MONTHS
from roadmap_tui.core.stats import BurnUpPoint
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import Span, StyledLine

_MIN_WIDTH: Final = 24
_MIN_DAYS: Final = 2
_LABEL_WIDTH: Final = 6  # cells of a label on the date axis and the gap after it
_BOX_TO_ASCII: Final = str.maketrans("─│┌┐└┘├┤┬┴┼", "-|+++++++++")


def burn_up(
    points: Sequence[BurnUpPoint], today: date, size: tuple[int, int], glyphs: Glyphs
) -> list[StyledLine]:
    """Draw the chart in ``size`` cells, width and height; returns no lines if there is too little data.

    The curve is the number of items done, the line above it the number of all items.
    """
    width, height = size
    if not points or width < _MIN_WIDTH or (today - points[0].day).days < _MIN_DAYS:
        return []
    lines = _plot(points, today, width, height, is_ascii=glyphs.is_ascii)
    return [[Span("".join(chars), style) for style, chars in groupby(line, _style)] for line in lines]


def _plot(
    points: Sequence[BurnUpPoint], today: date, width: int, height: int, *, is_ascii: bool
) -> list[str]:
    import plotext as plot  # deferred: it takes 15 ms to load

    first = points[0].day
    days = (today - first).days
    top = max(point.size for point in points)
    plot.clear_figure()
    plot.theme("clear")
    plot.limit_size(False, False)
    plot.plotsize(width, height)
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    plot.plot(*_steps([(point.day, point.size) for point in points], days), marker="-" if is_ascii else "╌")
    plot.plot(*_steps([(point.day, point.done) for point in points], days), marker="*" if is_ascii else "hd")
    plot.ylim(0, top)
    ticks = sorted({0, top // 3, 2 * top // 3, top})
    plot.yticks(ticks, [str(tick) for tick in ticks])
    labels = list(_date_labels(first, today, max(1, width // _LABEL_WIDTH)))
    plot.xticks([day for day, _ in labels], [label for _, label in labels])
    text = plot.uncolorize(plot.build())
    plot.clear_figure()
    lines = [line.rstrip() for line in text.rstrip("\n").split("\n")]
    return [line.translate(_BOX_TO_ASCII) for line in lines] if is_ascii else lines


def _steps(values: Sequence[tuple[date, int]], days: int) -> tuple[list[int], list[int]]:
    """Return the corners of a step curve through dated values: days since the first one, and heights."""
    xs, ys = [0], [values[0][1]]
    for day, value in values:
        x = (day - values[0][0]).days
        xs += [x, x]
        ys += [ys[-1], value]
    return [*xs, days], [*ys, ys[-1]]


def _date_labels(first: date, today: date, limit: int) -> Iterator[tuple[int, str]]:
    """Yield at most ``limit`` labels of the date axis: starts of months, or days if there are too few."""
    days = (today - first).days
    dates = [first + timedelta(days=offset) for offset in range(days + 1)]
    month_starts = [day for day in dates if day.day == 1]
    if len(month_starts) > 1:
        for day in month_starts[:: -(-len(month_starts) // limit)]:
            yield (day - first).days, str(day.year) if day.month == 1 else MONTHS[day.month - 1]
        return
    step = max(1, -(-days // max(1, min(limit, 6) - 1)))
    for offset in range(0, days + 1, step):
        yield offset, f"{dates[offset].day} {MONTHS[dates[offset].month - 1]}"


def _style(char: str) -> str:
    return "bar" if "\u2580" <= char <= "\u259f" or char == "*" else "muted"
