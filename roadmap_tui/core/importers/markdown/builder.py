"""Build nodes from Markdown blocks: decide what is a section, group, item or resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.html_blocks import HtmlBlock, iter_html_blocks
from roadmap_tui.core.importers.markdown.inline import InlineText, inline_text
from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    add_row,
    add_text,
    has_link,
    title_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap_tui.core.importers.markdown.parser import Block

# Levels of sections below headings 1 to 6.
_UNCLOSED_DETAILS: Final = 7
_LABEL: Final = 8
_SCOPES_LIMIT: Final = 60  # deeper sections are not nested: a roadmap has at most 50 levels


class _Scope(NamedTuple):
    """An open section; a barrier, from ``<details>``, contains everything up to ``</details>``."""

    node: NodeBuilder
    level: int
    barrier: bool = False


class DocumentBuilder:
    """Builder of the node tree below ``root``, one block after the other."""

    def __init__(self, *, task_mode: bool, skipped: SkippedContent) -> None:
        self.task_mode = task_mode
        self.skipped = skipped
        self.root = NodeBuilder("root", "", 0)
        self.lenient = 0  # tasks whose syntax is not GitHub's
        self.dissolved = 0  # groups inside items
        self._scopes = [_Scope(self.root, 0)]
        self._html_parts: dict[int, list[HtmlBlock]] = {}  # by the index of the block
        self._closed_details: set[tuple[int, int]] = set()  # index of the block, and of the part in it
        self._html_lists: list[tuple[NodeBuilder, NodeBuilder | None]] = []  # open lists: owner, last item
        self._list_summary: HtmlBlock | None = None  # in an HTML list: the title of a list that may follow

    @property
    def section(self) -> NodeBuilder:
        """The innermost open section."""
        return self._scopes[-1].node

    def add_document(self, blocks: Sequence[Block]) -> None:
        """Add all blocks of a file."""
        self._match_details(blocks)
        for index, block in enumerate(blocks):
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            if block.kind != "html":
                self._html_lists.clear()
            if block.kind == "heading":
                self._add_heading(inline_text(block), block.level, block.line)
            elif block.kind == "list":
                self._add_list(block, self.section)
            elif block.kind == "html":
                self._add_html(self._html_parts[index], index)
            elif block.kind == "paragraph":
                self._add_paragraph(block, following)
            else:
                self.attach(block, self.section)

    # Sections

    def _open_section(self, node: NodeBuilder, level: int) -> None:
        while len(self._scopes) > 1 and self._scopes[-1].level >= level and not self._scopes[-1].barrier:
            self._scopes.pop()
        self.section.children.append(node)
        if len(self._scopes) < _SCOPES_LIMIT:
            self._scopes.append(_Scope(node, level))
        else:
            self._scopes[-1] = _Scope(node, level, self._scopes[-1].barrier)

    def _add_heading(self, text: InlineText, level: int, line: int) -> None:
        title = title_of(text)
        if not title:
            self.skipped.add("heading without words", line)
            return
        self._skip_images(text, heading=True)
        node = NodeBuilder("section", title, line)
        node.level = level
        node.links.extend(text.links)
        self._open_section(node, level)

    def _add_paragraph(self, block: Block, following: Block | None) -> None:
        text = inline_text(block)
        if text.bold and following is not None and following.kind == "list":
            title = text.text.rstrip(" :\uff1a")
            if title and not self._is_contents(following):
                node = NodeBuilder("section", title, block.line)
                node.links.extend(text.links)
                self._open_section(node, _LABEL)
                return
        self._add_text(text, self.section, candidate=True)

    # Lists

    def _is_contents(self, block: Block) -> bool:
        if self.task_mode and block.has_task:
            return False
        fragments = others = 0
        for inner in block.walk():
            if inner.kind in {"list", "item", "quote", "row", "table", "html", "code", "deep"}:
                continue
            for link in inline_text(inner).links:
                if link.url.startswith("#"):
                    fragments += 1
                else:
                    others += 1
        return fragments >= 3 and others * 10 <= fragments

    def _add_list(self, block: Block, owner: NodeBuilder) -> None:
        if _may_be_contents(block) and self._is_contents(block):
            for inner in block.walk():
                if inner.kind == "item":
                    self.skipped.add("contents entry", inner.line)
                elif inner.kind in {"paragraph", "heading"}:
                    links = [link for link in inline_text(inner).links if not link.url.startswith("#")]
                    self.skipped.add("link in the contents", inner.line, len(links))
            return
        for item in block.children:
            if item.kind != "item":
                self.attach(item, owner)
            elif not self.task_mode:
                self._add_bullet(item, owner)
            elif item.mark:
                self._add_item(item, owner)
            elif item.has_task:
                self._add_group(item, owner)
            elif item.children:
                for child in item.children:
                    self.attach(child, owner)
            else:
                self.skipped.add("empty bullet", item.line)

    def _add_bullet(self, block: Block, owner: NodeBuilder) -> None:
        first, text = _title_block(block)
        leaf = all(child is first for child in block.children)
        if leaf and owner.kind == "item" and text.only_links and has_link(text) and not block.mark:
            self._add_text(text, owner)
        elif title_of(text) or block.mark:
            self._add_item(block, owner)
        elif block.children:
            for child in block.children:
                self._add_nested(child, owner)
        else:
            self.skipped.add("empty bullet", block.line)

    def _add_item(self, block: Block, owner: NodeBuilder) -> None:
        first, text = _title_block(block)
        node = NodeBuilder("item", title_of(text) or "(no words)", block.line)
        node.mark = block.mark
        self.lenient += block.lenient
        self._skip_images(text)
        node.links.extend(text.links)
        owner.children.append(node)
        for child in block.children:
            if child is not first:
                self._add_nested(child, node)

    def _add_group(self, block: Block, owner: NodeBuilder) -> None:
        first, text = _title_block(block)
        title = title_of(text)
        group = self._start_group(title, text, block.line, owner) if first else owner
        current = group
        for child in block.children:
            if child is first:
                continue
            if child.kind == "heading":
                text = inline_text(child)
                current = self._start_group(title_of(text), text, child.line, group)
            else:
                self._add_nested(child, current)

    def _start_group(self, title: str, text: InlineText, line: int, owner: NodeBuilder) -> NodeBuilder:
        """Return a new group in ``owner``, or ``owner`` if it is an item or there is no title."""
        self._skip_images(text)
        if owner.kind == "item" or not title:
            self.dissolved += owner.kind == "item"
            self._add_text(text, owner)
            return owner
        node = NodeBuilder("group", title, line)
        node.links.extend(text.links)
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

    # Notes and resources

    def attach(self, block: Block, owner: NodeBuilder) -> None:
        """Add the links and text of a block to ``owner``."""
        kind = block.kind
        if kind in {"paragraph", "heading", "footnote"}:
            self._add_text(inline_text(block), owner)
        elif kind == "code":
            self.skipped.add_raw("code block", block.raw, block.line)
        elif kind == "deep":
            self.skipped.add("block nested more than 200 deep", block.line)
        elif kind == "html":
            for part in iter_html_blocks(block.raw, block.line):
                self._add_html_text(part, owner)
        elif kind == "table":
            self._add_table(block, owner)
        elif kind == "quote" and block.has_task:
            self._add_nested(block, owner)
        else:
            # Bullets in a quote without tasks are not items.
            for child in block.children:
                self.attach(child, owner)
            if kind == "item" and not block.children:
                self.skipped.add("empty bullet", block.line)

    def _skip_images(self, text: InlineText, *, heading: bool = False) -> None:
        badges = sum(link.badge for link in text.links)
        if not (heading and not text.text):
            for line in text.images[badges:]:
                self.skipped.add("picture", line)

    def _add_text(self, text: InlineText, owner: NodeBuilder, *, candidate: bool = False) -> None:
        self._skip_images(text)
        if not text.text and not text.links:
            return
        if owner.kind == "item" or self.task_mode:
            add_text(text, owner)
        else:
            # Whether a paragraph is an item depends on the rest of its section: `classify` decides.
            node = NodeBuilder("prose" if candidate else "aside", "", 0)
            node.rows.append((text,))
            owner.children.append(node)

    def _add_table(self, block: Block, owner: NodeBuilder) -> None:
        rows = [tuple(inline_text(cell) for cell in row.children) for row in block.children]
        for row in rows:
            for text in row:
                self._skip_images(text)
        if owner.kind == "item" or self.task_mode:
            for row in rows:
                add_row(row, owner)
        else:
            node = NodeBuilder("table", "", block.line)
            node.rows = rows
            owner.children.append(node)

    # HTML

    def _match_details(self, blocks: Sequence[Block]) -> None:
        """Find the ``<details>`` that are closed."""
        opened: list[tuple[int, int]] = []
        for index, block in enumerate(blocks):
            if block.kind != "html":
                continue
            parts = list(iter_html_blocks(block.raw, block.line))
            self._html_parts[index] = parts
            for part_index, part in enumerate(parts):
                if part.kind == "details":
                    opened.append((index, part_index))
                elif part.kind == "/details" and opened:
                    self._closed_details.add(opened.pop())

    def _add_html(self, parts: list[HtmlBlock], index: int) -> None:
        for part_index, part in enumerate(parts):
            kind = part.kind
            if self._html_lists and kind != "heading":
                self._add_to_html_list(part)
            elif kind == "list" and not self.task_mode:
                self._html_lists.append((self.section, None))
            elif kind == "heading":
                self._html_lists.clear()
                self._add_heading(part.text, part.level, part.line)
            elif kind == "details" and (index, part_index) in self._closed_details:
                self._scopes.append(_Scope(self.section, 0, barrier=True))
            elif kind == "/details":
                self._close_details()
            elif kind == "summary":
                self._add_summary(part)
            else:
                self._add_html_text(part, self.section)

    def _add_summary(self, part: HtmlBlock) -> None:
        title = title_of(part.text)
        scope = self._scopes[-1]
        if not title:
            return
        if scope.barrier and scope.node is self._scopes[-2].node and len(self._scopes) < _SCOPES_LIMIT:
            node = NodeBuilder("section", title, part.line)
            node.links.extend(part.text.links)
            scope.node.children.append(node)
            self._scopes[-1] = _Scope(node, 0, barrier=True)
        elif scope.barrier:
            self._add_html_text(part, scope.node)
        else:
            node = NodeBuilder("section", title, part.line)
            node.links.extend(part.text.links)
            self._open_section(node, _UNCLOSED_DETAILS)

    def _close_details(self) -> None:
        for depth in range(len(self._scopes) - 1, 0, -1):
            if self._scopes[depth].barrier:
                del self._scopes[depth:]
                return

    def _add_to_html_list(self, part: HtmlBlock) -> None:
        """Add a part of an HTML list, whose entries are treated as bullets."""
        owner, last = self._html_lists[-1]
        summary, self._list_summary = self._list_summary, part if part.kind == "summary" else None
        if part.kind == "list":
            if summary and title_of(summary.text):
                last = self._add_html_item(summary)
            if len(self._html_lists) < _SCOPES_LIMIT:
                self._html_lists.append((last or owner, None))
        elif part.kind == "/list":
            self._html_lists.pop()
        elif part.kind == "item" and title_of(part.text):
            self._add_html_item(part)
        elif part.kind not in {"summary", "details", "/details"}:
            self._add_html_text(part, last or owner)

    def _add_html_item(self, part: HtmlBlock) -> NodeBuilder:
        """Add an item to the innermost open HTML list."""
        owner = self._html_lists[-1][0]
        node = NodeBuilder("item", title_of(part.text), part.line)
        self._skip_images(part.text)
        node.links.extend(part.text.links)
        owner.children.append(node)
        self._html_lists[-1] = (owner, node)
        return node

    def _add_html_text(self, part: HtmlBlock, owner: NodeBuilder) -> None:
        if part.kind == "comment":
            self.skipped.add_raw("comment", part.raw, part.line)
        elif part.kind in {"text", "item", "heading", "summary"}:
            self._add_text(part.text, owner)


def _may_be_contents(block: Block) -> bool:
    """Check cheaply whether one of the first entries of a list links to a heading."""
    return bool(block.children) and any(
        token.type == "link_open" and str(token.attrs.get("href", "")).startswith("#")
        for entry in block.children[:4]
        for inner in entry.walk()
        for token in inner.inline
    )


def _title_block(block: Block) -> tuple[Block | None, InlineText]:
    """Return the paragraph or heading that begins a list item, if any, and its text."""
    if block.children and block.children[0].kind in {"paragraph", "heading"}:
        return block.children[0], inline_text(block.children[0])
    return None, InlineText("")
