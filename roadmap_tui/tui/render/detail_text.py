"""The rendered lines about a node, and where its resources and links are in them."""

from __future__ import annotations

from typing import NamedTuple

from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine


class DetailLink(NamedTuple):
    """A name that leads to another item: its line, the columns from ``start`` to ``end``, and the item."""

    line: int
    start: int
    end: int
    target: str


class DetailText(NamedTuple):
    """The lines about a node, the line where each resource begins, where the last ends, and all headings.

    ``links`` are the names of related items.
    """

    lines: list[StyledLine]
    resource_lines: list[int]
    resources_end: int
    headings: frozenset[int] = frozenset()
    links: tuple[DetailLink, ...] = ()

    def link_at(self, line: int, column: int) -> str:
        """Return the id of the item whose name is at a position, "" if there is none."""
        found = (link.target for link in self.links if link.line == line and link.start <= column < link.end)
        return next(found, "")

    def resource_at(self, line: int) -> int | None:
        """Return the index of the resource on a line, None if there is none."""
        if not self.resource_lines or not self.resource_lines[0] <= line < self.resources_end:
            return None
        return sum(first <= line for first in self.resource_lines) - 1

    def top_showing(self, resource: int, top: int, height: int) -> int:
        """Return the top line nearest to ``top`` at which ``height`` lines show a resource."""
        first = self.resource_lines[resource]
        last = [*self.resource_lines, self.resources_end][resource + 1] - 1
        # The last line of the window may be the count of further lines.
        return min(max(top, last - height + 2), first)

    def window(self, top: int, height: int, glyphs: Glyphs) -> list[StyledLine]:
        """Return ``height`` lines from ``top``; the last one counts the lines that do not fit."""
        end = top + height
        visible = self.lines[top:end]
        if end < len(self.lines) and visible:
            # Do not end with a gap or with a heading that has nothing below it.
            end -= 1
            while end > top + 1 and (not self.lines[end - 1] or end - 1 in self.headings):
                end -= 1
            more = Span(f"{glyphs.ellipsis} {len(self.lines) - end} more", "faint")
            visible = [*self.lines[top:end], [more]]
        return visible + [[]] * (height - len(visible))
