"""The JSON form of the statistics."""

from __future__ import annotations

from typing import Any

from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.core.stats import RetentionStats, Statistics


def statistics_to_dict(stats: Statistics) -> dict[str, Any]:
    """Convert statistics to a JSON object; dates are ``YYYY-MM-DD``."""
    finish = stats.pace.finish
    return {
        "roadmap": stats.roadmap,
        "title": stats.title,
        "today": stats.today.isoformat(),
        "since": stats.since.isoformat() if stats.since else None,
        **_counts(stats.counts),
        "retired": stats.retired,
        "streak": stats.streak._asdict() | {"days_this_week": stats.this_week},
        "days": [
            {"date": day.day.isoformat(), "done": day.done, "reviewed": day.reviewed, "timed": day.timed}
            for day in stats.days
        ],
        "pace": {
            "weeks": list(stats.pace.weeks),
            "done": stats.pace.done,
            "per_week": stats.pace.per_week_x10 / 10,
            "missing": stats.pace.missing or None,
        },
        "finish": finish and {name: day and day.isoformat() for name, day in finish._asdict().items()},
        "burn_up": [
            {"date": point.day.isoformat(), "done": point.done, "size": point.size} for point in stats.burn_up
        ],
        "seconds": stats.seconds,
        "sections": [
            {"id": id_ or None, "title": title, "depth": depth, **_counts(counts), "seconds": seconds}
            for id_, title, depth, counts, seconds in stats.sections
        ],
        "retention": {
            "all": _retention(stats.retention),
            "four_weeks": _retention(stats.recent_retention),
            "wanted_percent": stats.target_percent,
        },
        "due_by_day": list(stats.due_by_day),
        "leeches": list(stats.leeches),
    }


def _counts(counts: Counts) -> dict[str, int]:
    return {"total": counts.total, **counts.by_status, "percent": counts.percent}


def _retention(stats: RetentionStats) -> dict[str, int | None]:
    return {"reviews": stats.reviews, "recalled": stats.recalled, "percent": stats.percent}
