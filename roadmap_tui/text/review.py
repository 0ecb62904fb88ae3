"""Messages about reviews and review sessions."""

from datetime import timedelta

from roadmap_tui.core.humanize import format_date
from roadmap_tui.core.progress.events import GRADES
from roadmap_tui.study.review_session import NoticeKind, ReviewSession, SessionNotice
from roadmap_tui.study.study import Study
from roadmap_tui.text.keymap import Keymap


def format_notice(notice: SessionNotice, keymap: Keymap) -> str:
    """Describe a notice of a review session, with the key that helps."""
    title = notice.title
    match notice.kind:
        case NoticeKind.ANSWER_HIDDEN:
            return f"Explain it aloud; {keymap.key('review.reveal')} shows the answer"
        case NoticeKind.CHANGED_ELSEWHERE:
            return f"{title} was reviewed or changed elsewhere"
        case NoticeKind.FORGOTTEN_TWICE:
            return (
                f"{GRADES[0].title()} twice: {keymap.key('review.set_back')} marks {title} in progress again"
            )
        case NoticeKind.SET_BACK_NOT_OFFERED:
            return "Available after Again twice in a row"
        case NoticeKind.SET_BACK:
            return f"{title}: in progress; {keymap.key('review.take_back')} undoes it"
        case NoticeKind.NOTHING_GRADED:
            return "Nothing graded in this session"


def session_summary(session: ReviewSession) -> str:
    """Summarize the items reviewed and those left; empty if nothing was graded."""
    left = session.count - session.index
    rest = f"; {left} {'is' if left == 1 else 'are'} left today" if left else ""
    return f"Reviewed {session.graded_count}{rest}" if session.graded_count else ""


def forecast(study: Study) -> str:
    """Describe the next day with reviews: ``Tomorrow: 3.``; empty if there is none or reviews are off."""
    reviews = study.reviews
    day = reviews.next_due_day()
    if day is None or not study.settings.reviews_a_day:
        return ""
    name = "Tomorrow" if day == reviews.today + timedelta(days=1) else format_date(day, reviews.today)
    return f"{name}: {reviews.forecast(day)}."


def why_nothing_due(study: Study) -> str:
    """Explain why there is nothing to review now, and when there will be."""
    reviews = study.reviews
    if not study.settings.reviews_a_day:
        return "Reviews are off: review.a_day is 0"
    day = reviews.next_due_day()
    if day is None:
        return "Nothing is due: finished items come up the next day"
    when = f"next: {reviews.forecast(day)} on {format_date(day, reviews.today)}"
    if reviews.paused_until:
        return f"Reviews are paused; {when}"
    return f"All reviewed for today; {when}" if reviews.due_queue() else f"Nothing due; {when}"
