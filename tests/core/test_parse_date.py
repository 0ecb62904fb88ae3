"""Parsing days on the command line."""

from __future__ import annotations

from datetime import date

import pytest

from roadmap_tui.core.parse_date import since, until

TODAY = date(2026, 5, 31)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-02-01", date(2026, 2, 1)),
        ("2026-05-31", TODAY),
        ("0d", TODAY),
        ("7d", date(2026, 5, 24)),
        (" 2W ", date(2026, 5, 17)),
        ("3m", date(2026, 2, 28)),
        ("5m", date(2025, 12, 31)),
        ("12m", date(2025, 5, 31)),
        ("1y", date(2025, 5, 31)),
    ],
)
def test_past_days_are_parsed(words: str, day: date) -> None:
    assert since(words, TODAY) == day


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "neither"),
        ("yesterday", "neither"),
        ("7", "neither"),
        ("-7d", "neither"),
        ("7d2w", "neither"),
        ("20260201", "neither"),
        ("٣d", "neither"),
        ("2026-02-30", "no such day"),
        ("2026-06-01", "in the future"),
        ("999999m", "before all calendars"),
        ("99999y", "before all calendars"),
        ("999999w", "before all calendars"),
    ],
)
def test_invalid_past_days_are_refused(words: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        since(words, TODAY)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-12-06", date(2026, 12, 6)),
        ("0d", TODAY),
        ("14d", date(2026, 6, 14)),
        (" 2W ", date(2026, 6, 14)),
        ("1m", date(2026, 6, 30)),
        ("7m", date(2026, 12, 31)),
        ("1y", date(2027, 5, 31)),
    ],
)
def test_future_days_are_parsed(words: str, day: date) -> None:
    assert until(words, TODAY) == day


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("soon", "neither .* from now"),
        ("20261206", "neither"),
        ("2026-W49-1", "neither"),
        ("٣d", "neither"),
        ("2026-02-30", "no such day"),
        ("999999m", "after all calendars"),
        ("99999y", "after all calendars"),
        ("999999w", "after all calendars"),
    ],
)
def test_invalid_future_days_are_refused(words: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        until(words, TODAY)
