"""The preview of an import or update."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.store.importer import ImportPlan
from roadmap_tui.text.import_report import format_changes, format_source, format_ticks
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, wrap
from roadmap_tui.tui.widgets.modal import PageModal

_MAX_SUGGESTIONS = 9


def plan_lines(plan: ImportPlan, accepted: Mapping[str, str], width: int) -> list[StyledLine]:
    """Render a plan: the content found, the changes, and numbered suggestions of renamed items.

    ``accepted`` maps old ids to new ids for the suggestions that were accepted already.
    """
    report = format_source(plan.report) + format_ticks(plan.report, plan.roadmap.id)
    if plan.same:
        report.append("Nothing has changed since the import.")
    elif plan.changes:
        report += ["", *format_changes(plan.changes, offers=False)]
    lines = [line for text in report for line in _wrap_indented(text, width)]
    for old, new in accepted.items():
        lines.append([Span("taken: ", "done"), Span(f"{old} is now {new}")])
    suggested = plan.changes.suggested if plan.changes else ()
    if suggested:
        lines += [[], [Span("Possible matches; press the number to accept:", "accent")]]
    for number, match in enumerate(suggested[:_MAX_SUGGESTIONS], 1):
        first, *rest = wrap(f"{match.before} -> {match.after}", max(1, width - 2))
        lines.append([Span(f"{number} ", "key"), Span(first)])
        lines.extend([Span("  "), Span(line)] for line in rest)
    return lines


def _wrap_indented(text: str, width: int) -> list[StyledLine]:
    """Wrap a line of a report, keeping its indentation in all lines."""
    content = text.lstrip(" ")
    indent = Span(text[: len(text) - len(content)])
    style = "muted" if content.endswith(":") else ""
    return [[indent, Span(line, style)] for line in wrap(content, max(1, width - len(indent.text)))]


class ImportPreviewScreen(PageModal[ImportPlan | None]):
    """Shows a plan; dismissed with the plan to carry out, None for none.

    ``replan`` returns the plan with accepted suggestions, old id to new id.
    """

    SCOPE = "changes"

    def __init__(
        self,
        keymap: Keymap,
        plan: ImportPlan,
        replan: Callable[[Mapping[str, str]], ImportPlan],
        glyphs: Glyphs,
    ) -> None:
        super().__init__(keymap, glyphs, self._lines, plan.roadmap.title)
        self._plan = plan
        self._replan = replan
        self._accepted: dict[str, str] = {}
        self._error = ""

    def _lines(self, width: int) -> list[StyledLine]:
        error = wrap(self._error, max(1, width)) if self._error else []
        return plan_lines(self._plan, self._accepted, width) + [[Span(line, "error")] for line in error]

    def action_take(self, number: int) -> None:
        changes = self._plan.changes
        if changes is None or number > len(changes.suggested):
            return
        match = changes.suggested[number - 1]
        accepted = self._accepted | {match.id: match.incoming}
        try:
            self._plan = self._replan(accepted)
        except RoadmapTuiError as error:
            self._error = str(error)
        else:
            self._accepted, self._error = accepted, ""
        self.text.reset()

    def action_write(self) -> None:
        self.dismiss(self._plan)
