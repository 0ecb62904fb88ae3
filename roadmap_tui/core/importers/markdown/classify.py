"""Decide which tables, paragraphs and headings are items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from roadmap_tui.core.importers.markdown.item_text import split_item_text, take_sign
from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    add_row,
    add_text,
    has_items,
    leads_elsewhere,
    links_of,
    walk,
)
from roadmap_tui.core.importers.markdown.paragraphs import is_dated, is_linked, is_named, split_bar
from roadmap_tui.core.importers.markdown.removal import is_about_repository
from roadmap_tui.core.importers.markdown.section_stack import DETAILS
from roadmap_tui.core.importers.markdown.tables import TableReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap_tui.core.importers.markdown.inline import InlineText
    from roadmap_tui.core.importers.markdown.status_signs import Meaning

_NAMED_PARAGRAPHS: Final = 5  # so many make a list of paragraphs


class Classifier:
    """Decisions about nodes that depend on the whole document."""

    def __init__(self, meanings: Mapping[str, Meaning], *, strict: bool) -> None:
        self.strict = strict
        legend = {sign: meaning.mark for sign, meaning in meanings.items()}
        self.tables = TableReader(legend, strict=strict)
        self.named = 0  # paragraphs that begin with a name

    def run(self, root: NodeBuilder) -> None:
        """Classify all nodes below ``root``."""
        self._tables(root)
        prose = [node.rows[0][0] for node in walk(root) if node.kind == "prose"]
        self.named = sum(map(is_named, prose))
        self._paragraphs(root, is_root=True)
        if not has_items(root):
            self._paragraphs(root, is_root=False)
        self._leaf_headings(root, is_root=True, alone=not has_items(root))
        self._convert_to_notes(root)

    def _tables(self, node: NodeBuilder) -> None:
        children: list[NodeBuilder] = []
        for child in node.children:
            if child.kind == "table":
                items = self.tables.items(child.rows, child.line, has_header=child.has_header)
                if not items:
                    child.kind = "aside"
                    children.append(child)
                children += items
            else:
                children.append(child)
                if child.kind in {"section", "group"}:
                    self._tables(child)
        node.children = children

    def _paragraphs(self, node: NodeBuilder, *, is_root: bool) -> None:
        """Turn the paragraphs of a section into items if they look like a list."""
        for child in node.children:
            if child.kind in {"section", "group"}:
                self._paragraphs(child, is_root=False)
        candidates = [child.rows[0][0] for child in node.children if child.kind == "prose"]
        candidates = [text for text in candidates if not text.literal]
        if not candidates:
            return
        has_bullets = is_root or any(child.kind == "item" for child in node.children)
        tests = [] if has_bullets else [is_named, is_linked]
        signed = sum(bool(self._sign(text)) for text in candidates)
        signed += sum(bool(child.sign) for child in node.children)
        chosen = {id(text) for text in candidates if signed >= 2 and self._sign(text)}
        if chosen:
            chosen |= {id(text) for text in candidates if not has_bullets and is_named(text)}
        for test in tests:
            found = [text for text in candidates if test(text)]
            is_list = len(found) >= 2 or (
                test is is_named and self.named >= _NAMED_PARAGRAPHS and len(found) == 1
            )
            if not chosen and is_list and len(found) * 2 >= len(candidates):
                chosen = set(map(id, found))
        children: list[NodeBuilder] = []
        for child in node.children:
            text = child.rows[0][0] if child.kind == "prose" else None
            if text is not None and id(text) in chosen:
                children.append(self._item(text, child.line))
            elif text is not None and not has_bullets and len(links := split_bar(text)) >= 2:
                children += [self._item(link, child.line) for link in links]
            else:
                children.append(child)
        node.children = children

    def _sign(self, text: InlineText) -> str:
        return "" if self.strict else split_item_text(text, is_task=False, strict=False).sign

    def _item(self, text: InlineText, line: int) -> NodeBuilder:
        parts = split_item_text(text, is_task=False, strict=self.strict)
        item = NodeBuilder("item", parts.title, line)
        item.notes.extend(parts.notes)
        item.sign, item.mark = parts.sign, parts.mark
        item.links.extend(text.links)
        return item

    def _leaf_headings(self, node: NodeBuilder, *, is_root: bool, alone: bool) -> None:
        """Turn headings without items into items: linked ones, and lists of headings."""
        sections = [child for child in node.children if child.kind in {"section", "group"}]
        for child in sections:
            self._leaf_headings(child, is_root=False, alone=alone)
        leaves = [child for child in sections if not has_items(child) and not is_about_repository(child)]
        if is_root and (first := next((child for child in sections if has_items(child)), None)):
            # Headings above the first section, deeper than it, belong to the title.
            preamble = sections[: sections.index(first)]
            leaves = [leaf for leaf in leaves if leaf not in preamble or leaf.level <= first.level]
        if any(any(inner.kind == "section" for inner in leaf.children) for leaf in leaves):
            leaves = [leaf for leaf in leaves if not any(inner.kind == "section" for inner in leaf.children)]
        is_list = len(leaves) >= 2 and len(leaves) * 3 >= len(sections) * 2
        numbered = sum(bool(is_dated(take_sign(leaf.title)[0])) for leaf in leaves)
        details = [leaf for leaf in sections if leaf.level == DETAILS]
        if len(details) >= 2:
            is_list = True
        is_plan = is_list and (
            len(details) >= 2 or alone or numbered >= 2 or (len(leaves) >= 3 and not is_root)
        )
        for leaf in leaves:
            if is_plan or any(
                leads_elsewhere(link.url) and link.text not in {"", link.url} for link in links_of(leaf)
            ):
                self._convert_to_notes(leaf)
                leaf.kind = "item"
                leaf.children = []

    def _convert_to_notes(self, node: NodeBuilder) -> None:
        """Turn paragraphs that are not items into notes."""
        children: list[NodeBuilder] = []
        for child in node.children:
            if child.kind in {"prose", "aside"}:
                for row in child.rows:
                    add_row(row, node) if len(row) > 1 else add_text(row[0], node)
            else:
                children.append(child)
                self._convert_to_notes(child)
        node.children = children
