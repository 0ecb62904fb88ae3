"""Parser rules for syntax of other programs: admonitions, read as quotes, Obsidian comments, MDX modules."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_block import StateBlock

ADMONITION: Final = "admonition"  # the markup of their tokens

_colons = re.compile(r"(:{3,})\s*(\{?[A-Za-z][\w-]*\}?.*)?").fullmatch  # Docusaurus, VitePress, MyST
_marks = re.compile(r"(?:!!!|\?\?\?\+?)\s+\w+.*").fullmatch  # MkDocs
_liquid = re.compile(r"\{%\s*(/?end)?(\w+).*%\}").fullmatch  # GitBook
_module = re.compile(
    r"import\s.+\sfrom\s+['\"].*|import\s+['\"].*|export\s+(?:const|default|let)\s.*"
).fullmatch


def admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read ``:::tip`` … ``:::``, ``!!! note`` with an indented body, ``{% hint %}`` … ``{% endhint %}``."""
    if state.is_code_block(start):
        return False
    line = _line(state, start)
    if line[:1] not in {":", "!", "?", "{"}:
        return False
    if match := _colons(line):
        fence = match[1]
        first = start + 1
        last = _find(state, first, end, lambda text: text == fence) if match[2] else start
        stop = last + 1
    elif _marks(line):
        first = start + 1
        stop = first
        while stop < end and (state.isEmpty(stop) or state.sCount[stop] >= state.sCount[start] + 4):
            stop += 1
        last = stop
    elif match := _liquid(line):
        name = match[2]
        is_end = partial(_is_liquid_end, name)
        closed = _find(state, start + 1, end, is_end) if _occurs_below(state, start, name, is_end) else end
        is_block = not match[1] and closed < end
        first, last, stop = start + 1, closed if is_block else start, closed + 1 if is_block else start + 1
    else:
        return False
    if silent:
        return True
    if first < last:
        _push_quote(state, first, min(last, end), indent=4 if line[0] in "!?" else 0)
    state.line = min(stop, end)
    return True


def comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read ``%%`` … ``%%`` as an HTML comment."""
    first = _line(state, start)
    if not first.startswith("%%") or state.is_code_block(start):
        return False
    last = start
    if len(first) < 4 or not first.endswith("%%"):
        if "%%" in first[2:] or not _occurs_below(state, start, "%%", _ends_comment):
            return False
        last = _find(state, start + 1, end, _ends_comment)
    if last >= end:
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.map = [start, last + 1]
        content = state.src[state.bMarks[start] : state.eMarks[last]]
        token.content = f"<!--{content.replace('--', '')}-->"
        state.line = last + 1
    return True


def module_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001 - markdown-it's signature
    """Skip the ``import`` and ``export`` lines of MDX."""
    if silent or state.level or state.is_code_block(start) or not _module(_line(state, start)):
        return False
    state.line = start + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _is_liquid_end(name: str, text: str) -> bool:
    match = _liquid(text)
    return match is not None and bool(match[1]) and match[2] == name


def _ends_comment(text: str) -> bool:
    return text.endswith("%%")


def _occurs_below(state: StateBlock, line: int, key: str, test: Callable[[str], bool]) -> bool:
    """Return True if a line further down passes ``test``; searched once per document and ``key``."""
    last: dict[str, int] = state.env.setdefault("last", {})
    if key not in last:
        lines = state.src.split("\n")
        last[key] = next((n for n in range(len(lines) - 1, -1, -1) if test(lines[n].strip(" \t>"))), -1)
    return last[key] > line


def _find(state: StateBlock, line: int, end: int, test: Callable[[str], bool]) -> int:
    while line < end and not test(_line(state, line)):
        line += 1
    return line


def _push_quote(state: StateBlock, start: int, end: int, *, indent: int) -> None:
    token = state.push("blockquote_open", "blockquote", 1)
    token.markup = ADMONITION
    token.map = [start, end]
    line_max, parent, indentation = state.lineMax, state.parentType, state.blkIndent
    state.lineMax, state.parentType, state.blkIndent = end, "blockquote", indentation + indent
    state.md.block.tokenize(state, start, end)
    state.lineMax, state.parentType, state.blkIndent = line_max, parent, indentation
    state.push("blockquote_close", "blockquote", -1)
