"""Full-text search over the nodes of a roadmap, fast enough to run on every key press."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.roadmap.model import Resource, Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree

# The alternatives that match each word of a query.
Terms: TypeAlias = tuple[tuple[str, ...], ...]

# Letters that NFKD does not decompose and that are not on every keyboard.
_TO_ASCII: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe"}
)
_MAX_QUERY: Final = 200
_ABSENT: Final = 3  # the rank of a word that is not in the title
_replace_non_ascii = re.compile(r"[^\x00-\x7f]+").sub
_find_words = re.compile(r"[^\W_]+").findall


def fold(text: str) -> str:
    """Normalize a text for comparison: no case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    return _replace_non_ascii(lambda match: _fold_letters(match[0]), text).lower()


@lru_cache(maxsize=4096)  # texts repeat the same few dashes, quotes and letters
def _fold_letters(letters: str) -> str:
    from unicodedata import combining, normalize  # slow to import

    plain = normalize("NFKD", letters.casefold()).casefold().translate(_TO_ASCII)
    return "".join([letter for letter in plain if not combining(letter)])


class SearchResult(NamedTuple):
    """The positions that match, in order, and the words searched for: similar ones if ``is_fuzzy``."""

    terms: Terms = ()
    positions: tuple[int, ...] = ()
    is_fuzzy: bool = False

    def __contains__(self, position: object) -> bool:
        return isinstance(position, int) and self.between(position, position + 1) == 1

    def between(self, start: int, end: int) -> int:
        """Count the matches from ``start`` to before ``end``."""
        return bisect_left(self.positions, end) - bisect_left(self.positions, start)


class SearchDocument(NamedTuple):
    """The searchable text of a node: its title and everything else."""

    title: str
    text: str


def documents(roadmap: Roadmap, tree: FlatTree) -> Iterator[SearchDocument]:
    """Yield the documents of the roadmap and of its nodes in tree order."""
    for node in (roadmap, *tree.nodes):
        yield SearchDocument(
            node.title, "\n".join((node.summary, node.note, *_resource_texts(node.resources)))
        )


class SearchIndex:
    """Searches documents and the reader's annotations; ``first_position`` is that of the first document."""

    def __init__(self, documents: Iterable[SearchDocument], first_position: int = 0) -> None:
        self.first_position = first_position
        self._titles: list[str] = []
        self._source_texts: list[str] = []
        for title, text in documents:
            self._titles.append(fold(title))
            self._source_texts.append(f"{self._titles[-1]}\n{fold(text)}")
        self._texts = self._source_texts.copy()
        self._vocabulary: list[str] = []
        self._prefixes_by_length: dict[int, list[str]] = {}

    def set_annotations(
        self, position: int, notes: Iterable[str], resources: Iterable[Resource] = ()
    ) -> None:
        """Replace the annotations of the document at a position."""
        annotations = fold("\n".join((*notes, *_resource_texts(resources))))
        index = position - self.first_position
        source = self._source_texts[index]
        self._texts[index] = f"{source}\n{annotations}" if annotations else source
        self._vocabulary.clear()
        self._prefixes_by_length.clear()

    def find(self, query: str) -> SearchResult:
        """Return the documents that contain every word of a query; if there are none, similar words."""
        terms = tuple((word,) for word in dict.fromkeys(fold(query[:_MAX_QUERY]).split()))
        if not terms:
            return SearchResult()
        if exact := self._positions_with(terms):
            return SearchResult(terms, exact)
        similar = tuple(self._similar_words(word) for (word,) in terms)
        if not all(similar):
            return SearchResult(terms)
        return SearchResult(similar, self._positions_with(similar), is_fuzzy=True)

    def nearest(self, result: SearchResult, start: int) -> int:
        """Return the best match, the first from a position on, wrapping around.

        Whole words of a title come first, then beginnings of words, then other parts of a title. Raises
        ValueError if there is no match.
        """
        if not result.positions:
            raise ValueError(result)
        index = bisect_left(result.positions, start)
        positions = (*result.positions[index:], *result.positions[:index])
        titles, first = self._titles, self.first_position
        best, best_rank = positions[0], _ABSENT
        for position in positions:
            if (rank := _rank(titles[position - first], result.terms)) < best_rank:
                best, best_rank = position, rank
                if not rank:
                    break
        return best

    def best(self, result: SearchResult, count: int) -> list[tuple[tuple[int, bool, int], int]]:
        """Return the best matches as (score, position), the lowest score first; see ``_score``."""
        from heapq import nsmallest  # not needed to draw the first frame

        titles, first = self._titles, self.first_position
        return nsmallest(count, [(_score(titles[p - first], result.terms), p) for p in result.positions])

    def _positions_with(self, terms: Terms) -> tuple[int, ...]:
        texts = self._texts
        # The longest word narrows the search most.
        first, *rest = sorted(terms, key=lambda words: -len(words[0]))
        found: set[int] = set()
        for word in first:
            found.update([index for index, text in enumerate(texts) if word in text])
        indexes = sorted(found)
        for words in rest:
            indexes = [index for index in indexes if any(word in texts[index] for word in words)]
        offset = self.first_position
        return tuple([index + offset for index in indexes])

    def _similar_words(self, word: str) -> tuple[str, ...]:
        """Return the prefixes of indexed words that are most similar to a word, or the word if indexed."""
        if self._positions_with(((word,),)):
            return (word,)
        if not (allowed := _max_typos(len(word))):
            return ()
        from rapidfuzz.distance import OSA  # slow to import and only needed after a typo
        from rapidfuzz.process import extract

        found = extract(
            word, self._prefixes(len(word)), scorer=OSA.distance, score_cutoff=allowed, limit=None
        )
        best: list[str] = []
        for prefix in sorted((prefix for prefix, typos, _ in found if typos == found[0][1]), key=len):
            if not any(shorter in prefix for shorter in best):
                best.append(prefix)
        return tuple(best)

    def _prefixes(self, size: int) -> list[str]:
        """Return the prefixes of all words with about this length, as the last word may be incomplete."""
        if not self._vocabulary:
            words = set("\n".join(self._texts).split())
            self._vocabulary.extend({part for word in words for part in _find_words(word)})
        if size not in self._prefixes_by_length:
            typos = _max_typos(size)
            sizes = range(size - typos, size + typos + 1)
            self._prefixes_by_length[size] = list({word[:end] for end in sizes for word in self._vocabulary})
        return self._prefixes_by_length[size]


def highlight_ranges(title: str, terms: Terms) -> list[tuple[int, int]]:
    """Return the (start, end) ranges of a title that match a term, in order."""
    folded, origin = _fold_with_origin(title)
    covered = bytearray(len(title))
    for word in (word for words in terms for word in words):
        start = folded.find(word)
        while start >= 0:
            first, last = origin[start], origin[start + len(word) - 1]
            covered[first : last + 1] = b"\1" * (last + 1 - first)
            start = folded.find(word, start + 1)
    # A combining accent belongs to the letter before it.
    for index in range(1, len(title)):
        if covered[index - 1] and not covered[index] and not fold(title[index]):
            covered[index] = 1
    return [match.span() for match in re.finditer(b"\1+", covered)]


def _fold_with_origin(title: str) -> tuple[str, Sequence[int]]:
    """Fold a title; also return the index in the title that each folded letter comes from."""
    if title.isascii():
        return fold(title), range(len(title))
    letters, origin = [], []
    for index, letter in enumerate(title):
        folded = fold(letter)
        letters.append(folded)
        origin.extend([index] * len(folded))
    return "".join(letters), origin


def _resource_texts(resources: Iterable[Resource]) -> Iterator[str]:
    for resource in resources:
        yield resource.title
        yield resource.by
        yield resource.url.partition("//")[2].partition("/")[0]


def _score(title: str, terms: Terms) -> tuple[int, bool, int]:
    """Return the rank, whether another word than the first begins the title, and the length."""
    return _rank(title, terms), not title.startswith(terms[0]), len(title)


def _rank(title: str, terms: Terms) -> int:
    """Return the worst term's rank: 0 a whole word of the title, 1 the beginning, 2 a part, 3 no part."""
    return max(min(_rank_of_word(title, word) for word in words) for words in terms)


def _rank_of_word(title: str, word: str) -> int:
    if word not in title:
        return _ABSENT
    start = rf"(?<![^\W_]){re.escape(word)}"
    return 0 if re.search(rf"{start}(?![^\W_])", title) else 1 if re.search(start, title) else 2


def _max_typos(length: int) -> int:
    """Return how many typos (wrong, missing, extra or swapped letters) a word of a length may have."""
    return 0 if length < 4 else 1 if length < 8 else 2
