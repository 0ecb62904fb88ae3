"""HTML in a Markdown file, as a stream of what it says: headings, details, list items, paragraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.html_tags import Comment, Tag, Text, tags
from roadmap_tui.core.importers.markdown.inline import InlineCollector, InlineText

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
# What begins or ends a paragraph of its own.
_BREAKS: Final = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "figcaption",
    "figure", "footer", "form", "header", "hr", "html", "main", "nav", "p", "pre", "section", "table",
    "tbody", "tfoot", "thead", "tr",
}  # fmt: skip


class HtmlBlock(NamedTuple):
    """Something an HTML block says.

    ``kind`` is heading (with its level), summary, item, text, comment, or one of the bare events
    ``details``, ``/details``, ``list`` and ``/list``.
    """

    kind: str
    line: int
    words: InlineText = InlineText("")
    level: int = 0
    raw: str = ""


def iter_html_blocks(html: str, line: int) -> Iterator[HtmlBlock]:
    """What ``html`` says, in order; its first line is ``line``."""
    reader = InlineCollector(line)
    kind, level = "text", 0

    for piece in tags(html, line):
        if isinstance(piece, Comment):
            yield HtmlBlock("comment", piece.line, raw=piece.text)
            continue
        if isinstance(piece, Text):
            if not reader.parts:
                reader.line = piece.line
            reader.say(piece.text)
            continue
        name = piece.name
        event = _event(piece)
        if not event and name not in _BREAKS:
            reader.tag(piece)
            continue
        if kind == "item" and name in _BREAKS and not reader.parts:
            continue  # <li><p>…
        yield from _gathered(reader, kind, level)
        reader = InlineCollector(piece.line)
        kind, level = "text", 0
        if event in {"heading", "summary", "item"}:
            kind, level = event, _HEADINGS.get(name, 0)
        elif event:
            yield HtmlBlock(event, piece.line)
    yield from _gathered(reader, kind, level)


def _event(tag: Tag) -> str:
    """What a tag begins or ends, empty where it is neither a heading, nor a list, nor details."""
    if tag.name == "details":
        return "/details" if tag.closes else "details"
    if tag.name in {"ul", "ol"}:
        return "/list" if tag.closes else "list"
    if tag.name in _HEADINGS:
        return "end" if tag.closes else "heading"
    if tag.name == "summary":
        return "end" if tag.closes else "summary"
    if tag.name == "li":
        return "end" if tag.closes else "item"
    return ""


def _gathered(reader: InlineCollector, kind: str, level: int) -> Iterator[HtmlBlock]:
    words = reader.words()
    if words.text or words.links or words.images or kind == "item":
        yield HtmlBlock(kind, reader.line, words, level)
