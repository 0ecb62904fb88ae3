"""The filter dialog: choices with the number of items that each would leave."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from textual.app import ComposeResult

from roadmap_tui.core.progress.events import STATUSES
from roadmap_tui.core.roadmap.model import KINDS
from roadmap_tui.core.search.filters import CHOICES, DUE, NOTE, READY, FacetCounts, Filter, label
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, justify
from roadmap_tui.tui.widgets.line_widget import ScrollText
from roadmap_tui.tui.widgets.option_list import OptionList, OptionListModal

_KINDS: Final = "kinds"  # in place of the kinds of resources while they are folded
_ALWAYS_OFFERED = {*STATUSES, READY, DUE, NOTE}


class FilterScreen(OptionListModal[Filter | None]):
    """Asks for a filter; dismissed with it, or with None to keep the current one.

    The kinds of resources are folded, unless one of them is chosen.
    """

    SCOPE = "filter"
    RESULTS: ClassVar[dict[str, Any]] = {"clear": Filter(), "leave": None}

    def __init__(self, keymap: Keymap, facet_counts: FacetCounts, chosen: Filter, glyphs: Glyphs) -> None:
        offered = _ALWAYS_OFFERED | facet_counts.present | chosen.chosen
        self._choices = [choice for choice in CHOICES if choice in offered]
        self._folded_kinds = [choice for choice in self._choices if choice in KINDS]
        if chosen.chosen.isdisjoint(KINDS) and len(self._folded_kinds) > 1:
            self._choices = [*(choice for choice in self._choices if choice not in KINDS), _KINDS]
        count = len(self._choices)
        super().__init__(
            keymap, OptionList(glyphs, self._option, count, max_rows=len(CHOICES), chrome_rows=7)
        )
        self._facet_counts, self._chosen, self._glyphs = facet_counts, chosen, glyphs
        self._match_count = ScrollText(glyphs, self._match_count_lines)

    def compose_body(self) -> ComposeResult:
        yield self._match_count
        yield self.option_list

    def _match_count_lines(self, width: int) -> list[StyledLine]:
        matches = f"{self._facet_counts.count(self._chosen)} of {self._facet_counts.total} shown "
        return [justify([Span("Filter", "accent")], [Span(matches, "muted")], width)]

    def _option(self, index: int, width: int) -> StyledLine:
        choice = self._choices[index]
        if choice == _KINDS:
            return [
                Span("  "),
                Span(f"{self._glyphs.folded} ", "muted"),
                Span(f"kinds of resources ({len(self._folded_kinds)})"),
            ]
        on = choice in self._chosen.chosen
        key = Span(f"{index + 1} " if index < 9 else "  ", "key")
        box = Span(f"[{self._glyphs.of('done') if on else ' '}] ", "done" if on else "muted")
        left = self._facet_counts.count(self._chosen.replacing(choice))
        count = Span(f" {left} ", "muted" if left else "faint")
        return justify([key, box, Span(label(choice), "strong" if on else "")], [count], width)

    def action_switch(self) -> None:
        choice = self._choices[self.option_list.highlighted]
        if choice == _KINDS:
            self._choices = [*self._choices[:-1], *self._folded_kinds]
            self.option_list.count = len(self._choices)
            self.option_list.refresh(layout=True)
        else:
            self._chosen = self._chosen.toggled(choice)
        self.option_list.update_rows()
        self._match_count.reset()

    def action_number(self, number: int) -> None:
        if number <= len(self._choices):
            self.option_list.highlighted = number - 1
            self.action_switch()

    def action_apply(self) -> None:
        self.dismiss(self._chosen)
