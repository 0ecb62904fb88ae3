"""What an import or an update would change, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Size
from textual.widgets import Static

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.store.importer import ImportPlan
from roadmap_tui.text.import_report import format_changes, format_source, format_ticks
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, wrap
from roadmap_tui.tui.widgets.line_widget import CanvasLine, LineWidget
from roadmap_tui.tui.widgets.modal import Modal

_OFFERS = 9


def plan_lines(plan: ImportPlan, accepted: Mapping[str, str], width: int) -> list[StyledLine]:
    """A plan as lines: what was found, what changes, and the offers with their numbers."""
    told = format_source(plan.report) + format_ticks(plan.report, plan.roadmap.id)
    if plan.same:
        told.append("Nothing has changed since it was imported.")
    elif plan.changes:
        told += ["", *format_changes(plan.changes, offers=False)]
    lines = [line for text in told for line in _wrapped(text, width)]
    for old, new in accepted.items():
        lines.append([Span("taken: ", "done"), Span(f"{old} is now {new}")])
    offered = plan.changes.suggested if plan.changes else ()
    if offered:
        lines += [[], [Span("Perhaps the same; a number takes it:", "accent")]]
    for number, match in enumerate(offered[:_OFFERS], 1):
        key: StyledLine = [Span(f"{number} ", "key")]
        first, *rest = wrap(f"{match.before} -> {match.after}", max(1, width - 2))
        lines.append([*key, Span(first)])
        lines.extend([Span("  "), Span(line)] for line in rest)
    return lines


def _wrapped(text: str, width: int) -> list[StyledLine]:
    """A line of a report, which may be indented: what is listed stands out from what it is a list of."""
    words = text.lstrip(" ")
    indent = Span(text[: len(text) - len(words)])
    role = "muted" if words.endswith(":") else ""
    return [[indent, Span(line, role)] for line in wrap(words, max(1, width - len(indent.text)))]


class _Report(LineWidget):
    def __init__(self, plan: ImportPlan, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.plan = plan
        self.accepted: dict[str, str] = {}
        self.problem = ""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        return len(self._lines(width))

    def render_rows(self) -> list[CanvasLine]:
        return [CanvasLine(line) for line in self._lines(self.size.width)]

    def _lines(self, width: int) -> list[StyledLine]:
        lines = plan_lines(self.plan, self.accepted, width)
        problem = wrap(self.problem, max(1, width)) if self.problem else []
        return lines + [[Span(line, "error")] for line in problem]


class ImportPreviewScreen(Modal[ImportPlan | None]):
    """Shows a plan; is dismissed with the plan to carry out, None for none.

    ``replan`` gives the plan with offers accepted: old id to new.
    """

    SCOPE = "changes"

    def __init__(
        self,
        keymap: Keymap,
        plan: ImportPlan,
        replan: Callable[[Mapping[str, str]], ImportPlan],
        glyphs: Glyphs,
    ) -> None:
        super().__init__(keymap)
        self._report = _Report(plan, glyphs)
        self._replan = replan

    def compose(self) -> ComposeResult:
        """The report under the title."""
        with Vertical(id="changes", classes="dialog"):
            yield Static(self._report.plan.roadmap.title, classes="heading", markup=False)
            with VerticalScroll(can_focus=False):
                yield self._report
            yield self.hint()

    def action_take(self, number: int) -> None:
        """Accept an offer, and show what that makes of the rest."""
        changes = self._report.plan.changes
        if changes is None or number > len(changes.suggested):
            return
        match = changes.suggested[number - 1]
        accepted = self._report.accepted | {match.id: match.incoming}
        try:
            self._report.plan = self._replan(accepted)
        except RoadmapTuiError as error:
            self._report.problem = str(error)
        else:
            self._report.accepted, self._report.problem = accepted, ""
        self._report.refresh(layout=True)
        self._report.show()

    def action_down(self) -> None:
        """Scroll by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=1, animate=False)

    def action_up(self) -> None:
        """Scroll back by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=-1, animate=False)

    def action_write(self) -> None:
        """Close with the plan as it is now."""
        self.dismiss(self._report.plan)

    def action_leave(self) -> None:
        """Close without one."""
        self.dismiss(None)
