"""Search and filters, compared with naive implementations."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.progress.events import STATUSES
from roadmap_tui.core.roadmap.model import KINDS, Item, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.search.filters import (
    CHOICES,
    DUE,
    ITEM_KINDS,
    LEECH,
    LEVELS,
    NEW,
    NOTE,
    PATH,
    READY,
    SHORT,
    FacetCounts,
    Filter,
    label,
)
from roadmap_tui.core.search.index import (
    SearchDocument,
    SearchIndex,
    SearchResult,
    documents,
    fold,
    highlight_ranges,
)
from roadmap_tui.core.tree_view import ROOT

TITLES = [
    "Attention",
    "Self-attention",
    "Naïve Bayes",
    "Transformers",
    "Łukasiewicz logic",
    "深度学习",
    "LSTMs",
]


def _index(*titles: str) -> SearchIndex:
    return SearchIndex(SearchDocument(title, "") for title in titles)


def _found(index: SearchIndex, typed: str) -> tuple[int, ...]:
    return index.find(typed).positions


# Folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Naïve", "naive"),
        ("nai\u0308ve", "naive"),
        ("STRASSE Straße", "strasse strasse"),
        ("\ufb01ne-tuning", "fine-tuning"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("\u0130stanbul \u0131", "istanbul i"),
        ("Øre, Łódź", "ore, lodz"),
        ("\uff21ttention", "attention"),
        ("がく", "かく"),
    ],
)
def test_case_accents_and_compatibility_forms_are_ignored(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(), st.text())
def test_folding_works_letter_by_letter(text: str, more: str) -> None:
    assert fold(text + more) == fold(text) + fold(more)
    assert not any(unicodedata.combining(letter) for letter in fold(text))


# Finding


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("att", (0, 1)),
        ("ATT self", (1,)),
        ("self  self", (1,)),
        ("naive", (2,)),
        ("lukas", (4,)),
        ("学习", (5,)),
        ("习学", ()),
        ("", ()),
        ("  ", ()),
        (".*", ()),
    ],
)
def test_all_words_match_anywhere_in_words(typed: str, found: tuple[int, ...]) -> None:
    assert _found(_index(*TITLES), typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("atention", (0, 1)),
        ("attnetion", (0, 1)),
        ("transfromer", (3,)),
        ("trasnf", (3,)),  # half typed
        ("bayse naive", (2,)),
        ("lsmt", (6,)),
        ("xyz", ()),
        ("quantum", ()),
        ("atention quantum", ()),
        ("ls" * 200, ()),
    ],
)
def test_typos_are_corrected_if_there_is_no_exact_match(typed: str, found: tuple[int, ...]) -> None:
    index = _index(*TITLES)
    assert _found(index, typed) == found
    assert index.find(typed).is_fuzzy is bool(found)


def test_exact_matches_are_not_mixed_with_similar_ones() -> None:
    index = _index("Causal", "Casual")
    assert (_found(index, "casual"), index.find("casual").is_fuzzy) == ((1,), False)
    assert (_found(index, "cuasal"), index.find("cuasal").is_fuzzy) == ((0,), True)


def test_rapidfuzz_is_imported_after_a_typo_only() -> None:
    code = (
        "import sys; from roadmap_tui.core.search.index import SearchDocument, SearchIndex\n"
        "index = SearchIndex([SearchDocument('Attention', '')]); index.find('att')\n"
        "print('rapidfuzz' in sys.modules); index.find('atention'); print('rapidfuzz' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_every_field_of_a_node_is_searched_and_the_roadmap_comes_first() -> None:
    resource = Resource("Slides", "https://cs229.stanford.edu/notes?week=3", "docs", "A. Ng")
    item = Item("i", "Bayes", summary="a theorem", note="from college", resources=(resource,))
    section = Section("s", "Basics", note="first term", children=(item,))
    roadmap = Roadmap("r", "A plan", summary="of study", children=(section,))
    index = SearchIndex(documents(roadmap, FlatTree(roadmap)), ROOT)
    for typed, found in (
        ("plan", (ROOT,)),
        ("study", (ROOT,)),
        ("term", (0,)),
        ("theorem", (1,)),
        ("college", (1,)),
        ("slides", (1,)),
        ("stanford.edu", (1,)),
        ("ng bayes", (1,)),
        ("https", ()),
        ("week", ()),
    ):
        assert _found(index, typed) == found, typed


def test_annotations_replace_earlier_ones() -> None:
    index = _index("One", "Two")
    index.set_annotations(1, ["a zebra", "a lynx"], [Resource("Mine", "https://my.example/x")])
    assert [_found(index, typed) for typed in ("zebra", "lynx two", "mine", "my.example")] == [(1,)] * 4
    assert _found(index, "zbera") == (1,)
    index.set_annotations(1, ["a horse"])
    assert [_found(index, typed) for typed in ("zebra", "mine", "zbera", "horse")] == [(), (), (), (1,)]
    index.set_annotations(1, [])
    assert _found(index, "horse") == ()


def test_the_nearest_title_comes_before_nearer_summaries() -> None:
    index = SearchIndex(
        [
            SearchDocument("One", "bayes"),
            SearchDocument("Bayes", ""),
            SearchDocument("Two", "bayes"),
            SearchDocument("Bayes again", ""),
        ]
    )
    found = index.find("bayes")
    assert [index.nearest(found, start) for start in range(-1, 5)] == [1, 1, 1, 3, 3, 1]
    only_inside = SearchIndex(
        [SearchDocument("One", "bayes"), SearchDocument("Two", ""), SearchDocument("Three", "bayes")]
    )
    assert [only_inside.nearest(only_inside.find("bayes"), start) for start in (0, 1, 3)] == [0, 2, 0]
    with pytest.raises(ValueError):
        index.nearest(SearchResult(), 0)


def test_the_best_matches_come_first_up_to_the_limit() -> None:
    titles = ("Self-attention", "The attention", "Attention mechanisms", "Attention", "Inattention")
    index = SearchIndex(
        [*(SearchDocument(title, "") for title in titles), SearchDocument("Other", "attention")]
    )
    found = index.find("attention")
    assert [at for _, at in index.best(found, 9)] == [3, 2, 1, 0, 4, 5]
    assert [at for _, at in index.best(found, 2)] == [3, 2]


def test_the_nearest_match_is_a_whole_word_before_a_part_of_one() -> None:
    titles = ("Support vectors", "A PPO2 variant", "PPO (clipped)", "Other")
    index = SearchIndex(SearchDocument(title, "ppo") for title in titles)
    assert [index.nearest(index.find("ppo"), start) for start in range(4)] == [2, 2, 2, 2]
    assert index.nearest(index.find("pp"), 0) == 1
    assert index.nearest(index.find("upp"), 2) == 0


@given(st.lists(st.text("abc é", max_size=8), max_size=6), st.text("abcé ", max_size=4))
def test_exact_search_equals_a_naive_implementation(titles: list[str], typed: str) -> None:
    found = _index(*titles).find(typed)
    words = fold(typed).split()
    plain = [at for at, title in enumerate(titles) if words and all(word in fold(title) for word in words)]
    if plain or not found.is_fuzzy:
        assert list(found.positions) == plain
    assert all(at in found for at in found.positions)
    assert not any(at in found for at in range(-1, 9) if at not in found.positions)


# Marks


@pytest.mark.parametrize(
    ("title", "typed", "marked"),
    [
        ("Attention", "tt", ["tt"]),
        ("Banana", "ana", ["anana"]),
        ("Naïve Bayes", "naive", ["Naïve"]),
        ("Nai\u0308ve", "nai", ["Nai\u0308"]),
        ("Straße", "ss", ["ß"]),
        ("深度学习", "学", ["学"]),
        ("Self-Attention", "att self", ["Self", "Att"]),
        ("Attention", "x", []),
    ],
)
def test_highlights_are_on_the_typed_letters(title: str, typed: str, marked: list[str]) -> None:
    words = tuple((word,) for word in fold(typed).split())
    assert [title[start:end] for start, end in highlight_ranges(title, words)] == marked


@given(st.text(max_size=12), st.lists(st.text(min_size=1, max_size=3), max_size=3))
def test_highlights_are_separate_and_ordered(title: str, typed: list[str]) -> None:
    words = tuple((word,) for word in map(fold, typed) if word)
    edges = [edge for stretch in highlight_ranges(title, words) for edge in stretch]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(title) for edge in edges)


# Filters

sets = st.frozensets(st.sampled_from(CHOICES))


@given(sets, sets)
def test_a_filter_matches_any_status_any_kind_and_all_other_facets(
    chosen: frozenset[str], traits: frozenset[str]
) -> None:
    groups = [frozenset[str](STATUSES), *map(frozenset, (ITEM_KINDS.values(), LEVELS, KINDS))]
    any_of_each = all(not chosen & group or chosen & group & traits for group in groups)
    all_flags = all(flag in traits for flag in (READY, DUE, LEECH, NOTE, PATH, NEW, SHORT) if flag in chosen)
    assert Filter(chosen).matches(traits) is (any_of_each and all_flags)
    assert Filter(chosen).toggled(NOTE).toggled(NOTE) == Filter(chosen)


@given(st.lists(sets, max_size=20), sets, st.sampled_from(CHOICES))
def test_facet_counts_equal_the_number_of_matching_items(
    items: list[frozenset[str]], chosen: frozenset[str], choice: str
) -> None:
    wanted, census = Filter(chosen), FacetCounts(items)
    assert census.total == len(items)
    assert census.count(wanted) == sum(wanted.matches(traits) for traits in items)
    assert census.present == frozenset().union(*items)
    # What a choice would leave has that choice.
    leaving = wanted.replacing(choice)
    assert census.count(leaving) == sum(leaving.matches(traits) and choice in traits for traits in items)


def test_labels_are_in_the_order_of_the_choices() -> None:
    assert Filter(frozenset({"book", NOTE, "todo"})).labels == ("to do", "with a note", "has a book")
    assert all(label(choice) for choice in CHOICES)
    assert Filter().matches(frozenset())
