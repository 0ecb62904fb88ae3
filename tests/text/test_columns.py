"""Charts of columns."""

from __future__ import annotations

import pytest

from roadmap_tui.text.columns import column_chart
from roadmap_tui.text.styled_text import ASCII, UNICODE, length

AXIS = ("today", "in 3 days")


def drawn(counts: list[int], width: int = 20, *, is_ascii: bool = False) -> list[str]:
    lines = column_chart(counts, width, ASCII if is_ascii else UNICODE, str(max(counts)), AXIS)
    return ["".join(span.text for span in line).rstrip() for line in lines]


def test_columns_are_as_high_as_the_counts() -> None:
    assert drawn([8, 4, 0, 1]) == [
        "8 ██",
        "  ██",
        "  ██ ██",
        "  ██ ██    ▄▄",
        "  today  in 3 days",
    ]
    assert drawn([8, 4, 0, 1], is_ascii=True)[3] == "  ## ##    ##"
    assert drawn([0, 0]) == []


@pytest.mark.parametrize("width", range(8, 130, 7))
def test_it_fits(width: int) -> None:
    counts = [number * 37 % 12 for number in range(30)]
    for glyphs in (UNICODE, ASCII):
        assert max(map(length, column_chart(counts, width, glyphs, "11", AXIS))) <= max(width, 21)
