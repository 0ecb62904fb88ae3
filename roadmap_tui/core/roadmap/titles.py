"""Normalize titles, so that changes of spelling do not count."""

import re
from typing import NamedTuple
from unicodedata import category, normalize

_item_number = re.compile(r"\W*\d{1,3}(?:\.\d{1,3})*[.)]\s+(?=\S)").match
_KEYCAP = "\u20e3"
_AFTER = rf".):\]–—{_KEYCAP}-"  # between a number and the words of a heading
_heading_number = re.compile(
    rf"\W*(?:\d{{1,3}}(?:\.\d{{1,3}})+|\d{{1,3}}(?=\s*[{_AFTER}]))[\s{_AFTER}]*\s(?=\S)"
).match
_no_word = re.compile(r"[^\w\s+#]+|_+").sub
_loose_sign = re.compile(r"(?<![^\s+#])[+#]+").sub


def normalize_title(title: str, *, heading: bool = False) -> str:
    """Return the case-folded words of a title, without punctuation and a leading number.

    Numbers are ``1.`` or ``2)``, before a heading also ``1.2`` or ``3 –``. The signs of ``C++`` and ``C#``
    are kept; a title without words is returned as it is.
    """
    number = (_heading_number if heading else _item_number)(title)
    return fold_words(title[number.end() :] if number else title) or title.casefold().strip()


def fold_words(text: str) -> str:
    """Return the case-folded words of a text, without punctuation."""
    if text.isascii():
        text = _no_word(" ", text.casefold().replace("'", ""))
    else:
        text = normalize("NFKC", text).casefold().replace("'", "").replace("\u2019", "")
        # `\w` does not match combining marks, without which many words of Indian scripts are equal.
        text = "".join([c if c in "+#" or c.isalnum() or category(c)[0] == "M" else " " for c in text])
    return " ".join(_loose_sign(" ", text).split())


class TitleParts(NamedTuple):
    """A title split into its words outside of brackets and the words in each pair of brackets."""

    words: str
    brackets: frozenset[str] = frozenset()

    def differs_only_by_brackets(self, other: "TitleParts") -> bool:
        """Return True if brackets were only added or only removed."""
        return self.brackets <= other.brackets or other.brackets <= self.brackets


def strip_brackets(title: str) -> TitleParts:
    """Split a title; brackets right after a letter (``TD(0)``) or without an end stay in the words."""
    if "(" not in title:
        return TitleParts(normalize_title(title))
    outside: list[str] = []
    brackets: set[str] = set()
    depth = start = end = 0
    for index, char in enumerate(title):
        if char == "(":
            if depth or not index or not title[index - 1].isalnum():
                depth += 1
            if depth == 1:
                start = index
        elif char == ")" and depth:
            depth -= 1
            if not depth:
                outside.append(title[end:start])
                brackets.add(fold_words(title[start:index]))
                end = index + 1
    rest = "".join([*outside, title[end:]])
    if depth or not fold_words(rest):
        return TitleParts(normalize_title(title))
    return TitleParts(normalize_title(rest), frozenset(brackets))
