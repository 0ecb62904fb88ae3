"""Turn signs like ✅ into marks, as the legend of the document explains them, unless they are decoration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.inline import inline_text
from roadmap_tui.core.importers.markdown.item_text import SIGNS, mark_of_words
from roadmap_tui.core.importers.markdown.node_builder import NodeBuilder, walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap_tui.core.importers.markdown.parser import Block

_TEXT_LIMIT: Final = 300
_TOKENS_LIMIT: Final = 40
_sign = re.compile(r":[a-z0-9_+-]+:|[\u2190-\u2bff\U0001f300-\U0001faff]\ufe0f?")
_introduction = re.compile(
    r"[^\w:]*(?:legend|key|status|symbols?|icons?|emojis?|notation|legenda|leyenda|légende)\s*:\s*",
    re.IGNORECASE,
).match
_between: Final = " \t\n:=–—-,;|·•.→()[]*"
# What signs are explained to be if they are no status.
_QUALITIES: Final = frozenset(
    (
        *("easy", "medium", "hard", "beginner", "intermediate", "advanced", "basic", "expert", "difficult"),
        *("optional", "required", "mandatory", "recommended", "essential", "important", "must", "must know"),
        *("free", "paid", "video", "videos", "book", "books", "article", "articles", "course", "courses"),
    )
)


class Meaning(NamedTuple):
    """The meaning that a legend gives to a sign; ``mark`` is None if it is no status."""

    words: str
    mark: str | None


class Legend:
    """The explained signs of a document: their meanings, and the ids of the blocks that explain them."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.meanings: dict[str, Meaning] = {}
        self.blocks: set[int] = set()
        for block in blocks:
            self._read(block)

    def _read(self, block: Block) -> None:
        if block.kind == "quote":
            for child in block.children:
                self._read(child)
        elif block.kind == "paragraph":
            meanings = _meanings_of(block)
            self._add(block, [meanings] if len(meanings) >= 2 else [])
        elif block.kind in {"list", "table"}:
            entries = []
            for row in block.children[block.kind == "table" :]:
                entries.append(_meanings_of(row))
                if not entries[-1]:
                    break
            self._add(block, entries if len(entries) >= 2 else [])

    def _add(self, block: Block, entries: list[dict[str, Meaning]]) -> None:
        if entries and all(entries):
            self.blocks.add(id(block))
            for entry in entries:
                self.meanings |= entry


def _meanings_of(block: Block) -> dict[str, Meaning]:
    """Return the meaning of each sign in a legend; empty for any other block."""
    parts = [block] if block.inline else [part for part in block.children if part.kind != "html"]
    tokens = [token.content for part in parts for token in part.inline]
    if not _sign.search("".join(tokens[:_TOKENS_LIMIT])) or not all(part.inline for part in parts):
        return {}
    texts = [inline_text(part) for part in parts]
    text = " ".join(text.text for text in texts)
    if len(text) > _TEXT_LIMIT or any(text.links for text in texts):
        return {}
    start = _introduction(text)
    signs = list(_sign.finditer(text, start.end() if start else 0))
    if not signs or text[start.end() if start else 0 : signs[0].start()].strip(_between):
        return {}
    found: dict[str, Meaning] = {}
    ends = [sign.start() for sign in signs[1:]]
    for sign, end in zip(signs, [*ends, len(text)], strict=True):
        words = text[sign.end() : end].strip(_between)
        mark = mark_of_words(words)
        if mark is None and words.lower() not in _QUALITIES and not start:
            return {}
        found[sign[0].rstrip("\ufe0f")] = Meaning(words, mark)
    return found


def _drop_icons(items: Sequence[NodeBuilder], meanings: Mapping[str, Meaning]) -> None:
    """Drop the signs of a list in which every entry begins with some pictograph."""
    signed = [item for item in items if item.sign and item.sign not in meanings]
    if 0 < len(signed) < len(items) and all(
        bool(item.sign) != bool(_sign.match(item.title)) for item in items
    ):
        for item in signed:
            item.sign = ""


def apply_signs(root: NodeBuilder, meanings: Mapping[str, Meaning]) -> None:
    """Set the marks of nodes with status signs, unless the signs are decoration.

    They are decoration if no legend explains them, there is only one kind of sign, and no list has
    entries with and without it. What a legend explains as no status becomes a note.
    """
    nodes = [root, *walk(root)]
    for node in nodes:
        _drop_icons([child for child in node.children if child.kind == "item"], meanings)
    signs = {node.sign for node in nodes if node.sign}
    unexplained = {SIGNS[sign] for sign in signs if sign not in meanings}
    is_mixed = len(unexplained) > 1 or any(
        0
        < sum(bool(child.sign) for child in node.children)
        < sum(child.kind == "item" for child in node.children)
        for node in nodes
    )
    is_meant = is_mixed or unexplained == {" "}
    custom = [sign for sign in meanings if sign not in SIGNS]
    for node in nodes:
        if node.kind != "item":
            continue
        for sign in custom:
            if not node.sign and node.title.startswith(sign) and len(node.title) > len(sign) + 1:
                node.sign, node.title = sign, node.title[len(sign) :].lstrip("\ufe0f ")
        if node.sign in meanings:
            words, mark = meanings[node.sign]
            if mark is None:
                node.notes.insert(0, words)
            elif not node.is_task:
                node.mark = node.mark.strip() or mark
        elif node.sign and is_meant and not node.is_task:
            node.mark = node.mark.strip() or SIGNS[node.sign]
