"""Tokenizer for HTML in Markdown: tags, text and comments.

The standard library's HTMLParser takes quadratic time on unclosed comments and tags; this one is linear.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

_name = re.compile(r"</?([A-Za-z][A-Za-z0-9-]{0,30})(?=[\s/>])").match
_attribute_token = re.compile(r"""[^\s"'>/=]+|=|["'>]""").search
_value_end = re.compile(r"[\s>]").search
_RAW_TEXT: Final = {"script", "style", "textarea", "template"}


class Tag(NamedTuple):
    """An opening or closing tag, its name in lower case; ``line`` counts from 0."""

    name: str
    closes: bool
    attributes: dict[str, str]
    line: int


class Text(NamedTuple):
    """Text between tags, with entities decoded."""

    text: str
    line: int


class Comment(NamedTuple):
    """Content that is not displayed: a comment, declaration or script."""

    text: str
    line: int


Token: TypeAlias = Tag | Text | Comment


def tokenize(html: str, line: int = 0) -> Iterator[Token]:
    """Yield the tags, texts and comments of ``html``, which begins on ``line``."""
    index = counted = 0
    lowered = ""
    unclosed: set[str] = set()  # quotes and tags that are known not to be closed further on
    while index < len(html):
        line += html.count("\n", counted, index)
        counted = index
        start = html.find("<", index)
        if start != index:
            end = start if start >= 0 else len(html)
            yield Text(unescape(html[index:end]), line)
            index = end
        elif html.startswith(("<!", "<?"), index):
            end = _comment_end(html, index)
            yield Comment(html[index:end], line)
            index = end
        elif match := _name(html, index):
            end, attributes = _attributes(html, match.end(), unclosed)
            tag = Tag(match[1].lower(), html[index + 1] == "/", attributes, line)
            index = end
            yield tag
            if tag.name in _RAW_TEXT and not tag.closes:
                lowered = lowered or html.lower()
                end = lowered.find(f"</{tag.name}", index) if tag.name not in unclosed else -1
                if end >= 0:
                    yield Comment(html[index:end], line)
                    index = end
                else:
                    unclosed.add(tag.name)
        else:
            yield Text("<", line)
            index += 1


def _comment_end(html: str, start: int) -> int:
    closing = "-->" if html.startswith("<!--", start) else "]]>" if html.startswith("<![", start) else ">"
    end = html.find(closing, start + 2)
    return len(html) if end < 0 else end + len(closing)


def _attributes(html: str, index: int, unclosed: set[str]) -> tuple[int, dict[str, str]]:
    """Parse attributes from ``index`` on; return the end of the tag, and the first value of each name."""
    attributes: dict[str, str] = {}
    name = ""
    assigned = False
    while match := _attribute_token(html, index):
        part, index = match[0], match.end()
        if part == ">":
            return index, attributes
        if part == "=":
            assigned = bool(name)
            continue
        if part in {'"', "'"}:
            end = -1 if part in unclosed else html.find(part, index)
            if end < 0:
                unclosed.add(part)
                continue
            part, index = html[index:end], end + 1
        elif assigned:
            stop = _value_end(html, index)
            end = stop.start() if stop else len(html)
            part, index = part + html[index:end], end
        if assigned:
            attributes[name] = attributes.get(name) or unescape(part)
            name, assigned = "", False
        else:
            name = part.lower()
            attributes.setdefault(name, "")
    return len(html), attributes
