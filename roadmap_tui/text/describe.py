"""Events of the journal described for people; numbers and dates are formatted by ``core.humanize``."""

from collections.abc import Sequence
from datetime import date

from roadmap_tui.core.humanize import format_date, format_duration, pluralize
from roadmap_tui.core.progress import events
from roadmap_tui.core.progress.events import GRADES, Action, TimeLogged, Undone
from roadmap_tui.core.progress.statuses import STATUS_INFO
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.study_material import EXERCISE
from roadmap_tui.store.files import printable_path
from roadmap_tui.store.log_reader import BadLine


def describe_action(action: Action) -> str:
    """Describe an action in a message: ``Backpropagation: done``."""
    title = action.title
    match action:
        case events.StatusSet():
            count = f"{len(action.targets)} items"
            several = f" ({count})" if len(action.targets) > 1 and title != count else ""
            return f"{title}{several}: {STATUS_INFO[action.status].label}"
        case events.NoteWritten():
            return f"{title}: note" if action.text else f"{title}: note removed"
        case events.ResourceTicked():
            what = "exercise" if action.url == EXERCISE else "resource"
            return f"{title}: {what} {'ticked' if action.on else 'unticked'}"
        case events.QuestionHidden():
            return f"{title}: question {'hidden' if action.on else 'shown again'}"
        case events.RoadmapUpdated():
            return f"{title}: update of the roadmap"
        case events.Snoozed():
            return f"{title}: snoozed until {action.until}" if action.until else f"{title}: no longer snoozed"
        case events.CustomItemSet(name=""):
            return f"{title}: own item removed"
        case events.CustomItemSet():
            return f"{action.name}: own item"
        case events.CustomResourceSet(url=""):
            return f"{title}: own link removed"
        case _:
            verb, subject = action_label(action)
            return f"{subject}: {verb}"


def format_stopped(event: TimeLogged) -> str:
    """Describe a stopped timer, or explain a duration of 0 if the system clock was set back."""
    line = f"{event.title}: {format_duration(event.seconds or 0)}"
    if event.stamp.at < event.start:
        return f"{line}, as the clock went back: it started at {event.start.astimezone():%H:%M}"
    return line


def format_earlier_undo(action: Action, day: date, today: date) -> str:
    """Format the question whether to undo an action that was made on an earlier day."""
    return f"The last change was made on {format_date(day, today)}: {describe_action(action)}. Undo it?"


def format_unread(unread: Sequence[BadLine]) -> str:
    """Describe in one line the unreadable parts of the log; "" if there are none."""
    if not unread:
        return ""
    files, newer = sum(not line.line for line in unread), sum(line.newer for line in unread)
    parts = [pluralize(files, "file")] if files else []
    parts += [pluralize(bad, "line")] if (bad := len(unread) - files - newer) else []
    parts += [f"{pluralize(newer, 'line')} of a newer version"] if newer else []
    first = unread[0]
    where = f"{printable_path(first.file)}:{first.line}" if first.line else printable_path(first.file)
    return f"not read, not counted: {', '.join(parts)}; see `roadmap-tui doctor` ({where}: {first.reason})"


def action_label(event: Action | Undone) -> tuple[str, str]:
    """Return a short label for an event, a verb and its object, for a table."""
    title = event.title
    match event:
        case events.StatusSet():
            return event.status, title
        case events.NoteWritten():
            text = clean(event.text, 60, one_line=True)
            return ("note", f"{title}: {text}") if text else ("no note", title)
        case events.ResourceTicked():
            what = "exercise" if event.url == EXERCISE else event.url
            return "read" if event.on else "unread", f"{title}: {what}"
        case events.ReviewGraded():
            return GRADES[event.rating - 1], title
        case events.QuestionHidden():
            return "hide" if event.on else "unhide", f"{title}: question {event.question}"
        case events.TimeLogged(seconds=None):
            return "start", title
        case events.TimeLogged():
            return "time", f"{title}: {format_duration(event.seconds) if event.seconds else 'discarded'}"
        case Undone():
            return "undo", title
        case _:
            return _content_label(event)


def _content_label(event: Action) -> tuple[str, str]:
    """Return the label of an event about the reader's own content and settings."""
    title = event.title
    match event:
        case events.CustomResourceSet():
            return ("link" if event.url else "no link", f"{title}: {event.url or event.old_url}")
        case events.CustomItemSet():
            return ("item", event.name) if event.name else ("no item", title)
        case events.Snoozed():
            return ("snooze", f"{title}: until {event.until}") if event.until else ("wake", title)
        case events.NeedSet():
            return "needs" if event.on else "needs not", f"{title}: {event.prerequisite}"
        case events.RoadmapUpdated():
            added = pluralize(len(event.new), "new item")
            return "update", f"{title}: {added}" if event.new else title
        case events.GoalSet():
            return ("goal" if event.target or event.date or event.hours else "no goal"), title
        case events.Excluded():
            return "exclude", title
        case events.ReviewsPaused() if event.until > event.stamp.at:
            return "pause", f"reviews until {event.until:%Y-%m-%d}"
        case _:
            return "resume", "reviews"
