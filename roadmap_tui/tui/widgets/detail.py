"""The detail pane: what there is to know about the node under the cursor."""

from __future__ import annotations

from roadmap_tui.core.outline import ROOT
from roadmap_tui.study import Study
from roadmap_tui.tui.lines import Glyphs
from roadmap_tui.tui.page import page
from roadmap_tui.tui.widgets.canvas import Canvas, Row


class DetailPane(Canvas):
    """Draws the page of a node, scrolled so that the chosen resource is in view."""

    def __init__(self, study: Study, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(glyphs, id=id)
        self._study = study
        self._at = self._shown_at = ROOT
        self._chosen: int | None = None
        self._shown_chosen: int | None = None
        self._top = 0

    def sync(self, at: int, chosen: int | None, *, scroll: int = 0) -> None:
        """Show the page of the node at a position; ``chosen`` is the resource to mark, None for none."""
        self._at, self._chosen = at, chosen
        self._top += scroll
        self.show()

    def lay_out(self) -> list[Row]:
        """The part of the page that is in view."""
        height = self.size.height
        drawn = page(self._study, self._at, self.size, self._chosen, self.glyphs)
        if self._at != self._shown_at:
            self._top = 0
        elif self._chosen is not None and self._chosen != self._shown_chosen:
            first = drawn.resource_lines[self._chosen]
            last = [*drawn.resource_lines, len(drawn.lines)][self._chosen + 1] - 1
            self._top = min(max(self._top, last - height + 2), first if self._chosen else 0)
        self._shown_at, self._shown_chosen = self._at, self._chosen
        self._top = max(0, min(self._top, len(drawn.lines) - height))
        return [Row(line) for line in drawn.window(self._top, height, self.glyphs)]
