"""The plan: what is left on the way to the goal, when it will be done, and what to do in the next weeks."""

from collections.abc import Iterable
from datetime import date, timedelta
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

from roadmap_tui.core.forecast import (
    FinishRange,
    Range,
    Ratio,
    WeeklyHours,
    finish,
    hours_left,
    weekly_hours,
)
from roadmap_tui.core.progress.statuses import UNFINISHED
from roadmap_tui.core.progress.time_tracking import length
from roadmap_tui.study.estimates import Estimates
from roadmap_tui.study.goal import goal_item
from roadmap_tui.study.study import Study

WEEKS_SHOWN: Final = 2
MIN_WEEKS: Final = 2  # of logged time, for an actual pace
_MAX_WEEKS: Final = 8
_WEEK: Final = timedelta(days=7)


class PlanEntry(NamedTuple):
    """An item of the schedule: the hours left, and the days on which it begins and ends."""

    id: str
    title: str
    hours: float
    start: date
    end: date


class PlanWeek(NamedTuple):
    """Seven days from ``start`` on, with the titles and hours of the items to study in them."""

    start: date
    items: tuple[tuple[str, str, float, float], ...]  # id, title, hours in this week, hours left of the item


class Plan(NamedTuple):
    """The plan as of ``today``; ``goal`` is an item's id, empty for the whole roadmap.

    ``hours`` are those a week that the reader set, 0 if none; ``pace`` are the actual ones; ``used`` is the
    one of them that the forecast uses. ``reviews`` are the hours a week that reviews take. ``guesses``
    is the number of unfinished items whose hours nobody estimated.
    """

    today: date
    goal: str
    title: str
    day: date | None
    hours: float
    done: int
    total: int
    guesses: int
    unfinished: int
    left: Range
    ratio: Ratio
    pace: WeeklyHours
    used: WeeklyHours
    reviews: float
    finish: FinishRange | None
    schedule: tuple[PlanEntry, ...]
    weeks: tuple[PlanWeek, ...]

    @property
    def needed(self) -> float | None:
        """The hours a week, reviews included, needed to finish by the goal's date; None without a date."""
        if self.day is None or not self.left.expected:
            return None
        return self.left.expected / (max((self.day - self.today).days, 1) / 7) + self.reviews


def make_plan(study: Study, estimates: Estimates | None = None) -> Plan:
    """Make the plan for the goal of a study, or for the whole roadmap without one."""
    estimates = estimates or Estimates(study)
    record, item, today = study.progress.goal(study.source.id), goal_item(study), study.today()
    goal = item.id if item else ""
    hours = record.hours if record else 0.0
    tree, requirements = study.tree, study.graph.path_or_order(goal)
    if not tree.has_status(tree.index_of.get(goal, -1)):  # a group is done when its items are
        requirements.pop(goal, None)
    statuses = {node_id: study.status(node_id) for node_id in requirements}
    unfinished = {
        node_id: names for node_id, names in requirements.items() if statuses[node_id] in UNFINISHED
    }
    efforts = {item.id: estimates.effort(item) for item in study.items(unfinished)}
    left = hours_left(efforts.values(), estimates.ratio)
    pace, reviews = _actual_pace(study, estimates), _review_hours(study)
    stated = WeeklyHours(max(hours - reviews, hours / 4))
    used = pace if pace.weeks >= MIN_WEEKS and pace.hours else stated
    capacity = stated.hours or used.hours
    order = [
        (node_id, study.title(node_id), efforts[node_id].left(estimates.ratio))
        for node_id in _in_order(study, unfinished)
    ]
    done = sum(status == "done" for status in statuses.values())
    return Plan(
        today,
        goal,
        study.title(goal),
        date.fromisoformat(record.date) if record and record.date else None,
        hours,
        done,
        done + len(unfinished),
        sum(effort.is_estimated for effort in efforts.values()),
        len(unfinished),
        left,
        estimates.ratio,
        pace,
        used,
        reviews,
        finish(left, used, today),
        tuple(_schedule(order, capacity, today)) if capacity else (),
        tuple(_weeks(order, capacity, today)) if capacity else (),
    )


def _in_order(study: Study, requirements: dict[str, list[str]]) -> list[str]:
    """Sort items topologically by prerequisites, with items in progress as early as possible."""
    index_of = study.tree.index_of
    missing = {
        node_id: sum(name in requirements for name in names) for node_id, names in requirements.items()
    }
    dependents: dict[str, list[str]] = {}
    for node_id, names in requirements.items():
        for name in names:
            dependents.setdefault(name, []).append(node_id)

    def key(node_id: str) -> tuple[bool, int, str]:
        return study.status(node_id) != "doing", index_of[node_id], node_id

    queue = [key(node_id) for node_id, count in missing.items() if not count]
    heapify(queue)
    order = []
    while queue:
        node_id = heappop(queue)[2]
        order.append(node_id)
        for other in dependents.get(node_id, ()):
            missing[other] -= 1
            if not missing[other]:
                heappush(queue, key(other))
    return order


def _actual_pace(study: Study, estimates: Estimates) -> WeeklyHours:
    """Return the mean hours of the last full weeks since the reader began, at most eight.

    They are the logged ones; where there are none, the estimates of what was done, without placements.
    """
    now, today, by_day = study.now(), study.today(), dict[date, float]()
    cutoff = now - (_MAX_WEEKS + 1) * _WEEK
    logged = [entry.timing for entry in study.progress.time_entries() if entry.roadmap == study.source.id]
    # Of older ones only the first counts: it tells since when there is a pace.
    for timing in [timing for number, timing in enumerate(logged) if not number or timing.start > cutoff]:
        day = study.day(timing.start)
        by_day[day] = by_day.get(day, 0) + length(timing, now) / 3600
    if not by_day:
        placed = study.progress.placed_ids(study.source.id)
        for item in study.items(study.counts.ids_of("done")):
            since = study.status_since(item.id)
            if since and not (item.id in placed and study.state(item.id).is_placed):
                day = study.day(since)
                by_day[day] = by_day.get(day, 0) + estimates.effort(item).hours
        if by_day:
            by_day[min(by_day)] = 0  # readers then mark what they knew before
    first = min(by_day, default=today)
    weeks = [0.0] * min(_MAX_WEEKS, ((today - first).days + 1) // 7)
    for day, hours in by_day.items():
        back = (today - day).days // 7
        if 0 <= back < len(weeks):
            weeks[back] += hours
    return weekly_hours(weeks)


def _review_hours(study: Study) -> float:
    """Return the hours a week that reviews take, at the intervals that the cards have now."""
    cards = study.reviews.cards.all()
    reviews = sum(7 / max((card.due - card.last).days, 1) if card.last else 1 for card in cards)
    return min(reviews, 7 * study.settings.reviews_a_day) * study.reviews.seconds_each / 3600


def _schedule(order: Iterable[tuple[str, str, float]], a_week: float, today: date) -> Iterable[PlanEntry]:
    """Yield the items with the days on which they begin and end, at some hours a week."""
    spent = 0.0
    for node_id, title, hours in order:
        days = [min(int(7 * at / a_week), 365 * 50) for at in (spent, spent + hours - 1e-6)]
        yield PlanEntry(node_id, title, hours, *(today + timedelta(days=day) for day in days))
        spent += hours


def _weeks(order: Iterable[tuple[str, str, float]], a_week: float, today: date) -> Iterable[PlanWeek]:
    """Yield the schedule of the next weeks; an item that does not fit into a week continues in the next."""
    pending = [(node_id, title, hours, hours) for node_id, title, hours in order]
    for number in range(WEEKS_SHOWN):
        room, items = a_week, []
        while pending and room > 0.05:
            node_id, title, hours, total = pending.pop(0)
            items.append((node_id, title, min(hours, room), total))
            if hours > room:
                pending.insert(0, (node_id, title, hours - room, total))
            room -= min(hours, room)
        if items:
            yield PlanWeek(today + number * _WEEK, tuple(items))
