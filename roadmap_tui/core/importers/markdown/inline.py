"""Plain text and links of inline Markdown and HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.html_tags import Tag, tokenize
from roadmap_tui.core.importers.markdown.parser import address_length
from roadmap_tui.core.roadmap.model import ITEM_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from roadmap_tui.core.importers.markdown.parser import Block

_typed = re.compile(r"\s*@([A-Za-z.]{2,20})@\s*").match
_bare = re.compile(r"(?<![\w.@/-])(?:https?://|www\.)(?=\w)[^\s<]+").finditer
_bare_www = re.compile(r"(?<![\w.@/-])www\.(?=\w)[^\s<]+").finditer
_LETTER: Final = re.compile(r"[^\W_]")
LITERAL: Final = "<!-- -->"
_BREAK: Final = "\v"  # in the collected parts: a hard line break
_LEAD_PARTS: Final = 20  # a lead begins after at most so many parts without letters
_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Link(NamedTuple):
    """A link as written; ``type`` is from roadmap.sh's ``[@type@title](url)``, ``hint`` its tooltip."""

    url: str
    text: str
    line: int
    type: str = ""
    hint: str = ""
    badge: bool = False  # has an image instead of text
    alt: str = ""  # the alternative text of that image


class InlineText(NamedTuple):
    """Inline content as plain text, with its links.

    ``images`` are the lines of its images, ``alt`` the alternative text of the first. ``only_links`` is True
    if there are no letters outside links, ``bold`` if all text is bold, ``struck`` if all is struck through.
    ``lines`` is the text split at hard line breaks. A text that begins with bold or linked text has that in
    ``lead`` and the remainder in ``rest``. ``checkbox`` is ``x`` or a space for ``<input type=checkbox>``;
    ``closed_details`` counts ``</details>``. ``code_lead`` is inline code that it begins with. A ``literal``
    text, one that ends in ``<!-- -->``, is not interpreted any further. ``kind`` is an item's kind in such a
    comment.
    """

    text: str
    links: tuple[Link, ...] = ()
    images: tuple[int, ...] = ()
    alt: str = ""
    only_links: bool = False
    bold: bool = False
    struck: bool = False
    lines: tuple[str, ...] = ()
    lead: str = ""
    rest: str = ""
    checkbox: str = ""
    closed_details: int = 0
    code_lead: str = ""
    literal: bool = False
    kind: str = ""


class InlineCollector:
    """Collects text, links and images in document order."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.parts: list[str] = []
        self.links: list[Link] = []
        self.images: list[int] = []
        self.alt = self._last_alt = ""
        self._checkbox = ""
        self._closed_details = 0
        self._strong = self._strikethrough = 0  # nesting depths
        self._text_outside_links = self._text_not_bold = self._text_not_struck = False
        self._open: tuple[str, str, int, int, int] | None = None  # url, hint, and what was there before it
        self._lead: list[int] = []  # the first bold or linked part, and the part after it
        self._superscript = -1  # the first part inside <sup>
        self.code_lead = ""
        self.is_literal = False
        self.kind = ""

    def add(self, text: str) -> None:
        """Add plain text."""
        self.parts.append(text)
        if self._open is None and _LETTER.search(text):
            self._text_outside_links = True
        if text.strip(" \t\n:\uff1a\xa0"):
            self._text_not_bold |= not self._strong
            self._text_not_struck |= not self._strikethrough

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
        self._begin_lead()
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
        self._end_lead()
        type_ = match[1].lower() if match else ""
        self.links.append(Link(url, text, line, type_, hint, badge, self._last_alt if badge else ""))

    def nest(self, style: str, step: int) -> None:
        """Begin (``step`` 1) or end (-1) ``strong`` text or strikethrough (``s``)."""
        if style == "s":
            self._strikethrough = max(0, self._strikethrough + step)
            return
        if step > 0:
            self._begin_lead()
        self._strong = max(0, self._strong + step)
        self._end_lead()

    def _begin_lead(self) -> None:
        if not self._lead and not _LETTER.search("".join(self.parts[:_LEAD_PARTS])):
            self._lead = [len(self.parts)]

    def _end_lead(self) -> None:
        if len(self._lead) == 1 and not self._strong and self._open is None:
            has_text = _LETTER.search("".join(self.parts[self._lead[0] :]))
            self._lead = [*self._lead, len(self.parts)] if has_text else []

    def image(self, alt: str) -> None:
        """Add an image, which adds no text."""
        self.images.append(self.line)
        self._last_alt = " ".join(alt.split())
        self.alt = self.alt or self._last_alt

    def add_break(self) -> None:
        """Add a hard line break."""
        self.parts.append(_BREAK)

    def tag(self, tag: Tag) -> None:
        """Apply an inline HTML tag."""
        name = tag.name
        if name == "a":
            if tag.closes:
                self.close_link()
            elif url := tag.attributes.get("href", "").strip():
                self.open_link(url, tag.attributes.get("title", ""))
        elif name == "img" and not tag.closes:
            self.image(tag.attributes.get("alt", ""))
        elif name == "br":
            self.add_break()
        elif name in {"td", "th", "wbr"}:
            self.parts.append(" ")
        elif name in {"b", "strong"}:
            self.nest("strong", -1 if tag.closes else 1)
        elif name in {"s", "del", "strike"}:
            self.nest("s", -1 if tag.closes else 1)
        elif name == "sup":
            self._end_superscript() if tag.closes else self._begin_superscript()
        elif name == "input" and tag.attributes.get("type", "").lower() == "checkbox":
            self._checkbox = "x" if "checked" in tag.attributes else " "
        elif name == "details" and tag.closes:
            self._closed_details += 1

    def _begin_superscript(self) -> None:
        self._superscript = len(self.parts)

    def _end_superscript(self) -> None:
        """End ``<sup>``: drop a footnote number, convert an exponent to superscript digits."""
        if self._superscript < 0:
            return
        before = "".join(self.parts[max(0, self._superscript - 3) : self._superscript]).split()
        content = "".join(self.parts[self._superscript :]).strip(" []*,()")
        is_exponent = (
            bool(before) and len(before[-1]) <= 2 and (before[-1][-1].isalpha() or before[-1] == "10")
        )
        if not content or (content.isdigit() and not is_exponent):
            del self.parts[self._superscript :]
        elif content.isdigit():
            self.parts[self._superscript :] = [content.translate(_SUPERSCRIPTS)]
        self._superscript = -1

    def result(self) -> InlineText:
        """Return everything collected so far."""
        self.close_link()
        raw = "".join(self.parts)
        text = " ".join(raw.split())
        lines = tuple(filter(None, (" ".join(line.split()) for line in raw.split(_BREAK))))
        lead = rest = ""
        if len(self._lead) == 2:
            lead = " ".join("".join(self.parts[: self._lead[1]]).split())
            rest = "".join(self.parts[self._lead[1] :]).strip(" \n\xa0")
        return InlineText(
            text,
            tuple(self.links),
            tuple(self.images),
            self.alt,
            only_links=bool(self.links) and not self._text_outside_links,
            bold=bool(text) and not self._text_not_bold,
            struck=bool(text) and not self._text_not_struck,
            lines=lines,
            lead=lead,
            rest=rest,
            checkbox=self._checkbox,
            closed_details=self._closed_details,
            code_lead=self.code_lead,
            literal=self.is_literal,
            kind=self.kind,
        )


def kind_comment(kind: str) -> str:
    """Return the comment that an export writes after an item to keep its kind."""
    return f"<!-- {kind} -->"


def split_lines(block: Block) -> list[InlineText]:
    """Return the text of a paragraph; two or more if hard line breaks separate bold names."""
    starts = [0]
    for index, token in enumerate(block.inline):
        is_break = token.type == "hardbreak" or token.content[:3].lower() == "<br"
        if is_break and token.level == 0 and _is_bold(block.inline[index + 1 : index + 4]):
            starts.append(index + 1)
    if len(starts) == 1 or not _is_bold(block.inline[:2]):
        return [inline_text(block)]
    line = block.line
    parts = []
    for start, end in zip(starts, [*starts[1:], len(block.inline)], strict=True):
        tokens = block.inline[start:end]
        parts.append(_collect(tokens, line).result())
        line += sum(token.type in {"softbreak", "hardbreak"} for token in tokens)
    return parts


def _is_bold(tokens: Sequence[Token]) -> bool:
    """Return True if text begins in bold, after white space."""
    words = [token for token in tokens if token.type == "strong_open" or token.content.strip()]
    return bool(words) and words[0].type == "strong_open"


def inline_text(block: Block) -> InlineText:
    """Return the text and links of a heading, paragraph or table cell."""
    collector = _collect(block.inline, block.line)
    if block.raw:
        collector.add_unparsed(block.raw)
    return collector.result()


def _collect(tokens: Sequence[Token], line: int) -> InlineCollector:
    collector = InlineCollector(line)
    comments = [token.content for token in tokens[-3:] if token.type == "html_inline"]
    collector.is_literal = LITERAL in comments
    collector.kind = next((kind for kind in ITEM_KINDS if kind_comment(kind) in comments), "")
    for token in tokens:
        kind = token.type
        if kind in {"text", "text_special"}:
            collector.add_linkified(token.content) if kind == "text" else collector.add(token.content)
        elif kind == "code_inline":
            if not _LETTER.search("".join(collector.parts[:_LEAD_PARTS])):
                collector.code_lead = token.content
            collector.add(token.content)
        elif kind == "softbreak":
            collector.parts.append(" ")
            collector.line += 1
        elif kind == "hardbreak":
            collector.add_break()
            collector.line += 1
        elif kind == "link_open":
            collector.open_link(str(token.attrs.get("href", "")), str(token.attrs.get("title", "")))
        elif kind == "link_close":
            collector.close_link()
        elif kind == "image":
            collector.image(token.content)
        elif kind in {"strong_open", "strong_close", "s_open", "s_close"}:
            style, _, end = kind.partition("_")
            collector.nest(style, 1 if end == "open" else -1)
        elif kind == "html_inline":
            for tag in tokenize(token.content):
                if isinstance(tag, Tag):
                    collector.tag(tag)
    return collector
