"""The reviews of the next days as columns."""

from __future__ import annotations

import pytest

from roadmap_tui.text.review_forecast import review_forecast
from roadmap_tui.text.styled_text import ASCII, UNICODE, length


def drawn(counts: list[int], width: int = 20, *, is_ascii: bool = False) -> list[str]:
    lines = review_forecast(counts, width, ASCII if is_ascii else UNICODE)
    return ["".join(span.text for span in line).rstrip() for line in lines]


def test_columns_are_as_high_as_the_counts() -> None:
    assert drawn([8, 4, 0, 1]) == [
        "8 ██",
        "  ██",
        "  ██ ██",
        "  ██ ██    ▄▄",
        "  today    in 3 days",
    ]
    assert drawn([8, 4, 0, 1], is_ascii=True)[3] == "  ## ##    ##"
    assert drawn([0, 0]) == []


@pytest.mark.parametrize("width", range(8, 130, 7))
def test_it_fits(width: int) -> None:
    counts = [number * 37 % 12 for number in range(30)]
    for glyphs in (UNICODE, ASCII):
        assert max(map(length, review_forecast(counts, width, glyphs))) <= max(width, 21)
