"""The burn-up chart: items done against items in the roadmap, and the forecast, drawn with plotext."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from roadmap_tui.core.humanize import MONTHS
from roadmap_tui.core.stats import BurnUpPoint
from roadmap_tui.core.stats.pace import Finish
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import Span, StyledLine

_MIN_WIDTH: Final = 24
_MIN_DAYS: Final = 2
_LABEL_WIDTH: Final = 6  # cells of a label on the date axis and the gap after it
_BOX_TO_ASCII: Final = str.maketrans("─│┌┐└┘├┤┬┴┼", "-|+++++++++")


def burn_up(
    points: Sequence[BurnUpPoint],
    today: date,
    size: tuple[int, int],
    glyphs: Glyphs,
    finish: Finish | None = None,
) -> list[StyledLine]:
    """Draw the chart in ``size`` cells, width and height; returns no lines if there is too little data.

    The curve is the number of items done, the line above it the number of all items. From today on, dotted
    lines lead to the earliest and to the latest finish; at most half of the chart is the future.
    """
    width, height = size
    if not points or width < _MIN_WIDTH or (today - points[0].day).days < _MIN_DAYS:
        return []
    days = (today - points[0].day).days
    future = min(days, ((finish.latest or finish.expected) - today).days) if finish else 0
    text = _plot(points, days, future, (width, height), finish, is_ascii=glyphs.is_ascii)
    margin = len(str(max(point.size for point in points))) + 1
    now = margin + round((width - margin - 1) * days / (days + future)) + 1
    return [[*_spans(line[:now], "bar"), *_spans(line[now:], "accent")] for line in text]


def _spans(text: str, curve_style: str) -> Iterator[Span]:
    for is_curve, chars in groupby(text, lambda char: "\u2800" < char <= "\u28ff" or char == "*"):
        yield Span("".join(chars), curve_style if is_curve else "muted")


def _plot(
    points: Sequence[BurnUpPoint],
    days: int,
    future: int,
    size: tuple[int, int],
    finish: Finish | None,
    *,
    is_ascii: bool,
) -> list[str]:
    import plotext as plot  # deferred: it takes 15 ms to load

    first, last = points[0].day, points[-1]
    marker = "*" if is_ascii else "braille"
    top = max(point.size for point in points)
    plot.clear_figure()
    plot.theme("clear")
    plot.limit_size(False, False)
    plot.plotsize(*size)
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    sizes = [*((point.day, point.size) for point in points), (first + timedelta(days + future), last.size)]
    plot.plot(*_steps(sizes), marker="-" if is_ascii else "╌")
    done = [*((point.day, point.done) for point in points), (first + timedelta(days), last.done)]
    plot.plot(*_steps(done), marker=marker)
    if finish and future:
        for day in sorted({finish.earliest, finish.latest or finish.expected}):  # in one order: dots merge
            ahead = max(1, (day - first).days - days)
            dots = max(1, ahead * size[0] // (days + future))  # one a column
            shares = [step / dots for step in range(1, dots + 1) if ahead * step / dots <= future]
            xs = [days + ahead * share for share in shares]
            plot.scatter(xs, [last.done + (last.size - last.done) * share for share in shares], marker=marker)
    plot.xlim(0, days + future)
    plot.ylim(0, top)
    ticks = sorted({0, top // 3, 2 * top // 3, top})
    plot.yticks(ticks, [str(tick) for tick in ticks])
    labels = list(_date_labels(first, days + future, max(1, size[0] // _LABEL_WIDTH)))
    plot.xticks([day for day, _ in labels], [label for _, label in labels])
    text = plot.uncolorize(plot.build())
    plot.clear_figure()
    lines = [line.rstrip() for line in text.rstrip("\n").split("\n")]
    return [line.translate(_BOX_TO_ASCII) for line in lines] if is_ascii else lines


def _steps(values: Sequence[tuple[date, int]]) -> tuple[list[int], list[int]]:
    """Return the corners of a step curve through dated values: days since the first one, and heights."""
    xs, ys = [0], [values[0][1]]
    for day, value in values:
        x = (day - values[0][0]).days
        xs += [x, x]
        ys += [ys[-1], value]
    return xs, ys


def _date_labels(first: date, days: int, limit: int) -> Iterator[tuple[int, str]]:
    """Yield labels of the date axis, at most ``limit``: months, or days if the axis has too few months."""
    dates = [first + timedelta(days=offset) for offset in range(days + 1)]
    month_starts = [day for day in dates if day.day == 1]
    if len(month_starts) > 1:
        for day in month_starts[:: -(-len(month_starts) // limit)]:
            yield (day - first).days, str(day.year) if day.month == 1 else MONTHS[day.month - 1]
        return
    step = max(1, -(-days // max(1, min(limit, 6) - 1)))
    for offset in range(0, days + 1, step):
        yield offset, f"{dates[offset].day} {MONTHS[dates[offset].month - 1]}"
