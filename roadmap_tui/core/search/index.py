"""Finding the nodes of a roadmap that have some words in them, as fast as one types."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.roadmap.model import Resource, Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree

Terms: TypeAlias = tuple[tuple[str, ...], ...]

# Letters that have no accent to take off, and that nobody without the right keyboard can type.
_PLAIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe"})
_LONGEST: Final = 200  # of what was typed
_other_letters = re.compile(r"[^\x00-\x7f]+").sub
_parts = re.compile(r"[^\W_]+").findall


def fold(text: str) -> str:
    """The text as it is compared: without case, accents and compatibility forms, letter by letter."""
    if text.isascii():
        return text.lower()
    return _other_letters(_fold_stretch, text).lower()


def _fold_stretch(stretch: re.Match[str]) -> str:
    return _folded_letters(stretch[0])


@lru_cache(maxsize=4096)  # the same few dashes, quotes and letters, over and over
def _folded_letters(letters: str) -> str:
    from unicodedata import combining, normalize  # as slow to load as json

    plain = normalize("NFKD", letters.casefold()).casefold().translate(_PLAIN)
    return "".join([letter for letter in plain if not combining(letter)])


class SearchResult(NamedTuple):
    """What was found: the positions in order, ``ROOT`` for the roadmap itself.

    ``words`` has for each word that was typed what counts as it: the word itself, or, where nothing
    has all of them, what it was perhaps meant to be; ``alike`` says that this is so.
    """

    words: Terms = ()
    positions: tuple[int, ...] = ()
    alike: bool = False

    def __contains__(self, at: object) -> bool:
        if not isinstance(at, int):
            return False
        return self.between(at, at + 1) == 1

    def between(self, start: int, end: int) -> int:
        """How many there are from a position up to before another."""
        return bisect_left(self.positions, end) - bisect_left(self.positions, start)


class Document(NamedTuple):
    """What can be found: its title, and the other words that it can be found by."""

    title: str
    words: str


def documents(roadmap: Roadmap, tree: FlatTree) -> Iterator[Document]:
    """The roadmap and each of its nodes in order: title, summary, note, resources."""
    for node in (roadmap, *tree.nodes):
        yield Document(node.title, "\n".join((node.summary, node.note, *_told(node.resources))))


class SearchIndex:
    """The words of entries in order, and what a reader wrote on them; ``first`` is the first position."""

    def __init__(self, entries: Iterable[Document], first: int = 0) -> None:
        self.first = first
        self._titles: list[str] = []
        self._given: list[str] = []
        for title, words in entries:
            self._titles.append(fold(title))
            self._given.append(f"{self._titles[-1]}\n{fold(words)}")
        self._texts = self._given.copy()
        self._vocabulary: list[str] = []
        self._heads: dict[int, list[str]] = {}

    def write(self, at: int, notes: Iterable[str], resources: Iterable[Resource] = ()) -> None:
        """Take these for all that the reader wrote on the entry at a position."""
        own = fold("\n".join((*notes, *_told(resources))))
        given = self._given[at - self.first]
        self._texts[at - self.first] = f"{given}\n{own}" if own else given
        self._vocabulary.clear()
        self._heads.clear()

    def find(self, typed: str) -> SearchResult:
        """The entries that have every word of what was typed in them, as a piece of any of theirs.

        Where there are none, those that have words like them. Nothing for no words.
        """
        words = [(word,) for word in dict.fromkeys(fold(typed[:_LONGEST]).split())]
        if not words:
            return SearchResult()
        if exact := self._with(words):
            return SearchResult(tuple(words), exact)
        near = [self._near(word) for (word,) in words]
        if not all(near):
            return SearchResult(tuple(words))
        return SearchResult(tuple(near), self._with(near), alike=True)

    def nearest(self, found: SearchResult, start: int) -> int:
        """The first match from a position on, round at the end: the first title, where any has all the words.

        Whoever types a title wants to go there, however many summaries before it have the words as well.
        Raises ValueError where nothing was found.
        """
        if not found.positions:
            raise ValueError(found)
        place = bisect_left(found.positions, start)
        in_turn = (*found.positions[place:], *found.positions[:place])
        titles, words, first = self._titles, found.words, self.first
        return next((at for at in in_turn if _has(titles[at - first], words)), in_turn[0])

    def best(self, found: SearchResult, count: int) -> list[tuple[tuple[int, int], int]]:
        """The positions that fit best what was typed, best first, each after how well: lower is better.

        Better is what begins with it, then what has a word that does, then what has it in its title, then
        what has it at all; of those alike, the shorter title and the earlier one.
        """
        titles, words, first = self._titles, found.words, self.first
        return nsmallest(count, [(_fit(titles[at - first], words), at) for at in found.positions])

    def _with(self, words: Iterable[tuple[str, ...]]) -> tuple[int, ...]:
        texts = self._texts
        # The longest word is in the fewest nodes.
        first, *rest = sorted(words, key=lambda alike: -len(alike[0]))
        found: set[int] = set()
        for word in first:
            found.update([place for place, text in enumerate(texts) if word in text])
        places = sorted(found)
        for alike in rest:
            places = [place for place in places if any(word in texts[place] for word in alike)]
        first_at = self.first
        return tuple([place + first_at for place in places])

    def _near(self, word: str) -> tuple[str, ...]:
        """The beginnings of words that resemble a word most; the word itself where it occurs."""
        if self._with([(word,)]):
            return (word,)
        if not (allowed := _mistakes(len(word))):
            return ()
        from rapidfuzz.distance import OSA  # loaded where something was mistyped, and no earlier
        from rapidfuzz.process import extract

        alike = extract(
            word, self._beginnings(len(word)), scorer=OSA.distance, score_cutoff=allowed, limit=None
        )
        best: list[str] = []
        for head in sorted((head for head, mistakes, _ in alike if mistakes == alike[0][1]), key=len):
            if not any(shorter in head for shorter in best):
                best.append(head)
        return tuple(best)

    def _beginnings(self, size: int) -> list[str]:
        """The first letters of all words, about as many as that: a word may be half typed."""
        if not self._vocabulary:
            words = set("\n".join(self._texts).split())
            self._vocabulary.extend({part for word in words for part in _parts(word)})
        if size not in self._heads:
            most = _mistakes(size)
            sizes = range(size - most, size + most + 1)
            self._heads[size] = list({word[:end] for end in sizes for word in self._vocabulary})
        return self._heads[size]


def marks(title: str, words: Terms) -> list[tuple[int, int]]:
    """Where the words are in a title: the start and the end of each stretch of letters, in order."""
    folded, places = _folded(title)
    covered = bytearray(len(title))
    for word in (word for alike in words for word in alike):
        start = folded.find(word)
        while start >= 0:
            first, last = places[start], places[start + len(word) - 1]
            covered[first : last + 1] = b"\1" * (last + 1 - first)
            start = folded.find(word, start + 1)
    # Accents that stand as characters of their own belong to the letter before.
    for place in range(1, len(title)):
        if covered[place - 1] and not covered[place] and not fold(title[place]):
            covered[place] = 1
    found = []
    start = covered.find(1)
    while start >= 0:
        end = covered.find(0, start)
        end = len(title) if end < 0 else end
        found.append((start, end))
        start = covered.find(1, end)
    return found


def _folded(title: str) -> tuple[str, Sequence[int]]:
    """A folded title and, for each of its letters, the place of the one that it was made from."""
    if title.isascii():
        return fold(title), range(len(title))
    letters, places = [], []
    for place, letter in enumerate(title):
        plain = fold(letter)
        letters.append(plain)
        places.extend([place] * len(plain))
    return "".join(letters), places


def _has(text: str, words: Iterable[tuple[str, ...]]) -> bool:
    return all(any(word in text for word in alike) for alike in words)


def _told(resources: Iterable[Resource]) -> Iterator[str]:
    for resource in resources:
        yield resource.title
        yield resource.by
        yield resource.url.partition("//")[2].partition("/")[0]


def _fit(title: str, words: Terms) -> tuple[int, int]:
    """How well a folded title fits: 0 at best, and its length."""
    worst = 0
    for number, alike in enumerate(words):
        fit = 3
        for word in alike:
            if word in title:
                begins = 0 if not number and title.startswith(word) else 1
                fit = min(fit, begins if not begins or f" {word}" in title else 2)
        worst = max(worst, fit)
    return worst, len(title)


def _mistakes(length: int) -> int:
    """How many letters of a word of that length may be wrong, missing, too many or swapped."""
    return 0 if length < 4 else 1 if length < 8 else 2
