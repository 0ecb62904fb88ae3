from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roadmap_tui.core.roadmap.titles import TitleParts, normalize_title, strip_brackets


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Self-Attention & Multi-Head Attention", "self attention multi-head ATTENTION"),
        ("**Encoder–Decoder** `Architectures`", "Encoder-Decoder Architectures"),
        ("3. Core Deep Learning", "12) Core deep learning"),
        ("(3) Core", "core"),
        ("1.2. Core", "core"),
        ("Don't Panic", "Dont panic"),
        ("Don\u2019t Panic", "Don't panic"),
        ("\U0001f680 Getting started!", "Getting started"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("snake_case", "snake case"),
        ("\uff21\uff22\uff23", "abc"),
        ("\u2102 analysis", "c analysis"),
        ("C ++", "C"),
    ],
)
def test_spelling_of_a_title_is_ignored(title: str, same: str) -> None:
    assert normalize_title(title) == normalize_title(same)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("C", "C++"),
        ("C", "C#"),
        ("1.0 release", "2.0 release"),
        ("3D Vision", "Vision"),
        ("2024. Goals", "2025. Goals"),
        ("Part 1", "Part 2"),
        ("Exploration (ε-greedy)", "Exploration (softmax)"),
        ("हिन्दी", "हन्दी"),  # they differ by a combining mark
        ("?!", "!?"),
        ("42.", "43."),
        ("✅", "❌"),
    ],
)
def test_titles_with_other_words_differ(title: str, other: str) -> None:
    assert normalize_title(title) != normalize_title(other)
    assert normalize_title(title, heading=True) != normalize_title(other, heading=True) or title.endswith(
        "release"
    )


@pytest.mark.parametrize(
    "number", ["1.", "1)", "12.3", "1.3.4.", "3 –", "3 -", "3:", "[3]", "(3)", "1\u20e3"]
)
def test_the_number_of_a_heading_is_ignored(number: str) -> None:
    assert normalize_title(f"{number} Core", heading=True) == "core"


@pytest.mark.parametrize("title", ["3D Vision", "3-D Vision", "100 Days of Code", "2024: goals", "7."])
def test_a_meaningful_number_is_kept(title: str) -> None:
    assert normalize_title(title, heading=True)[0].isdecimal()


@pytest.mark.parametrize(
    ("title", "words", "brackets"),
    [
        ("Regularization (Ridge (L2) and Lasso (L1))", "regularization", {"ridge l2 and lasso l1"}),
        ("Optimization (Adam, etc.) (next term)", "optimization", {"adam etc", "next term"}),
        ("PPO (a)(b) done", "ppo done", {"a", "b"}),
        ("Temporal (TD(0), TD(λ))", "temporal", {"td 0 td λ"}),
        ("TD(0)", "td 0", set()),
        ("(optional)", "optional", set()),
        ("(non-linear) Models", "models", {"non linear"}),
        ("Open (ended", "open ended", set()),
        ("Closed) only", "closed only", set()),
        ("Plain", "plain", set()),
    ],
)
def test_brackets_are_split_off(title: str, words: str, brackets: set[str]) -> None:
    assert strip_brackets(title) == TitleParts(words, frozenset(brackets))


def test_added_and_removed_brackets_match_but_exchanged_ones_do_not() -> None:
    plain, one, other, both = (
        strip_brackets(f"Detection{rest}") for rest in ("", " (U-Net)", " (YOLO)", " (YOLO) (U-Net)")
    )
    assert plain.differs_only_by_brackets(one)
    assert one.differs_only_by_brackets(plain)
    assert both.differs_only_by_brackets(one)
    assert one.differs_only_by_brackets(both)
    assert not one.differs_only_by_brackets(other)


anything = st.text(st.sampled_from("aB1.) (+#*_-–'éß́λ🚀\u20e3")) | st.text()


@given(anything, st.booleans())
@example("1. 2. 3. x", False)
def test_every_title_has_a_normalized_form(title: str, heading: bool) -> None:
    assert bool(normalize_title(title, heading=heading)) == bool(title.strip())
    assert bool(strip_brackets(title).words) == bool(title.strip())
