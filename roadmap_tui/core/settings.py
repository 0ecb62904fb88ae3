"""What the reader can set, and what holds where nothing was."""

from __future__ import annotations

from typing import Final, NamedTuple


class Settings(NamedTuple):
    """All settings. ``day_start`` is in minutes after midnight, ``keys`` pairs of a command and its keys."""

    theme: str = ""
    ascii: bool = False
    mouse: bool = True
    side_by_side: int = 100
    start: str = "last"
    slow_link: bool = False
    day_start: int = 4 * 60
    reviews_a_day: int = 10
    retention: float = 0.9
    most_items: int = 20_000
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()


DEFAULTS: Final = Settings()
