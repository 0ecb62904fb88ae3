"""Statistics of a roadmap: counts by section, active days, pace, burn-up and retention.

They are computed in integers, so that all machines get the same numbers.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from roadmap_tui.core.progress.counts import Counts, StatusCounts
from roadmap_tui.core.progress.events import CustomItemSet
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.states import Key
from roadmap_tui.core.progress.time_tracking import length
from roadmap_tui.core.roadmap.model import Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.settings import Settings
from roadmap_tui.core.stats.activity import (
    ActiveDay,
    Completion,
    Streak,
    active_days,
    all_completions,
    local_study_day,
    streak,
)
from roadmap_tui.core.stats.pace import Pace, pace
from roadmap_tui.core.study_day import study_day

RECENT: Final = timedelta(days=28)
FORECAST_DAYS: Final = 30
_MAX_DEPTH: Final = 1  # of the sections that are listed


class SectionStats(NamedTuple):
    """A section, its counts and the seconds spent on its items; items outside of sections have the id ""."""

    id: str
    title: str
    depth: int
    counts: Counts
    seconds: int


class BurnUpPoint(NamedTuple):
    """The number of items done, and of all items, at the end of a day on which one of them changed."""

    day: date
    done: int
    size: int


class RetentionStats(NamedTuple):
    """The number of reviews, and the number of reviews with a grade above Again."""

    reviews: int = 0
    recalled: int = 0

    @property
    def percent(self) -> int | None:
        """The rounded share that was recalled, None without reviews."""
        return (200 * self.recalled + self.reviews) // (2 * self.reviews) if self.reviews else None


class Statistics(NamedTuple):
    """All statistics of a roadmap as of ``today``; ``days`` and ``streak`` cover all roadmaps.

    ``seconds_by_week`` has the time spent in each week since the first one with any; the last one is this
    week. ``recall_by_month`` has the months with reviews. ``due_by_day`` counts the reviews that come due
    today, tomorrow, …; ``leeches`` has the titles of the items that are forgotten again and again.
    """

    roadmap: str
    title: str
    today: date
    since: date | None
    counts: Counts
    retired: int
    sections: tuple[SectionStats, ...]
    seconds: int
    days: tuple[ActiveDay, ...]
    streak: Streak
    this_week: int
    pace: Pace
    burn_up: tuple[BurnUpPoint, ...]
    retention: RetentionStats
    recent_retention: RetentionStats
    target_percent: int
    seconds_by_week: tuple[int, ...] = ()
    recall_by_month: tuple[tuple[date, RetentionStats], ...] = ()
    due_by_day: tuple[int, ...] = ()
    leeches: tuple[str, ...] = ()


def statistics(
    progress: Progress,
    roadmap: tuple[str, str],
    tree: FlatTree,
    counts: StatusCounts,
    now: datetime,
    settings: Settings,
    since: date | None = None,
) -> Statistics:
    """Return the statistics of a roadmap, given by id and title, with its tree and counts, as of ``now``.

    ``since`` leaves out earlier days, except from the streak, the pace and the counts.
    """
    return _Calculator(progress, roadmap[0], tree, counts, now, settings.day_start, since).statistics(
        roadmap[1], round(settings.retention * 100)
    )


class _Calculator(NamedTuple):
    """Computes the statistics; ``day_start`` is in minutes after midnight."""

    progress: Progress
    roadmap: str
    tree: FlatTree
    status_counts: StatusCounts
    now: datetime
    day_start: int
    since: date | None

    def statistics(self, title: str, target_percent: int) -> Statistics:
        """Compute all statistics."""
        today = study_day(self.now, self.now.tzinfo, self.day_start)
        by_item = all_completions(self.progress, self.day_start)
        is_counted = self.status_counts.is_counted
        own = [by_item[key] for key in by_item if key[0] == self.roadmap and is_counted(key[1])]
        counts = self.status_counts.counts_for(-1)
        reviews = {key: self.progress.reviews(*key) for key in by_item}
        days = active_days(self.progress, by_item, reviews, self.day_start, today)
        monday = today - timedelta(days=today.weekday())
        done_on = [
            found[-1].day for found in own if found and found[-1].delta > 0 and not found[-1].is_placed
        ]
        sections = self._sections()
        recalled_on = self._recalled_on(reviews)
        return Statistics(
            roadmap=self.roadmap,
            title=title,
            today=today,
            since=self.since,
            counts=counts,
            retired=self.tree.retired,
            sections=sections,
            seconds=sum(section.seconds for section in sections if section.depth == 0),
            days=tuple(day for day in days if self._is_included(day.day)),
            streak=streak(days, today, self.now),
            this_week=sum(monday <= day.day <= today for day in days),
            pace=pace(done_on, counts.total - counts.done, today),
            burn_up=self._burn_up(own, counts, today),
            retention=_retention(recalled for day, recalled in recalled_on if self._is_included(day)),
            recent_retention=_retention(recalled for day, recalled in recalled_on if day > today - RECENT),
            target_percent=target_percent,
            seconds_by_week=self._seconds_by_week(today),
            recall_by_month=_by_month(
                (day, recalled) for day, recalled in recalled_on if self._is_included(day)
            ),
        )

    def _is_included(self, day: date) -> bool:
        return self.since is None or day >= self.since

    def _sections(self) -> tuple[SectionStats, ...]:
        """Return the sections in tree order, then items outside of sections and retired ones as two more."""
        tree = self.tree
        spent, retired_seconds = self._seconds_by_branch()
        sections, loose, loose_seconds = [], Counts(), 0
        for index, node in enumerate(tree.nodes[: tree.active_count]):
            depth, seconds = tree.depths[index], spent.get(index, 0)
            if depth > _MAX_DEPTH or (depth and not isinstance(node, Section)):
                continue
            counts = self.status_counts.counts_for(index)
            if not isinstance(node, Section):
                loose += counts
                loose_seconds += seconds
            elif any(counts) or seconds:
                sections.append(SectionStats(node.id, node.title, depth, counts, seconds))
        if any(loose):
            sections.append(SectionStats("", "In no section", 0, loose, loose_seconds))
        if retired_seconds:
            sections.append(SectionStats("", "No longer in the roadmap", 0, Counts(), retired_seconds))
        return tuple(sections)

    def _seconds_by_branch(self) -> tuple[dict[int, int], int]:
        """Return the seconds spent on each branch, by index, and the seconds spent on retired items."""
        spent: dict[int, int] = {}
        retired = 0
        for target in self.progress.ids_with_events(self.roadmap):
            seconds = sum(
                length(interval, self.now)
                for interval in self.progress.timings(self.roadmap, target)
                if self._is_included(local_study_day(interval.start, self.day_start))
            )
            index = self.tree.index_of.get(target, -1)
            if not 0 <= index < self.tree.active_count:
                retired += seconds
                continue
            while index >= 0:
                spent[index] = spent.get(index, 0) + seconds
                index = self.tree.parents[index]
        return spent, retired

    def _seconds_by_week(self, today: date) -> tuple[int, ...]:
        weeks: dict[int, int] = {}
        monday = today - timedelta(days=today.weekday())
        for target in self.progress.ids_with_events(self.roadmap):
            for interval in self.progress.timings(self.roadmap, target):
                day = local_study_day(interval.start, self.day_start)
                if self._is_included(day) and (seconds := length(interval, self.now)):
                    back = max(0, (monday - day + timedelta(days=6)).days // 7)
                    weeks[back] = weeks.get(back, 0) + seconds
        return tuple(weeks.get(back, 0) for back in range(max(weeks, default=-1), -1, -1))

    def _burn_up(
        self, by_item: list[list[Completion]], counts: Counts, today: date
    ) -> tuple[BurnUpPoint, ...]:
        """Return the burn-up chart; the last point has today's counts.

        The log does not record earlier sizes of the roadmap: it is assumed to have had today's size, except
        for custom items, which count from the day they were added.
        """
        done: dict[date, int] = {}
        for completion in (completion for found in by_item for completion in found):
            day = min(completion.day, today)
            done[day] = done.get(day, 0) + completion.delta
        if not done:
            return ()
        added = sorted(min(day, today) for day in self._custom_items_added())
        points, total = [], 0
        for day in sorted({*done, today, *(day for day in added if day > min(done))}):
            total += done.get(day, 0)
            points.append(BurnUpPoint(day, total, counts.total - len(added) + bisect_right(added, day)))
        if self.since is None:
            return tuple(points)
        before = [point for point in points if point.day < self.since]
        points = [point for point in points if point.day >= self.since]
        if before and (not points or points[0].day > self.since):
            points.insert(0, before[-1]._replace(day=self.since))
        return tuple(points)

    def _custom_items_added(self) -> Iterator[date]:
        for item in self.progress.custom_items(self.roadmap):
            status = self.progress.state(self.roadmap, item.id).status
            if item.id in self.tree.index_of and status != "skipped":
                actions = self.progress.active_actions(self.roadmap, item.id)
                added = next(action for action in actions if isinstance(action, CustomItemSet))
                yield local_study_day(added.stamp.at, self.day_start)

    def _recalled_on(self, reviews: Mapping[Key, Sequence[tuple[datetime, int]]]) -> list[tuple[date, bool]]:
        """Return (day, recalled) for the first review of each item on each day."""
        found: list[tuple[date, bool]] = []
        for (roadmap, _), of_item in reviews.items():
            first: dict[date, bool] = {}
            for at, rating in of_item if roadmap == self.roadmap else ():
                first.setdefault(local_study_day(at, self.day_start), rating > 1)
            found.extend(first.items())
        return found


def _retention(recalled: Iterable[bool]) -> RetentionStats:
    results = list(recalled)
    return RetentionStats(len(results), sum(results))


def _by_month(reviews: Iterable[tuple[date, bool]]) -> tuple[tuple[date, RetentionStats], ...]:
    months: dict[date, list[bool]] = {}
    for day, recalled in reviews:
        months.setdefault(day.replace(day=1), []).append(recalled)
    return tuple((month, _retention(months[month])) for month in sorted(months))
