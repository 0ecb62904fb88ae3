"""The statistics of a study, by its clock and its settings."""

from __future__ import annotations

from datetime import date

from roadmap_tui.core.stats import Statistics, statistics
from roadmap_tui.study.event_store import Ledger


def statistics_of(ledger: Ledger, since: date | None = None) -> Statistics:
    """What the log says of a roadmap now; ``since`` leaves out the days before it."""
    name = ledger.source.id, ledger.roadmap.title
    return statistics(
        ledger.progress, name, ledger.order, ledger.counts, ledger.now(), ledger.settings, since
    )
