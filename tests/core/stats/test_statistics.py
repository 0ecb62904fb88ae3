"""Statistics: active days, streaks, pace, burn-up and retention, whatever the order of events."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.progress.counts import StatusCounts
from roadmap_tui.core.progress.events import (
    Action,
    CustomItemSet,
    Event,
    ReviewGraded,
    Stamp,
    Status,
    StatusSet,
    TimeLogged,
    Undone,
)
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.roadmap.custom_items import with_custom_items
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.core.stats import RetentionStats, Statistics, statistics
from roadmap_tui.core.stats.activity import local_study_day
from roadmap_tui.core.stats.json import statistics_to_dict
from roadmap_tui.core.stats.pace import Pace, pace
from roadmap_tui.core.study_day import study_day
from tests import years
from tests.journals import ROADMAP, histories

FOUR = 4 * 60
BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Log:
    """Events of a roadmap, each a little later in history than the one before."""

    def __init__(self, roadmap: str = "maths") -> None:
        self.roadmap = roadmap
        self.events: list[Event] = []
        self._clock = count(1)

    def stamp(self, at: datetime) -> Stamp:
        clock = next(self._clock)
        return Stamp(f"{clock:012x}-{self.roadmap:0<8.8}-{clock}", clock, at)

    def add(self, event: Action | Undone) -> str:
        self.events.append(event)
        return event.stamp.id

    def mark(self, target: str, at: datetime, status: Status = "done") -> str:
        return self.add(StatusSet(self.stamp(at), self.roadmap, (target,), target, status))

    def grade(self, target: str, at: datetime, rating: int = 3) -> str:
        return self.add(ReviewGraded(self.stamp(at), self.roadmap, target, target, rating, 0))

    def time(self, target: str, start: datetime, seconds: int) -> str:
        root = self.add(TimeLogged(self.stamp(start), self.roadmap, target, target, None, start))
        return self.add(TimeLogged(self.stamp(start), self.roadmap, target, target, seconds, start, root))

    def undo(self, ref: str, at: datetime = NOON) -> str:
        return self.add(Undone(self.stamp(at), self.roadmap, "", ref))


def told(
    events: Iterable[Event], now: datetime = NOON, roadmap: Roadmap = ROADMAP, since: date | None = None
) -> Statistics:
    """The statistics of events, laid out and counted as a study does."""
    progress = Progress(events)
    whole = with_custom_items(roadmap, progress.custom_items(roadmap.id))
    order = FlatTree(whole, with_retired=True)
    counts = StatusCounts(order)
    for at, node in enumerate(order.nodes):
        status = progress.state(roadmap.id, node.id).status
        if isinstance(node, Item) and status != "todo":
            counts.set_status(at, status)
    return statistics(progress, (roadmap.id, roadmap.title), order, counts, now, DEFAULTS, since)


def streak_of(moments: Sequence[datetime], now: datetime) -> tuple[int, int]:
    log = Log()
    for at in moments:
        log.grade("vectors", at)
    streak = told(log.events, now).streak
    return streak.now, streak.longest


# Days


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1)),  # noqa: DTZ001 - the zone is put on below
    st.integers(-14 * 60, 14 * 60),
    st.integers(0, 1439),
)
def test_an_event_counts_for_the_study_day_of_its_offset(moment: datetime, offset: int, start: int) -> None:
    at = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    assert local_study_day(at, start) == study_day(at, at.tzinfo, start)


def test_an_active_day_counts_done_reviewed_and_timed() -> None:
    log = Log()
    log.mark("vectors", NOON)
    log.grade("vectors", NOON, 1)
    log.grade("vectors", NOON + timedelta(hours=1))
    log.time("matrices", NOON - timedelta(days=1), 600)
    log.time("matrices", NOON - timedelta(days=2), 0)  # discarded
    days = [(day.day, day.done, day.reviewed, day.timed) for day in told(log.events).days]
    assert days == [(date(2026, 11, 21), 0, 0, 1), (TODAY, 1, 2, 0)]


def test_a_late_evening_belongs_to_the_day_before() -> None:
    log = Log()
    log.mark("vectors", datetime(2026, 11, 22, 3, 59, tzinfo=UTC))
    log.mark("matrices", datetime(2026, 11, 22, 4, 0, tzinfo=UTC))
    assert [(day.day.day, day.done) for day in told(log.events).days] == [(21, 1), (22, 1)]


def test_undone_changes_do_not_count_and_redone_ones_do() -> None:
    log = Log()
    first = log.mark("vectors", NOON - timedelta(days=1))
    undo = log.undo(first)
    assert told(log.events).days == ()
    assert told(log.events).burn_up == ()
    log.undo(undo)
    assert [day.done for day in told(log.events).days] == [1]


def test_done_and_set_back_on_one_day_does_not_count_but_later_it_does() -> None:
    log = Log()
    log.mark("vectors", NOON)
    log.mark("vectors", NOON, "todo")
    assert told(log.events).days == ()
    log.mark("vectors", NOON)
    assert [day.done for day in told(log.events).days] == [1]

    log = Log()
    log.mark("vectors", NOON - timedelta(days=3))
    log.mark("vectors", NOON, "doing")
    found = told(log.events)
    assert [day.day for day in found.days] == [date(2026, 11, 19)]
    assert [(point.day.day, point.done) for point in found.burn_up] == [(19, 1), (22, 0)]


def test_days_of_other_roadmaps_count_but_not_their_numbers() -> None:
    log = Log("physics")
    log.mark("x", NOON)
    log.grade("x", NOON)
    log.time("x", NOON, 600)
    found = told(log.events)
    assert [day.total for day in found.days] == [3]
    assert found.streak == (1, 1)
    assert (found.retention, found.seconds, found.burn_up) == (RetentionStats(), 0, ())


def test_a_completion_with_a_date_in_the_future_does_not_hide_a_later_one() -> None:
    """The clock was ahead when an item was done; it is done again, or set back and done, by a right one."""
    for statuses in (("done",), ("todo", "done")):
        log, wrong = Log(), NOON + timedelta(days=400)
        log.mark("vectors", wrong)
        for status in statuses:
            log.mark("vectors", NOON, status)
        found = told(log.events)
        assert [(day.day, day.done) for day in found.days] == [(TODAY, 1)]
        assert found.streak.now == 1
        assert [(point.day, point.done) for point in found.burn_up] == [(TODAY, 1)]
    log = Log()
    log.mark("vectors", NOON + timedelta(days=400))
    log.mark("vectors", NOON, "todo")
    assert told(log.events).days == ()


def test_events_far_in_the_future_are_left_out() -> None:
    log = Log()
    for days in (1, 2, 3, 400):
        log.grade("vectors", NOON + timedelta(days=days))
    assert [day.day.day for day in told(log.events).days] == [23, 24]


# Streaks


@pytest.mark.parametrize("hours", [14, -11, 0, 5.75])
@pytest.mark.parametrize("hour", [0, 3, 4, 12, 23])
def test_an_event_on_every_local_day_is_a_streak_in_any_zone(hours: float, hour: int) -> None:
    zone = timezone(timedelta(hours=hours))
    moments = [datetime(2026, 11, day, hour, 30, tzinfo=zone) for day in range(1, 15)]
    assert streak_of(moments, moments[-1] + timedelta(minutes=5)) == (14, 14)


@pytest.mark.parametrize("changes", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("hour", [1, 3, 4, 5, 23])
def test_daylight_saving_time_does_not_break_a_streak(changes: date, hour: int) -> None:
    days = [changes + timedelta(days=number) for number in range(-4, 5)]
    moments = [datetime(day.year, day.month, day.day, hour, 59, tzinfo=BERLIN) for day in days]
    # As they are read back from a log: with an offset, without a zone.
    moments = [datetime.fromisoformat(moment.isoformat()) for moment in moments]
    assert len({moment.utcoffset() for moment in moments}) == 2
    assert streak_of(moments, moments[-1]) == (9, 9)


def test_an_inactive_day_ends_a_streak() -> None:
    moments = [NOON - timedelta(days=back) for back in (9, 8, 7, 6, 4, 3, 1, 0)]
    assert streak_of(moments, NOON) == (2, 4)
    assert streak_of(moments[:-2], NOON) == (0, 4)


def test_an_inactive_today_does_not_end_a_streak() -> None:
    moments = [NOON - timedelta(days=back) for back in (3, 2, 1)]
    late = datetime(2026, 11, 23, 3, 59, tzinfo=UTC)
    assert streak_of(moments, NOON) == (3, 3)
    assert streak_of(moments, late) == (3, 3)
    assert streak_of(moments, late + timedelta(minutes=1)) == (0, 3)


PAGO, KIRI = timezone(timedelta(hours=-11)), timezone(timedelta(hours=14))


def test_a_date_skipped_by_the_date_line_does_not_break_a_streak() -> None:
    before = [datetime(2026, 6, day, 20, tzinfo=PAGO) for day in (6, 7, 8)]
    after = [datetime(2026, 6, day, 21, tzinfo=KIRI) for day in (10, 11)]
    assert streak_of(before + after, after[-1]) == (5, 5)
    assert streak_of(before, datetime(2026, 6, 10, 8, tzinfo=KIRI)) == (3, 3)
    # Another day later it was.
    assert streak_of(before, datetime(2026, 6, 11, 8, tzinfo=KIRI)) == (0, 3)
    assert streak_of(before + after[1:], after[-1]) == (1, 3)


def test_crossing_the_date_line_westwards_repeats_a_day() -> None:
    before = [datetime(2026, 6, day, 8, tzinfo=KIRI) for day in (8, 9, 10)]
    after = [datetime(2026, 6, day, 21, tzinfo=PAGO) for day in (9, 10, 11)]
    assert streak_of(before + after, after[-1]) == (4, 4)
    assert streak_of(before, datetime(2026, 6, 9, 9, tzinfo=PAGO)) == (3, 3)


def test_a_flight_east_shortens_a_day_but_a_missed_day_ends_the_streak() -> None:
    tokyo = timezone(timedelta(hours=9))
    monday = datetime(2026, 6, 1, 23, 30, tzinfo=timezone(timedelta(hours=2)))
    assert streak_of([monday, datetime(2026, 6, 3, 5, tzinfo=tokyo)], NOON)[1] == 2
    assert streak_of([monday, datetime(2026, 6, 3, 22, tzinfo=tokyo)], NOON)[1] == 1


def test_the_days_of_this_week_are_those_since_monday() -> None:
    sunday = NOON
    log = Log()
    for back in (0, 3, 6, 7):
        log.grade("vectors", sunday - timedelta(days=back))
    assert told(log.events, sunday).this_week == 3
    assert told(log.events, sunday + timedelta(days=1)).this_week == 0


# Pace


def _done(*weeks: int, first: int = 100, today: date = TODAY) -> list[date]:
    """So many items in each of the weeks up to today, and one so many days ago."""
    days = [today - timedelta(days=first)]
    for back, items in enumerate(reversed(weeks)):
        days += [today - timedelta(days=7 * back + 3)] * items
    return days


def test_a_pace_gives_a_date_and_a_range() -> None:
    found = pace(_done(2, 6, 4, 4), 32, TODAY)
    assert (found.weeks, found.done, found.per_week_x10, found.missing) == ((2, 6, 4, 4), 16, 40, "")
    assert found.finish is not None
    assert found.finish.expected == TODAY + timedelta(weeks=8)
    assert found.finish.earliest == TODAY + timedelta(days=45)  # 32 at 10 in two weeks
    assert found.finish.latest == TODAY + timedelta(days=75)  # 32 at 6 in two weeks


def test_two_weeks_are_enough_and_the_first_day_is_left_out() -> None:
    known = [TODAY - timedelta(days=14)] * 50
    found = pace([*known, *_done(3, 1)[1:]], 8, TODAY)
    assert found.weeks == (3, 1)
    assert found.finish == (
        TODAY + timedelta(days=28),
        TODAY + timedelta(days=19),
        TODAY + timedelta(days=56),
    )


def test_the_pace_is_rounded() -> None:
    today = date(2026, 3, 22)
    first, later = today - timedelta(weeks=3), [today - timedelta(days=number) for number in range(4)]
    assert [pace([first, *later[:number]], 9, today).per_week_x10 for number in range(5)] == [0, 3, 7, 10, 13]


def test_idle_slow_weeks_give_no_latest_date() -> None:
    found = pace(_done(0, 0, 5, 5), 10, TODAY)
    assert found.finish is not None
    assert (found.finish.expected, found.finish.latest) == (TODAY + timedelta(days=28), None)


@pytest.mark.parametrize(
    ("done_on", "left", "why"),
    [
        ([], 5, "nothing done yet"),
        ([TODAY], 5, "which was today"),
        ([TODAY - timedelta(days=1)], 5, "which was yesterday"),
        (_done(9, first=13), 5, "it needs 2 weeks from the first item done, which was 13 days ago"),
        (_done(0, 1, 0, 2), 5, "it needs 4 items in 4 weeks, and there are 3"),
        (_done(0, 0, 0, 4), 10_000, "more than fifty years"),
        (_done(1, 1, 1, 1), 0, "nothing left to do"),
    ],
)
def test_a_missing_forecast_has_a_reason(done_on: list[date], left: int, why: str) -> None:
    found = pace(done_on, left, TODAY)
    assert found.finish is None
    assert why in found.missing


@given(st.lists(st.integers(0, 60), max_size=30), st.integers(0, 300))
def test_the_expected_date_is_within_the_range(backs: list[int], left: int) -> None:
    found: Pace = pace([TODAY - timedelta(days=back) for back in backs], left, TODAY)
    assert (found.finish is None) == bool(found.missing)
    if found.finish is not None:
        assert TODAY < found.finish.earliest <= found.finish.expected
        assert found.finish.latest is None or found.finish.expected <= found.finish.latest


# The rest


def test_the_burn_up_ends_today_and_custom_items_count_from_their_first_day() -> None:
    log = Log()
    log.mark("vectors", NOON - timedelta(days=9))
    log.add(
        CustomItemSet(log.stamp(NOON - timedelta(days=4)), "maths", "own-1", "Mathematics", "Mine", "algebra")
    )
    log.mark("own-1", NOON - timedelta(days=2))
    found = told(log.events)
    assert [(point.day.day, point.done, point.size) for point in found.burn_up] == [
        (13, 1, 6),
        (18, 1, 7),
        (20, 2, 7),
        (22, 2, 7),
    ]
    assert (found.counts.done, found.counts.total) == (2, 7)
    later = told(log.events, since=date(2026, 11, 19)).burn_up
    assert [(point.day.day, point.done, point.size) for point in later] == [
        (19, 1, 7),
        (20, 2, 7),
        (22, 2, 7),
    ]


def test_time_counts_for_all_sections_above_an_item() -> None:
    log = Log()
    log.time("einsum", NOON, 600)
    log.time("limits", NOON - timedelta(days=30), 60)
    log.time("gone", NOON, 7)
    found = told(log.events)
    assert {part.title: part.seconds for part in found.sections} == {
        "Algebra": 600,
        "Analysis": 60,
        "No longer in the roadmap": 7,
    }
    assert found.seconds == 667
    assert told(log.events, since=TODAY).seconds == 607


def test_only_the_first_grade_of_a_day_counts_for_retention() -> None:
    log = Log()
    old = NOON - timedelta(days=28)
    for rating in (1, 3, 3):
        log.grade("vectors", old, rating)
    log.grade("vectors", NOON, 2)
    log.grade("vectors", NOON, 1)
    log.grade("matrices", NOON, 4)
    found = told(log.events)
    assert (found.retention, found.retention.percent) == (RetentionStats(3, 2), 67)
    assert (found.recent_retention, found.recent_retention.percent) == (RetentionStats(2, 2), 100)
    assert RetentionStats().percent is None


def test_skipping_an_item_is_not_completing_it() -> None:
    log = Log()
    log.mark("vectors", NOON, "skipped")
    found = told(log.events)
    assert (found.days, found.burn_up, found.counts.total) == ((), (), 5)


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(events: list[Event], chance: random.Random) -> None:
    now = datetime(2025, 3, 8, 12, tzinfo=UTC)
    first = json.dumps(statistics_to_dict(told(events, now)))
    chance.shuffle(events)
    assert json.dumps(statistics_to_dict(told(events, now))) == first


# A year


@pytest.fixture(scope="module")
def logs() -> dict[str, list[Event]]:
    return years.year(ROADMAP)


def test_the_statistics_of_a_year_are_as_designed(logs: dict[str, list[Event]]) -> None:
    events = [event for log in logs.values() for event in log]
    assert years.EVENTS <= len(events) <= years.EVENTS + 50
    assert all(len(log) > 2000 for log in logs.values())
    assert len({event.stamp.at.utcoffset() for event in events}) == 5
    assert max(event.stamp.at for event in events) < years.NOW
    found = told(events, years.NOW)
    assert [day.day for day in found.days] == years.days_of_study()
    assert found.streak.now == years.STREAK
    assert found.this_week == 7


def test_the_year_across_the_date_line_is_one_streak(logs: dict[str, list[Event]]) -> None:
    crossing = [date(2026, 6, day) for day in (6, 7, 8, 10, 11, 12)]
    events = [
        event
        for log in logs.values()
        for event in log
        if local_study_day(event.stamp.at, FOUR) in {*crossing}
    ]
    assert told(events, years.NOW).streak.longest == len(crossing)


def test_the_year_in_any_order_and_number_of_files_is_the_same(logs: dict[str, list[Event]]) -> None:
    events = [event for log in logs.values() for event in log]
    whole = json.dumps(statistics_to_dict(told(events, years.NOW)))
    random.Random(5).shuffle(events)
    assert json.dumps(statistics_to_dict(told(events, years.NOW))) == whole
    assert len(json.loads(whole)["days"]) > 250
