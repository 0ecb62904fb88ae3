"""What the log says about the study as a whole: how much, on which days, how fast, how well remembered.

All of it is a function of the *set* of events, of the roadmap and of the time: the same log gives the
same figures on every machine, in whatever order and in however many files its events came. Shares and
paces are whole numbers, so that no machine rounds them otherwise.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from roadmap_tui.core.progress.counts import Counts, StatusCounts
from roadmap_tui.core.progress.events import CustomItemSet
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.progress.time_tracking import length
from roadmap_tui.core.roadmap.model import Item, Section
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

__all__ = [
    "ActiveDay",
    "BurnUpPoint",
    "Pace",
    "RetentionStats",
    "SectionStats",
    "Statistics",
    "Streak",
    "statistics",
]

RECENT: Final = timedelta(days=28)
_DEEPEST: Final = 1


class SectionStats(NamedTuple):
    """A section: how far it is, and the seconds spent on the items in it.

    What stands in no section, and what has left the roadmap, has a part of its own without an id.
    """

    id: str
    title: str
    depth: int
    tally: Counts
    seconds: int


class BurnUpPoint(NamedTuple):
    """A day on which the number of items done, or of items there are, changed: both at its end."""

    day: date
    done: int
    size: int


class RetentionStats(NamedTuple):
    """Items that came up for review, and how many of them were recalled."""

    reviews: int = 0
    recalled: int = 0

    @property
    def percent(self) -> int | None:
        """The share that was recalled, 0 to 100, rounded; None of nothing."""
        return (200 * self.recalled + self.reviews) // (2 * self.reviews) if self.reviews else None


class Statistics(NamedTuple):
    """Everything there is to say of a roadmap on a day.

    ``days`` and ``streak`` are of all roadmaps, for a day of study is one whatever was studied; all
    else is of this one. ``wanted`` is the share of recalls the reader asked for, in percent.
    """

    roadmap: str
    title: str
    today: date
    since: date | None
    tally: Counts
    retired: int
    parts: tuple[SectionStats, ...]
    seconds: int
    days: tuple[ActiveDay, ...]
    streak: Streak
    this_week: int
    pace: Pace
    burn_up: tuple[BurnUpPoint, ...]
    recall: RetentionStats
    recent_recall: RetentionStats
    wanted: int


def statistics(
    progress: Progress,
    roadmap: tuple[str, str],
    tree: FlatTree,
    counts: StatusCounts,
    now: datetime,
    settings: Settings,
    since: date | None = None,
) -> Statistics:
    """The statistics of a roadmap, given by its id and title, as of ``now``.

    ``order`` is the roadmap laid out with the reader's own items and what is retired, ``counts`` are of
    it. ``since`` leaves out the days before it, from the days, the hours, the burn-up and the reviews;
    the streak, the pace and the counts have their own time.
    """
    name, title = roadmap
    start = settings.day_start
    today = study_day(now, now.tzinfo, start)
    turned = all_completions(progress, start)
    own = [turned[key] for key in turned if key[0] == name and _is_item(tree, key[1])]
    tally = counts.counts_for(-1)
    days = active_days(progress, turned, start, today)
    monday = today - timedelta(days=today.weekday())
    done_on = [one[-1].day for one in own if one and one[-1].by > 0]
    parts, seconds = _parts(progress, name, tree, counts, (start, now), since)
    reviews = _reviews(progress, name, start)
    return Statistics(
        roadmap=name,
        title=title,
        today=today,
        since=since,
        tally=tally,
        retired=tree.retired,
        parts=parts,
        seconds=seconds,
        days=tuple(day for day in days if since is None or day.day >= since),
        streak=streak(days, today, now),
        this_week=sum(monday <= day.day <= today for day in days),
        pace=pace(done_on, tally.total - tally.done, today),
        burn_up=_burn_up(progress, name, tree, own, tally, today, start, since),
        recall=_recall(reviews, since),
        recent_recall=_recall(reviews, today - RECENT + timedelta(days=1)),
        wanted=round(settings.retention * 100),
    )


def _is_item(tree: FlatTree, node_id: str) -> bool:
    """Whether that is an item of the roadmap, and not one that has left it."""
    at = tree.index_of.get(node_id, tree.active_count)
    return at < tree.active_count and isinstance(tree.nodes[at], Item)


def _parts(
    progress: Progress,
    name: str,
    tree: FlatTree,
    counts: StatusCounts,
    clock: tuple[int, datetime],
    since: date | None,
) -> tuple[tuple[SectionStats, ...], int]:
    """The parts in reading order, and the seconds in all of them; a timer that runs counts until now."""
    start, now = clock
    spent: dict[int, int] = {}
    elsewhere = 0
    for roadmap, target in progress.nodes():
        if roadmap != name:
            continue
        seconds = sum(
            length(timing, now)
            for timing in progress.state(name, target).timings
            if since is None or local_study_day(timing.start, start) >= since
        )
        at = tree.index_of.get(target, -1)
        if 0 <= at < tree.active_count:
            while at >= 0:
                spent[at] = spent.get(at, 0) + seconds
                at = tree.parents[at]
        else:
            elsewhere += seconds
    parts, loose, loose_seconds = [], Counts(), 0
    for at, node in enumerate(tree.nodes[: tree.active_count]):
        depth = tree.depths[at]
        if isinstance(node, Section) and depth <= _DEEPEST:
            tally = counts.counts_for(at)
            if tally.total or tally.skipped or spent.get(at):
                parts.append(SectionStats(node.id, node.title, depth, tally, spent.get(at, 0)))
        elif depth == 0:
            loose = Counts(*(a + b for a, b in zip(loose, counts.counts_for(at), strict=True)))
            loose_seconds += spent.get(at, 0)
    if any(loose):
        parts.append(SectionStats("", "In no section", 0, loose, loose_seconds))
    if elsewhere:
        parts.append(SectionStats("", "No longer in the roadmap", 0, Counts(), elsewhere))
    total = sum(part.seconds for part in parts if part.depth == 0)
    return tuple(parts), total


def _burn_up(
    progress: Progress,
    name: str,
    tree: FlatTree,
    turned: list[list[Completion]],
    tally: Counts,
    today: date,
    start: int,
    since: date | None,
) -> tuple[BurnUpPoint, ...]:
    """How many items were done on each day that changed it, against how many there were.

    It ends today with the numbers of ``tally``. The log does not record how large a roadmap was: its
    size is taken to have been what it is today, but for the reader's own items, which count from the
    day on which they were first added. An item that was set back is not done from that day on.
    """
    done: dict[date, int] = {}
    for one in turned:
        for turn in one:
            day = min(turn.day, today)
            done[day] = done.get(day, 0) + turn.by
    if not done:
        return ()
    added = sorted(
        min(local_study_day(action.stamp.at, start), today)
        for own in progress.custom_items(name)
        if own.id in tree.index_of and progress.state(name, own.id).status != "skipped"
        for action in _first_own(progress, name, own.id)
    )
    shown = sorted({*done, today, *(day for day in added if day > min(done))})
    points, so_far = [], 0
    for day in shown:
        so_far += done.get(day, 0)
        size = tally.total - len(added) + bisect_right(added, day)
        points.append(BurnUpPoint(day, so_far, size))
    if since is not None:
        before = [point for point in points if point.day < since]
        points = [point for point in points if point.day >= since]
        if before and (not points or points[0].day > since):
            points.insert(0, before[-1]._replace(day=since))
    return tuple(points)


def _first_own(progress: Progress, name: str, target: str) -> list[CustomItemSet]:
    placed = [one for one in progress.active_actions(name, target) if isinstance(one, CustomItemSet)]
    return placed[:1]


def _reviews(progress: Progress, name: str, start: int) -> list[tuple[date, bool]]:
    """The reviews of a roadmap: on which day, and whether it was recalled. Of several grades of an item
    on one day only the first says whether it was still known: the others are practice.
    """
    found: list[tuple[date, bool]] = []
    for roadmap, target in progress.nodes():
        if roadmap == name:
            first: dict[date, bool] = {}
            for review in progress.state(name, target).reviews:
                first.setdefault(local_study_day(review.at, start), review.rating > 1)
            found.extend(first.items())
    return found


def _recall(reviews: list[tuple[date, bool]], since: date | None) -> RetentionStats:
    counted = [recalled for day, recalled in reviews if since is None or day >= since]
    return RetentionStats(len(counted), sum(counted))
