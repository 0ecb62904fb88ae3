"""Parser rules for admonitions of documentation generators, which are read as quotes, and for MDX modules."""

from __future__ import annotations

import re
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
        closed = _find(
            state,
            start + 1,
            end,
            lambda text: (found := _liquid(text)) is not None and (bool(found[1]) and found[2] == name),
        )
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


def module_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001
    """Skip the ``import`` and ``export`` lines of MDX."""
    if silent or state.level or state.is_code_block(start) or not _module(_line(state, start)):
        return False
    state.line = start + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


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
