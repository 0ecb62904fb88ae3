"""Mutable nodes that a roadmap is built from, and the count of skipped content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from roadmap_tui.core.importers.base import SkippedSample, clean_line
from roadmap_tui.core.sanitize import safe_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from roadmap_tui.core.importers.markdown.inline import InlineText, Link

_scheme = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):").match
_addresses = re.compile(r"https?://", re.IGNORECASE).findall


class SkippedContent:
    """Counts of content that is not imported; ``lines`` are the lines of the source."""

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self._lines = lines
        self._counts: dict[str, list[int]] = {}

    def add(self, kind: str, line: int, count: int = 1) -> None:
        """Count content on ``line`` (from 0)."""
        if count:
            entry = self._counts.setdefault(kind, [0, line])
            entry[0] += count
            entry[1] = min(entry[1], line)

    def add_raw(self, kind: str, text: str, line: int) -> None:
        """Count content and the addresses in it."""
        self.add(kind, line)
        self.add(f"address in a {kind}", line, len(_addresses(text)))

    def samples(self) -> tuple[SkippedSample, ...]:
        """Return the counts in the order of their first lines."""
        samples = [
            SkippedSample(kind, count, line + 1, clean_line("".join(self._lines[line : line + 1]).strip()))
            for kind, (count, line) in self._counts.items()
        ]
        return tuple(sorted(samples, key=lambda sample: sample.line))


class NodeBuilder:
    """A node under construction.

    ``kind`` is root, section, group or item; or, until ``classify`` decides, prose (a paragraph that may
    become an item), aside (text that may not) or table (with ``has_header``), whose content is in ``rows``.
    ``level`` is a section's heading level. ``mark`` is the author's status (``x``, ``/``, ``-`` or a space),
    ``sign`` a status sign that may be decoration, ``is_task`` True for a task list item.
    ``kind_hint`` is the kind of its resources according to a table, ``item_kind`` that of an item. A
    title with ``is_literal`` is not interpreted.
    """

    __slots__ = (
        "children", "has_header", "is_literal", "is_task", "item_kind", "kind", "kind_hint", "level", "line",
        "links", "mark", "needs", "notes", "questions", "rows", "sign", "title",
    )  # fmt: skip

    def __init__(self, kind: str, title: str, line: int) -> None:
        self.kind = kind
        self.title = title
        self.line = line
        self.level = 0
        self.mark = self.sign = self.kind_hint = self.item_kind = ""
        self.is_task = self.is_literal = self.has_header = False
        self.links: list[Link] = []
        self.notes: list[str] = []
        self.needs: list[str] = []  # names of prerequisites
        self.questions: list[tuple[str, str]] = []  # with answers
        self.children: list[NodeBuilder] = []
        self.rows: list[tuple[InlineText, ...]] = []


def title_of(text: InlineText) -> str:
    """Return a title for a text: itself, else its first image's alternative text, else its first URL."""
    return text.text or text.alt or next((link.url for link in text.links if link.url), "")


def add_text(text: InlineText, owner: NodeBuilder) -> None:
    """Add the links to ``owner``, and the text as a note unless it consists of links."""
    owner.links.extend(links_of_item(text, owner.title) if owner.kind == "item" else text.links)
    if text.text and not (text.only_links and (has_link(text) or _has_only_fragments(text))):
        owner.notes.append(text.text)


def links_of_item(text: InlineText, title: str) -> list[Link]:
    """Return the links of an item's text; a badge or a link without letters is given a text."""
    return [
        link._replace(text=link.alt or title, badge=False)
        if link.badge or (link.text and not link.type and not any(map(str.isalnum, link.text)))
        else link
        for link in text.links
    ]


def add_row(row: tuple[InlineText, ...], owner: NodeBuilder) -> None:
    """Add the links of a table row to ``owner``, and its text as a note of one line."""
    if len(row) == 1:
        add_text(row[0], owner)
        return
    for cell in row:
        owner.links.extend(cell.links)
    filled = [cell for cell in row if cell.text]
    if any(not cell.only_links for cell in filled):
        owner.notes.append(" – ".join(cell.text for cell in filled))


def has_link(text: InlineText) -> bool:
    """Return True if there is an http(s) or relative link with text."""
    return any(link.text and leads_elsewhere(link.url) for link in text.links)


def leads_elsewhere(url: str) -> bool:
    """Return True for an http(s) address or a relative link to another page."""
    scheme = _scheme(url)
    return scheme[1].lower() in {"http", "https"} if scheme else bool(url) and url[0] != "#"


def is_relative(url: str) -> bool:
    """Return True for a link to another page without scheme."""
    return leads_elsewhere(url) and _scheme(url) is None


def links_of(node: NodeBuilder) -> list[Link]:
    """Return the links of a node, and those of its paragraphs and tables."""
    rows = [row for child in node.children for row in child.rows]
    return [*node.links, *(link for row in rows for text in row for link in text.links)]


def has_items(node: NodeBuilder) -> bool:
    """Return True if there is an item below a node."""
    return any(child.kind == "item" or has_items(child) for child in node.children)


def walk(node: NodeBuilder) -> Iterator[NodeBuilder]:
    """Yield the nodes below a node in document order."""
    for child in node.children:
        yield child
        yield from walk(child)


def _has_only_fragments(text: InlineText) -> bool:
    return all(link.url.startswith("#") for link in text.links)


def resolve_url(link: Link, base_url: str, skipped: SkippedContent) -> str | None:
    """Return the absolute address of a link if it can be a resource, else count it as skipped."""
    url = link.url
    scheme = _scheme(url)
    reason = ""
    if link.badge:
        reason = "badge"
    elif not url or url.startswith("#"):
        reason = "link to a heading"
    elif not link.text:
        reason = "link without words"
    elif scheme is None:
        if base_url:
            url = _join_url(base_url, url)
        else:
            reason = "relative link"
    elif scheme[1].lower() not in {"http", "https"}:
        reason = "link that is not http"
    if not reason:
        if safe := safe_url(url):
            return safe
        reason = "unsafe address"
    skipped.add(reason, link.line)
    return None


def _join_url(base_url: str, url: str) -> str:
    try:
        return urljoin(base_url, url)
    except ValueError:
        return ""
