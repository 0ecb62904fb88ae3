"""From blocks of Markdown to drafts of a roadmap: what is a section, a group, an item, a resource."""

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

# Sections nest by level: headings 1 to 6, and below them what is no heading.
_LOOSE_DETAILS: Final = 7
_LABEL: Final = 8
# More frames than this are not nested further: a roadmap may not be deeper.
_MOST_FRAMES: Final = 60


class _Scope(NamedTuple):
    """An open section; a barrier, a ``<details>`` that is closed further down, holds all until then."""

    node: NodeBuilder
    level: int
    barrier: bool = False


class DocumentBuilder:
    """Reads the blocks of a file into ``root``."""

    def __init__(self, *, task_mode: bool, drops: SkippedContent) -> None:
        self.task_mode = task_mode
        self.drops = drops
        self.root = NodeBuilder("root", "", 0)
        self.marks = {True: 0, False: 0}  # lenient or not, to how many
        self.dissolved = 0  # groups inside items
        self._frames = [_Scope(self.root, 0)]
        self._pages: dict[int, list[HtmlBlock]] = {}
        self._closed: set[tuple[int, int]] = set()  # the <details> that are closed: block and place in it
        self._html: list[
            tuple[NodeBuilder, NodeBuilder | None]
        ] = []  # the HTML lists that are open: owner, last item
        self._held: HtmlBlock | None = (
            None  # a summary in an HTML list, the title of the list that may follow
        )

    @property
    def top(self) -> NodeBuilder:
        """The section that is open."""
        return self._frames[-1].node

    def document(self, blocks: Sequence[Block]) -> None:
        """Read all blocks of a file."""
        self._match_details(blocks)
        for i, block in enumerate(blocks):
            following = blocks[i + 1] if i + 1 < len(blocks) else None
            if block.kind != "html":
                self._html.clear()
            if block.kind == "heading":
                self._heading(inline_text(block), block.level, block.line)
            elif block.kind == "list":
                self._list(block, self.top)
            elif block.kind == "html":
                self._page(self._pages[i], i)
            elif block.kind == "paragraph":
                self._paragraph(block, following)
            else:
                self.attach(block, self.top)

    # Sections

    def _open(self, node: NodeBuilder, level: int) -> None:
        while len(self._frames) > 1 and self._frames[-1].level >= level and not self._frames[-1].barrier:
            self._frames.pop()
        self.top.kids.append(node)
        if len(self._frames) < _MOST_FRAMES:
            self._frames.append(_Scope(node, level))
        else:
            self._frames[-1] = _Scope(node, level, self._frames[-1].barrier)

    def _heading(self, words: InlineText, level: int, line: int) -> None:
        title = title_of(words)
        if not title:
            self.drops.add("heading without words", line)
            return
        self._pictures(words, heading=True)
        node = NodeBuilder("section", title, line)
        node.level = level
        node.links.extend(words.links)
        self._open(node, level)

    def _paragraph(self, block: Block, following: Block | None) -> None:
        words = inline_text(block)
        if words.bold and following is not None and following.kind == "list":
            title = words.text.rstrip(" :\uff1a")
            if title and not self._is_contents(following):
                node = NodeBuilder("section", title, block.line)
                node.links.extend(words.links)
                self._open(node, _LABEL)
                return
        self._prose(words, self.top, candidate=True)

    # Lists

    def _is_contents(self, block: Block) -> bool:
        if self.task_mode and block.has_task:
            return False
        fragments = others = 0
        for inner in block.below():
            if inner.kind in {"list", "item", "quote", "row", "table", "html", "code", "deep"}:
                continue
            for link in inline_text(inner).links:
                if link.url.startswith("#"):
                    fragments += 1
                else:
                    others += 1
        return fragments >= 3 and others * 10 <= fragments

    def _list(self, block: Block, owner: NodeBuilder) -> None:
        if _may_be_contents(block) and self._is_contents(block):
            for inner in block.below():
                if inner.kind == "item":
                    self.drops.add("contents entry", inner.line)
                elif inner.kind in {"paragraph", "heading"}:
                    links = [link for link in inline_text(inner).links if not link.url.startswith("#")]
                    self.drops.add("link in the contents", inner.line, len(links))
            return
        for item in block.children:
            if item.kind != "item":
                self.attach(item, owner)
            elif not self.task_mode:
                self._bullet(item, owner)
            elif item.mark:
                self._item(item, owner)
            elif item.has_task:
                self._group(item, owner)
            elif item.children:
                for child in item.children:
                    self.attach(child, owner)
            else:
                self.drops.add("empty bullet", item.line)

    def _bullet(self, block: Block, owner: NodeBuilder) -> None:
        first, words = _first(block)
        leaf = all(child is first for child in block.children)
        if leaf and owner.kind == "item" and words.only_links and has_link(words) and not block.mark:
            self._prose(words, owner)
        elif title_of(words) or block.mark:
            self._item(block, owner)
        elif block.children:
            for child in block.children:
                self._inside(child, owner)
        else:
            self.drops.add("empty bullet", block.line)

    def _item(self, block: Block, owner: NodeBuilder) -> None:
        first, words = _first(block)
        node = NodeBuilder("item", title_of(words) or "(no words)", block.line)
        node.mark = block.mark
        if block.mark:
            self.marks[block.lenient] += 1
        self._pictures(words)
        node.links.extend(words.links)
        owner.kids.append(node)
        for child in block.children:
            if child is not first:
                self._inside(child, node)

    def _group(self, block: Block, owner: NodeBuilder) -> None:
        first, words = _first(block)
        title = title_of(words)
        inner = self._subgroup(title, words, block.line, owner) if first else owner
        here = inner
        for child in block.children:
            if child is first:
                continue
            if child.kind == "heading":
                words = inline_text(child)
                here = self._subgroup(title_of(words), words, child.line, inner)
            else:
                self._inside(child, here)

    def _subgroup(self, title: str, words: InlineText, line: int, owner: NodeBuilder) -> NodeBuilder:
        """A group in ``owner``, or ``owner`` itself: an item holds no groups, and each has a title."""
        self._pictures(words)
        if owner.kind == "item" or not title:
            self.dissolved += owner.kind == "item"
            self._prose(words, owner)
            return owner
        node = NodeBuilder("group", title, line)
        node.links.extend(words.links)
        owner.kids.append(node)
        return node

    def _inside(self, block: Block, owner: NodeBuilder) -> None:
        """Read a block that stands in a list item or a quote."""
        if block.kind == "list":
            self._list(block, owner)
        elif block.kind == "quote" and block.has_task:
            for child in block.children:
                self._inside(child, owner)
        else:
            self.attach(block, owner)

    # What is neither a section nor an item

    def attach(self, block: Block, owner: NodeBuilder) -> None:
        """Give the links and the words of a block to ``owner``."""
        kind = block.kind
        if kind in {"paragraph", "heading", "footnote"}:
            self._prose(inline_text(block), owner)
        elif kind == "code":
            self.drops.hidden("code block", block.raw, block.line)
        elif kind == "deep":
            self.drops.add("block nested more than 200 deep", block.line)
        elif kind == "html":
            for part in iter_html_blocks(block.raw, block.line):
                self._html_prose(part, owner)
        elif kind == "table":
            self._table(block, owner)
        elif kind == "quote" and block.has_task:
            self._inside(block, owner)
        else:
            # A quote is an aside: where there are no tasks, the bullets in it are not items.
            for child in block.children:
                self.attach(child, owner)
            if kind == "item" and not block.children:
                self.drops.add("empty bullet", block.line)

    def _pictures(self, words: InlineText, *, heading: bool = False) -> None:
        badges = sum(link.badge for link in words.links)
        if not (heading and not words.text):
            for line in words.images[badges:]:
                self.drops.add("picture", line)

    def _prose(self, words: InlineText, owner: NodeBuilder, *, candidate: bool = False) -> None:
        self._pictures(words)
        if not words.text and not words.links:
            return
        if owner.kind == "item" or self.task_mode:
            add_text(words, owner)
        else:
            # Whether a paragraph is an item depends on what else its section holds.
            node = NodeBuilder("prose" if candidate else "aside", "", 0)
            node.rows.append((words,))
            owner.kids.append(node)

    def _table(self, block: Block, owner: NodeBuilder) -> None:
        rows = [tuple(inline_text(cell) for cell in row.children) for row in block.children]
        for row in rows:
            for words in row:
                self._pictures(words)
        if owner.kind == "item" or self.task_mode:
            for row in rows:
                add_row(row, owner)
        else:
            node = NodeBuilder("table", "", block.line)
            node.rows = rows
            owner.kids.append(node)

    # HTML

    def _match_details(self, blocks: Sequence[Block]) -> None:
        waiting: list[tuple[int, int]] = []
        for i, block in enumerate(blocks):
            if block.kind != "html":
                continue
            page = list(iter_html_blocks(block.raw, block.line))
            self._pages[i] = page
            for j, part in enumerate(page):
                if part.kind == "details":
                    waiting.append((i, j))
                elif part.kind == "/details" and waiting:
                    self._closed.add(waiting.pop())

    def _page(self, page: list[HtmlBlock], at: int) -> None:
        for j, part in enumerate(page):
            kind = part.kind
            if self._html and kind != "heading":
                self._html_list(part)
            elif kind == "list" and not self.task_mode:
                self._html.append((self.top, None))
            elif kind == "heading":
                self._html.clear()
                self._heading(part.words, part.level, part.line)
            elif kind == "details" and (at, j) in self._closed:
                self._frames.append(_Scope(self.top, 0, barrier=True))
            elif kind == "/details":
                self._close_details()
            elif kind == "summary":
                self._summary(part)
            else:
                self._html_prose(part, self.top)

    def _summary(self, part: HtmlBlock) -> None:
        title = title_of(part.words)
        frame = self._frames[-1]
        if not title:
            return
        if frame.barrier and frame.node is self._frames[-2].node and len(self._frames) < _MOST_FRAMES:
            node = NodeBuilder("section", title, part.line)
            node.links.extend(part.words.links)
            frame.node.kids.append(node)
            self._frames[-1] = _Scope(node, 0, barrier=True)
        elif frame.barrier:
            self._html_prose(part, frame.node)
        else:
            node = NodeBuilder("section", title, part.line)
            node.links.extend(part.words.links)
            self._open(node, _LOOSE_DETAILS)

    def _close_details(self) -> None:
        for i in range(len(self._frames) - 1, 0, -1):
            if self._frames[i].barrier:
                del self._frames[i:]
                return

    def _html_list(self, part: HtmlBlock) -> None:
        """Read a part of an HTML list, whose entries are bullets like any other."""
        owner, last = self._html[-1]
        held, self._held = self._held, part if part.kind == "summary" else None
        if part.kind == "list":
            if held and title_of(held.words):
                last = self._html_item(held)
            if len(self._html) < _MOST_FRAMES:
                self._html.append((last or owner, None))
        elif part.kind == "/list":
            self._html.pop()
        elif part.kind == "item" and title_of(part.words):
            self._html_item(part)
        elif part.kind not in {"summary", "details", "/details"}:
            self._html_prose(part, last or owner)

    def _html_item(self, part: HtmlBlock) -> NodeBuilder:
        """A new item in the HTML list that is open."""
        owner = self._html[-1][0]
        node = NodeBuilder("item", title_of(part.words), part.line)
        self._pictures(part.words)
        node.links.extend(part.words.links)
        owner.kids.append(node)
        self._html[-1] = (owner, node)
        return node

    def _html_prose(self, part: HtmlBlock, owner: NodeBuilder) -> None:
        if part.kind == "comment":
            self.drops.hidden("comment", part.raw, part.line)
        elif part.kind in {"text", "item", "heading", "summary"}:
            self._prose(part.words, owner)


def _may_be_contents(block: Block) -> bool:
    """A quick look: whether the first entry of a list is a link at all."""
    return bool(block.children) and any(
        token.type == "link_open" and str(token.attrs.get("href", "")).startswith("#")
        for entry in block.children[:4]
        for inner in entry.below()
        for token in inner.inline
    )


def _first(block: Block) -> tuple[Block | None, InlineText]:
    """The block that gives a list item its title, if it begins with one, and its words."""
    if block.children and block.children[0].kind in {"paragraph", "heading"}:
        return block.children[0], inline_text(block.children[0])
    return None, InlineText("")
