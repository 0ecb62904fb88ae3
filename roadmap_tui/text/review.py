"""Messages about reviews and review sessions."""

from collections.abc import Sequence
from datetime import timedelta

from roadmap_tui.core.humanize import format_date, format_days, format_duration, pluralize, strip_parenthesis
from roadmap_tui.core.progress.events import GRADES
from roadmap_tui.core.review.questions import BUNDLED, NOTE
from roadmap_tui.core.roadmap.model import Question
from roadmap_tui.study.review_session import NoticeKind, ReviewSession, SessionNotice
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.markdown import render_markdown
from roadmap_tui.text.styled_text import Span, StyledLine, wrap

NO_QUESTION = "Explain it aloud."


def format_notice(notice: SessionNotice, keymap: Keymap) -> str:
    """Describe a notice of a review session, with the key that helps."""
    title = strip_parenthesis(notice.title)
    match notice.kind:
        case NoticeKind.ANSWER_HIDDEN:
            return f"Answer it first; {keymap.key('review.reveal')} shows the answer"
        case NoticeKind.CHANGED_ELSEWHERE:
            return f"{title} was reviewed or changed elsewhere"
        case NoticeKind.WEAK_PREREQUISITE:
            key = keymap.key("review.prerequisite")
            return f"Depends on {title} (recall {notice.recall:.0%}); {key} reviews it now"
        case NoticeKind.NO_WEAK_PREREQUISITE:
            return "Offered after a lapse if a prerequisite is weak"
        case NoticeKind.FORGOTTEN_TWICE:
            return (
                f"{GRADES[0].title()} twice: {keymap.key('review.set_back')} marks {title} in progress again"
            )
        case NoticeKind.SET_BACK_NOT_OFFERED:
            return "Available after Again twice in a row, or on a topic known from placement"
        case NoticeKind.SET_BACK:
            return f"{title}: in progress; {keymap.key('review.take_back')} undoes it"
        case NoticeKind.PLACED_DEPENDENTS:
            items = pluralize(notice.dependents, "item")
            key = keymap.key("review.set_back")
            return f"{items} known from placement need {title}; {key} reopens them"
        case NoticeKind.REOPENED:
            return f"{title}; {keymap.key('review.take_back')} undoes it"
        case NoticeKind.NOTHING_TO_UNDO:
            return "Nothing to undo in this review"
        case NoticeKind.QUESTION_ADDED:
            return f"Question added to the note; {keymap.key('review.take_back')} removes it"
        case NoticeKind.QUESTION_HIDDEN:
            return f"Question hidden; {keymap.key('review.take_back')} restores it"
        case NoticeKind.NO_QUESTION:
            return "There is no question to hide"


def question_origin(question: Question | None) -> str:
    """Describe where a question comes from; "" for one that comes with the program, or none."""
    if question is None or question.id.startswith(f"{BUNDLED}:"):
        return ""
    return "your question" if question.id.startswith(f"{NOTE}:") else "question of the roadmap"


def render_question(
    question: Question, text: str, width: int, glyphs: Glyphs, style: str = ""
) -> Sequence[StyledLine]:
    """Render the text of a question or of its answer; bundled ones are plain text, all others Markdown."""
    if question.id.startswith(f"{BUNDLED}:"):
        return [[Span(line, style)] for line in wrap(text, width)]
    return render_markdown(text, width, style=style, is_ascii=glyphs.is_ascii)


def format_intervals(session: ReviewSession) -> list[str]:
    """Return the interval of each rating: ``today, then 1 d`` for Again if the card comes again."""
    again, *others = map(format_days, session.intervals)
    return [f"today, then {again}" if session.repeats_again else again, *others]


def summarize_session(session: ReviewSession) -> list[str]:
    """Summarize a session that ended: reviewed and forgotten items, recall, and what is due next."""
    study, ratings = session.study, session.first_ratings
    reviews = study.reviews
    lines = [f"{len(ratings)} reviewed in {format_duration(session.seconds)}"]
    recalled = [
        f"{label} {stats.percent}%"
        for label, days in (("Recall today", 1), ("last 30 days", 30))
        if (stats := reviews.recalled(days)).percent is not None
    ]
    if recalled:
        lines.append(", ".join(recalled))
    if forgotten := [study.title(node_id) for node_id, rating in ratings.items() if rating == 1]:
        lines.append(f"Forgotten: {', '.join(forgotten)}")
    tomorrow, week = (reviews.due_until(reviews.today + timedelta(days=days)) for days in (1, 7))
    return [*lines, f"Due tomorrow {tomorrow}, within a week {week}"]


def session_summary(session: ReviewSession) -> str:
    """Summarize the numbers of items reviewed and left; empty if nothing was graded."""
    left, graded = session.left_count, len(session.first_ratings)
    rest = f"; {left} {'is' if left == 1 else 'are'} left today" if left else ""
    return f"Reviewed {graded}{rest}" if graded else ""


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
