"""Add the HTML of a document to its sections: headings, details, lists and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from roadmap_tui.core.importers.markdown.html_blocks import HtmlBlock, iter_html_blocks
from roadmap_tui.core.importers.markdown.node_builder import NodeBuilder, title_of
from roadmap_tui.core.importers.markdown.section_names import normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap_tui.core.importers.markdown.content import ContentBuilder
    from roadmap_tui.core.importers.markdown.parser import Block

_DEPTH_LIMIT: Final = 60
_GENERIC_SUMMARIES: Final = {"details", "more", "show more", "see more", "expand", "click to expand"}


class HtmlBuilder:
    """Adds HTML blocks; lists and tables may extend over several of them."""

    def __init__(self, content: ContentBuilder, blocks: Sequence[Block]) -> None:
        self._content = content
        self._sections = content.sections
        self._parts: dict[int, list[HtmlBlock]] = {}  # by the index of the block
        self._closed_details: set[tuple[int, int]] = set()  # index of the block, and of the part in it
        self._lists: list[tuple[NodeBuilder, NodeBuilder | None]] = []  # open lists: owner, last item
        self._table: list[list[HtmlBlock]] | None = None
        self._summary: HtmlBlock | None = None  # in a list: the title of a list that may follow
        self._match_details(blocks)

    def _match_details(self, blocks: Sequence[Block]) -> None:
        """Find the ``<details>`` tags that have a closing tag."""
        opened: list[tuple[int, int]] = []
        for index, block in enumerate(blocks):
            if block.kind == "html":
                parts = list(iter_html_blocks(block.raw, block.line))
                self._parts[index] = parts
                for part_index, part in enumerate(parts):
                    if part.kind == "details":
                        opened.append((index, part_index))
                    elif part.kind == "/details" and opened:
                        self._closed_details.add(opened.pop())
            elif opened:
                for inner in block.walk():
                    for token in inner.inline:
                        if token.type == "html_inline" and token.content == "</details>" and opened:
                            self._closed_details.add(opened.pop())

    def end_lists(self) -> None:
        """Close the open HTML lists, because Markdown follows."""
        self._lists.clear()

    def end_table(self) -> None:
        """Add the rows collected so far."""
        table = [row for row in self._table or () if row]
        self._table = None
        if len(table) > 1:
            rows = [tuple(cell.text for cell in row) for row in table]
            has_header = all(cell.level for cell in table[0])
            self._content.add_table(rows, table[0][0].line, self._sections.current, has_header=has_header)
        else:
            for cell in (cell for row in table for cell in row):
                self._content.add_html_text(cell, self._sections.current)

    def add(self, index: int) -> None:
        """Add the HTML block at an index of the document's HTML blocks."""
        for part_index, part in enumerate(self._parts[index]):
            kind = part.kind
            if kind in {"table", "/table", "row", "cell"}:
                self._add_to_table(part)
            elif self._lists and kind != "heading":
                self._add_to_list(part)
            elif kind == "list" and not self._content.task_mode:
                self._lists.append((self._sections.current, None))
            elif kind == "heading":
                self._lists.clear()
                self._content.open_heading(part.text, part.level, part.line)
            elif kind == "details" and (index, part_index) in self._closed_details:
                self._sections.open_details()
            elif kind == "/details":
                self._sections.close_details()
            elif kind == "summary":
                is_title = bool(title_of(part.text))
                section = self._content.new_section(part.text, part.line)
                if is_title and not self._sections.name_details(section):
                    self._content.add_html_text(part, self._sections.current)
            else:
                self._content.add_html_text(part, self._sections.current, candidate=True)

    def _add_to_table(self, part: HtmlBlock) -> None:
        """Collect the cells of a table; tables in tables are read as text."""
        if part.kind == "table" and self._table is None:
            self._table = []
        elif part.kind == "row" and self._table is not None:
            self._table.append([])
        elif part.kind == "cell" and self._table:
            self._table[-1].append(part)
        elif part.kind == "/table":
            self.end_table()
        elif part.kind == "cell":
            self._content.add_html_text(part, self._sections.current)

    def _add_to_list(self, part: HtmlBlock) -> None:
        """Add a part of a list, whose entries are treated as bullets."""
        owner, last = self._lists[-1]
        summary, self._summary = self._summary, part if part.kind == "summary" else None
        if summary and part.kind != "list" and title_of(summary.text):
            if last and normalize(summary.text.text) not in _GENERIC_SUMMARIES:
                self._content.add_html_text(summary, last)
            elif not last:
                last = self._add_item(summary)
        if part.kind == "item":
            self._lists[-1] = (owner, None)
        if part.kind == "list":
            if summary and title_of(summary.text):
                last = self._add_item(summary)
            if len(self._lists) < _DEPTH_LIMIT:
                self._lists.append((last or owner, None))
        elif part.kind == "/list":
            self._lists.pop()
        elif part.kind == "item" and title_of(part.text):
            self._add_item(part)
        elif part.kind not in {"summary", "details", "/details"}:
            self._content.add_html_text(part, last or owner)

    def _add_item(self, part: HtmlBlock) -> NodeBuilder:
        """Add an item to the innermost open list."""
        owner = self._lists[-1][0]
        node = self._content.new_item(part.text, part.line)
        owner.children.append(node)
        self._lists[-1] = (owner, node)
        return node
