"""Events, numbers of things, days and stretches of time in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from roadmap_tui.core.progress.events import (
    Action,
    CustomItemSet,
    CustomResourceSet,
    NoteWritten,
    ResourceTicked,
    ReviewGraded,
    ReviewsPaused,
    Status,
    StatusSet,
    TimeLogged,
    Undone,
)
from roadmap_tui.core.sanitize import clean

GRADES: Final = ("again", "hard", "good", "easy")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MARKED: Final[dict[Status, str]] = {
    "todo": "to do again",
    "doing": "doing",
    "done": "done",
    "skipped": "skipped",
}


def describe_action(action: Action) -> str:
    """An action as one says it: ``Backpropagation: done``."""
    title = action.title
    match action:
        case StatusSet():
            count = f"{len(action.targets)} items"
            several = f" ({count})" if len(action.targets) > 1 and title != count else ""
            return f"{title}{several}: {_MARKED[action.status]}"
        case NoteWritten():
            return f"{title}: note" if action.text else f"{title}: note removed"
        case ResourceTicked():
            return f"{title}: resource {'ticked' if action.on else 'unticked'}"
        case CustomItemSet(name=""):
            return f"{title}: own item removed"
        case CustomItemSet():
            return f"{action.name}: own item"
        case CustomResourceSet(url=""):
            return f"{title}: own resource removed"
        case _:
            word, what = action_label(action)
            return f"{what}: {word}"


def action_label(event: Action | Undone) -> tuple[str, str]:
    """What an event did, in a word, and to what; for a table."""
    title = event.title
    match event:
        case StatusSet():
            return event.status, title
        case NoteWritten():
            text = clean(event.text, 60, one_line=True)
            return ("note", f"{title}: {text}") if text else ("no note", title)
        case ResourceTicked():
            return "read" if event.on else "unread", f"{title}: {event.url}"
        case ReviewGraded():
            return GRADES[event.rating - 1], title
        case TimeLogged(seconds=None):
            return "start", title
        case TimeLogged():
            return "time", f"{title}: {format_duration(event.seconds) if event.seconds else 'discarded'}"
        case CustomResourceSet():
            return (
                ("link", f"{title}: {event.url}") if event.url else ("no link", f"{title}: {event.old_url}")
            )
        case CustomItemSet():
            return ("item", event.name) if event.name else ("no item", title)
        case ReviewsPaused() if event.until <= event.stamp.at:
            return "resume", "reviews"
        case ReviewsPaused():
            return "pause", f"reviews until {event.until:%Y-%m-%d}"
        case Undone():
            return "undo", title


def capitalize(words: str) -> str:
    """Words as a sentence begins, but for the full stop."""
    return words[:1].upper() + words[1:]


def pluralize(count: int, noun: str) -> str:
    """A number of things: ``1 item``, ``2,000 items``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def format_duration(seconds: int) -> str:
    """A stretch of time in words: ``48 min``, ``1 h 05``; less than a minute is one."""
    minutes = max(1, round(seconds / 60)) if seconds > 0 else 0
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02}"


def strip_parenthesis(title: str) -> str:
    """A title without what stands in brackets behind it: enough to know it again."""
    return title.split(" (", maxsplit=1)[0].rstrip(":")


def format_date(day: date, today: date) -> str:
    """A day as people write it: ``12 Oct``, with the year if it is another than this one."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.day} {MONTHS[day.month - 1]}{year}"


def format_datetime(at: datetime, now: datetime) -> str:
    """The day of a moment as people write it, on the clock of whoever wrote ``at``: what was done at half
    past midnight in summer is not of another day once the clocks were put back.
    """
    return format_date(at.date(), now.date())


def format_days(days: int) -> str:
    """A number of days in a few letters: ``9 d``, from two months on ``3 mo``, from two years ``2.5 y``."""
    if days < 60:
        return f"{days} d"
    return f"{days / 30.44:.0f} mo" if days < 730 else f"{days / 365.25:.1f} y"
