"""Build nodes from Markdown blocks: decide what is a section, group, item or resource."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.html_blocks import HtmlBlock, iter_html_blocks
from roadmap_tui.core.importers.markdown.inline import InlineText, inline_text
from roadmap_tui.core.importers.markdown.item_text import (
    split_item_text,
    strip_syntax,
    take_facts,
    take_sign,
    take_trailing_needs,
)
from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    add_row,
    add_text,
    title_of,
)
from roadmap_tui.core.importers.markdown.section_names import is_contents, is_label, is_phase, normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap_tui.core.importers.markdown.inline import Link
    from roadmap_tui.core.importers.markdown.parser import Block

HEADING_LIMIT: Final = 6
# Levels of sections below headings.
DETAILS: Final = 7
_LABEL: Final = 8
_REMARK_LENGTH: Final = 40  # after a label
_SCOPES_LIMIT: Final = 60  # deeper sections are not nested: a roadmap has at most 50 levels

_same_page = re.compile(
    r"(?:\./)?(?:readme(?:\.\w+)?)?#|https?://(?:www\.)?(?:github|gitlab|codeberg)\.\w+/[^/#?]+/[^/#?]+/?"
    r"(?:(?:-/)?(?:blob|tree)/[^/#?]+/?(?:readme(?:\.\w+)?)?)?#",
    re.IGNORECASE,
).match


class _Scope(NamedTuple):
    """An open section. With ``barrier`` it comes from ``<details>``: only ``</details>`` closes it."""

    node: NodeBuilder
    level: int
    barrier: bool = False


class DocumentBuilder:
    """Builder of the node tree below ``root``, one block after the other."""

    def __init__(self, *, task_mode: bool, skipped: SkippedContent, strict: bool = False) -> None:
        self.task_mode = task_mode
        self.skipped = skipped
        self.strict = strict
        self.root = NodeBuilder("root", "", 0)
        self.lenient = 0  # tasks whose syntax is not GitHub's
        self.dissolved = 0  # groups inside items
        self.code_blocks: list[Block] = []
        self._scopes = [_Scope(self.root, 0)]
        self._headings: set[str] = set()  # normalized
        self._html_parts: dict[int, list[HtmlBlock]] = {}  # by the index of the block
        self._closed_details: set[tuple[int, int]] = set()  # index of the block, and of the part in it
        self._html_lists: list[tuple[NodeBuilder, NodeBuilder | None]] = []  # open lists: owner, last item
        self._html_table: list[list[HtmlBlock]] | None = None
        self._list_summary: HtmlBlock | None = None  # in an HTML list: the title of a list that may follow

    @property
    def section(self) -> NodeBuilder:
        """The innermost open section."""
        return self._scopes[-1].node

    def add_document(self, blocks: Sequence[Block]) -> None:
        """Add all blocks of a file."""
        self._headings = {normalize(inline_text(block).text) for block in blocks if block.kind == "heading"}
        self._match_details(blocks)
        labels = _labels(blocks)
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
                self._add_paragraph(block, following, labels.get(index, 0))
            elif block.kind == "quote" and not self.task_mode and _is_list(block) and not block.is_admonition:
                for child in block.children:
                    self._add_list(child, self.section)
            else:
                self.attach(block, self.section)
        self._end_html_table()

    # Sections

    def _open_section(self, node: NodeBuilder, level: int) -> None:
        node.level = level
        while len(self._scopes) > 1 and self._scopes[-1].level >= level and not self._scopes[-1].barrier:
            self._scopes.pop()
        self.section.children.append(node)
        if len(self._scopes) < _SCOPES_LIMIT:
            self._scopes.append(_Scope(node, level))
        else:
            self._scopes[-1] = _Scope(node, level, self._scopes[-1].barrier)

    def _new_section(self, text: InlineText, line: int) -> NodeBuilder:
        title, sign = title_of(text), ""
        if not self.strict and text.text and not text.literal:
            title, sign = take_sign(strip_syntax(text.text))
        node = NodeBuilder("section", title, line)
        node.sign, node.is_literal = sign, text.literal
        node.links.extend(text.links)
        return node

    def _add_heading(self, text: InlineText, level: int, line: int) -> None:
        if not title_of(text):
            self.skipped.add("heading without words", line)
            return
        self._skip_images(text, heading=True)
        self._open_section(self._new_section(text, line), level)

    def _add_paragraph(self, block: Block, following: Block | None, siblings: int) -> None:
        text = inline_text(block)
        if following is not None and following.kind in {"list", "table"} and self._is_label(text, siblings):
            title = text.text.rstrip(" :\uff1a")
            if title and not (following.kind == "list" and self._is_contents(following)):
                node = self._new_section(text, block.line)
                node.title, note = _label_title(text, node.title)
                node.notes += note
                self._open_section(node, _LABEL)
                self._close_details(text.closed_details)
                return
        self._add_text(text, self.section, candidate=True)
        self._close_details(text.closed_details)

    def _is_label(self, text: InlineText, siblings: int) -> bool:
        """Return True for a line that opens a subsection: bold, ``Week 1``, or with a colon like others."""
        if text.bold:
            return True
        if text.literal or self.strict or text.links:
            return False
        if text.lead and len(text.text) <= 2 * _REMARK_LENGTH and len(text.rest) <= _REMARK_LENGTH:
            return True
        if is_phase(text.text):
            return True
        has_open_label = self._scopes[-1].level == _LABEL
        return _is_plain_label(text) and (has_open_label or (siblings > 1 and not self.task_mode))

    # Lists

    def _is_contents(self, block: Block) -> bool:
        if self.task_mode and block.has_task:
            return False
        is_named = self.section.kind == "section" and is_contents(self.section.title)
        if not (is_named or _may_be_contents(block)):
            return False
        inside = others = plain = headings = 0
        for inner in block.walk():
            if inner.kind in {"list", "item", "quote", "row", "table", "html", "code", "deep"}:
                continue
            text = inline_text(inner)
            for link in text.links:
                if self._is_inside(link):
                    inside += 1
                else:
                    others += 1
            if not text.links:
                plain += 1
                headings += normalize(text.text) in self._headings
        if is_named and not others and (inside or (headings >= 2 and headings * 5 >= plain * 3)):
            return True
        return inside >= 3 and others * 10 <= inside

    def _is_inside(self, link: Link) -> bool:
        return link.url.startswith("#") or ("#" in link.url and bool(_same_page(link.url)))

    def _add_list(self, block: Block, owner: NodeBuilder) -> None:
        if block.kind != "list":
            self.attach(block, owner)
            return
        if self._is_contents(block):
            for inner in block.walk():
                if inner.kind == "item":
                    self.skipped.add("contents entry", inner.line)
                elif inner.kind in {"paragraph", "heading"}:
                    links = [link for link in inline_text(inner).links if not link.url.startswith("#")]
                    self.skipped.add("link in the contents", inner.line, len(links))
            return
        for item in block.children:
            if owner.kind == "item" and not self.strict and self._take_facts(item, owner):
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

    def _take_facts(self, block: Block, owner: NodeBuilder) -> bool:
        """Add prerequisites or a question from a bullet without nested ones to ``owner``."""
        first, text = _title_block(block)
        is_plain = first is not None and len(block.children) == 1 and not block.mark and not text.literal
        return is_plain and take_facts(text.text, owner)

    def _add_bullet(self, block: Block, owner: NodeBuilder) -> None:
        first, text = _title_block(block)
        leaf = all(child is first for child in block.children)
        if leaf and not block.mark and self._is_resource(text, owner):
            self._add_text(text, owner)
        elif title_of(text) or block.mark:
            self._add_item(block, owner)
        elif block.children:
            for child in block.children:
                self._add_nested(child, owner)
        else:
            self.skipped.add("empty bullet", block.line)

    def _is_resource(self, text: InlineText, owner: NodeBuilder) -> bool:
        """Return True for an external link below a linked item: it is another resource of that."""
        if owner.kind != "item" or not text.only_links or not text.links:
            return False
        is_linked = any(link.text and owner.title.startswith(link.text) for link in owner.links)
        return is_linked and all(link.url[:4].lower() == "http" for link in text.links)

    def _new_item(self, text: InlineText, line: int, *, is_task: bool = False) -> NodeBuilder:
        parts = split_item_text(text, is_task=is_task, strict=self.strict)
        node = NodeBuilder("item", parts.title or title_of(text) or "(no words)", line)
        node.notes.extend(parts.notes)
        node.sign, node.mark, node.is_task = parts.sign, parts.mark, is_task
        if not self.strict and not text.literal:
            node.title = take_trailing_needs(node.title, node)
        if not is_task and text.only_links and len(text.links) == 1:
            node.kind_hint = "link"
        self._skip_images(text)
        node.links.extend(link._replace(url=link.url.rstrip("}")) for link in text.links)
        return node

    def _add_item(self, block: Block, owner: NodeBuilder) -> None:
        first, text = _title_block(block)
        node = self._new_item(text, block.line, is_task=bool(block.mark))
        if block.mark and not (block.mark == " " and node.mark):
            node.mark = block.mark
        self.lenient += block.lenient
        owner.children.append(node)
        for child in block.children:
            if child is not first:
                self._add_nested(child, node)
        self._close_details(text.closed_details)

    def _add_group(self, block: Block, owner: NodeBuilder) -> None:
        first, text = _title_block(block)
        group = self._start_group(text, block.line, owner) if first else owner
        current = group
        for child in block.children:
            if child is first:
                continue
            if child.kind == "heading":
                current = self._start_group(inline_text(child), child.line, group)
            else:
                self._add_nested(child, current)

    def _start_group(self, text: InlineText, line: int, owner: NodeBuilder) -> NodeBuilder:
        """Return a new group in ``owner``, or ``owner`` if it is an item or there is no title."""
        self._skip_images(text)
        if owner.kind == "item" or not title_of(text):
            self.dissolved += owner.kind == "item"
            self._add_text(text, owner)
            return owner
        node = self._new_section(text, line)
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

    # Notes and resources

    def attach(self, block: Block, owner: NodeBuilder) -> None:
        """Add the links and text of a block to ``owner``."""
        kind = block.kind
        if kind in {"paragraph", "heading", "footnote"}:
            text = inline_text(block)
            self._add_text(text, owner)
            self._close_details(text.closed_details)
        elif kind == "code":
            self.skipped.add_raw("code block", block.raw, block.line)
            self.code_blocks.append(block)
        elif kind == "deep":
            self.skipped.add("block nested more than 200 deep", block.line)
        elif kind == "html":
            for part in iter_html_blocks(block.raw, block.line):
                self._add_html_text(part, owner)
        elif kind == "table":
            rows = [tuple(inline_text(cell) for cell in row.children) for row in block.children]
            self._add_table(rows, block.line, owner, has_header=True)
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
            line = text.links[0].line if text.links else 0
            node = NodeBuilder("prose" if candidate else "aside", "", line)
            node.rows.append((text,))
            owner.children.append(node)

    def _add_table(
        self, rows: list[tuple[InlineText, ...]], line: int, owner: NodeBuilder, *, has_header: bool
    ) -> None:
        for row in rows:
            for text in row:
                self._skip_images(text)
        if owner.kind == "item" or self.task_mode:
            for row in rows:
                add_row(row, owner)
        else:
            node = NodeBuilder("table", "", line)
            node.rows, node.has_header = rows, has_header
            owner.children.append(node)

    # HTML

    def _match_details(self, blocks: Sequence[Block]) -> None:
        """Find the ``<details>`` that are closed."""
        opened: list[tuple[int, int]] = []
        for index, block in enumerate(blocks):
            if block.kind == "html":
                parts = list(iter_html_blocks(block.raw, block.line))
                self._html_parts[index] = parts
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

    def _add_html(self, parts: list[HtmlBlock], index: int) -> None:
        for part_index, part in enumerate(parts):
            kind = part.kind
            if kind in {"table", "/table", "row", "cell"}:
                self._add_to_html_table(part)
            elif self._html_lists and kind != "heading":
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
                self._add_html_text(part, self.section, candidate=True)

    def _add_summary(self, part: HtmlBlock) -> None:
        scope = self._scopes[-1]
        if not title_of(part.text):
            return
        if scope.barrier and scope.node is self._scopes[-2].node and len(self._scopes) < _SCOPES_LIMIT:
            node = self._new_section(part.text, part.line)
            node.level = DETAILS
            scope.node.children.append(node)
            self._scopes[-1] = _Scope(node, 0, barrier=True)
        elif scope.barrier:
            self._add_html_text(part, scope.node)
        else:
            self._open_section(self._new_section(part.text, part.line), DETAILS)

    def _close_details(self, count: int = 1) -> None:
        for _ in range(count):
            for depth in range(len(self._scopes) - 1, 0, -1):
                if self._scopes[depth].barrier:
                    del self._scopes[depth:]
                    break

    def _add_to_html_table(self, part: HtmlBlock) -> None:
        """Collect the cells of an HTML table; tables in tables are read as text."""
        if part.kind == "table" and self._html_table is None:
            self._html_table = []
        elif part.kind == "row" and self._html_table is not None:
            self._html_table.append([])
        elif part.kind == "cell" and self._html_table:
            self._html_table[-1].append(part)
        elif part.kind == "/table":
            self._end_html_table()
        elif part.kind == "cell":
            self._add_html_text(part, self.section)

    def _end_html_table(self) -> None:
        table = [row for row in self._html_table or () if row]
        self._html_table = None
        if len(table) > 1:
            rows = [tuple(cell.text for cell in row) for row in table]
            has_header = all(cell.level for cell in table[0])
            self._add_table(rows, table[0][0].line, self.section, has_header=has_header)
        else:
            for cell in (cell for row in table for cell in row):
                self._add_html_text(cell, self.section)

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
        node = self._new_item(part.text, part.line)
        owner.children.append(node)
        self._html_lists[-1] = (owner, node)
        return node

    def _add_html_text(self, part: HtmlBlock, owner: NodeBuilder, *, candidate: bool = False) -> None:
        if part.kind == "comment":
            self.skipped.add_raw("comment", part.raw, part.line)
        elif part.kind in {"text", "item", "heading", "summary", "cell"}:
            self._add_text(part.text, owner, candidate=candidate)


def _is_empty_task(item: Block) -> bool:
    """Return True for a bullet that consists of a checkbox that is no link."""
    if len(item.children) != 1 or item.children[0].kind != "paragraph":
        return False
    text = inline_text(item.children[0])
    return text.text in {"[ ]", "[x]", "[]"} and not text.links


def _is_list(quote: Block) -> bool:
    """Return True for a quote that consists of lists."""
    lists = [child for child in quote.children if child.kind == "list"]
    return len(lists) == len(quote.children) and sum(len(child.children) for child in lists) >= 2


def _labels(blocks: Sequence[Block]) -> dict[int, int]:
    """Return for each paragraph before a list how many such labels its section has."""
    counts: dict[int, int] = {}
    section: list[int] = []
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            section = []
        elif block.kind == "paragraph" and index + 1 < len(blocks) and blocks[index + 1].kind == "list":
            text = inline_text(block)
            if text.bold or _is_plain_label(text):
                section.append(index)
                counts |= dict.fromkeys(section, len(section))
    return counts


def _is_plain_label(text: InlineText) -> bool:
    return is_label(text.text) and not text.links and not text.literal


def _label_title(text: InlineText, title: str) -> tuple[str, list[str]]:
    """Split a remark in brackets off a label, and the colon."""
    rest = text.rest.strip()
    if text.lead and rest.startswith("(") and rest.endswith(")") and title.endswith(rest):
        title, note = title[: -len(rest)], [rest[1:-1]]
    else:
        note = []
    return title.rstrip(" :\uff1a"), note


def _may_be_contents(block: Block) -> bool:
    """Check cheaply whether one of the first entries of a list links to a heading."""
    return bool(block.children) and any(
        token.type == "link_open" and "#" in str(token.attrs.get("href", ""))
        for entry in block.children[:4]
        for inner in entry.walk()
        for token in inner.inline
    )


def _title_block(block: Block) -> tuple[Block | None, InlineText]:
    """Return the paragraph or heading that begins a list item, if any, and its text."""
    if block.children and block.children[0].kind in {"paragraph", "heading"}:
        return block.children[0], inline_text(block.children[0])
    return None, InlineText("")
