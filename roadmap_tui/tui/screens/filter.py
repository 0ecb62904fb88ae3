"""The filter dialog: choices with the number of items that each would leave."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult

from roadmap_tui.core.progress.events import STATUSES
from roadmap_tui.core.roadmap.model import KINDS
from roadmap_tui.core.search.filters import CHOICES, DUE, NOTE, READY, FacetCounts, Filter, label
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, justify
from roadmap_tui.tui.widgets.line_widget import CanvasLine, LineWidget
from roadmap_tui.tui.widgets.option_list import OptionListBase, OptionListModal

_ALWAYS_OFFERED = {*STATUSES, READY, DUE, NOTE}


class _FilterList(OptionListBase):
    CHROME_ROWS = 7
    MAX_ROWS = len(CHOICES)

    def __init__(self, facet_counts: FacetCounts, chosen: Filter, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.facet_counts = facet_counts
        self.chosen = chosen
        offered = _ALWAYS_OFFERED | facet_counts.present | chosen.chosen
        self.choices = [choice for choice in CHOICES if choice in offered]

    @property
    def count(self) -> int:
        return len(self.choices)

    def option(self, index: int, width: int) -> StyledLine:
        choice = self.choices[index]
        on = choice in self.chosen.chosen
        key = Span(f"{index + 1} " if index < 9 else "  ", "key")
        box = Span(f"[{self.glyphs.of('done') if on else ' '}] ", "done" if on else "muted")
        suffix = Span(" among its resources", "muted") if choice in KINDS else Span("")
        left = self.facet_counts.count(self.chosen.replacing(choice))
        count = Span(f" {left} ", "muted" if left else "faint")
        return justify([key, box, Span(label(choice), "strong" if on else ""), suffix], [count], width)


class _MatchCount(LineWidget):
    def __init__(self, choices: _FilterList) -> None:
        super().__init__(choices.glyphs)
        self._choices = choices

    def render_rows(self) -> list[CanvasLine]:
        facet_counts = self._choices.facet_counts
        matches = f"{facet_counts.count(self._choices.chosen)} of {facet_counts.total} shown"
        return [CanvasLine(justify([Span(matches, "accent")], [Span("items ", "muted")], self.size.width))]


class FilterScreen(OptionListModal[Filter | None]):
    """Asks for a filter; dismissed with it, or with None to keep the current one."""

    SCOPE = "filter"
    RESULTS: ClassVar[dict[str, Any]] = {"clear": Filter(), "leave": None}

    def __init__(self, keymap: Keymap, facet_counts: FacetCounts, chosen: Filter, glyphs: Glyphs) -> None:
        self._choices = _FilterList(facet_counts, chosen, glyphs)
        super().__init__(keymap, self._choices)
        self._match_count = _MatchCount(self._choices)

    def compose_body(self) -> ComposeResult:
        yield self._match_count
        yield self._choices

    def action_switch(self) -> None:
        self._toggle(self._choices.highlighted)

    def action_number(self, number: int) -> None:
        if number <= self._choices.count:
            self._choices.highlighted = number - 1
            self._toggle(number - 1)

    def _toggle(self, index: int) -> None:
        self._choices.chosen = self._choices.chosen.toggled(self._choices.choices[index])
        self._choices.update_rows()
        self._match_count.update_rows()

    def action_apply(self) -> None:
        self.dismiss(self._choices.chosen)
