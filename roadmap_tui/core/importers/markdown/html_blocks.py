"""Split HTML blocks of a Markdown file into headings, details, list items and paragraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.html_tags import Comment, Tag, Text, tokenize
from roadmap_tui.core.importers.markdown.inline import InlineCollector, InlineText

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
# Tags that begin or end a paragraph.
_BLOCK_TAGS: Final = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "figcaption",
    "figure", "footer", "form", "header", "hr", "html", "main", "nav", "p", "pre", "section",
    "tbody", "tfoot", "thead",
}  # fmt: skip


class HtmlBlock(NamedTuple):
    """A part of an HTML block.

    ``kind`` is heading (with its level), summary, item, cell (``level`` 1 for a header cell), text, comment,
    or the start or end of a structure: ``details``, ``/details``, ``list``, ``/list``, ``table``, ``row`` and
    ``/table``.
    """

    kind: str
    line: int
    text: InlineText = InlineText("")
    level: int = 0
    raw: str = ""


def iter_html_blocks(html: str, line: int) -> Iterator[HtmlBlock]:
    """Yield the parts of ``html``, which begins on ``line``."""
    collector = InlineCollector(line)
    kind, level = "text", 0

    for token in tokenize(html, line):
        if isinstance(token, Comment):
            yield HtmlBlock("comment", token.line, raw=token.text)
            continue
        if isinstance(token, Text):
            if not collector.parts:
                collector.line = token.line
            collector.add(token.text)
            continue
        name = token.name
        event = _event(token)
        if not event and name not in _BLOCK_TAGS:
            collector.tag(token)
            continue
        if kind in {"item", "cell"} and name in _BLOCK_TAGS and not event:
            if not "".join(collector.parts).strip():
                continue  # <li><p>…
            if kind == "cell":
                collector.add_break()
                continue
        yield from _collected(collector, kind, level)
        collector = InlineCollector(token.line)
        kind, level = "text", 0
        if event in {"heading", "summary", "item", "cell"}:
            kind, level = event, _HEADINGS.get(name, int(name == "th"))
        elif event and event != "end":
            yield HtmlBlock(event, token.line)
    yield from _collected(collector, kind, level)


def _event(tag: Tag) -> str:
    """Return the structure that a tag begins or ends, ``""`` for other tags."""
    if tag.name == "details":
        return "/details" if tag.closes else "details"
    if tag.name in {"ul", "ol"}:
        return "/list" if tag.closes else "list"
    if tag.name == "table":
        return "/table" if tag.closes else "table"
    if tag.name == "tr":
        return "end" if tag.closes else "row"
    if tag.name in {"td", "th"}:
        return "end" if tag.closes else "cell"
    if tag.name in _HEADINGS:
        return "end" if tag.closes else "heading"
    if tag.name == "summary":
        return "end" if tag.closes else "summary"
    if tag.name == "li":
        return "end" if tag.closes else "item"
    return ""


def _collected(collector: InlineCollector, kind: str, level: int) -> Iterator[HtmlBlock]:
    text = collector.result()
    if text.text or text.links or text.images or kind in {"item", "cell"}:
        yield HtmlBlock(kind, collector.line, text, level)
