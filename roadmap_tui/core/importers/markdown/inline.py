"""What a paragraph says: its words without marks, and the links in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.html_tags import Tag, tags
from roadmap_tui.core.importers.markdown.parser import address_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from roadmap_tui.core.importers.markdown.parser import Block

_typed = re.compile(r"\s*@([A-Za-z.]{2,20})@\s*").match
_bare = re.compile(r"(?<![\w.@/-])(?:https?://|www\.)(?=\w)[^\s<]+").finditer
_bare_www = re.compile(r"(?<![\w.@/-])www\.(?=\w)[^\s<]+").finditer
_LETTER: Final = re.compile(r"[^\W_]")


class Link(NamedTuple):
    """A link as written; ``type`` is from ``[@type@title](url)``, ``hint`` is its tooltip."""

    url: str
    text: str
    line: int
    type: str = ""
    hint: str = ""
    badge: bool = False  # shows a picture and no words


class InlineText(NamedTuple):
    """The plain words of some inline text and the links in it.

    ``images`` are the lines of its pictures, ``alt`` the first one's words. ``only_links`` tells
    whether nothing is said outside the links, ``bold`` whether all of it is bold.
    """

    text: str
    links: tuple[Link, ...] = ()
    images: tuple[int, ...] = ()
    alt: str = ""
    only_links: bool = False
    bold: bool = False


class InlineCollector:
    """Gathers words and links from pieces of text, in the order in which they come."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.parts: list[str] = []
        self.links: list[Link] = []
        self.images: list[int] = []
        self.alt = ""
        self.strong = 0
        self.words_outside = False
        self.words_not_bold = False
        self._open: tuple[str, str, int, int, int] | None = None  # address, hint, part, line, images before

    def say(self, text: str) -> None:
        """Add words."""
        self.parts.append(text)
        if self._open is None and _LETTER.search(text):
            self.words_outside = True
        if not self.strong and text.strip(" \t\n:\uff1a\xa0"):
            self.words_not_bold = True

    def find(self, text: str) -> None:
        """Add words in which an address may stand that begins with ``www.``, a link on GitHub."""
        if self._open is not None or "www." not in text:
            self.say(text)
            return
        self._say_with(text, _bare_www(text))

    def find_all(self, text: str) -> None:
        """Add words that were not parsed, with the addresses in them."""
        self._say_with(text, _bare(text))

    def _say_with(self, text: str, found: Iterator[re.Match[str]]) -> None:
        done = 0
        for form in found:
            url = form[0][: address_length(form[0])]
            self.say(text[done : form.start()])
            self.open(url if url[:1] in "hH" else f"http://{url}")
            self.say(url)
            self.close()
            done = form.start() + len(url)
        self.say(text[done:])

    def open(self, url: str, hint: str = "") -> None:
        """Begin a link; one that is still open ends here, since links don't nest."""
        self.close()
        self._open = (url, hint, len(self.parts), self.line, len(self.images))

    def close(self) -> None:
        """End the link that is open, if any."""
        if self._open is None:
            return
        url, hint, part, line, images = self._open
        self._open = None
        text = "".join(self.parts[part:])
        form = _typed(text)
        if form:
            text = text[form.end() :]
            self.parts[part:] = [text]
        text = " ".join(text.split())
        badge = not text and len(self.images) > images
        self.links.append(Link(url, text, line, form[1].lower() if form else "", hint, badge))

    def image(self, alt: str) -> None:
        """Add a picture, which gives no words."""
        self.images.append(self.line)
        self.alt = self.alt or " ".join(alt.split())

    def tag(self, tag: Tag) -> None:
        """Add an HTML tag."""
        if tag.name == "a":
            if tag.closes:
                self.close()
            elif url := tag.attributes.get("href", "").strip():
                self.open(url, tag.attributes.get("title", ""))
        elif tag.name == "img" and not tag.closes:
            self.image(tag.attributes.get("alt", ""))
        elif tag.name in {"br", "td", "th", "wbr"}:
            self.parts.append(" ")

    def words(self) -> InlineText:
        """All that was gathered."""
        self.close()
        text = " ".join("".join(self.parts).split())
        said = bool(text)
        return InlineText(
            text,
            tuple(self.links),
            tuple(self.images),
            self.alt,
            only_links=bool(self.links) and not self.words_outside,
            bold=said and not self.words_not_bold,
        )


def inline_text(block: Block) -> InlineText:
    """The words of a heading, a paragraph or a cell."""
    reader = InlineCollector(block.line)
    if block.raw:
        reader.find_all(block.raw)
    for token in block.inline:
        kind = token.type
        if kind in {"text", "text_special"}:
            reader.find(token.content) if kind == "text" else reader.say(token.content)
        elif kind == "code_inline":
            reader.say(token.content)
        elif kind in {"softbreak", "hardbreak"}:
            reader.parts.append(" ")
            reader.line += 1
        elif kind == "link_open":
            reader.open(str(token.attrs.get("href", "")), str(token.attrs.get("title", "")))
        elif kind == "link_close":
            reader.close()
        elif kind == "image":
            reader.image(token.content)
        elif kind == "strong_open":
            reader.strong += 1
        elif kind == "strong_close":
            reader.strong -= 1
        elif kind == "html_inline":
            for tag in tags(token.content):
                if isinstance(tag, Tag):
                    reader.tag(tag)
    return reader.words()
