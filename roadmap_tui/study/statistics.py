"""The statistics of a study, by its clock and its settings."""

from __future__ import annotations

from datetime import date

from roadmap_tui.core.stats import Statistics, statistics
from roadmap_tui.study.event_store import EventStore


def statistics_of(store: EventStore, since: date | None = None) -> Statistics:
    """What the log says of a roadmap now; ``since`` leaves out the days before it."""
    name = store.source.id, store.roadmap.title
    return statistics(store.progress, name, store.tree, store.counts, store.now(), store.settings, since)
