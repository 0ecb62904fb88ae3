"""The wording of a plan, for the screen and the terminal."""

from collections.abc import Iterator

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.exporters.calendar import CalendarEntry, to_calendar
from roadmap_tui.core.humanize import format_date, format_hours, pluralize, strip_parenthesis
from roadmap_tui.study.plan import Plan
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.path import format_hours_left, range_to_json
from roadmap_tui.text.styled_text import Span, StyledLine, truncate_line, wrap

_LABEL_WIDTH = 12


def plan_facts(plan: Plan, glyphs: Glyphs) -> Iterator[tuple[str, str]]:
    """Yield the facts of a plan: a label and a sentence."""
    facts = [plan.title if plan.goal else f"all of {plan.title}"]
    facts += [f"by {format_date(plan.day, plan.today)}"] if plan.day else []
    facts += [f"{plan.hours:g} h a week"] if plan.hours else []
    yield "Goal", ", ".join(facts)
    left = format_hours_left(plan.left, plan.guesses, plan.unfinished)
    yield "Left", f"{plan.done} of {plan.total} done {glyphs.separator} {left}"
    yield "Your pace", f"{_format_pace(plan)}; {_format_ratio(plan)}"
    if plan.reviews:
        yield "Reviews", f"about {format_hours(plan.reviews)} a week, besides"
    if plan.unfinished:
        yield "Forecast", _forecast(plan)


def _format_pace(plan: Plan) -> str:
    pace = plan.pace
    if not pace.weeks:
        return "not known before the first full week"
    return f"{_round(pace.hours)} h a week over {pluralize(pace.weeks, 'week')}"


def _round(hours: float) -> str:
    return f"{hours:.1f}".removesuffix(".0")


def _format_ratio(plan: Plan) -> str:
    ratio = plan.ratio
    if not ratio.items:
        return "no finished item with logged time to compare the estimates with"
    return f"you take {ratio.value:.1f} times the estimates ({pluralize(ratio.items, 'item')})"


def _forecast(plan: Plan) -> str:
    """Format the forecast: on time or not, the finish date, and a remedy."""
    if plan.finish is None:
        if plan.used.hours:
            return "more than fifty years at this pace"
        return "log the time you study, or set the hours a week, to get a date"
    earliest, expected, latest = (format_date(day, plan.today) for day in plan.finish)
    basis = "" if plan.used.weeks else " at the hours a week that you set"
    when = f"about {expected} ({earliest} – {latest}){basis}"
    needed = plan.needed
    if plan.day is None or needed is None:
        return f"done {when}"
    enough = f"{_round(needed)} h a week would do"
    if plan.finish.latest <= plan.day:
        return f"in time: {enough}; done {when}"
    if plan.finish.expected <= plan.day:
        return f"probably in time, not certainly: done {when}; {enough} on average"
    return f"not in time at this pace: done {when}. {enough}; or set a later date or a nearer goal"


def plan_lines(plan: Plan, width: int, glyphs: Glyphs) -> list[StyledLine]:
    """Return a plan as lines of at most ``width`` cells."""
    lines: list[StyledLine] = []
    for label, text in plan_facts(plan, glyphs):
        first, *rest = wrap(text, max(20, width - _LABEL_WIDTH))
        lines.append([Span(f"{label:<{_LABEL_WIDTH}}", "muted"), Span(first)])
        lines += [[Span(" " * _LABEL_WIDTH), Span(line)] for line in rest]
    for number, week in enumerate(plan.weeks):
        label = "These 7 days" if not number else f"From {format_date(week.start, plan.today)}"
        lines += [[], [Span(label, "accent")]]
        for _, title, hours, total in week.items:
            part = f" {glyphs.separator} of {format_hours(total)}" if hours < total else ""
            head = Span(f"{format_hours(hours):>{_LABEL_WIDTH - 2}}  ", "muted")
            line = [head, Span(strip_parenthesis(title)), Span(part, "muted")]
            lines.append(truncate_line(line, width))
    return lines


def plan_to_calendar(study: Study, plan: Plan) -> bytes:
    """Return the plan as an iCalendar file. Raises UsageError if it has no dates."""
    if plan.unfinished and not plan.schedule:
        raise UsageError("calendar", "the hours a week are not known", "set them first")
    entries = [
        CalendarEntry(entry.id, entry.title, f"about {format_hours(entry.hours)}", entry.start, entry.end)
        for entry in plan.schedule
    ]
    if plan.day:
        entries.append(CalendarEntry("goal~", f"Goal: {plan.title}", "", plan.day, plan.day))
    return to_calendar(study.source.id, study.roadmap.title, entries, study.now())


def plan_to_json(plan: Plan) -> dict[str, object]:
    """Return a plan as its ``--json`` object."""
    finish = plan.finish
    return {
        "goal": plan.goal or None,
        "title": plan.title,
        "by": plan.day and plan.day.isoformat(),
        "hours_a_week": plan.hours or None,
        "done": plan.done,
        "total": plan.total,
        "estimated": plan.guesses,
        "left": range_to_json(plan.left),
        "ratio": round(plan.ratio.value, 2),
        "pace": round(plan.pace.hours, 2) if plan.pace.weeks else None,
        "reviews": round(plan.reviews, 2),
        "needed": None if plan.needed is None else round(plan.needed, 2),
        "finish": finish and {name: day.isoformat() for name, day in finish._asdict().items()},
        "weeks": [
            {
                "start": week.start.isoformat(),
                "items": [
                    {"id": node_id, "title": title, "hours": round(hours, 1)}
                    for node_id, title, hours, _ in week.items
                ],
            }
            for week in plan.weeks
        ],
    }
