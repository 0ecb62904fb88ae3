"""Remove what is not part of a plan: sections about the repository, introductions, shop links."""

from __future__ import annotations

import re
from typing import Final

from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    has_items,
    leads_elsewhere,
    links_of,
    walk,
)
from roadmap_tui.core.importers.markdown.section_names import is_boilerplate, is_contents, is_introduction

_INTRODUCTION_LIMIT: Final = 10  # bullets
_PROSE_LENGTH: Final = 40  # a longer bullet in an introduction is a sentence
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
    r"\W*(?:(?:our|my|join|follow|the|us|me|on|community|server|channel|group|page|chat|profile|@\w+)\W+)*"
    r"(?:twitter|x|linkedin|discord|slack|telegram|facebook|instagram|reddit|youtube|medium|gitter|whatsapp|mastodon|tiktok)"
    r"(?:\W+(?:community|server|channel|group|page|chat|profile))*\W*",
    re.IGNORECASE,
).fullmatch
_social_url = re.compile(
    r"https?://(?:[\w-]+\.)*(?:twitter|x|linkedin|discord|slack|t|telegram|facebook|instagram|reddit|youtube|medium"
    r"|gitter|whatsapp|tiktok)\.\w+/",
    re.IGNORECASE,
).match


def skip_node(node: NodeBuilder, kind: str, skipped: SkippedContent) -> None:
    """Count a node that is not imported, the items in it and its links."""
    nodes = [node, *walk(node)]
    items = sum(inner.kind == "item" for inner in nodes[1:])
    links = sum(len(links_of(inner)) for inner in nodes if inner.kind not in {"prose", "aside", "table"})
    skipped.add(kind, node.line)
    skipped.add(f"item in a {kind}", node.line, items)
    skipped.add(f"link in a {kind}", node.line, links)


def is_about_repository(node: NodeBuilder) -> bool:
    """Return True for a section about the repository, or a table of contents."""
    is_named = is_boilerplate(node.title) or (is_contents(node.title) and not has_items(node))
    return is_named and not node.is_literal


class Remover:
    """Removal of nodes, each of which is counted."""

    def __init__(self, skipped: SkippedContent, *, task_mode: bool) -> None:
        self.skipped = skipped
        self.task_mode = task_mode
        self._total = 0  # items

    def run(self, root: NodeBuilder) -> None:
        """Remove sections about the repository, if there are other items, and sections without items."""
        if not self.task_mode:
            self._drop_introduction(root)
        self._total = sum(node.kind == "item" for node in walk(root))
        plan = [node for node in root.children if not (node.kind == "section" and is_about_repository(node))]
        if any(node.kind == "item" or has_items(node) for node in plan) or self.task_mode:
            self._drop_boilerplate(root)
        if not self.task_mode:
            self._drop_links(root)
        self._drop_empty(root)

    def _drop_introduction(self, root: NodeBuilder) -> None:
        """Turn the few bullets before the first section into notes if the sections have many more."""
        bullets: list[NodeBuilder] = []
        for child in root.children:
            if child.kind != "item" or child.level:
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

    def _drop_boilerplate(self, node: NodeBuilder) -> None:
        children: list[NodeBuilder] = []
        for child in node.children:
            items = sum(inner.kind == "item" for inner in walk(child))
            is_section = child.kind in {"section", "group"}
            if is_section and self._is_dropped(child, items):
                skip_node(child, "section about the repository", self.skipped)
            elif is_section and not self.task_mode and self._is_introduction(child, items):
                skip_node(child, "section of introduction", self.skipped)
            else:
                children.append(child)
                self._drop_boilerplate(child)
        node.children = children

    def _is_dropped(self, section: NodeBuilder, items: int) -> bool:
        if self.task_mode:
            return is_about_repository(section) and not items
        if _is_people_list(section):
            return True
        if is_contents(section.title):
            listed = [node for node in walk(section) if node.kind == "item"]
            links = [link for node in listed for link in node.links]
            if any(leads_elsewhere(link.url) for link in links):
                return False
            return bool(links) or (not any(node.notes for node in listed) and items * 4 <= self._total)
        has_subsections = any(child.kind == "section" and has_items(child) for child in section.children)
        return is_about_repository(section) and not (has_subsections and items * 2 > self._total)

    def _is_introduction(self, section: NodeBuilder, items: int) -> bool:
        """Return True for an introduction whose few bullets are sentences."""
        if not items or items * 4 > self._total or section.is_literal or not is_introduction(section.title):
            return False
        return all(_is_prose(node) for node in walk(section) if node.kind == "item")

    def _drop_links(self, node: NodeBuilder) -> None:
        """Remove bullets that only link to a shop or a social network."""
        dropped = [child for child in node.children if child.kind == "item" and _is_shop_or_social(child)]
        for child in dropped:
            skip_node(child, "link to a shop or social network", self.skipped)
        if dropped:
            ids = set(map(id, dropped))
            node.children = [child for child in node.children if id(child) not in ids]
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


def _is_prose(item: NodeBuilder) -> bool:
    """Return True for a bullet that is a sentence, without a link at its start."""
    begins = any(link.text and item.title.startswith(link.text) for link in item.links)
    is_long = len(item.title) > _PROSE_LENGTH or bool(item.notes) or item.title.endswith((".", "。", "!"))
    return is_long and not begins and not item.is_task and not item.level


def _is_shop_or_social(item: NodeBuilder) -> bool:
    if item.children:
        return False
    if _shop(item.title):
        return True
    is_social = any(_social_url(link.url) for link in item.links)
    return is_social and bool(_social(item.title)) and len(item.links) == 1
