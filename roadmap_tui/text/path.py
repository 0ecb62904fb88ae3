"""The wording of a path: lines for the screen and the terminal, Markdown and Mermaid."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Final

from roadmap_tui.core.forecast import Range
from roadmap_tui.core.humanize import format_hours, strip_parenthesis
from roadmap_tui.core.progress.statuses import STATUS_INFO
from roadmap_tui.study.path import Path, PathStep
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import Span, StyledLine, cells, justify, length, truncate

NO_PREREQUISITES: Final = "Nothing says what it requires, so the order of the roadmap counts."


def format_hours_left(left: Range, guesses: int, unfinished: int) -> str:
    """Format the hours left with their range: ``about 19 h left (14–26), 2 of 4 estimated``."""
    if not left.expected:
        return "nothing left to do"
    bounds = f"{format_hours(left.low).removesuffix(' h')}–{format_hours(left.high).removesuffix(' h')}"
    guessed = f", {guesses} of {unfinished} estimated" if guesses else ""
    sign = "≈ " if guesses else "about "
    return f"{sign}{format_hours(left.expected)} left ({bounds}){guessed}"


def path_facts(path: Path, glyphs: Glyphs) -> str:
    """Format the progress on a path: ``7 of 11 · about 19 h left (14–26)``."""
    left = format_hours_left(path.left, path.guesses, len(path.unfinished))
    return f"{path.done} of {len(path.counted)} {glyphs.separator} {left}"


def path_brackets(path: Path, glyphs: Glyphs) -> Iterator[str]:
    """Yield the glyph beside each step: together they are brackets around steps of any order."""
    unfinished = {step.id for step in path.unfinished}
    hint = " in any order"  # explains the first bracket
    for _, level in groupby(path.steps, attrgetter("level")):
        steps = list(level)
        open_ = [index for index, step in enumerate(steps) if step.id in unfinished]
        for index in range(len(steps)):
            if len(open_) < 2 or not open_[0] <= index <= open_[-1]:
                yield ""
            elif index == open_[0]:
                yield glyphs.bracket_top + hint
                hint = ""
            else:
                yield glyphs.bracket_bottom if index == open_[-1] else glyphs.vline


def path_row(path: Path, index: int, bracket: str, width: int, glyphs: Glyphs) -> StyledLine:
    """Return the line of a step with its part of a bracket, exactly ``width`` cells wide."""
    step = path.steps[index]
    is_first = not index or path.steps[index - 1].level != step.level
    info = STATUS_INFO[step.status]
    is_goal = index == len(path.steps) - 1 and step.status == "todo"
    is_weakest = step.id == path.weakest
    level = f"{step.level if is_first else '':>2}  " if not path.is_order else ""
    # The same columns in all rows; where there is no room, the remark is shortened or left out.
    is_wide = width >= 90 and path.weakest
    remark_width = 26 if is_wide else 15 if width >= 70 else 2
    weakest = "" if not is_weakest else "weakest: review it first" if is_wide else "weakest recall"
    remark = (bracket or weakest) if width >= 70 else bracket[:1]
    recall = "" if step.recall is None else f"{step.recall:.0%}"
    hours = "" if step.hours is None else format_hours(step.hours)
    left = [Span(level, "faint"), Span(f"{glyphs.goal if is_goal else glyphs.of(step.status)} ", info.style)]
    right = [
        Span(f"{recall:>5}", "warning" if is_weakest else "muted"),
        Span(f"{hours:>7} "),
        Span(f" {remark:<{remark_width}}", "muted"),
    ]
    room = width - length(left) - length(right)
    title = step.title if cells(step.title) <= room else strip_parenthesis(step.title)
    style = "strong" if step.status == "doing" else "muted" if info.is_finished else ""
    return justify([*left, Span(truncate(title, room, glyphs.ellipsis), style)], right, width)


def path_lines(path: Path, width: int, glyphs: Glyphs) -> list[str]:
    """Return a path as lines of plain text."""
    order = [NO_PREREQUISITES] if path.is_order else []
    head = f"Path to {path.title}  {path_facts(path, glyphs)}"
    rows = [
        path_row(path, index, bracket, width, glyphs)
        for index, bracket in enumerate(path_brackets(path, glyphs))
    ]
    return [head, *order, "", *("".join(span.text for span in row).rstrip() for row in rows)]


def path_to_markdown(path: Path, glyphs: Glyphs) -> str:
    """Return a path as Markdown, a task list by level."""
    from roadmap_tui.core.exporters.markdown import escape_text

    lines = [f"# Path to {escape_text(path.title)}", "", path_facts(path, glyphs)]
    for level, steps in groupby(path.steps, attrgetter("level")):
        if not path.is_order or level == 1:
            lines += ["", *([] if path.is_order else [f"## Level {level}", ""])]
        lines += [_task(step, escape_text(step.title)) for step in steps]
    return "\n".join(lines)


def _task(step: PathStep, title: str) -> str:
    hours = f", {format_hours(step.hours)}" if step.hours is not None else ""
    return f"- [{STATUS_INFO[step.status].checkbox}] {title}{hours}"


def path_to_mermaid(path: Path) -> str:
    """Return a path as a Mermaid flowchart, with the prerequisites that do not follow from others."""
    names = {step.id: f"n{number}" for number, step in enumerate(path.steps, 1)}
    lines = ["flowchart TD"]
    for step in path.steps:
        label = "".join(f"#{ord(c)};" if c in '#"<>&`' else c for c in strip_parenthesis(step.title))
        lines.append(f'    {names[step.id]}["{label}"]:::{step.status}')
    lines += [f"    {names[need]} --> {names[step.id]}" for step in path.steps for need in step.needs]
    styles = {"done": "fill:#cfc,color:#000", "doing": "fill:#fe9,color:#000", "skipped": "color:#888"}
    return "\n".join([*lines, *(f"    classDef {status} {style}" for status, style in styles.items())])


def path_to_json(path: Path, node_id: str) -> dict[str, object]:
    """Return a path as its ``--json`` object."""
    return {
        "id": node_id,
        "title": path.title,
        "done": path.done,
        "total": len(path.counted),
        "hours": range_to_json(path.left),
        "estimated": path.guesses,
        "weakest": path.weakest or None,
        "levels": [
            [
                {
                    "id": step.id,
                    "title": step.title,
                    "status": step.status,
                    "recall": step.recall and round(step.recall, 3),
                    "hours": step.hours and round(step.hours, 1),
                    "needs": list(step.needs),
                }
                for step in steps
            ]
            for _, steps in groupby(path.steps, attrgetter("level"))
        ],
    }


def range_to_json(hours: Range) -> dict[str, float]:
    """Return a range as its ``--json`` object."""
    return {name: round(value, 1) for name, value in hours._asdict().items()}
