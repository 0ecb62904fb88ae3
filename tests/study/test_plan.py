"""The plan of a study; its forecast is judged by learners who were made up before it was written."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import PLACEMENT, Event, Stamp, StatusSet, TimeLogged
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Source
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.estimates import Estimates
from roadmap_tui.study.goal import set_goal
from roadmap_tui.study.plan import Plan, make_plan
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import UNICODE
from roadmap_tui.text.plan import plan_facts, plan_to_calendar
from tests.journals import Clock, journal
from tests.learners import Learner, learner


def _evening(day: date, minute: int = 0) -> datetime:
    return datetime.combine(day, time(18), UTC) + timedelta(minutes=minute)


def _plan_on(who: Learner, day: date) -> Plan:
    """The plan that the program makes for a learner on a day, from the events until then."""
    names = [f"i{number}" for number in range(len(who.estimates))]
    roadmap = Roadmap(
        "course",
        "Course",
        children=tuple(
            Item(name, name, hours=hours) for name, hours in zip(names, who.estimates, strict=True)
        ),
    )
    events: list[Event] = []

    def stamp(day: date) -> Stamp:
        clock = len(events) + 1
        return Stamp(f"{clock:012x}-learner0-1", clock, _evening(day))

    for sitting in who.sittings:
        if sitting.day <= day:
            name, seconds = names[sitting.item], max(1, round(sitting.hours * 3600))
            at = stamp(sitting.day)
            events.append(TimeLogged(at, "course", name, name, seconds, at.at))
    for name, finished in zip(names, who.finished, strict=False):
        if finished <= day:
            events.append(StatusSet(stamp(finished), "course", (name,), name, "done"))
    study = Study(roadmap, Journal(None, lambda: _evening(day, 60)), progress=Progress(events))
    return make_plan(study)


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 0.65])
def test_seventy_to_ninety_of_a_hundred_outcomes_lie_in_the_range(share: float) -> None:
    hours = days = 0
    for seed in range(100):
        who = learner(seed)
        today = who.finished[round(len(who.estimates) * share) - 1]
        plan = _plan_on(who, today)
        hours += plan.left.low <= who.hours_after(today) <= plan.left.high
        if plan.finish is not None:
            days += plan.finish.earliest <= who.finished[-1] <= plan.finish.latest
    assert 70 <= hours <= 90
    assert 70 <= days <= 90


def _course(folder: Path, clock: Clock) -> Study:
    items = tuple(Item(f"i{number}", f"Item {number}", hours=4) for number in range(12))
    return Study(Roadmap("course", "Course", children=items), journal(folder, clock=clock))


def _facts(plan: Plan) -> dict[str, str]:
    return dict(plan_facts(plan, UNICODE))


def test_a_plan_without_data_says_what_is_missing(tmp_path: Path) -> None:
    study = _course(tmp_path, Clock())
    plan = make_plan(study)
    assert (plan.done, plan.total, plan.finish, plan.weeks, plan.needed) == (0, 12, None, (), None)
    facts = _facts(plan)
    assert facts["Goal"] == "all of Course"
    assert facts["Forecast"] == "log the time you study, or set the hours a week, to get a date"
    assert facts["Your pace"].startswith("not known before the first full week")


def test_the_plan_follows_the_goal_its_date_and_the_hours_a_week(tmp_path: Path) -> None:
    study = _course(tmp_path, Clock())
    study.set_status(["i1"], "doing")
    set_goal(study, "i3", study.today() + timedelta(days=70), 6)
    plan = make_plan(study)
    assert (plan.goal, plan.total, plan.left.expected) == ("i3", 4, 16)
    assert plan.needed == 1.6
    assert [(week.start, [item[0] for item in week.items]) for week in plan.weeks] == [
        (date(2025, 3, 1), ["i0", "i1"]),
        (date(2025, 3, 8), ["i1", "i2"]),
    ]
    assert list(plan.weeks[0].items[1]) == ["i1", "Item 1", 2, 4]
    assert plan.finish is not None
    assert plan.finish.earliest < plan.finish.expected == date(2025, 3, 20) < plan.finish.latest
    assert _facts(plan)["Goal"] == "Item 3, by 10 May, 6 h a week"
    assert _facts(plan)["Forecast"].startswith("in time: 1.6 h a week would do; done about 20 Mar (")
    set_goal(study, day=study.today() + timedelta(days=21))
    assert _facts(make_plan(study))["Forecast"].startswith("probably in time, not certainly: done about")
    set_goal(study, day=study.today() + timedelta(days=7))
    late = _facts(make_plan(study))["Forecast"]
    assert late.startswith("not in time at this pace: done about 20 Mar")
    assert "16 h a week would do" in late
    study.set_status([f"i{number}" for number in range(4)], "done")
    assert "Forecast" not in _facts(make_plan(study))


def test_the_own_ratio_and_pace_come_from_logged_time(tmp_path: Path) -> None:
    clock = Clock()
    study = _course(tmp_path, clock)
    for number in range(3):
        study.time_tracker.add(f"i{number}", 8 * 3600)
        study.set_status([f"i{number}"], "done")
        clock.turn(timedelta(days=7).total_seconds())
    clock.turn(-24 * 3600)
    plan = make_plan(study)
    assert (plan.pace.weeks, plan.pace.hours, plan.used) == (3, 8, plan.pace)
    assert plan.ratio.items == 3
    assert 1 < plan.ratio.value < 2  # shrunk towards 1
    assert plan.left.expected == pytest.approx(9 * 4 * plan.ratio.value)
    assert _facts(plan)["Your pace"] == "8 h a week over 3 weeks; you take 1.5 times the estimates (3 items)"


def test_without_logged_time_the_estimates_of_what_was_done_are_the_pace(tmp_path: Path) -> None:
    clock = Clock()
    study = _course(tmp_path, clock)
    for number in range(4):
        study.set_status([f"i{number}"], "done")
        clock.turn(timedelta(days=7).total_seconds())
    clock.turn(-24 * 3600)
    assert make_plan(study).pace.hours == 3  # without the first day, on which one marks what one knew before
    study.write(StatusSet(study.next_stamp("i5"), "course", ("i5",), "Item 5", "done", PLACEMENT))
    assert make_plan(study).pace.hours == 3
    study.time_tracker.add("i5", 3600)
    study.time_tracker.add("i3", 8 * 3600)
    assert make_plan(study).ratio.items == 1


def test_the_median_is_that_of_items_of_the_same_kind_also_where_the_list_does_not_tell_it(
    tmp_path: Path,
) -> None:
    link = Resource("", "https://example.org/course", "course")
    courses = [Item(f"c{n}", f"C{n}", resources=(link._replace(title=f"C{n}"),)) for n in range(5)]
    source = Source(kind="markdown", items="all")
    study = Study(
        Roadmap("list", "List", source=source, children=(*courses, Item("i", "I"))), journal(tmp_path)
    )
    for course in courses:
        study.time_tracker.add(course.id, 20 * 3600)
    study.set_status([course.id for course in courses], "done")
    estimates = Estimates(study)
    assert [estimates.effort(item).hours for item in study.items(["c0", "i"])] == [20, 3]


def test_items_without_estimates_take_the_median_of_the_readers_own(tmp_path: Path) -> None:
    items = tuple(Item(f"i{number}", f"Item {number}") for number in range(8))
    study = Study(Roadmap("plain", "Plain", children=items), journal(tmp_path))
    for number, hours in enumerate((1, 2, 9, 2)):
        study.time_tracker.add(f"i{number}", hours * 3600)
    study.set_status([f"i{number}" for number in range(4)], "done")
    assert make_plan(study).left.expected == 4 * 3
    study.time_tracker.add("i4", 3 * 3600)
    study.set_status(["i4"], "done")
    plan = make_plan(study)
    assert (plan.left.expected, plan.guesses, plan.unfinished) == (3 * 2, 3, 3)
    assert _facts(plan)["Left"].startswith("5 of 8 done · ≈ 6 h left (")
    assert _facts(plan)["Left"].endswith("), 3 of 3 estimated")


def test_reviews_are_a_load_besides(tmp_path: Path) -> None:
    clock = Clock()
    study = _course(tmp_path, clock)
    assert "Reviews" not in _facts(make_plan(study))
    study.set_status([f"i{number}" for number in range(8)], "done")
    set_goal(study, hours=3)
    plan = make_plan(study)
    assert plan.reviews == 8 * 60 / 3600  # each once in the next week
    assert plan.used.hours == pytest.approx(3 - plan.reviews)
    assert _facts(plan)["Reviews"] == "about 10 min a week, besides"
    clock.turn(timedelta(days=3).total_seconds())
    for number in range(8):
        study.reviews.grade(f"i{number}", 4)
    assert make_plan(study).reviews < plan.reviews  # easy: they come again later


def test_the_calendar_has_each_item_on_its_days(tmp_path: Path) -> None:
    study = _course(tmp_path, Clock())
    set_goal(study, "i1", "2025-06-01", 4)
    data = plan_to_calendar(study, make_plan(study))
    events = Calendar.from_ical(data).walk("VEVENT")
    assert [
        (str(one["uid"]), str(one["summary"]), one.decoded("dtstart"), one.decoded("dtend")) for one in events
    ] == [
        ("i0@course.roadmap-tui", "Item 0", date(2025, 3, 1), date(2025, 3, 8)),
        ("i1@course.roadmap-tui", "Item 1", date(2025, 3, 8), date(2025, 3, 15)),
        ("goal~@course.roadmap-tui", "Goal: Item 1", date(2025, 6, 1), date(2025, 6, 2)),
    ]
    assert plan_to_calendar(study, make_plan(study)) == data
    set_goal(study, hours=0)
    with pytest.raises(UsageError, match="the hours a week are not known"):
        plan_to_calendar(study, make_plan(study))
