"""What to show of the outline: choices, each with the number of items that it would leave."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from roadmap_tui.core.progress.events import STATUSES
from roadmap_tui.core.roadmap.model import KINDS
from roadmap_tui.core.search.filters import CHOICES, DUE, NOTE, READY, FacetCounts, Filter, label
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, justify
from roadmap_tui.tui.widgets.line_widget import CanvasLine, LineWidget
from roadmap_tui.tui.widgets.option_list import OptionListBase, OptionListModal

_ALWAYS = {*STATUSES, READY, DUE, NOTE}


class _Choices(OptionListBase):
    AROUND = 7
    MOST = len(CHOICES)

    def __init__(self, census: FacetCounts, wanted: Filter, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.census = census
        self.wanted = wanted
        offered = _ALWAYS | census.present | wanted.chosen
        self.choices = [choice for choice in CHOICES if choice in offered]

    @property
    def count(self) -> int:
        return len(self.choices)

    def line(self, at: int, room: int) -> StyledLine:
        choice = self.choices[at]
        on = choice in self.wanted.chosen
        key = Span(f"{at + 1} " if at < 9 else "  ", "key")
        box = Span(f"[{self.glyphs.of('done') if on else ' '}] ", "done" if on else "muted")
        of_kind = Span(" among its resources", "muted") if choice in KINDS else Span("")
        left = self.census.count(self.wanted.replacing(choice))
        count = Span(f" {left} ", "muted" if left else "faint")
        return justify([key, box, Span(label(choice), "strong" if on else ""), of_kind], [count], room)


class _Tally(LineWidget):
    def __init__(self, choices: _Choices) -> None:
        super().__init__(choices.glyphs)
        self._choices = choices

    def render_rows(self) -> list[CanvasLine]:
        census, wanted = self._choices.census, self._choices.wanted
        return [
            CanvasLine(
                justify(
                    [Span(f"{census.count(wanted)} of {census.total} shown", "accent")],
                    [Span("items ", "muted")],
                    self.size.width,
                )
            )
        ]


class FilterScreen(OptionListModal[Filter | None]):
    """Asks for a filter; is dismissed with it, or with None to leave everything as it is."""

    SCOPE = "filter"

    def __init__(self, keymap: Keymap, census: FacetCounts, wanted: Filter, glyphs: Glyphs) -> None:
        self._choices = _Choices(census, wanted, glyphs)
        super().__init__(keymap, self._choices)
        self._tally = _Tally(self._choices)

    def compose(self) -> ComposeResult:
        """What is left now, over the choices."""
        with Vertical(id="filter", classes="dialog"):
            yield self._tally
            yield self._choices
            yield self.hint()

    def action_switch(self) -> None:
        """Take the choice under the cursor in, or leave it out."""
        self._toggle(self._choices.here)

    def action_number(self, number: int) -> None:
        """The same with the choice of a number, from 1."""
        if number <= len(self._choices.choices):
            self._choices.here = number - 1
            self._toggle(number - 1)

    def _toggle(self, at: int) -> None:
        self._choices.wanted = self._choices.wanted.toggled(self._choices.choices[at])
        self._choices.show()
        self._tally.show()

    def action_apply(self) -> None:
        """Show what is left."""
        self.dismiss(self._choices.wanted)

    def action_clear(self) -> None:
        """Show everything."""
        self.dismiss(Filter())

    def action_leave(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)
