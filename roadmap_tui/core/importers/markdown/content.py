"""Create items and sections from texts, and add notes, resources and tables to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap_tui.core.importers.markdown.html_blocks import HtmlBlock, iter_html_blocks
from roadmap_tui.core.importers.markdown.inline import InlineText, inline_text
from roadmap_tui.core.importers.markdown.item_text import (
    split_item_text,
    strip_syntax,
    take_sign,
    take_trailing_needs,
)
from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    add_row,
    add_text,
    links_of_item,
    title_of,
)
from roadmap_tui.core.importers.markdown.section_stack import SectionStack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap_tui.core.importers.markdown.parser import Block


class ContentBuilder:
    """Creates nodes and counts skipped content; ``sections`` are the open sections."""

    def __init__(self, *, task_mode: bool, skipped: SkippedContent, strict: bool = False) -> None:
        self.sections = SectionStack()
        self.task_mode = task_mode
        self.skipped = skipped
        self.strict = strict

    def new_section(self, text: InlineText, line: int) -> NodeBuilder:
        """Return a section with the title, links and status sign of a text."""
        title, sign = title_of(text), ""
        if not self.strict and text.text and not text.literal:
            title, sign = take_sign(strip_syntax(text.text))
        node = NodeBuilder("section", title, line)
        node.sign, node.is_literal = sign, text.literal
        node.links.extend(text.links)
        return node

    def open_heading(self, text: InlineText, level: int, line: int) -> None:
        """Open the section of a heading."""
        if not title_of(text):
            self.skipped.add("heading without words", line)
            return
        self.skip_images(text, heading=True)
        self.sections.open(self.new_section(text, line), level)

    def new_item(self, text: InlineText, line: int, *, is_task: bool = False) -> NodeBuilder:
        """Return an item with the title, notes, links and status of a text."""
        parts = split_item_text(text, is_task=is_task, strict=self.strict)
        node = NodeBuilder("item", parts.title or title_of(text) or "(no words)", line)
        node.notes.extend(parts.notes)
        node.sign, node.mark, node.is_task = parts.sign, parts.mark, is_task
        if not self.strict and not text.literal:
            node.title = take_trailing_needs(node.title, node)
        node.item_kind = text.kind
        if text.only_links and len(text.links) == 1 and not text.literal:
            is_bare = text.links[0].text == text.links[0].url
            node.kind_hint = "" if is_task and not is_bare else "address" if is_task else "link"
        self.skip_images(text)
        links = links_of_item(text, node.title)
        node.links.extend(link._replace(url=link.url.rstrip("}")) for link in links)
        return node

    def attach(self, block: Block, owner: NodeBuilder) -> None:
        """Add the links and text of a block to ``owner``; bullets in it are not items."""
        kind = block.kind
        if kind in {"paragraph", "heading", "footnote"}:
            text = inline_text(block)
            self.add_text(text, owner)
            self.sections.close_details(text.closed_details)
        elif kind == "code":
            self.skipped.add_raw("code block", block.raw, block.line)
        elif kind == "deep":
            self.skipped.add("block nested more than 200 deep", block.line)
        elif kind == "html":
            for part in iter_html_blocks(block.raw, block.line):
                self.add_html_text(part, owner)
        elif kind == "table":
            rows = [tuple(inline_text(cell) for cell in row.children) for row in block.children]
            self.add_table(rows, block.line, owner, has_header=True)
        else:
            for child in block.children:
                self.attach(child, owner)
            if kind == "item" and not block.children:
                self.skipped.add("empty bullet", block.line)

    def add_text(self, text: InlineText, owner: NodeBuilder, *, candidate: bool = False) -> None:
        """Add a text to ``owner``; with ``candidate``, ``classify`` may turn it into an item."""
        self.skip_images(text)
        if not text.text and not text.links:
            return
        if owner.kind == "item" or self.task_mode:
            add_text(text, owner)
        else:
            # Whether a paragraph is an item depends on the rest of its section: `classify` decides.
            line = text.links[0].line if text.links else 0
            node = NodeBuilder("prose" if candidate else "aside", "", line)
            node.rows.append((text,))
            owner.children.append(node)

    def add_html_text(self, part: HtmlBlock, owner: NodeBuilder, *, candidate: bool = False) -> None:
        """Add the text of a part of an HTML block to ``owner``."""
        if part.kind == "comment":
            self.skipped.add_raw("comment", part.raw, part.line)
        elif part.kind in {"text", "item", "heading", "summary", "cell"}:
            self.add_text(part.text, owner, candidate=candidate)

    def add_table(
        self, rows: Sequence[tuple[InlineText, ...]], line: int, owner: NodeBuilder, *, has_header: bool
    ) -> None:
        """Add a table to a section, or its rows as notes to an item."""
        for row in rows:
            for text in row:
                self.skip_images(text)
        if owner.kind == "item" or self.task_mode:
            for row in rows:
                add_row(row, owner)
        else:
            node = NodeBuilder("table", "", line)
            node.rows, node.has_header = list(rows), has_header
            owner.children.append(node)

    def skip_images(self, text: InlineText, *, heading: bool = False) -> None:
        """Count the pictures in a text as skipped, except badges and the picture in place of a title."""
        badges = sum(link.badge for link in text.links)
        if not (heading and not text.text):
            for line in text.images[badges:]:
                self.skipped.add("picture", line)
