"""The statistics page as styled lines, for the screen and the command line."""

from datetime import date
from typing import Final

from roadmap_tui.core.humanize import MONTHS, format_date, format_duration, pluralize, strip_parenthesis
from roadmap_tui.core.stats import RetentionStats, SectionStats, Statistics
from roadmap_tui.text.burn_up import burn_up
from roadmap_tui.text.columns import column_chart
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.heatmap import heatmap
from roadmap_tui.text.styled_text import (
    Span,
    StyledLine,
    cells,
    justify,
    length,
    progress_bar,
    truncate,
    truncate_line,
    wrap,
)

_MAX_WIDTH: Final = 116
_MIN_BAR_WIDTH: Final = 16
_COUNT_WIDTH: Final = 8
_HOURS_WIDTH: Final = 10
_CHART_HEIGHT: Final = 12
_MAX_WEEKS: Final = 26
_RECENT_WEEKS: Final = 4
_MAX_MONTHS: Final = 12
_MAX_LEECHES: Final = 6
_RECALL_WIDTH: Final = 15  # percentage and number of reviews beside a bar
_CLOSE: Final = 5  # percent


def render_statistics(stats: Statistics, width: int, glyphs: Glyphs) -> list[StyledLine]:
    """Render all statistics, ``width`` cells wide at most."""
    width = max(1, min(width, _MAX_WIDTH))
    writer = _StatisticsWriter(stats, width, glyphs)
    writer.add_headline()
    writer.add_days()
    writer.add_pace()
    writer.add_burn_up()
    writer.add_hours()
    writer.add_sections()
    writer.add_recall()
    writer.add_load()
    return [truncate_line(line, width) for line in writer.lines]


class _StatisticsWriter:
    """Collects the lines of the page, one method per section."""

    def __init__(self, stats: Statistics, width: int, glyphs: Glyphs) -> None:
        self.stats = stats
        self.width = width
        self.glyphs = glyphs
        self.lines: list[StyledLine] = []

    def _add_heading(self, text: str, right: str = "") -> None:
        if self.lines:
            self.lines.append([])
        self.lines.append(justify([Span(text, "accent")], [Span(right, "muted")], self.width))

    def _add_text(self, text: str, style: str = "") -> None:
        self.lines.extend([Span(line, style)] for line in wrap(text, self.width))

    def add_headline(self) -> None:
        """Add the title and the progress."""
        stats, counts, dot = self.stats, self.stats.counts, self.glyphs.separator
        self._add_heading(truncate(stats.title, self.width, self.glyphs.ellipsis))
        if stats.since:
            self._add_text(f"Days, chart, hours and reviews since {self._day(stats.since)}", "muted")
        label = f"{counts.done}/{counts.total} {dot} {counts.percent}% "
        bar_width = self.width - len(label)
        bar = progress_bar(counts.done, counts.total, bar_width, self.glyphs) if counts.done else []
        self.lines.append([Span(label, "strong"), *bar])
        retired = f" {dot} retired {stats.retired}, not counted" if stats.retired else ""
        self._add_text(counts.summary() + retired, "muted")

    def add_days(self) -> None:
        """Add the heatmap and the streaks."""
        stats = self.stats
        self._add_heading("Activity", "all roadmaps" if stats.days else "")
        if not stats.days:
            since = f" since {self._day(stats.since)}" if stats.since else " yet"
            self._add_text(f"No activity{since}.", "muted")
        else:
            self.lines.extend(heatmap(stats.days, stats.today, self.width, self.glyphs, stats.since))
            self._add_text("The fuller a day, the more was done, reviewed and timed on it.", "muted")
        if stats.streak.longest:
            self._add_text(self._streak())

    def _streak(self) -> str:
        stats, streak = self.stats, self.stats.streak
        has_today = bool(stats.days) and stats.days[-1].day >= stats.today
        today = "today included" if has_today else "not yet today"
        text = f"Streak {pluralize(streak.now, 'day')}, {today}" if streak.now else "No current streak"
        days_so_far = stats.today.weekday() + 1
        this_week = f"{stats.this_week} of {pluralize(days_so_far, 'day')}"
        return f"{text}, best {streak.longest}. This week {this_week}."

    def add_pace(self) -> None:
        """Add the items done a week and the forecast."""
        pace = self.stats.pace
        self._add_heading("Pace")
        left = self.stats.counts.total - self.stats.counts.done
        if pace.weeks:
            number = f"{pace.per_week_x10 / 10:g}"
            per_week = ", ".join(map(str, pace.weeks))
            items = "item" if pace.per_week_x10 == 10 else "items"
            weeks = f"{len(pace.weeks)} weeks" if len(pace.weeks) > 1 else "week"
            self._add_text(f"{number} {items} a week over the last {weeks} ({per_week}); {left} left.")
        if pace.finish is None:
            done = "Everything is done." if self.stats.counts.total else "There is nothing to do."
            self._add_text(f"No finish date yet: {pace.missing}." if left else done, "muted")
            return
        finish = pace.finish
        expected, earliest = self._day(finish.expected), self._day(finish.earliest)
        self.lines.append([Span("At this pace you finish on "), Span(expected, "strong"), Span(".")])
        if finish.latest is None:
            text = f"Not before {earliest}; no latest date, because nothing was done in the slowest weeks."
        else:
            text = f"Range {earliest} – {self._day(finish.latest)}."
        self._add_text(text, "muted")

    def add_burn_up(self) -> None:
        """Add the burn-up chart."""
        stats, size = self.stats, (self.width, _CHART_HEIGHT)
        finish = stats.pace.finish
        if not (chart := burn_up(stats.burn_up, stats.today, size, self.glyphs, finish)):
            return
        self._add_heading("Progress over time")
        self.lines.extend(chart)
        forecast = "; the dots are the forecast, from the fastest weeks to the slowest" if finish else ""
        self._add_text(f"The curve is what is done, the line above it all there is{forecast}.", "muted")

    def add_hours(self) -> None:
        """Add the hours of each week."""
        weeks = self.stats.seconds_by_week[-_MAX_WEEKS:]
        highest = format_duration(max(weeks, default=0))
        first = "this week" if len(weeks) == 1 else f"{pluralize(len(weeks) - 1, 'week')} ago"
        axis = (first, "this week" if len(weeks) > 1 else "")
        if not (chart := column_chart(weeks, self.width, self.glyphs, highest, axis)):
            return
        self._add_heading("Hours a week", f"{format_duration(sum(self.stats.seconds_by_week))} in total")
        self.lines.extend(chart)
        recent = weeks[-_RECENT_WEEKS:]
        mean = format_duration(sum(recent) // len(recent))
        self._add_text(f"{mean} a week over the last {pluralize(len(recent), 'week')}.", "muted")

    def add_sections(self) -> None:
        """Add the progress and hours of each section."""
        stats = self.stats
        sections = [
            part for part in stats.sections if part.seconds or part.counts.done or part.counts.of("doing")
        ]
        if not sections:
            return
        self._add_heading("Sections", f"{format_duration(stats.seconds)} in total" if stats.seconds else "")
        other_columns = _COUNT_WIDTH + (_HOURS_WIDTH if stats.seconds else 0) + 1
        longest = max((cells(part.title) + 2 * part.depth for part in sections), default=0)
        title_width = min(longest, max(1, self.width - other_columns - _MIN_BAR_WIDTH))
        bar_width = max(1, self.width - other_columns - title_width)
        self.lines += [self._section(part, title_width, bar_width) for part in sections]
        self._add_text("Those that you have begun: items done, and time spent.", "muted")

    def _section(self, part: SectionStats, title_width: int, bar_width: int) -> StyledLine:
        counts = part.counts
        title = truncate("  " * part.depth + part.title, title_width, self.glyphs.ellipsis)
        line = justify([Span(title, "" if part.depth else "strong")], [], title_width)
        bar = progress_bar(counts.done, counts.total, bar_width, self.glyphs)
        count = f"{counts.done}/{counts.total}" if counts.total else ""
        drawn = bar if counts.total else [Span(" " * bar_width)]
        line += [Span(" "), *drawn, Span(f"{count:>{_COUNT_WIDTH}}")]
        if part.seconds:
            line.append(Span(f"{format_duration(part.seconds):>{_HOURS_WIDTH}}", "muted"))
        return line

    def add_recall(self) -> None:
        """Add the recall of each month against the target."""
        stats, target = self.stats, self.stats.target_percent
        self._add_heading("Recall", f"{target}% target" if stats.retention.reviews else "")
        if not stats.retention.reviews:
            self._add_text(f"No reviews{'' if stats.since else ' yet'}.", "muted")
            return
        self.lines += [self._month(*month) for month in stats.recall_by_month[-_MAX_MONTHS:]]
        self._add_recall(stats.retention, f"since {self._day(stats.since)}" if stats.since else "in total")
        self._add_recall(stats.recent_retention, "in the last 4 weeks")
        percent = stats.recent_retention.percent
        if percent is not None:
            self._add_text(_meaning(percent, target), "muted")
        if stats.leeches:
            titles = ", ".join(map(strip_parenthesis, stats.leeches[:_MAX_LEECHES]))
            more = len(stats.leeches) - _MAX_LEECHES
            titles += f" and {more} more" if more > 0 else ""
            self._add_text(f"Forgotten often: {titles}. Split them, or write a better question.")

    def _month(self, month: date, recall: RetentionStats) -> StyledLine:
        """Draw the recall of a month, with the target as a mark in the bar."""
        percent = recall.percent or 0
        label = f"{MONTHS[month.month - 1]} {month.year} "
        count = f" {percent:>3}%  of {recall.reviews:,}"
        width = max(1, self.width - len(label) - _RECALL_WIDTH)
        style = "bar" if percent + _CLOSE >= self.stats.target_percent else "doing"
        bar = progress_bar(percent, 100, width, self.glyphs)
        drawn = "".join(span.text for span in bar)
        mark = min(width - 1, width * self.stats.target_percent // 100)
        full = length([bar[0]])
        spans = [
            Span(drawn[:mark][:full], style),
            Span(drawn[full:mark], "bar-rest"),
            Span(self.glyphs.vline, "strong"),
            Span(drawn[mark + 1 : max(full, mark + 1)], style),
            Span(drawn[max(full, mark + 1) :], "bar-rest"),
        ]
        return [Span(label, "muted"), *(span for span in spans if span.text), Span(count)]

    def add_load(self) -> None:
        """Add the reviews of the next days."""
        due = self.stats.due_by_day
        axis = ("today", f"in {len(due) - 1} days")
        if chart := column_chart(due, self.width, self.glyphs, str(max(due, default=0)), axis):
            self._add_heading("Reviews to come", f"{due[0]} due now")
            self.lines.extend(chart)
            total = pluralize(sum(due), "review")
            self._add_text(
                f"{total} in the next {len(due)} days, without those that later grades will add.", "muted"
            )

    def _add_recall(self, recall: RetentionStats, when: str) -> None:
        if recall.percent is None:
            self._add_text(f"No reviews {when}.", "muted")
            return
        count = f" recalled {when}: {recall.recalled:,} of {pluralize(recall.reviews, 'review')}"
        self.lines.append([Span(f"{recall.percent:>3}%", "strong"), Span(count)])

    def _day(self, day: date | None) -> str:
        return format_date(day, self.stats.today) if day else ""


def _meaning(percent: int, target: int) -> str:
    """Return what the recall of the last weeks means for the dates of reviews."""
    if percent + _CLOSE < target:
        return "Below the target: reviews come too late for you; a higher review.retention helps."
    if percent > target + _CLOSE:
        return "Above the target: you could review less often; a lower review.retention does that."
    return "Close to the target: reviews come when you are about to forget."
