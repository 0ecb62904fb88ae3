"""The days of moments as people write them."""

from __future__ import annotations

from datetime import datetime

from roadmap_tui.core.telling import day_told


def day(at: datetime, now: datetime) -> str:
    """A day as people write it: ``12 Oct``, with the year if it is another than this one."""
    return day_told(at.astimezone(now.tzinfo).date(), now.date())
