"""Recognize paragraphs that are entries of a list: names in bold, days, and links."""

from __future__ import annotations

import re
from typing import Final

from roadmap_tui.core.importers.markdown.inline import InlineText
from roadmap_tui.core.importers.markdown.node_builder import has_link, leads_elsewhere

_LINKED_LENGTH: Final = 100  # a longer paragraph with a link inside is prose
is_dated = re.compile(
    r"(?:.*[|(–—:-]\s*)?(?:day|week|part|lesson|step|chapter|module|unit|session)\s*\d", re.IGNORECASE
).match
_between_links = re.compile(r"[\s|•·,/&–—-]*").fullmatch


def is_named(text: InlineText) -> bool:
    """Return True for a paragraph that begins with a name in bold, or like ``Day 1``."""
    if is_dated(text.text):
        return True
    return bool(text.lead) and not _is_sentence(text.lead) and text.lead != text.text and not text.bold


def is_linked(text: InlineText) -> bool:
    """Return True for a paragraph that is a link, begins with one, or is short and has one."""
    if not has_link(text):
        return False
    begins = any(link.text and text.lead.endswith(link.text) for link in text.links)
    return text.only_links or begins or len(text.text) <= _LINKED_LENGTH


def _is_sentence(text: str) -> bool:
    return len(text) > _LINKED_LENGTH or (text.endswith((".", "!", "?")) and " " in text)


def split_bar(text: InlineText) -> list[InlineText]:
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
