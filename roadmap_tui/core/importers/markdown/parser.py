"""Parse GitHub Flavored Markdown into a tree of blocks.

markdown-it-py does the parsing. GitHub's extensions that its CommonMark preset lacks (task markers, bare
addresses, footnotes) are parser rules here, so that code, escapes and nesting take precedence as on GitHub.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote

from roadmap_tui.core.importers.markdown.admonitions import ADMONITION, admonition, comment, module_line
from roadmap_tui.core.progress.statuses import STATUS_OF_CHECKBOX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

DEPTH_LIMIT: Final = 200
_LABEL_LIMIT: Final = 999  # of CommonMark
_INLINE_LIMIT: Final = 100_000
# The parser takes time proportional to the depth of each bracket: this sum of depths takes about a second.
_BRACKET_DEPTHS_LIMIT: Final = 300_000
_BRACKET_DEPTH_LIMIT: Final = 200
# Each other markup character costs up to 15 microseconds.
_MARKUP_LIMIT: Final = 150_000
# The parser reads each quoted line once for each quote around it; beyond this many reads, inner quotes are
# plain text.
_QUOTED_LINES_LIMIT: Final = 200_000
# A roadmap of 20,000 items has about 150,000 tokens.
_TOKENS_LIMIT: Final = 250_000

_task = re.compile(r"\[([ \txX])\](?=[ \t\n]+\S)").match
_OTHER_MARKS: Final = re.escape("".join(STATUS_OF_CHECKBOX))
_in_progress_or_skipped = re.compile(rf"\[([{_OTHER_MARKS}])\](?=[ \t\n]+\S)").match
_other_mark = re.compile(r"\[[><?!*]\](?=[ \t\n]+\S)").match  # of Obsidian: deferred, a question, important
_lenient = re.compile(rf"\[(?:([ ]{{0,8}})|([xX{_OTHER_MARKS}])|([✔✓☑✅√])\ufe0f?)\](?=(\s*)(\S))").match
_markup = re.compile(r"[]\[<`*_~&!\\:]").findall
_brackets = re.compile(r"[\[\]]").finditer
_footnote = re.compile(rf"\[\^([^\s\]]{{1,{_LABEL_LIMIT}}})\]").match
_address_end = re.compile(r"[\s<]|\][\[(]").search
_address_tail = re.compile(r"&[A-Za-z0-9]+;$").search


class DocumentTooLarge(ValueError):
    """A document with more blocks than any roadmap has."""


class Block:
    """A block of Markdown.

    ``kind`` is heading, paragraph, footnote, list, item, quote, table, row, cell, html, code, or deep
    (content below the depth limit, unread). ``line`` counts from 0. ``mark`` is a task's: a space, ``x``,
    ``/`` or ``-``, else empty. ``has_task`` is True for a task and everything around it.
    """

    __slots__ = (
        "children", "has_task", "inline", "is_admonition", "kind", "lenient", "level", "line", "mark", "raw"
    )  # fmt: skip

    def __init__(self, kind: str, line: int) -> None:
        self.kind = kind
        self.line = line
        self.level = 0
        self.mark = ""
        self.lenient = self.has_task = self.is_admonition = False
        self.inline: list[Token] = []
        self.raw = ""
        self.children: list[Block] = []

    def walk(self) -> Iterator[Block]:
        """Yield this block and all blocks inside it, in document order."""
        stack = [self]
        while stack:
            block = stack.pop()
            yield block
            stack.extend(reversed(block.children))


class Document:
    """A parsed file: its blocks, and its link definitions (address and line by label).

    ``unread`` is the line of the first paragraph that was too expensive to parse, -1 if there is none.
    """

    def __init__(self, blocks: list[Block], definitions: dict[str, tuple[str, int]], unread: int) -> None:
        self.blocks = blocks
        self.definitions = definitions
        self.unread = unread


def parse(text: str, *, strict: bool = False) -> Document:
    """Parse ``text``; with ``strict``, only GitHub's own task syntax counts. Raises DocumentTooLarge."""
    env: dict[str, Any] = {"strict": strict, "footnotes": set(), "unread": -1, "quotes": 0, "quoted": 0}
    tokens = _parser().parse(text, env)
    definitions: dict[str, tuple[str, int]] = {}
    for label, found in env.get("references", {}).items():
        definitions[label] = (found["href"], found["map"][0])
    return Document(_tree(tokens), definitions, env["unread"])


class _Parser(MarkdownIt):
    """A parser that keeps every address as it is written; unsafe ones are filtered later."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (the parser's own name)
        """Return ``url`` unchanged."""
        return url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 (the parser's own names)
        """Accept every address."""
        return True


@cache
def _parser() -> MarkdownIt:
    # The depth rule comes first: the parser's own limit, which silently drops the rest, is never reached.
    md = _Parser("commonmark", {"maxNesting": DEPTH_LIMIT + 10})
    md.enable(["table", "strikethrough"])
    md.disable("text_join")
    md.block.ruler.before("table", "limits", _limits)
    md.block.ruler.at("blockquote", _quote, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.block.ruler.before("reference", "footnote", _footnote_definition)
    md.block.ruler.before(
        "fence", "admonition", admonition, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.block.ruler.before("fence", "comment", comment, {"alt": ["paragraph"]})
    md.block.ruler.before("fence", "module", module_line)
    md.inline.ruler.before("link", "footnote", _footnote_reference)
    md.inline.ruler.before("escape", "address", _address)
    md.core.ruler.before("inline", "tasks", _tasks)
    md.core.ruler.before("inline", "budget", _budget)
    return md


# Rules for blocks


def _limits(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if silent:
        return False
    if len(state.tokens) > _TOKENS_LIMIT:
        raise DocumentTooLarge
    if state.level < DEPTH_LIMIT:
        return False
    token = state.push("deep", "", 0)
    token.map = [start, end]
    state.line = end
    return True


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    env = state.env
    reads = end - start if env["quotes"] and not silent else 0
    if env["quoted"] + reads > _QUOTED_LINES_LIMIT:
        return False
    env["quoted"] += reads
    env["quotes"] += not silent
    is_quote = blockquote(state, start, end, silent)
    env["quotes"] -= not silent
    return is_quote


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _footnote_definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    match = _footnote(first)
    if match is None or first[match.end() : match.end() + 1] != ":":
        return False
    if silent:
        return True
    state.env["footnotes"].add(match[1].casefold())
    lines = [first[match.end() + 1 :]]
    stop = start + 1
    while stop < end and not state.isEmpty(stop) and state.sCount[stop] >= state.blkIndent:
        line = _line(state, stop)
        if _footnote(line):
            break
        lines.append(line)
        stop += 1
    state.push("footnote_open", "", 1).map = [start, stop]
    token = state.push("inline", "", 0)
    token.content = "\n".join(lines).strip()
    token.map = [start, stop]
    token.children = []
    state.push("footnote_close", "", -1)
    state.line = stop
    return True


def _tasks(state: StateCore) -> None:
    """Remove the task markers of list items and store them, as cmark-gfm's tasklist extension does."""
    tokens = state.tokens
    references = state.env.get("references", {})
    for i, item in enumerate(tokens[:-2]):
        first = tokens[i + 1]
        if item.type != "list_item_open" or not (
            first.type == "paragraph_open" or first.markup in {"=", "-"}
        ):
            continue
        inline = tokens[i + 2]
        if inline.type != "inline":  # a list, whose markup is also a hyphen
            continue
        mark, size, lenient = _marker(inline.content, references, strict=state.env["strict"])
        if mark:
            item.meta = {"mark": mark, "lenient": lenient, "line": (inline.map or [0])[0]}
            rest = inline.content[size:]
            # After a marker alone on its line, the text begins further down.
            inline.meta["skipped"] = rest[: len(rest) - len(rest.lstrip())].count("\n")
            inline.content = rest.lstrip()


def _marker(content: str, references: dict[str, Any], *, strict: bool) -> tuple[str, int, bool]:
    """Return the task mark at the start of ``content``, its length, and whether it is lenient syntax."""
    if content[:1] != "[":
        return "", 0, False
    if match := _task(content):
        return match[1].lower() if match[1] != "\t" else " ", match.end(), False
    if strict:
        return "", 0, False
    if match := _in_progress_or_skipped(content):
        return match[1], match.end(), False
    if match := _other_mark(content):
        return " ", match.end(), True
    match = _lenient(content)
    if match is None:
        return "", 0, False
    blank, ticked, check, gap, after = match.groups()
    rest = content[match.end() :]
    if check is None:
        if blank == "" and not gap:  # [](…) and [][…] are links
            return "", 0, False
        if not gap and (after in "(:" or (after == "[" and _is_reference(rest, references))):
            return "", 0, False
        if ticked and not gap and ticked.upper() in references:
            return "", 0, False
    return "x" if check else ticked.lower() if ticked else " ", match.end(), True


def _is_reference(text: str, references: dict[str, Any]) -> bool:
    end = text.find("]", 1, _LABEL_LIMIT)
    return end > 0 and " ".join(text[1:end].split()).upper() in references


def _budget(state: StateCore) -> None:
    """Skip the inline parsing of paragraphs that would take too long."""
    depths = markup = 0
    for token in state.tokens:
        if token.type != "inline":
            continue
        depths += _bracket_depths(token.content)
        markup += len(_markup(token.content))
        is_over = depths > _BRACKET_DEPTHS_LIMIT or markup > _MARKUP_LIMIT
        if is_over or len(token.content) > _INLINE_LIMIT:
            if state.env["unread"] < 0:
                state.env["unread"] = (token.map or [0])[0]
            token.meta["plain"] = token.content
            token.content = ""


def _bracket_depths(text: str) -> int:
    total = depth = 0
    for bracket in _brackets(text):
        if bracket[0] == "[":
            depth += 1
            total += min(depth, _BRACKET_DEPTH_LIMIT)
        else:
            depth = max(0, depth - 1)
    return total


# Rules for inline text


def _footnote_reference(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[" or not state.env["footnotes"]:
        return False
    match = _footnote(state.src, state.pos)
    if match is None or match[1].casefold() not in state.env["footnotes"]:
        return False
    if not silent:
        state.push("footnote", "", 0)
    state.pos = match.end()
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """Recognize a bare http or https address (GFM specification, section 6.9)."""
    src, colon = state.src, state.pos
    if silent or state.linkLevel or src[colon] != ":" or not src.startswith("://", colon):
        return False
    before = src[max(0, colon - 5) : colon].lower()
    scheme = next((name for name in ("https", "http") if before.endswith(name)), "")
    start = colon - len(scheme)
    if not scheme or not state.pending.lower().endswith(scheme) or (start and src[start - 1].isalpha()):
        return False
    host = colon + 3
    stop = _address_end(src, host, state.posMax)
    end = host + address_length(src[host : stop.start() if stop else state.posMax])
    if end == host or not src[host].isalnum():
        return False
    state.pending = state.pending[: -len(scheme)]
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": src[start:end]}
    state.push("text", "", 0).content = src[start:end]
    state.push("link_close", "a", -1)
    state.pos = end
    return True


def address_length(text: str) -> int:
    """Return the length of the address that ``text`` begins with, without trailing punctuation (GFM 6.9)."""
    end = len(text)
    surplus = text.count(")") - text.count("(")
    while end:
        last = text[end - 1]
        if last == ")":
            if surplus <= 0:
                break
            surplus -= 1
            end -= 1
        elif last == ";" and (entity := _address_tail(text, max(0, end - 40), end)):
            end = entity.start()
        elif last in "!\"'*,.:;?_~]":
            end -= 1
        else:
            break
    return end


# Tokens to blocks

_KINDS: Final = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "footnote_open": "footnote",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "table_open": "table",
    "tr_open": "row",
    "th_open": "cell",
    "td_open": "cell",
    "html_block": "html",
    "fence": "code",
    "code_block": "code",
    "deep": "deep",
}


def _tree(tokens: list[Token]) -> list[Block]:
    root = Block("root", 0)
    stack = [root]
    for token in tokens:
        if token.type == "inline":
            block = stack[-1]
            block.inline = token.children or []
            if token.map:
                block.line = token.map[0] + token.meta.get("skipped", 0)
            block.raw = token.meta.get("plain", "")
            continue
        kind = _KINDS.get(token.type, "")
        if token.nesting == 1 and kind:
            stack.append(_opened(token, kind, stack[-1]))
        elif token.nesting == -1 and _KINDS.get(token.type.replace("_close", "_open")):
            closed = stack.pop()
            stack[-1].has_task |= closed.has_task
        elif token.nesting == 0 and kind:
            _opened(token, kind, stack[-1]).raw = token.content
    return root.children


def _opened(token: Token, kind: str, parent: Block) -> Block:
    block = Block(kind, token.map[0] if token.map else parent.line)
    if kind == "heading":
        block.level = int(token.tag[1:])
    block.is_admonition = kind == "quote" and token.markup == ADMONITION
    if kind == "item" and token.meta:
        block.mark, block.lenient = token.meta["mark"], token.meta["lenient"]
        block.line = token.meta["line"]
        block.has_task = True
    parent.children.append(block)
    return block
