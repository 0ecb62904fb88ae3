"""Build nodes from Markdown blocks: decide what is a section, group, item or resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap_tui.core.importers.markdown.content import ContentBuilder
from roadmap_tui.core.importers.markdown.contents import is_contents_list
from roadmap_tui.core.importers.markdown.html_builder import HtmlBuilder
from roadmap_tui.core.importers.markdown.inline import InlineText, inline_text, split_lines
from roadmap_tui.core.importers.markdown.item_text import add_facts
from roadmap_tui.core.importers.markdown.labels import (
    count_labels,
    is_certain_label,
    is_plain_label,
    label_title,
)
from roadmap_tui.core.importers.markdown.node_builder import NodeBuilder, title_of
from roadmap_tui.core.importers.markdown.section_names import is_contents, normalize
from roadmap_tui.core.importers.markdown.section_stack import LABEL
from roadmap_tui.core.importers.markdown.status_signs import Legend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap_tui.core.importers.markdown.parser import Block


class DocumentBuilder(ContentBuilder):
    """Builder of the node tree of a document, one block after the other."""

    lenient = 0  # tasks whose syntax is not GitHub's
    dissolved = 0  # groups inside items
    _headings: frozenset[str] = frozenset()  # normalized
    _legend = Legend(())

    def add_document(self, blocks: Sequence[Block], legend: Legend) -> NodeBuilder:
        """Add all blocks of a file; return the root of the tree."""
        self._legend = legend
        self._headings = frozenset(
            normalize(inline_text(block).text) for block in blocks if block.kind == "heading"
        )
        html = HtmlBuilder(self, blocks)
        labels = count_labels(blocks)
        for index, block in enumerate(blocks):
            section = self.sections.current
            if id(block) in legend.blocks and block.kind == "table":
                self.skipped.add("legend", block.line)
                continue
            if block.kind != "html":
                html.end_lists()
            if block.kind == "heading":
                self.open_heading(inline_text(block), block.level, block.line)
            elif block.kind == "list":
                self._add_list(block, section)
            elif block.kind == "html":
                html.add(index)
            elif block.kind == "paragraph":
                following = blocks[index + 1] if index + 1 < len(blocks) else None
                self._add_paragraph(block, following, labels.get(index, 0))
            elif block.kind == "quote" and not self.task_mode and _is_list(block) and not block.is_admonition:
                for child in block.children:
                    self._add_list(child, section)
            else:
                self._add_nested(block, section)
        html.end_table()
        return self.sections.root

    def _add_paragraph(self, block: Block, following: Block | None, siblings: int) -> None:
        text = inline_text(block)
        section = self.sections.current
        is_before = following is not None and following.kind in {"list", "table"}
        is_label = (is_before or siblings > 1) and bool(text.text.strip(" :\uff1a"))
        is_label = is_label and self._is_label(text, siblings)
        if is_label and following and following.kind == "list" and self._is_contents(following, section):
            self.skipped.add("contents entry", block.line)
        elif is_label:
            node = self.new_section(text, block.line)
            node.title, note = label_title(text, node.title)
            node.notes += note
            self.sections.open(node, LABEL)
        else:
            is_candidate = id(block) not in self._legend.blocks
            for part in split_lines(block) if is_candidate and not self.task_mode else [text]:
                self.add_text(part, section, candidate=is_candidate)
        self.sections.close_details(text.closed_details)

    def _is_label(self, text: InlineText, siblings: int) -> bool:
        if is_certain_label(text, strict=self.strict):
            return True
        is_one_of_many = self.sections.has_label or (siblings > 1 and not self.task_mode)
        return is_one_of_many and is_plain_label(text) and not self.strict

    # Lists

    def _is_contents(self, block: Block, owner: NodeBuilder) -> bool:
        if self.task_mode and block.has_task:
            return False
        section = self.sections.current
        is_named = section.kind == "section" and is_contents(section.title)
        is_nested = owner.kind == "item"
        return is_contents_list(block, self._headings, is_named=is_named, is_nested=is_nested)

    def _add_list(self, block: Block, owner: NodeBuilder) -> None:
        if block.kind != "list":
            self.attach(block, owner)
            return
        if self._is_contents(block, owner):
            self._skip_contents(block)
            return
        if id(block) in self._legend.blocks and not block.has_task:
            self.skipped.add("legend", block.line)
            return
        for item in block.children:
            if owner.kind == "item" and not self.strict and _add_facts(item, owner):
                continue
            if item.kind != "item":
                self.attach(item, owner)
            elif not self.task_mode:
                self._add_bullet(item, owner)
            elif item.mark:
                self._add_item(item, owner)
            elif item.has_task:
                self._add_group(item, owner)
            elif item.children and not _is_empty_task(item):
                for child in item.children:
                    self.attach(child, owner)
            else:
                self.skipped.add("empty bullet", item.line)

    def _skip_contents(self, block: Block) -> None:
        for inner in block.walk():
            if inner.kind == "item":
                self.skipped.add("contents entry", inner.line)
            elif inner.kind in {"paragraph", "heading"}:
                links = [link for link in inline_text(inner).links if not link.url.startswith("#")]
                self.skipped.add("link in the contents", inner.line, len(links))

    def _add_bullet(self, block: Block, owner: NodeBuilder) -> None:
        first, text = _title_block(block)
        is_leaf = all(child is first for child in block.children)
        if is_leaf and not block.mark and _is_resource(text, owner):
            self.add_text(text, owner)
        elif title_of(text) or block.mark:
            self._add_item(block, owner)
        elif block.children:
            for child in block.children:
                self._add_nested(child, owner)
        else:
            self.skipped.add("empty bullet", block.line)

    def _add_item(self, block: Block, owner: NodeBuilder) -> None:
        first, text = _title_block(block)
        node = self.new_item(text, block.line, is_task=bool(block.mark))
        if block.mark and not (block.mark == " " and node.mark):
            node.mark = block.mark
        self.lenient += block.lenient
        owner.children.append(node)
        for child in block.children:
            if child is not first:
                self._add_nested(child, node)
        self.sections.close_details(text.closed_details)

    def _add_group(self, block: Block, owner: NodeBuilder) -> None:
        first, text = _title_block(block)
        group = current = self._start_group(text, block.line, owner) if first else owner
        for child in block.children:
            if child is first:
                continue
            if child.kind == "heading":
                current = self._start_group(inline_text(child), child.line, group)
            else:
                self._add_nested(child, current)

    def _start_group(self, text: InlineText, line: int, owner: NodeBuilder) -> NodeBuilder:
        """Return a new group in ``owner``, or ``owner`` if it is an item or there is no title."""
        self.skip_images(text)
        if owner.kind == "item" or not title_of(text):
            self.dissolved += owner.kind == "item"
            self.add_text(text, owner)
            return owner
        node = self.new_section(text, line)
        node.kind = "group"
        owner.children.append(node)
        return node

    def _add_nested(self, block: Block, owner: NodeBuilder) -> None:
        """Add a block inside a list item or quote."""
        if block.kind == "list":
            self._add_list(block, owner)
        elif block.kind == "quote" and block.has_task:
            for child in block.children:
                self._add_nested(child, owner)
        else:
            self.attach(block, owner)


def _add_facts(block: Block, owner: NodeBuilder) -> bool:
    """Add prerequisites or a question from a bullet without nested ones to ``owner``."""
    first, text = _title_block(block)
    is_plain = first is not None and len(block.children) == 1 and not block.mark and not text.literal
    return is_plain and add_facts(text.text, owner)


def _is_resource(text: InlineText, owner: NodeBuilder) -> bool:
    """Return True for an external link nested in a linked item, which is a resource of that item."""
    if owner.kind != "item" or not text.only_links or not text.links:
        return False
    is_linked = any(link.text and owner.title.startswith(link.text) for link in owner.links)
    return is_linked and all(link.url[:4].lower() == "http" for link in text.links)


def _is_empty_task(item: Block) -> bool:
    """Return True for a bullet that is only a checkbox, without text or link."""
    if len(item.children) != 1 or item.children[0].kind != "paragraph":
        return False
    text = inline_text(item.children[0])
    return text.text in {"[ ]", "[x]", "[]"} and not text.links


def _is_list(quote: Block) -> bool:
    """Return True for a quote that consists of lists."""
    lists = [child for child in quote.children if child.kind == "list"]
    return len(lists) == len(quote.children) and sum(len(child.children) for child in lists) >= 2


def _title_block(block: Block) -> tuple[Block | None, InlineText]:
    """Return the paragraph or heading that begins a list item, if any, and its text."""
    if block.children and block.children[0].kind in {"paragraph", "heading"}:
        return block.children[0], inline_text(block.children[0])
    return None, InlineText("")
