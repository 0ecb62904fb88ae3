"""The wording of the Today page: headings and the reason for each entry."""

from datetime import datetime

from roadmap_tui.core.humanize import format_datetime, format_duration, strip_parenthesis
from roadmap_tui.core.progress.events import GRADES
from roadmap_tui.study.today import Reason, Today, TodayEntry


def headed_groups(today: Today) -> tuple[tuple[str, tuple[TodayEntry, ...]], ...]:
    """Return the entries under their headings, in display order; a group may be empty."""
    review = f"Review ({len(today.due)} due, about {today.review_minutes} min)"
    return (
        ("Timer running", today.running),
        (review, today.due),
        ("In progress", today.doing),
        ("Ready", today.ready),
        ("Done today", today.done),
    )


def format_reason(reason: Reason, now: datetime) -> str:
    """Describe why an item is listed: ``unlocks 3 · unlocked by Vectors (1 Mar)``."""
    since = reason.since or now
    day = "today" if reason.is_today else format_datetime(since, now)
    clock = f"{since.astimezone(now.tzinfo):%H:%M}"
    match reason.kind:
        case "running":
            return format_duration(reason.seconds)
        case "due":
            if reason.is_placed:
                return "known from placement"
            return "not reviewed yet" if reason.recall is None else f"{reason.recall:.0%} recall"
        case "doing":
            return f"since {day}"
        case "ready":
            parts = [f"unlocks {reason.unlocks}"] if reason.unlocks else []
            if reason.prerequisite:
                parts.append(f"unlocked by {strip_parenthesis(reason.prerequisite)} ({day})")
            return " · ".join(parts) or "no prerequisites"
        case "done":
            return f"done {clock}"
        case "reviewed":
            return f"reviewed {clock}, {GRADES[reason.rating - 1]}"
