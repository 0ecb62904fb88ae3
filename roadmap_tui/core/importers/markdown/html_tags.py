"""The tags and texts of a piece of HTML.

The standard library's HTMLParser takes quadratic time on what is never closed; this one looks at
every character a fixed number of times.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

_name = re.compile(r"</?([A-Za-z][A-Za-z0-9-]{0,30})(?=[\s/>])").match
_inside = re.compile(r"""[^\s"'>/=]+|=|["'>]""").search
_SILENT: Final = {"script", "style", "textarea", "template"}


class Tag(NamedTuple):
    """An opening or, if ``closes``, a closing tag; names are in lower case. ``line`` counts from 0."""

    name: str
    closes: bool
    attributes: dict[str, str]
    line: int


class Text(NamedTuple):
    """Text between tags, entities replaced."""

    text: str
    line: int


class Comment(NamedTuple):
    """What is not shown: a comment, a script."""

    text: str
    line: int


Piece: TypeAlias = Tag | Text | Comment


def tags(html: str, line: int = 0) -> Iterator[Piece]:
    """The tags, texts and comments of ``html``, whose first line is ``line``."""
    at = counted = 0
    lowered = ""
    unclosed: set[str] = set()  # quotes of which none is left
    while at < len(html):
        line += html.count("\n", counted, at)
        counted = at
        start = html.find("<", at)
        if start != at:
            stop = start if start >= 0 else len(html)
            yield Text(unescape(html[at:stop]), line)
            at = stop
        elif html.startswith(("<!", "<?"), at):
            at, hidden = _hidden(html, at)
            yield Comment(hidden, line)
        elif form := _name(html, at):
            end, attributes = _attributes(html, form.end(), unclosed)
            tag = Tag(form[1].lower(), html[at + 1] == "/", attributes, line)
            at = end
            yield tag
            if tag.name in _SILENT and not tag.closes:
                lowered = lowered or html.lower()
                stop = lowered.find(f"</{tag.name}", at) if tag.name not in unclosed else -1
                if stop >= 0:
                    yield Comment(html[at:stop], line)
                    at = stop
                else:
                    unclosed.add(tag.name)
        else:
            yield Text("<", line)
            at += 1


def _hidden(html: str, at: int) -> tuple[int, str]:
    """Where the comment, declaration or instruction at ``at`` ends, and what it holds."""
    closing = "-->" if html.startswith("<!--", at) else "]]>" if html.startswith("<![", at) else ">"
    end = html.find(closing, at + 2)
    stop = len(html) if end < 0 else end + len(closing)
    return stop, html[at:stop]


def _attributes(html: str, at: int, unclosed: set[str]) -> tuple[int, dict[str, str]]:
    """Where the tag ends whose attributes begin at ``at``, and those; the first of a name counts."""
    found: dict[str, str] = {}
    name = ""
    assigned = False
    while form := _inside(html, at):
        piece, at = form[0], form.end()
        if piece == ">":
            return at, found
        if piece == "=":
            assigned = bool(name)
            continue
        if piece in {'"', "'"}:
            end = -1 if piece in unclosed else html.find(piece, at)
            if end < 0:
                unclosed.add(piece)
                continue
            piece, at = html[at:end], end + 1
        elif assigned:
            stop = re.compile(r"[\s>]").search(html, at)
            end = stop.start() if stop else len(html)
            piece, at = piece + html[at:end], end
        if assigned:
            found.setdefault(name, unescape(piece))
            name, assigned = "", False
        else:
            name = piece.lower()
    return len(html), found
