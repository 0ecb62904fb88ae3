"""GitHub's Markdown, parsed into a light tree of blocks.

markdown-it-py does the parsing. What GitHub adds and the CommonMark preset lacks is added here as
rules of the parser, so that code, escapes and nesting decide first, as they do on GitHub: task
markers, bare addresses, footnotes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote

from roadmap_tui.core.progress.statuses import STATUS_OF_CHECKBOX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

DEEPEST: Final = 200
_LONGEST_LABEL: Final = 999  # CommonMark's own limit
_LONGEST_INLINE: Final = 100_000
# The parser's time for brackets grows with how deep they are, closed or not: so many levels of them,
# added up over the whole file, take it about a second.
_MOST_BRACKET_LEVELS: Final = 300_000
_DEEPEST_BRACKETS: Final = 200
# And every other mark costs it up to 15 microseconds.
_MOST_MARKS: Final = 150_000
# It looks at every line of a quote once for each quote around it. From this many looks on, what is
# quoted again is taken as it stands.
_MOST_QUOTED_LINES: Final = 200_000
# A roadmap of 20,000 items makes about 150,000 tokens.
_MOST_TOKENS: Final = 250_000

_task = re.compile(r"\[([ \txX])\](?=[ \t\n]+\S)").match
_OTHER_MARKS: Final = re.escape("".join(STATUS_OF_CHECKBOX))
_undecided = re.compile(rf"\[([{_OTHER_MARKS}])\](?=[ \t\n]+\S)").match
_lenient = re.compile(rf"\[(?:([ ]{{0,8}})|([xX{_OTHER_MARKS}])|([✔✓☑✅√])\ufe0f?)\](?=(\s*)(\S))").match
_marks = re.compile(r"[]\[<`*_~&!\\:]").findall
_brackets = re.compile(r"[\[\]]").finditer
_footnote = re.compile(rf"\[\^([^\s\]]{{1,{_LONGEST_LABEL}}})\]").match
_address_end = re.compile(r"[\s<]|\][\[(]").search
_address_tail = re.compile(r"&[A-Za-z0-9]+;$").search


class TooLong(ValueError):
    """A file with more blocks than any roadmap has."""


class Block:
    """A block of Markdown.

    ``kind`` is heading, paragraph, footnote, list, item, quote, table, row, cell, html, code or
    deep (what was nested too deeply to be read). ``line`` counts from 0. ``mark`` is that of a task:
    a space, ``x``, ``/`` or ``-``, empty for anything else; ``has_task`` tells whether a task is in
    the block or below it.
    """

    __slots__ = ("children", "has_task", "inline", "kind", "lenient", "level", "line", "mark", "raw")

    def __init__(self, kind: str, line: int) -> None:
        self.kind = kind
        self.line = line
        self.level = 0
        self.mark = ""
        self.lenient = False
        self.has_task = False
        self.inline: list[Token] = []
        self.raw = ""
        self.children: list[Block] = []

    def below(self) -> Iterator[Block]:
        """The blocks inside this one, in order, itself first."""
        waiting = [self]
        while waiting:
            block = waiting.pop()
            yield block
            waiting.extend(reversed(block.children))


class Document:
    """The blocks of a file, and its link definitions: label to address and line."""

    def __init__(self, blocks: list[Block], definitions: dict[str, tuple[str, int]], unread: int) -> None:
        self.blocks = blocks
        self.definitions = definitions
        self.unread = unread  # the line of the first paragraph taken as plain words, or -1


def parse(text: str, *, strict: bool = False) -> Document:
    """The blocks of ``text``, whose lines end in newlines.

    With ``strict`` a task is what GitHub takes for one, and nothing else. Raises ``TooLong``.
    """
    env: dict[str, Any] = {"strict": strict, "footnotes": set(), "unread": -1, "quotes": 0, "quoted": 0}
    tokens = _parser().parse(text, env)
    definitions: dict[str, tuple[str, int]] = {}
    for label, found in env.get("references", {}).items():
        definitions[label] = (found["href"], found["map"][0])
    return Document(_tree(tokens), definitions, env["unread"])


class _Parser(MarkdownIt):
    """A parser that gives every address as it is written; which may be links is decided later."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (the parser's own name)
        """``url`` as it is."""
        return url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 (the parser's own names)
        """True for every address."""
        return True


@cache
def _parser() -> MarkdownIt:
    # The rule for what is too deep comes first everywhere, so the parser's own limit, which drops
    # the rest of the file without a word, is never reached.
    md = _Parser("commonmark", {"maxNesting": DEEPEST + 10})
    md.enable(["table", "strikethrough"])
    md.disable("text_join")
    md.block.ruler.before("table", "too_much", _too_much)
    md.block.ruler.at("blockquote", _quote, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.block.ruler.before("reference", "footnote", _footnote_definition)
    md.inline.ruler.before("link", "footnote", _footnote_reference)
    md.inline.ruler.before("escape", "address", _address)
    md.core.ruler.before("inline", "tasks", _tasks)
    md.core.ruler.before("inline", "budget", _budget)
    return md


# Rules for blocks


def _too_much(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if silent:
        return False
    if len(state.tokens) > _MOST_TOKENS:
        raise TooLong
    if state.level < DEEPEST:
        return False
    token = state.push("deep", "", 0)
    token.map = [start, end]
    state.line = end
    return True


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    env = state.env
    looks = end - start if env["quotes"] and not silent else 0
    if env["quoted"] + looks > _MOST_QUOTED_LINES:
        return False
    env["quoted"] += looks
    env["quotes"] += not silent
    found = blockquote(state, start, end, silent)
    env["quotes"] -= not silent
    return found


def _line(state: StateBlock, at: int) -> str:
    return state.src[state.bMarks[at] + state.tShift[at] : state.eMarks[at]]


def _footnote_definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    form = _footnote(first)
    if form is None or first[form.end() : form.end() + 1] != ":":
        return False
    if silent:
        return True
    state.env["footnotes"].add(form[1].casefold())
    lines = [first[form.end() + 1 :]]
    at = start + 1
    while at < end and not state.isEmpty(at) and state.sCount[at] >= state.blkIndent:
        line = _line(state, at)
        if _footnote(line):
            break
        lines.append(line)
        at += 1
    state.push("footnote_open", "", 1).map = [start, at]
    token = state.push("inline", "", 0)
    token.content = "\n".join(lines).strip()
    token.map = [start, at]
    token.children = []
    state.push("footnote_close", "", -1)
    state.line = at
    return True


def _tasks(state: StateCore) -> None:
    """Take the markers off the first paragraphs of list items, as cmark-gfm's tasklist extension does."""
    tokens = state.tokens
    references = state.env.get("references", {})
    for i, item in enumerate(tokens[:-2]):
        first = tokens[i + 1]
        if item.type != "list_item_open" or not (
            first.type == "paragraph_open" or first.markup in {"=", "-"}
        ):
            continue
        inline = tokens[i + 2]
        if inline.type != "inline":  # a list, whose markup is a hyphen too
            continue
        mark, size, lenient = _marker(inline.content, references, strict=state.env["strict"])
        if mark:
            item.meta = {"mark": mark, "lenient": lenient, "line": (inline.map or [0])[0]}
            rest = inline.content[size:]
            # Where the marker stands alone on its line the words begin further down.
            inline.meta["skipped"] = rest[: len(rest) - len(rest.lstrip())].count("\n")
            inline.content = rest.lstrip()


def _marker(content: str, references: dict[str, Any], *, strict: bool) -> tuple[str, int, bool]:
    """The mark that a list item's text begins with, its length and whether it is a lenient one."""
    if content[:1] != "[":
        return "", 0, False
    if form := _task(content):
        return form[1].lower() if form[1] != "\t" else " ", form.end(), False
    if strict:
        return "", 0, False
    if form := _undecided(content):
        return form[1], form.end(), False
    form = _lenient(content)
    if form is None:
        return "", 0, False
    blank, ticked, check, gap, after = form.groups()
    if check is None:
        if blank == "" and not gap:  # [](…) and [][…] are links
            return "", 0, False
        if not gap and (after in "(:" or (after == "[" and _is_reference(content[form.end() :], references))):
            return "", 0, False
        if ticked and not gap and ticked.upper() in references:
            return "", 0, False
    return "x" if check else ticked.lower() if ticked else " ", form.end(), True


def _is_reference(text: str, references: dict[str, Any]) -> bool:
    end = text.find("]", 1, _LONGEST_LABEL)
    return end > 0 and " ".join(text[1:end].split()).upper() in references


def _budget(state: StateCore) -> None:
    """Have plain words made of paragraphs that would take the inline parser too long."""
    levels = marks = 0
    for token in state.tokens:
        if token.type != "inline":
            continue
        levels += _bracket_levels(token.content)
        marks += len(_marks(token.content))
        too_much = levels > _MOST_BRACKET_LEVELS or marks > _MOST_MARKS
        if too_much or len(token.content) > _LONGEST_INLINE:
            if state.env["unread"] < 0:
                state.env["unread"] = (token.map or [0])[0]
            token.meta["plain"] = token.content
            token.content = ""


def _bracket_levels(text: str) -> int:
    levels = depth = 0
    for bracket in _brackets(text):
        if bracket[0] == "[":
            depth += 1
            levels += min(depth, _DEEPEST_BRACKETS)
        else:
            depth = max(0, depth - 1)
    return levels


# Rules for inline text


def _footnote_reference(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[" or not state.env["footnotes"]:
        return False
    form = _footnote(state.src, state.pos)
    if form is None or form[1].casefold() not in state.env["footnotes"]:
        return False
    if not silent:
        state.push("footnote", "", 0)
    state.pos = form.end()
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """Recognise a bare http or https address, after the autolink extension of the GFM specification."""
    src, at = state.src, state.pos
    if silent or state.linkLevel or src[at] != ":" or not src.startswith("://", at):
        return False
    before = src[max(0, at - 5) : at].lower()
    scheme = next((name for name in ("https", "http") if before.endswith(name)), "")
    start = at - len(scheme)
    if not scheme or not state.pending.lower().endswith(scheme) or (start and src[start - 1].isalpha()):
        return False
    found = _address_end(src, at + 3, state.posMax)
    end = at + 3 + address_length(src[at + 3 : found.start() if found else state.posMax])
    if end == at + 3 or not src[at + 3].isalnum():
        return False
    state.pending = state.pending[: -len(scheme)]
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": src[start:end]}
    state.push("text", "", 0).content = src[start:end]
    state.push("link_close", "a", -1)
    state.pos = end
    return True


def address_length(text: str) -> int:
    """How much of ``text`` is the address that it begins with: not the punctuation at its end."""
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


# From tokens to blocks

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
    if kind == "item" and token.meta:
        block.mark, block.lenient = token.meta["mark"], token.meta["lenient"]
        block.line = token.meta["line"]
        block.has_task = True
    parent.children.append(block)
    return block
