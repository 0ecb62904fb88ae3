"""The detail pane: what there is to know about the node under the cursor."""

from __future__ import annotations

from textual import events
from textual.message import Message

from roadmap_tui.core.tree_view import ROOT
from roadmap_tui.study.study import Study
from roadmap_tui.text.styled_text import Glyphs
from roadmap_tui.tui.render.detail import DetailText, render_detail
from roadmap_tui.tui.widgets.line_widget import CanvasLine, LineWidget


class DetailPane(LineWidget):
    """Draws the page of a node, scrolled so that the resource that was chosen is in view."""

    class Pressed(Message):
        """The page was clicked; ``resource`` is the index of the one that was hit, None for none."""

        def __init__(self, resource: int | None) -> None:
            super().__init__()
            self.resource = resource

    class Scrolled(Message):
        """The wheel was turned over the page, by a number of lines."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, study: Study, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(glyphs, id=id)
        self._study = study
        self._at = self._shown_at = ROOT
        self._page = DetailText([], [], 0)
        self._chosen: int | None = None
        self._sought: int | None = None
        self._shown_sought: int | None = None
        self._top = 0

    def sync(self, at: int, chosen: int | None, *, seek: bool = True, scroll: int = 0) -> None:
        """Show the page of the node at a position; ``chosen`` is the resource to mark, None for none.

        One that the reader did not choose, the first, is not one to ``seek``: the page stays at its top.
        """
        self._at, self._chosen = at, chosen
        self._sought = chosen if seek else None
        self._top += scroll
        self.show()

    def render_rows(self) -> list[CanvasLine]:
        """The part of the page that is in view."""
        height = self.size.height
        drawn = self._page = render_detail(self._study, self._at, self.size, self._chosen, self.glyphs)
        if self._at != self._shown_at:
            self._top = 0
        if self._sought is not None and (self._at, self._sought) != (self._shown_at, self._shown_sought):
            self._bring_into_view(drawn, self._sought, height)
        self._shown_at, self._shown_sought = self._at, self._sought
        self._top = max(0, min(self._top, len(drawn.lines) - height))
        return [CanvasLine(line) for line in drawn.window(self._top, height, self.glyphs)]

    def _bring_into_view(self, drawn: DetailText, resource: int, height: int) -> None:
        first = drawn.resource_lines[resource]
        last = [*drawn.resource_lines, drawn.resources_end][resource + 1] - 1
        # The last line of a page that goes on says so: it shows nothing of a resource.
        in_view = height - 2
        # With the first one comes what is above it, as far as there is room.
        wanted = 0 if resource == 0 else self._top
        self._top = min(max(wanted, last - in_view), first)

    def on_click(self, event: events.Click) -> None:
        """Say what was clicked."""
        place = event.get_content_offset(self)
        if place is not None:
            self.post_message(self.Pressed(self._page.resource_at(self._top + place.y)))

    def on_mouse_scroll_down(self) -> None:
        """Read on."""
        self.post_message(self.Scrolled(3))

    def on_mouse_scroll_up(self) -> None:
        """Read back."""
        self.post_message(self.Scrolled(-3))
