"""The plan of a study; its forecast is judged by learners who were made up before it was written."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from roadmap_tui.core.progress.events import Event, Stamp, StatusSet, TimeLogged
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.plan import Plan, make_plan
from roadmap_tui.study.study import Study
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
