"""Styled text is measured, truncated and wrapped in terminal cells."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from roadmap_tui.core.progress.statuses import STATUSES
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.study_lint import SPECIAL_CHARACTERS
from roadmap_tui.text import styled_text
from roadmap_tui.text.styled_text import (
    ASCII,
    ONE_CELL,
    UNICODE,
    Glyphs,
    Span,
    StyledLine,
    cells,
    justify,
    length,
    progress_bar,
    split_cells,
    to_ascii,
    truncate,
    truncate_line,
    wrap,
    wrap_url,
)
from tests.tui.stage import text_of

WIDE = "深層学習"
COMBINING = "e\u0301e\u0301"
EMOJI = "🧠🎓"

# What can reach a line: anything that was cleaned, wide, combining, right to left.
_letters = st.sampled_from("ab ✓…·" + WIDE + EMOJI + "\u0301\u0323\u05e9\u05dcक्षि한") | st.characters()
texts = st.text(_letters, max_size=30).map(lambda text: clean(text, one_line=True))
lines: st.SearchStrategy[StyledLine] = st.lists(
    st.builds(Span, texts, st.sampled_from(["", "muted", "done"])), max_size=4
)
widths = st.integers(0, 40)


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), (WIDE, 8), (COMBINING, 2), (EMOJI, 4), ("한글", 4), ("שלום", 4), ("…✓·", 3), ("", 0)],
)
def test_cells_measures_wide_and_combining_characters(text: str, width: int) -> None:
    assert cells(text) == width
    assert length([Span("a"), Span(text, "muted")]) == width + 1


def test_the_characters_known_to_have_one_cell_are_those_of_rich() -> None:
    known = [char for char in map(chr, range(0x10000)) if re.fullmatch(ONE_CELL, char)]
    assert len(known) > 1500
    assert [char for char in known if cell_len(char) != 1] == []
    assert set(known) >= {*SPECIAL_CHARACTERS, *"".join(UNICODE)}


@pytest.mark.parametrize(
    ("text", "width", "kept"),
    [
        ("gradient", 8, "gradient"),
        ("gradient", 7, "gradie…"),
        ("a gradient", 3, "a…"),
        (WIDE, 8, WIDE),
        (WIDE, 7, "深層学…"),
        (WIDE, 6, "深層…"),
        (WIDE, 1, "…"),
        (WIDE, 0, ""),
        (COMBINING * 3, 4, COMBINING + "e\u0301…"),
        ("ab", -3, ""),
    ],
)
def test_truncate_ends_with_an_ellipsis(text: str, width: int, kept: str) -> None:
    assert truncate(text, width) == kept
    assert truncate(text, width, "~") == kept.replace("…", "~")


@given(texts, widths)
def test_truncated_text_fits_and_keeps_its_start(text: str, width: int) -> None:
    kept = truncate(text, width)
    assert cells(kept) <= width
    assert text.startswith(kept.removesuffix("…")) or kept == text
    if cells(text) <= width:
        assert kept == text


@given(lines, widths)
def test_truncate_line_keeps_the_first_cells(line: StyledLine, width: int) -> None:
    kept = truncate_line(line, width)
    assert length(kept) <= width
    if length(line) <= width:
        assert kept == line
    elif width:
        assert text_of(kept).endswith("…")
        assert text_of(line).startswith(text_of(kept).removesuffix("…"))
        assert length(kept) >= width - 1
    for before, after in zip(line, kept, strict=False):
        assert (before.style, before.link) == (after.style, after.link)


@given(lines, lines, widths)
@example([], [Span(WIDE)], 2)
@example([Span(WIDE)], [Span("1/2")], 6)
def test_justify_makes_a_line_of_exactly_the_width(left: StyledLine, right: StyledLine, width: int) -> None:
    line = justify(left, right, width)
    assert length(line) == width
    if length(left) + length(right) <= width:
        assert text_of(line).startswith(text_of(left))
    if length(right) <= width:
        assert text_of(line).endswith(text_of(right))


@pytest.mark.parametrize(
    ("text", "width", "wrapped"),
    [
        ("the chain rule", 14, ["the chain rule"]),
        ("the chain rule", 13, ["the chain", "rule"]),
        ("the chain rule", 3, ["the", "cha", "in", "rul", "e"]),
        ("one\n\ntwo", 9, ["one", "", "two"]),
        ("", 5, [""]),
        ("深層学習 は", 4, ["深層", "学習", "は"]),
        ("深層学習 は", 5, ["深層", "学習", "は"]),
        (COMBINING * 2, 3, ["e\u0301" * 3, "e\u0301"]),
        ("深", 1, ["深"]),
    ],
)
def test_wrap_breaks_at_spaces(text: str, width: int, wrapped: list[str]) -> None:
    assert wrap(text, width) == wrapped


@given(st.text(_letters | st.just("\n"), max_size=60).map(clean), st.integers(2, 20))
def test_wrapped_lines_fit_and_lose_only_spaces(text: str, width: int) -> None:
    wrapped = wrap(text, width)
    assert "".join(wrapped).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert all(cells(line) <= width for line in wrapped)
    assert len(wrapped) >= text.count("\n") + 1


@given(texts, st.integers(2, 20))
def test_wrap_keeps_words_that_fit_whole(text: str, width: int) -> None:
    assume(all(cells(word) <= width for word in text.split(" ")))
    assert " ".join(line for line in wrap(text, width) if line).split() == text.split()


@given(texts, st.integers(1, 20))
def test_split_pieces_join_to_the_text(text: str, width: int) -> None:
    pieces = split_cells(text, width)
    assert "".join(pieces) == text
    assert len(pieces) >= 1
    assert all(cells(piece) <= max(2, width) for piece in pieces)
    if width > 1:
        assert all(cells(piece) >= width - 1 for piece in pieces[:-1])


@given(st.text("ab/?&-.=_%" + WIDE + EMOJI, min_size=1, max_size=60), st.integers(1, 20))
def test_url_pieces_join_to_the_url(text: str, width: int) -> None:
    pieces = wrap_url(text, width)
    assert "".join(pieces) == text
    assert all(0 < cells(piece) <= max(2, width) for piece in pieces)


def test_urls_are_split_after_separators() -> None:
    assert wrap_url("https://d2l.ai/chapter_mlp/backprop.html?a=1", 20) == [
        "https://d2l.ai/",
        "chapter_mlp/",
        "backprop.html?a=1",
    ]
    assert wrap_url("https://d2l.ai/" + "x" * 20, 16) == ["https://d2l.ai/", "x" * 16, "xxxx"]
    assert wrap_url("a/" + "x" * 18, 10) == ["a/" + "x" * 8, "x" * 10]
    assert wrap_url("https://d2l.ai/", 15) == ["https://d2l.ai/"]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@given(total=st.integers(0, 500), part=st.floats(0, 1), width=st.integers(1, 40))
def test_a_progress_bar_is_full_only_at_the_end_and_empty_only_at_the_start(
    glyphs: Glyphs, total: int, part: float, width: int
) -> None:
    done = round(total * part)
    line = progress_bar(done, total, width, glyphs)
    text = text_of(line)
    assert length(line) == width
    assert (text == glyphs.bar * width) is (0 < total == done)
    assert (text == glyphs.bar_rest * width) is (done == 0)


def test_a_progress_bar_has_steps_of_half_a_cell() -> None:
    shown = [text_of(progress_bar(done, 8, 4, UNICODE)) for done in range(9)]
    assert shown == ["────", "╸───", "━───", "━╸──", "━━──", "━━╸─", "━━━─", "━━━╸", "━━━━"]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_glyphs_are_one_cell_wide_and_statuses_differ(glyphs: Glyphs) -> None:
    statuses = [glyphs.of(status) for status in STATUSES]
    single = {*glyphs, *statuses, *glyphs.corners} - {glyphs.corners}
    assert {cell_len(glyph) for glyph in single} == {1}
    assert all(ord(glyph) < 0x10000 for glyph in single)
    assert len({*statuses, glyphs.unsaved}) == len(STATUSES) + 1
    assert len({glyphs.bar, glyphs.bar_half, glyphs.bar_rest}) == 3
    assert glyphs.folded != glyphs.unfolded
    assert {glyphs.cursor, glyphs.selected, glyphs.note}.isdisjoint({" "})


def test_ascii_glyphs_are_ascii() -> None:
    assert "".join((*ASCII, *map(ASCII.of, STATUSES))).isascii()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain", "plain"),
        ("Bias–Variance", "Bias-Variance"),
        ("naïve Poincaré", "naive Poincare"),
        ("\u2018a\u2019 “b” … \u00d7 · ›", "'a' \"b\" ~ x - >"),
        ("\u2190\u2191\u2192\u2193", "<^>v"),
        (WIDE, "??" * 4),
        (EMOJI, "??" * 2),
        ("ε-greedy RL²", "?-greedy RL2"),
        (COMBINING, "ee"),
    ],
)
def test_to_ascii_transliterates(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


@given(texts)
def test_to_ascii_keeps_the_width(text: str) -> None:
    plain = to_ascii(text)
    assert plain.isascii()
    assert cells(plain) == cells(text)


def test_wrapping_a_long_text_without_spaces_measures_each_part_a_few_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured = 0

    def counting_cells(text: str) -> int:
        nonlocal measured
        measured += len(text)
        return cells(text)

    monkeypatch.setattr(styled_text, "cells", counting_cells)
    assert wrap("漢" * 20_000, 41) == ["漢" * 20] * 1000
    assert measured < 10 * 20_000
