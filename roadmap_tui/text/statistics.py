"""What the statistics say, as lines of a width: for the screen and for the command line."""

from __future__ import annotations

from datetime import date
from typing import Final

from roadmap_tui.core.stats import RetentionStats, SectionStats, Statistics
from roadmap_tui.text.burn_up import burn_up
from roadmap_tui.text.format import format_date, format_duration, pluralize
from roadmap_tui.text.heatmap import heatmap, weeks_in
from roadmap_tui.text.styled_text import (
    Glyphs,
    Span,
    StyledLine,
    cells,
    justify,
    progress_bar,
    truncate,
    truncate_line,
    wrap,
)

_WIDEST: Final = 116
_BAR: Final = 16
_COUNT: Final = 8
_HOURS: Final = 10
_CHART_HEIGHT: Final = 12


def stats_lines(stats: Statistics, width: int, glyphs: Glyphs) -> list[StyledLine]:
    """Everything about a roadmap on a page of so many cells across, as long as it gets."""
    width = max(1, min(width, _WIDEST))
    writer = _StatisticsWriter(stats, width, glyphs)
    writer.number()
    writer.days()
    writer.pace()
    writer.burn_up()
    writer.sections()
    writer.reviews()
    return [truncate_line(line, width) for line in writer.lines]


class _StatisticsWriter:
    def __init__(self, stats: Statistics, width: int, glyphs: Glyphs) -> None:
        self.stats = stats
        self.width = width
        self.glyphs = glyphs
        self.lines: list[StyledLine] = []

    def _head(self, words: str, right: str = "") -> None:
        if self.lines:
            self.lines.append([])
        self.lines.append(justify([Span(words, "accent")], [Span(right, "muted")], self.width))

    def _say(self, words: str, role: str = "") -> None:
        self.lines.extend([Span(line, role)] for line in wrap(words, self.width))

    def number(self) -> None:
        stats, tally, dot = self.stats, self.stats.counts, self.glyphs.separator
        self._head(truncate(stats.title, self.width, self.glyphs.ellipsis))
        if stats.since:
            self._say(f"Days, chart, hours and reviews since {self._day(stats.since)}", "muted")
        label = f"{tally.done}/{tally.total} {dot} {tally.percent}% "
        bar = progress_bar(tally.done, tally.total, self.width - len(label), self.glyphs)
        self.lines.append([Span(label, "strong"), *bar])
        gone = f" {dot} retired {stats.retired}, not counted" if stats.retired else ""
        self._say(tally.summary() + gone, "muted")

    def days(self) -> None:
        stats = self.stats
        weeks = f"what was done, reviewed, timed; {weeks_in(self.width)} weeks, all roadmaps"
        self._head("Days of study", weeks if stats.days else "")
        if not stats.days:
            since = f" since {self._day(stats.since)}" if stats.since else " yet"
            self._say(f"Nothing was done, reviewed or timed{since}.", "muted")
        else:
            self.lines.extend(heatmap(stats.days, stats.today, self.width, self.glyphs, stats.since))
        if stats.streak.longest:
            self._say(self._streak())

    def _streak(self) -> str:
        stats, streak = self.stats, self.stats.streak
        today = bool(stats.days) and stats.days[-1].day >= stats.today
        if streak.now:
            words = f"Streak {pluralize(streak.now, 'day')}, {'today too' if today else 'today still open'}"
        else:
            words = "No streak just now"
        so_far = stats.today.weekday() + 1
        return (
            f"{words}; longest {streak.longest}. This week {stats.this_week} of {pluralize(so_far, 'day')}."
        )

    def pace(self) -> None:
        pace = self.stats.pace
        self._head("Pace")
        left = self.stats.counts.total - self.stats.counts.done
        if pace.weeks:
            whole, tenth = divmod(pace.per_week_x10, 10)
            number = f"{whole}.{tenth}" if tenth else f"{whole}"
            each = ", ".join(map(str, pace.weeks))
            items = "item" if pace.per_week_x10 == 10 else "items"
            weeks = f"{len(pace.weeks)} weeks" if len(pace.weeks) > 1 else "week"
            self._say(f"{number} {items} a week over the last {weeks} ({each}); {left} left.")
        if pace.finish is None:
            done = "All is done." if self.stats.counts.total else "There is nothing to do."
            self._say(f"No finish date yet: {pace.missing}." if left else done, "muted")
            return
        finish, half = pace.finish, len(pace.weeks) // 2
        expected, earliest = self._day(finish.expected), self._day(finish.earliest)
        some = "" if half == 1 else f" {half}"
        fastest = f"{earliest}, as in the fastest{some} of these weeks"
        self.lines.append([Span("At that pace all is done on "), Span(expected, "strong"), Span(".")])
        if finish.latest is None:
            words = f"Not before {fastest}; in the slowest{some} nothing was done: no telling how late."
        else:
            words = f"Between {fastest}, and {self._day(finish.latest)}, as in the slowest{some}."
        self._say(words, "muted")

    def burn_up(self) -> None:
        stats = self.stats
        chart = burn_up(stats.burn_up, stats.today, (self.width, _CHART_HEIGHT), self.glyphs)
        if chart:
            self._head("Items done, of all there are")
            self.lines.extend(chart)

    def sections(self) -> None:
        stats = self.stats
        self._head("Sections", f"{format_duration(stats.seconds)} in all" if stats.seconds else "")
        beside = _COUNT + (_HOURS if stats.seconds else 0) + 1
        longest = max((cells(part.title) + 2 * part.depth for part in stats.sections), default=0)
        title = min(longest, max(1, self.width - beside - _BAR))
        bar = max(1, self.width - beside - title)
        for part in stats.sections:
            self.lines.append(self._section(part, title, bar))

    def _section(self, part: SectionStats, title_width: int, bar_width: int) -> StyledLine:
        tally = part.counts
        title = truncate("  " * part.depth + part.title, title_width, self.glyphs.ellipsis)
        line = justify([Span(title, "" if part.depth else "strong")], [], title_width)
        bar = progress_bar(tally.done, tally.total, bar_width, self.glyphs)
        count = f"{tally.done}/{tally.total}" if tally.total else ""
        line += [Span(" "), *(bar if tally.total else [Span(" " * bar_width)]), Span(f"{count:>{_COUNT}}")]
        if part.seconds:
            line.append(Span(f"{format_duration(part.seconds):>{_HOURS}}", "muted"))
        return line

    def reviews(self) -> None:
        stats = self.stats
        self._head("Reviews", f"{stats.target_percent}% wanted" if stats.retention.reviews else "")
        if not stats.retention.reviews:
            self._say("Nothing was reviewed yet." if not stats.since else "Nothing was reviewed.", "muted")
            return
        since = f"since {self._day(stats.since)}" if stats.since else "in all"
        self._recalled(stats.retention, since)
        self._recalled(stats.recent_retention, "in the last 4 weeks")

    def _recalled(self, recall: RetentionStats, when: str) -> None:
        if recall.percent is None:
            self._say(f"Nothing was reviewed {when}.", "muted")
            return
        share = Span(f"{recall.percent:>3}%", "strong")
        self.lines.append(
            [share, Span(f" recalled {when}: {recall.recalled:,} of {pluralize(recall.reviews, 'review')}")]
        )

    def _day(self, day: date | None) -> str:
        return format_date(day, self.stats.today) if day else ""
