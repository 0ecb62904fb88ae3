"""Choose the title of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    leads_elsewhere,
    walk,
)
from roadmap_tui.core.importers.markdown.paragraphs import is_linked, is_named
from roadmap_tui.core.importers.markdown.removal import skip_node
from roadmap_tui.core.importers.markdown.section_names import is_generic_title, is_phase, normalize
from roadmap_tui.core.importers.markdown.section_stack import HEADING_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable

# Names of sections that do not name a plan.
_PARTS: Final = frozenset(
    (
        *("chapters", "lessons", "modules", "tasks", "todo", "checklist", "syllabus", "schedule", "courses"),
        *("resources", "topics", "basics", "list"),
    )
)


def choose_title(root: NodeBuilder, names: Iterable[str], skipped: SkippedContent) -> str:
    """Return the title of a document; replace a top heading that contains all items or none by its content.

    The title is the first H1, unless that is one of several parts; else the first heading, if it has no items
    or all of them; else the first of ``names`` that names a plan.
    """
    headings = [node for node in root.children if node.kind == "section"]
    sections = [node for node in headings if node.is_literal or not is_generic_title(node.title)]
    tops = [node for node in sections if node.level == 1]
    named = next((name for name in names if not is_generic_title(name)), "")
    if len(tops) == 1 and next(node for node in headings if node.level == 1) is tops[0]:
        index = root.children.index(tops[0])
        if not any(_is_content(node) for node in root.children[:index]):
            _drop_preamble(root, index, skipped)
            _dissolve(root, tops[0])
        return tops[0].title
    first = next((node for node in sections if not _is_link_only(node)), None)
    if first is None:
        if len(headings) == 1 and not any(
            _is_content(node) for node in root.children if node not in headings
        ):
            _dissolve(root, headings[0])
        return named or next((node.title for node in sections), "")
    is_all = not any(_is_content(node) for node in root.children if node is not first)
    inside = [node for node in first.children if _is_content(node)]
    has_all = is_all and bool(inside) and all(node.kind == "section" for node in inside)
    is_part = bool(named) and first.level > 1 and normalize(first.title) in _PARTS
    is_part |= is_phase(first.title)
    if (has_all and first.level <= HEADING_LIMIT and not is_part) or (not is_all and _is_introduction(first)):
        _dissolve(root, first)
        return first.title
    if tops and not (named and _is_part(tops[0]) and not _is_similar(tops[0].title, named)):
        return tops[0].title
    return named or first.title


def _is_part(section: NodeBuilder) -> bool:
    """Return True for a section with a numbered title, such as ``Week 1``, or with items."""
    is_numbered = is_phase(section.title) or section.title[:1].isdigit()
    return is_numbered or any(node.kind in {"item", "table"} for node in section.children)


def _is_similar(title: str, name: str) -> bool:
    words = set(normalize(name).split())
    return len(words & set(normalize(title).split())) * 2 >= len(words)


def _is_content(node: NodeBuilder) -> bool:
    return node.kind in {"item", "group", "table"} or (
        node.kind == "section" and any(map(_is_content, node.children))
    )


def _is_introduction(section: NodeBuilder) -> bool:
    """Return True for a section without anything that could become an item, or an H1 with one paragraph."""
    texts = [node.rows[0][0] for node in (section, *walk(section)) if node.kind == "prose"]
    entries = sum(is_named(text) or is_linked(text) for text in texts)
    return not _is_content(section) and entries <= (section.level == 1)


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
