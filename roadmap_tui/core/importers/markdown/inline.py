"""Plain text and links of inline Markdown and HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.html_tags import Tag, tokenize
from roadmap_tui.core.importers.markdown.parser import address_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from roadmap_tui.core.importers.markdown.parser import Block

_typed = re.compile(r"\s*@([A-Za-z.]{2,20})@\s*").match
_bare = re.compile(r"(?<![\w.@/-])(?:https?://|www\.)(?=\w)[^\s<]+").finditer
_bare_www = re.compile(r"(?<![\w.@/-])www\.(?=\w)[^\s<]+").finditer
_LETTER: Final = re.compile(r"[^\W_]")


class Link(NamedTuple):
    """A link as written; ``type`` is from roadmap.sh's ``[@type@title](url)``, ``hint`` its tooltip."""

    url: str
    text: str
    line: int
    type: str = ""
    hint: str = ""
    badge: bool = False  # has an image instead of text


class InlineText(NamedTuple):
    """Inline content as plain text, with its links.

    ``images`` are the lines of its images, ``alt`` the alternative text of the first. ``only_links`` is True
    if there are no letters outside links, ``bold`` if all text is bold.
    """

    text: str
    links: tuple[Link, ...] = ()
    images: tuple[int, ...] = ()
    alt: str = ""
    only_links: bool = False
    bold: bool = False


class InlineCollector:
    """Collects text, links and images in document order."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.parts: list[str] = []
        self.links: list[Link] = []
        self.images: list[int] = []
        self.alt = ""
        self.strong = 0
        self._text_outside_links = False
        self._plain_text = False
        self._open: tuple[str, str, int, int, int] | None = None  # url, hint, and what was there before it

    def add(self, text: str) -> None:
        """Add plain text."""
        self.parts.append(text)
        if self._open is None and _LETTER.search(text):
            self._text_outside_links = True
        if not self.strong and text.strip(" \t\n:\uff1a\xa0"):
            self._plain_text = True

    def add_linkified(self, text: str) -> None:
        """Add text; make links of addresses that begin with ``www.``, as GitHub does."""
        if self._open is not None or "www." not in text:
            self.add(text)
        else:
            self._add_with_links(text, _bare_www(text))

    def add_unparsed(self, text: str) -> None:
        """Add text that the parser did not look at; make links of all addresses."""
        self._add_with_links(text, _bare(text))

    def _add_with_links(self, text: str, matches: Iterator[re.Match[str]]) -> None:
        end = 0
        for match in matches:
            url = match[0][: address_length(match[0])]
            self.add(text[end : match.start()])
            self.open_link(url if url[:1] in "hH" else f"http://{url}")
            self.add(url)
            self.close_link()
            end = match.start() + len(url)
        self.add(text[end:])

    def open_link(self, url: str, hint: str = "") -> None:
        """Begin a link, and end one that is open, since links don't nest."""
        self.close_link()
        self._open = (url, hint, len(self.parts), self.line, len(self.images))

    def close_link(self) -> None:
        """End the open link, if any."""
        if self._open is None:
            return
        url, hint, part, line, images = self._open
        self._open = None
        text = "".join(self.parts[part:])
        match = _typed(text)
        if match:
            text = text[match.end() :]
            self.parts[part:] = [text]
        text = " ".join(text.split())
        badge = not text and len(self.images) > images
        self.links.append(Link(url, text, line, match[1].lower() if match else "", hint, badge))

    def image(self, alt: str) -> None:
        """Add an image, which adds no text."""
        self.images.append(self.line)
        self.alt = self.alt or " ".join(alt.split())

    def tag(self, tag: Tag) -> None:
        """Apply an inline HTML tag."""
        if tag.name == "a":
            if tag.closes:
                self.close_link()
            elif url := tag.attributes.get("href", "").strip():
                self.open_link(url, tag.attributes.get("title", ""))
        elif tag.name == "img" and not tag.closes:
            self.image(tag.attributes.get("alt", ""))
        elif tag.name in {"br", "td", "th", "wbr"}:
            self.parts.append(" ")

    def result(self) -> InlineText:
        """Return everything collected so far."""
        self.close_link()
        text = " ".join("".join(self.parts).split())
        return InlineText(
            text,
            tuple(self.links),
            tuple(self.images),
            self.alt,
            only_links=bool(self.links) and not self._text_outside_links,
            bold=bool(text) and not self._plain_text,
        )


def inline_text(block: Block) -> InlineText:
    """Return the text and links of a heading, paragraph or table cell."""
    collector = InlineCollector(block.line)
    if block.raw:
        collector.add_unparsed(block.raw)
    for token in block.inline:
        kind = token.type
        if kind in {"text", "text_special"}:
            collector.add_linkified(token.content) if kind == "text" else collector.add(token.content)
        elif kind == "code_inline":
            collector.add(token.content)
        elif kind in {"softbreak", "hardbreak"}:
            collector.parts.append(" ")
            collector.line += 1
        elif kind == "link_open":
            collector.open_link(str(token.attrs.get("href", "")), str(token.attrs.get("title", "")))
        elif kind == "link_close":
            collector.close_link()
        elif kind == "image":
            collector.image(token.content)
        elif kind == "strong_open":
            collector.strong += 1
        elif kind == "strong_close":
            collector.strong -= 1
        elif kind == "html_inline":
            for tag in tokenize(token.content):
                if isinstance(tag, Tag):
                    collector.tag(tag)
    return collector.result()
