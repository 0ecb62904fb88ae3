"""Snooze an item: hide it from the ready items and from Today until a day."""

from __future__ import annotations

from datetime import date

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import Snoozed
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study


def snooze(study: Study, item_id: str, until: date | str) -> Change | None:
    """Snooze an item until a day, "" to end that; None if nothing changes.

    Raises UsageError and SaveError.
    """
    if not study.tree.is_active_item(item_id):
        raise UsageError(f"'{study.title(item_id)}'", "only items can be snoozed", "choose an item")
    if isinstance(until, date) and until <= study.today():
        raise UsageError(f"snooze until {until}", "it is not after today", "give a later day")
    day = str(until)
    if study.progress.snoozed(study.source.id).get(item_id, "") == day:
        return None
    stamp = study.next_stamp(item_id)
    return study.write(Snoozed(stamp, study.source.id, item_id, study.title(item_id), day))
