"""Titles as far as they say what something is about, whatever is changed about how they are written."""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import category, normalize

_item_number = re.compile(r"\W*\d{1,3}(?:\.\d{1,3})*[.)]\s+(?=\S)").match
_KEYCAP = "\u20e3"
_AFTER = rf".):\]–—{_KEYCAP}-"  # what stands between a number and the words of a heading
_heading_number = re.compile(
    rf"\W*(?:\d{{1,3}}(?:\.\d{{1,3}})+|\d{{1,3}}(?=\s*[{_AFTER}]))[\s{_AFTER}]*\s(?=\S)"
).match
_no_word = re.compile(r"[^\w\s+#]+|_+").sub
_loose_sign = re.compile(r"(?<![^\s+#])[+#]+").sub


def normalize_title(title: str, *, heading: bool = False) -> str:
    """``title`` as far as it counts for identity: its words, without case and punctuation.

    A number in front, as in ``1.`` or ``2)``, does not count; before a heading neither does ``1.2`` nor
    ``3 –``. The signs that end ``C++`` and ``C#`` do. A title of signs alone stands for itself.
    """
    number = (_heading_number if heading else _item_number)(title)
    return fold_words(title[number.end() :] if number else title) or title.casefold().strip()


def fold_words(text: str) -> str:
    """The words of ``text``, without case and punctuation."""
    if text.isascii():
        text = _no_word(" ", text.casefold().replace("'", ""))
    else:
        text = normalize("NFKC", text).casefold().replace("'", "").replace("\u2019", "")
        # Regular expressions don't count combining marks as parts of words, and without them many
        # words of Indian scripts are the same.
        text = "".join([c if c in "+#" or c.isalnum() or category(c)[0] == "M" else " " for c in text])
    return " ".join(_loose_sign(" ", text).split())


class TitleParts(NamedTuple):
    """A title in two: its words, and those within each pair of brackets that stands on its own."""

    words: str
    brackets: frozenset[str] = frozenset()

    def differs_only_by_brackets(self, other: TitleParts) -> bool:
        """Whether brackets were added or removed, not exchanged, between two titles of the same words."""
        return self.brackets <= other.brackets or other.brackets <= self.brackets


def strip_brackets(title: str) -> TitleParts:
    """``title`` taken apart.

    Brackets that touch the word before them, as in ``TD(0)``, are a part of it, and so is everything
    where brackets don't close.
    """
    if "(" not in title:
        return TitleParts(normalize_title(title))
    outside: list[str] = []
    brackets: set[str] = set()
    depth = start = end = 0
    for at, char in enumerate(title):
        if char == "(":
            if depth or not at or not title[at - 1].isalnum():
                depth += 1
            if depth == 1:
                start = at
        elif char == ")" and depth:
            depth -= 1
            if not depth:
                outside.append(title[end:start])
                brackets.add(fold_words(title[start:at]))
                end = at + 1
    if depth:
        return TitleParts(normalize_title(title))
    rest = "".join([*outside, title[end:]])
    return (
        TitleParts(normalize_title(rest), frozenset(brackets))
        if fold_words(rest)
        else TitleParts(normalize_title(title))
    )
