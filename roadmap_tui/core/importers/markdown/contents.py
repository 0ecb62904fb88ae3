"""Recognize tables of contents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from roadmap_tui.core.importers.markdown.inline import inline_text
from roadmap_tui.core.importers.markdown.section_names import normalize

if TYPE_CHECKING:
    from collections.abc import Collection

    from roadmap_tui.core.importers.markdown.inline import Link
    from roadmap_tui.core.importers.markdown.parser import Block

_same_page = re.compile(
    r"(?:\./)?(?:readme(?:\.\w+)?)?#|https?://(?:www\.)?(?:github|gitlab|codeberg)\.\w+/[^/#?]+/[^/#?]+/?"
    r"(?:(?:-/)?(?:blob|tree)/[^/#?]+/?(?:readme(?:\.\w+)?)?)?#",
    re.IGNORECASE,
).match


def is_contents_list(
    block: Block, headings: Collection[str], *, is_named: bool, is_nested: bool = False
) -> bool:
    """Return True for a list of links to headings; ``is_named`` if its heading says that too.

    ``headings`` are the normalized titles of all headings.
    """
    if not (is_named or _links_to_heading(block)):
        return False
    inside = others = plain = titles = anchors = 0
    for inner in block.walk():
        if inner.kind in {"list", "item", "quote", "row", "table", "html", "code", "deep"}:
            continue
        text = inline_text(inner)
        for link in text.links:
            if _is_inside(link):
                inside += 1
                anchors += link.url.startswith("#") and len(link.url) > 1 and text.only_links
            else:
                others += 1
        if not text.links:
            plain += 1
            titles += normalize(text.text) in headings
    if is_named and not others and (inside or (titles >= 2 and titles * 5 >= plain * 3)):
        return True
    if not is_nested and anchors and anchors == inside and not others and not plain:
        return True
    return inside >= 3 and others * 10 <= inside


def _is_inside(link: Link) -> bool:
    return link.url.startswith("#") or ("#" in link.url and bool(_same_page(link.url)))


def _links_to_heading(block: Block) -> bool:
    """Check cheaply whether one of the first entries of a list links to a heading."""
    return any(
        token.type == "link_open" and "#" in str(token.attrs.get("href", ""))
        for entry in block.children[:4]
        for inner in entry.walk()
        for token in inner.inline
    )
