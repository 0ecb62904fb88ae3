"""A roadmap while it is read: nodes that still change, and what is left out of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from roadmap_tui.core.sanitize import safe_url

if TYPE_CHECKING:
    from roadmap_tui.core.importers.markdown.inline import InlineText, Link

_scheme = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):").match
_address = re.compile(r"https?://", re.IGNORECASE).findall


class SkippedSample(NamedTuple):
    """Something that is not in the roadmap: how many there were, and the line of the first (from 1)."""

    kind: str
    number: int
    line: int


class SkippedContent:
    """Counts what is left out."""

    def __init__(self) -> None:
        self._found: dict[str, list[int]] = {}

    def add(self, kind: str, line: int, count: int = 1) -> None:
        """Count something on ``line``, from 0."""
        if count:
            entry = self._found.setdefault(kind, [0, line])
            entry[0] += count
            entry[1] = min(entry[1], line)

    def hidden(self, kind: str, text: str, line: int) -> None:
        """Count what gives nothing, and the addresses in it."""
        self.add(kind, line)
        self.add(f"address in a {kind}", line, len(_address(text)))

    def all(self) -> tuple[SkippedSample, ...]:
        """What was counted, in the order of the first lines."""
        listed = [SkippedSample(kind, count, line + 1) for kind, (count, line) in self._found.items()]
        return tuple(sorted(listed, key=lambda dropped: dropped.line))


class NodeBuilder:
    """A node that is being read.

    ``kind`` is root, section, group or item, or, until what they become is known, prose, aside (words that
    can be no item) or table; those keep what they say in ``rows``.
    """

    __slots__ = ("kids", "kind", "level", "line", "links", "mark", "notes", "rows", "title")

    def __init__(self, kind: str, title: str, line: int) -> None:
        self.kind = kind
        self.title = title
        self.line = line
        self.level = 0
        self.mark = ""
        self.links: list[Link] = []
        self.notes: list[str] = []
        self.kids: list[NodeBuilder] = []
        self.rows: list[tuple[InlineText, ...]] = []


def title_of(words: InlineText) -> str:
    """The words of a title; where there are none, those of its picture or its first address."""
    return words.text or words.alt or next((link.url for link in words.links if link.url), "")


def add_text(words: InlineText, owner: NodeBuilder) -> None:
    """Give links to ``owner``, and words too if more is said than the links do."""
    owner.links.extend(words.links)
    if words.text and not (words.only_links and (has_link(words) or _is_fragment(words))):
        owner.notes.append(words.text)


def add_row(row: tuple[InlineText, ...], owner: NodeBuilder) -> None:
    """Give the cells of a row to ``owner``, their words as one line."""
    if len(row) == 1:
        add_text(row[0], owner)
        return
    for words in row:
        owner.links.extend(words.links)
    said_ = [words for words in row if words.text]
    if any(not words.only_links for words in said_):
        owner.notes.append(" – ".join(words.text for words in said_))


def has_link(words: InlineText) -> bool:
    """Whether an http or https link with words is among ``words``."""
    return any(link.text and link.url[:4].lower() == "http" for link in words.links)


def _is_fragment(words: InlineText) -> bool:
    """Whether all links only lead to another place of the same page."""
    return all(link.url.startswith("#") for link in words.links)


def resolved(link: Link, base_url: str, drops: SkippedContent) -> str | None:
    """The address of ``link`` if it may be a resource; why it may not is counted."""
    url = link.url
    form = _scheme(url)
    kind = ""
    if link.badge:
        kind = "badge"
    elif not url or url.startswith("#"):
        kind = "link to a heading"
    elif not link.text:
        kind = "link without words"
    elif form is None:
        if base_url:
            url = _joined(base_url, url)
        else:
            kind = "relative link"
    elif form[1].lower() not in {"http", "https"}:
        kind = "link that is not http"
    if not kind:
        if safe := safe_url(url):
            return safe
        kind = "unsafe address"
    drops.add(kind, link.line)
    return None


def _joined(base_url: str, url: str) -> str:
    try:
        return urljoin(base_url, url)
    except ValueError:
        return ""
