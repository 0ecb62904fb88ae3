"""Choose the title of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    leads_elsewhere,
    walk,
)
from roadmap_tui.core.importers.markdown.paragraphs import is_linked, is_named
from roadmap_tui.core.importers.markdown.removal import skip_node
from roadmap_tui.core.importers.markdown.section_names import is_generic_title
from roadmap_tui.core.importers.markdown.section_stack import HEADING_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    return not _is_content(section) and not any(is_named(text) or is_linked(text) for text in texts)


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
