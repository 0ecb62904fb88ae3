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
        self._at = ROOT
        self._chosen: int | None = None
        self._top = 0

    def sync(self, at: int, chosen: int | None, *, scroll: int = 0) -> None:
        """Show the page of the node at a position; ``chosen`` is the resource to mark, None for none."""
        width, height = self.size
        drawn = page(self._study, at, width, chosen, self.glyphs)
        lines = drawn.lines
        if at != self._at:
            self._top = 0
        elif chosen is not None and chosen != self._chosen:
            first = drawn.resource_lines[chosen]
            last = [*drawn.resource_lines, len(lines)][chosen + 1] - 1
            self._top = max(self._top, last - height + 1)
            self._top = min(self._top, first if chosen else 0)
        self._at, self._chosen = at, chosen
        self._top = max(0, min(self._top + scroll, len(lines) - height))
        self.show([Row(line) for line in drawn.window(self._top, height, self.glyphs)])

    def on_resize(self) -> None:
        """Lay the page out for another width."""
        self.sync(self._at, self._chosen)
