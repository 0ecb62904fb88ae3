"""Decide what nodes become: the title, items among tables and paragraphs, and what is dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.importers.markdown.builder import DETAILS, HEADING_LIMIT
from roadmap_tui.core.importers.markdown.item_text import SIGNS, split_item_text, take_sign
from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    add_row,
    add_text,
    has_items,
    has_link,
    leads_elsewhere,
    walk,
)
from roadmap_tui.core.importers.markdown.section_names import is_boilerplate, is_contents, is_generic_title
from roadmap_tui.core.importers.markdown.tables import items_of_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from roadmap_tui.core.importers.markdown.inline import InlineText, Link

_LINKED_LENGTH: Final = 100  # a longer paragraph with a link inside is prose
_NAMED_PARAGRAPHS: Final = 5  # so many make a list of paragraphs
_INTRODUCTION_LIMIT: Final = 10  # bullets
_profile = re.compile(
    r"https?://(?:www\.)?(?:github\.com/[\w-]+/?|(?:\w+\.)?linkedin\.com/in/[^/]+/?|(?:twitter|x)\.com/\w+/?)(?:\?.*)?",
    re.IGNORECASE,
).fullmatch
_shop = re.compile(
    r"isbn\b.*|(?:buy|order|purchase)\b.{0,40}|(?:amazon|manning|kindle|gumroad|apress|packt)\s+(?:link|page|store)\b.*"
    r"|link to the (?:book|publisher|official)\b.*",
    re.IGNORECASE,
).fullmatch
_social = re.compile(
    r"(?:(?:our|my|join|follow|the|us|me|on|community|server|channel|group|page|chat|profile|@\w+)\W+)*"
    r"(?:twitter|x|linkedin|discord|slack|telegram|facebook|instagram|reddit|youtube|medium|gitter|whatsapp|mastodon|tiktok)"
    r"(?:\W+(?:community|server|channel|group|page|chat|profile))*\W*",
    re.IGNORECASE,
).fullmatch
_social_url = re.compile(
    r"https?://(?:[\w-]+\.)*(?:twitter|x|linkedin|discord|slack|t|telegram|facebook|instagram|reddit|youtube|medium"
    r"|gitter|whatsapp|tiktok)\.\w+/",
    re.IGNORECASE,
).match
_dated = re.compile(r"(?:day|week|part|lesson|step|chapter|module|unit|session)\s*\d", re.IGNORECASE).match
_between_links = re.compile(r"[\s|•·,/&–—-]*").fullmatch


def choose_title(root: NodeBuilder, names: Iterable[str], skipped: SkippedContent) -> str:
    """Return the title of a document; a heading that holds everything or nothing is dissolved.

    The title is the only H1, else the first heading if it has no items, else the first of ``names`` that
    names a plan, else the first H1 or heading.
    """
    sections = [
        node
        for node in root.children
        if node.kind == "section" and (node.is_literal or not is_generic_title(node.title))
    ]
    tops = [node for node in sections if node.level == 1]
    named = next((name for name in names if not is_generic_title(name)), "")
    if len(tops) == 1:
        index = root.children.index(tops[0])
        if not any(_is_content(node) for node in root.children[:index]):
            _drop_preamble(root, index, skipped)
            _dissolve(root, tops[0])
        return tops[0].title
    first = next((node for node in sections if not _is_link_only(node)), None)
    if first is None:
        return named or next((node.title for node in sections), "")
    rest = [node for node in root.children if node is not first]
    if _is_introduction(first) and any(map(_is_content, rest)):
        _dissolve(root, first)
        return first.title
    inside = [node for node in first.children if _is_content(node)]
    has_headings = bool(inside) and all(
        node.kind == "section" and node.level <= HEADING_LIMIT for node in inside
    )
    if has_headings and not any(map(_is_content, rest)):
        _dissolve(root, first)
        return first.title
    return named or (tops or [first])[0].title


def _is_content(node: NodeBuilder) -> bool:
    return node.kind in {"item", "group", "table"} or (
        node.kind == "section" and any(map(_is_content, node.children))
    )


def _is_introduction(section: NodeBuilder) -> bool:
    """Return True for a section without anything that could become an item."""
    texts = [node.rows[0][0] for node in (section, *walk(section)) if node.kind == "prose"]
    return not _is_content(section) and not any(_is_named(text) or _is_linked(text) for text in texts)


def _is_link_only(node: NodeBuilder) -> bool:
    return len(node.links) == 1 and node.links[0].text == node.title and leads_elsewhere(node.links[0].url)


def _dissolve(root: NodeBuilder, section: NodeBuilder) -> None:
    root.links += section.links
    root.notes += section.notes
    index = root.children.index(section)
    root.children[index : index + 1] = section.children


def _drop_preamble(root: NodeBuilder, end: int, skipped: SkippedContent) -> None:
    """Remove sections without items that come before the title, such as sponsors."""
    for node in [node for node in root.children[:end] if node.kind == "section"]:
        root.children.remove(node)
        skip_node(node, "section before the title", skipped)


def skip_node(node: NodeBuilder, kind: str, skipped: SkippedContent) -> None:
    """Count a node that is not imported, the items in it and its links."""
    nodes = [node, *walk(node)]
    items = sum(inner.kind == "item" for inner in nodes[1:])
    links = sum(len(_links(inner)) for inner in nodes if inner.kind not in {"prose", "aside", "table"})
    skipped.add(kind, node.line)
    skipped.add(f"item in a {kind}", node.line, items)
    skipped.add(f"link in a {kind}", node.line, links)


class Classifier:
    """Decisions about nodes that depend on the whole document."""

    def __init__(self, skipped: SkippedContent, *, task_mode: bool, strict: bool) -> None:
        self.skipped = skipped
        self.task_mode = task_mode
        self.strict = strict
        self.named = self.total = 0  # paragraphs that begin with a name, and items

    def run(self, root: NodeBuilder) -> None:
        """Classify all nodes below ``root`` and remove those that are not part of the plan."""
        if not self.task_mode:
            self._tables(root)
            prose = [node.rows[0][0] for node in walk(root) if node.kind == "prose"]
            self.named = sum(map(_is_named, prose))
            self._paragraphs(root, is_root=True)
            if not has_items(root):
                self._paragraphs(root, is_root=False)
            self._leaf_headings(root, is_root=True, alone=not has_items(root))
            self._settle_text(root)
            self._drop_introduction(root)
        self._drop_sections(root)
        if not self.strict:
            apply_signs(root)

    # Items

    def _tables(self, node: NodeBuilder) -> None:
        children: list[NodeBuilder] = []
        for child in node.children:
            if child.kind == "table":
                items = items_of_table(
                    child.rows, child.line, has_header=child.has_header, strict=self.strict
                )
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
        """Make items of the paragraphs of a section if they look like a list."""
        for child in node.children:
            if child.kind in {"section", "group"}:
                self._paragraphs(child, is_root=False)
        candidates = [child.rows[0][0] for child in node.children if child.kind == "prose"]
        candidates = [text for text in candidates if not text.literal]
        if not candidates:
            return
        has_bullets = is_root or any(child.kind == "item" for child in node.children)
        tests = [] if has_bullets else [_is_named, _is_linked]
        signed = sum(bool(self._sign(text)) for text in candidates)
        signed += sum(bool(child.sign) for child in node.children)
        chosen = {id(text) for text in candidates if signed >= 2 and self._sign(text)}
        if chosen:
            chosen |= {id(text) for text in candidates if not has_bullets and _is_named(text)}
        for test in tests:
            found = [text for text in candidates if test(text)]
            is_list = len(found) >= 2 or (
                test is _is_named and self.named >= _NAMED_PARAGRAPHS and len(found) == 1
            )
            if not chosen and is_list and len(found) * 2 >= len(candidates):
                chosen = set(map(id, found))
        children: list[NodeBuilder] = []
        for child in node.children:
            text = child.rows[0][0] if child.kind == "prose" else None
            if text is not None and id(text) in chosen:
                children.append(self._item(text, child.line))
            elif text is not None and not has_bullets and len(links := _bar(text)) >= 2:
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
        """Make items of headings without items: linked ones, and lists of headings."""
        sections = [child for child in node.children if child.kind in {"section", "group"}]
        for child in sections:
            self._leaf_headings(child, is_root=False, alone=alone)
        leaves = [child for child in sections if not has_items(child) and not self._is_boilerplate(child)]
        if is_root and (first := next((child for child in sections if has_items(child)), None)):
            # Headings above the first section, deeper than it, belong to the title.
            preamble = sections[: sections.index(first)]
            leaves = [leaf for leaf in leaves if leaf not in preamble or leaf.level <= first.level]
        if any(any(inner.kind == "section" for inner in leaf.children) for leaf in leaves):
            leaves = [leaf for leaf in leaves if not any(inner.kind == "section" for inner in leaf.children)]
        is_list = len(leaves) >= 2 and len(leaves) * 3 >= len(sections) * 2
        numbered = sum(bool(_dated(take_sign(leaf.title)[0])) for leaf in leaves)
        details = [leaf for leaf in sections if leaf.level == DETAILS]
        if len(details) >= 2:
            is_list = True
        is_plan = is_list and (
            len(details) >= 2 or alone or numbered >= 2 or (len(leaves) >= 3 and not is_root)
        )
        for leaf in leaves:
            if is_plan or any(
                leads_elsewhere(link.url) and link.text not in {"", link.url} for link in _links(leaf)
            ):
                self._settle_text(leaf)
                leaf.kind = "item"
                leaf.children = []

    def _settle_text(self, node: NodeBuilder) -> None:
        """Turn paragraphs that are not items into notes."""
        children: list[NodeBuilder] = []
        for child in node.children:
            if child.kind in {"prose", "aside"}:
                for row in child.rows:
                    add_row(row, node) if len(row) > 1 else add_text(row[0], node)
            else:
                children.append(child)
                self._settle_text(child)
        node.children = children

    # Removal

    def _is_boilerplate(self, node: NodeBuilder) -> bool:
        if node.is_literal:
            return False
        return is_boilerplate(node.title) or (is_contents(node.title) and not has_items(node))

    def _drop_introduction(self, root: NodeBuilder) -> None:
        """Turn the few bullets before the first section into notes if the sections have many more."""
        bullets: list[NodeBuilder] = []
        for child in root.children:
            if child.kind != "item":
                break
            bullets.append(child)
        sections = [child for child in root.children if child.kind == "section"]
        count = sum(node.kind == "item" for section in sections for node in walk(section))
        if bullets and len(bullets) <= _INTRODUCTION_LIMIT and count >= 3 * len(bullets) and sections:
            root.children = root.children[len(bullets) :]
            self.skipped.add("bullet before the first section", bullets[0].line, len(bullets))
            for bullet in bullets:
                for node in (bullet, *walk(bullet)):
                    root.links += node.links

    def _drop_sections(self, root: NodeBuilder) -> None:
        """Remove sections about the repository, if there are other items, and sections without items."""
        self.total = sum(node.kind == "item" for node in walk(root))
        outside = [
            node for node in root.children if not (node.kind == "section" and self._is_boilerplate(node))
        ]
        if any(node.kind == "item" or has_items(node) for node in outside) or self.task_mode:
            self._drop_boilerplate(root)
        if not self.task_mode:
            self._drop_links(root)
        self._drop_empty(root)

    def _drop_boilerplate(self, node: NodeBuilder) -> None:
        children: list[NodeBuilder] = []
        for child in node.children:
            items = sum(inner.kind == "item" for inner in walk(child))
            if child.kind in {"section", "group"} and self._is_dropped(child, items):
                skip_node(child, "section about the repository", self.skipped)
            else:
                children.append(child)
                self._drop_boilerplate(child)
        node.children = children

    def _is_dropped(self, section: NodeBuilder, items: int) -> bool:
        if self.task_mode:
            return self._is_boilerplate(section) and not items
        if _is_people_list(section):
            return True
        if is_contents(section.title):
            listed = [node for node in walk(section) if node.kind == "item"]
            is_linked = any(leads_elsewhere(link.url) for node in listed for link in node.links)
            has_notes = any(node.notes for node in listed)
            return not is_linked and not has_notes and items * 4 <= self.total
        has_subsections = any(child.kind == "section" and has_items(child) for child in section.children)
        return self._is_boilerplate(section) and not (has_subsections and items * 2 > self.total)

    def _drop_links(self, node: NodeBuilder) -> None:
        """Remove bullets that only link to a shop or a social network."""
        dropped = [child for child in node.children if child.kind == "item" and _is_shop_or_social(child)]
        for child in dropped:
            skip_node(child, "link to a shop or social network", self.skipped)
        if dropped:
            node.children = [child for child in node.children if child not in dropped]
        for child in node.children:
            self._drop_links(child)

    def _drop_empty(self, node: NodeBuilder) -> None:
        children: list[NodeBuilder] = []
        for child in node.children:
            self._drop_empty(child)
            is_kept = child.kind == "item" or has_items(child)
            if self.task_mode and not is_kept:
                is_kept = bool(child.links or child.notes or child.children) and not is_contents(child.title)
            if is_kept:
                children.append(child)
            else:
                skip_node(child, "section without items", self.skipped)
        node.children = children


def _is_people_list(section: NodeBuilder) -> bool:
    items = [node for node in section.children if node.kind == "item"]
    return len(items) >= 2 and all(any(_profile(link.url) for link in item.links) for item in items)


def _is_shop_or_social(item: NodeBuilder) -> bool:
    if item.children:
        return False
    if _shop(item.title):
        return True
    is_social = any(_social_url(link.url) for link in item.links)
    return is_social and bool(_social(item.title)) and len(item.links) == 1


def _links(node: NodeBuilder) -> list[Link]:
    found = list(node.links)
    for child in node.children:
        for row in child.rows:
            found += [link for text in row for link in text.links]
    return found


def _is_named(text: InlineText) -> bool:
    """Return True for a paragraph that begins with a name in bold, or like ``Day 1``."""
    if _dated(text.text):
        return True
    return bool(text.lead) and not _is_sentence(text.lead) and text.lead != text.text and not text.bold


def _is_linked(text: InlineText) -> bool:
    """Return True for a paragraph that is a link, begins with one, or is short and has one."""
    if not has_link(text):
        return False
    begins = any(link.text and text.lead.endswith(link.text) for link in text.links)
    return text.only_links or begins or len(text.text) <= _LINKED_LENGTH


def _is_sentence(text: str) -> bool:
    return len(text) > _LINKED_LENGTH or (text.endswith((".", "!", "?")) and " " in text)


def _bar(text: InlineText) -> list[InlineText]:
    """Split a paragraph like ``[Day 1](1) | [Day 2](2)`` into its links."""
    links = [link for link in text.links if link.text and leads_elsewhere(link.url)]
    if not text.only_links or len(links) < 2 or len(links) != len(text.links):
        return []
    between = text.text
    for link in links:
        between = between.replace(link.text, "", 1)
    if not _between_links(between):
        return []
    return [
        text._replace(text=link.text, links=(link,), lines=(link.text,), lead="", rest="") for link in links
    ]


def apply_signs(root: NodeBuilder) -> None:
    """Set the marks of nodes with status signs, unless the signs are decoration.

    They are decoration if there is only one kind of sign, and no list has entries with and without it.
    """
    nodes = [root, *walk(root)]
    signs = {node.sign for node in nodes if node.sign}
    marks = {SIGNS[sign] for sign in signs}
    if not signs:
        return
    is_mixed = len(marks) > 1 or any(
        0
        < sum(bool(child.sign) for child in node.children)
        < sum(child.kind == "item" for child in node.children)
        for node in nodes
    )
    if not is_mixed and marks != {" "} and _has_legend(root) is False:
        return
    for node in nodes:
        if node.kind == "item" and node.sign and not node.is_task:
            node.mark = node.mark.strip() or SIGNS[node.sign]


def _has_legend(root: NodeBuilder) -> bool:
    text = " ".join(root.notes)
    return any(sign in text for sign in SIGNS)
