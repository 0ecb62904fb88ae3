"""The detail pane: everything about the node under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.message import Message

from roadmap_tui.core.tree_view import ROOT
from roadmap_tui.study.study import Study
from roadmap_tui.text.styled_text import Glyphs, StyledLine
from roadmap_tui.tui.render.detail import render_detail
from roadmap_tui.tui.render.detail_text import DetailText
from roadmap_tui.tui.widgets.line_widget import Pane


class DetailPane(Pane):
    """Shows the details of a node, scrolled so that the selected resource is visible.

    ``fits_in_frame`` returns whether the title is in the frame of a pane of this width.
    """

    @dataclass
    class Pressed(Message):
        """Posted when the pane is clicked; ``resource`` is the index of the clicked resource, or None.

        ``link`` is the id of the related item that was hit, "" for none.
        """

        resource: int | None
        link: str = ""

    def __init__(
        self, study: Study, glyphs: Glyphs, fits_in_frame: Callable[[int], bool], id: str | None = None
    ) -> None:
        super().__init__(glyphs, id=id)
        self._study = study
        self._fits_in_frame = fits_in_frame
        self._index = self._shown_index = ROOT
        self._text = DetailText([], [], 0)
        self._selected: int | None = None
        self._link: int | None = None
        self._target: int | None = None  # the resource to scroll to
        self._shown_target: int | None = None
        self._top = 0

    def sync(
        self,
        index: int,
        selected: int | None,
        link: int | None = None,
        *,
        follows: bool = True,
        scroll: int = 0,
    ) -> None:
        """Show the node at a tree index, with this resource or link marked, scrolled by ``scroll`` lines.

        ``follows`` scrolls to the marked resource; off if it is only the default selection.
        """
        self._index, self._selected, self._link = index, selected, link
        self._target = selected if follows else None
        self._top += scroll
        self.update_rows()

    def render_rows(self) -> list[StyledLine]:
        height = self.size.height
        text = self._text = render_detail(
            self._study,
            self._index,
            self.size,
            self._selected,
            self.glyphs,
            self._link,
            has_title=not self._fits_in_frame(self.outer_size.width),
        )
        if self._index != self._shown_index:
            self._top = 0
        target_changed = (self._index, self._target) != (self._shown_index, self._shown_target)
        if self._target is not None and target_changed:
            # With the first resource, show as much as possible of what is above it.
            top = 0 if self._target == 0 else self._top
            self._top = text.top_showing(self._target, top, height)
        if self._link is not None and self._link < len(text.links):
            line = text.links[self._link].line
            self._top = min(max(self._top, line - height + 2), line)
        self._shown_index, self._shown_target = self._index, self._target
        self._top = max(0, min(self._top, len(text.lines) - height))
        return text.window(self._top, height, self.glyphs)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None:
            line = self._top + offset.y
            self.post_message(self.Pressed(self._text.resource_at(line), self._text.link_at(line, offset.x)))
