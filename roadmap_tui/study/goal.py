"""Set the goal of a study and the prerequisites of its items."""

from __future__ import annotations

from datetime import date
from typing import Final

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.humanize import strip_parenthesis
from roadmap_tui.core.progress.events import HOURS_OF_WEEK, GoalSet, NeedSet
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.sanitize import clean
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study

NONE: Final = frozenset(("", "none", "-"))  # typed to remove a date or hours


def parse_day(text: str, today: date) -> date | str:
    """Parse the date of a goal: ``2027-02-01``, or ``8w`` or ``3m`` from today; "" for none.

    Raises UsageError.
    """
    from roadmap_tui.core.parse_date import until

    try:
        return "" if text.strip().lower() in NONE else until(text, today)
    except ValueError as error:
        what = f"date '{clean(text, 40, one_line=True)}'"
        raise UsageError(what, str(error), "give 2027-02-01, 8w or 3m, or none") from None


def parse_hours(text: str) -> float:
    """Parse hours a week, 0 for none. Raises UsageError."""
    try:
        hours = (
            0.0 if text.strip().lower() in NONE else float(text.strip().removesuffix("h").replace(",", "."))
        )
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= HOURS_OF_WEEK:
        what = f"hours a week '{clean(text, 40, one_line=True)}'"
        raise UsageError(what, f"not a number from 0 to {HOURS_OF_WEEK}", "give 6 or 2.5, or none")
    return round(hours, 2)


def goal_item(study: Study) -> Item | None:
    """Return the goal; None if there is none, or if it left the roadmap."""
    goal = study.progress.goal(study.source.id)
    return study.items([goal.target])[0] if goal and study.tree.is_active_item(goal.target) else None


def set_goal(
    study: Study, target: str | None = None, day: date | str | None = None, hours: float | None = None
) -> Change | None:
    """Set the goal, its date and the hours a week; None keeps a value, "" or 0 removes it.

    Raises UsageError and SaveError.
    """
    if any(isinstance(event, GoalSet) for event in study.journal.pending):
        study.require_saved("the goal can be changed again after it was saved")
    old = study.progress.goal(study.source.id)
    before = (old.target, old.date, old.hours) if old else ("", "", 0.0)
    after = (
        before[0] if target is None else target,
        before[1] if day is None else str(day),
        before[2] if hours is None else hours,
    )
    if after[0] and not study.tree.is_active_item(after[0]) and target is not None:
        raise UsageError(f"'{study.title(after[0])}'", "only an item can be the goal", "choose an item")
    if isinstance(day, date) and day <= study.today():
        raise UsageError(f"date {day}", "it is not after today", "give a later one")
    if after == before:
        return None
    title = study.title(after[0]) if study.tree.is_active_item(after[0]) else study.roadmap.title
    stamp = study.journal.next_stamp(study.progress.goal_clock(study.source.id))
    return study.write(GoalSet(stamp, study.source.id, after[0], title, *after[1:]))


def set_prerequisite(study: Study, item_id: str, prerequisite: str, on: bool) -> Change | None:
    """Add or remove a prerequisite of an item; None if nothing changes.

    Raises UsageError, for a prerequisite that would close a cycle with the items of it, and SaveError.
    """
    graph = study.graph
    for node_id in (item_id, prerequisite):
        if not study.tree.is_active_item(node_id):
            why = "only items of the roadmap have and are prerequisites"
            raise UsageError(f"'{study.title(node_id)}'", why, "choose an item")
    if (prerequisite in graph.prerequisites(item_id)) == on:
        return None
    if on and (cycle := graph.chain(prerequisite, item_id)):
        titles = [strip_parenthesis(item.title) for item in study.items(cycle)]
        why = "it requires itself" if len(cycle) == 1 else f"a cycle: {' requires '.join(titles)}"
        raise UsageError(f"prerequisite '{titles[0]}'", why, "choose another, or remove one of these first")
    title = study.title(item_id)
    stamp = study.next_stamp(item_id)
    return study.write(NeedSet(stamp, study.source.id, item_id, title, prerequisite, on))
