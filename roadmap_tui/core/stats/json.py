"""The statistics as ``--json`` has them."""

from __future__ import annotations

from typing import Any

from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.core.stats import RetentionStats, SectionStats, Statistics


def statistics_to_dict(stats: Statistics) -> dict[str, Any]:
    """The statistics as a JSON object: dates are ``YYYY-MM-DD``, lists are in order, there are no fractions
    but of tenths.
    """
    finish = stats.pace.finish
    return {
        "roadmap": stats.roadmap,
        "title": stats.title,
        "today": stats.today.isoformat(),
        "since": stats.since.isoformat() if stats.since else None,
        **_tally(stats.counts),
        "retired": stats.retired,
        "streak": {
            "now": stats.streak.now,
            "longest": stats.streak.longest,
            "days_this_week": stats.this_week,
        },
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
        "finish": {
            "expected": finish.expected.isoformat(),
            "earliest": finish.earliest.isoformat(),
            "latest": finish.latest.isoformat() if finish.latest else None,
        }
        if finish
        else None,
        "burn_up": [
            {"date": point.day.isoformat(), "done": point.done, "size": point.size} for point in stats.burn_up
        ],
        "seconds": stats.seconds,
        "sections": [_part(part) for part in stats.sections],
        "retention": {
            "all": _recall(stats.retention),
            "four_weeks": _recall(stats.recent_retention),
            "wanted_percent": stats.target_percent,
        },
    }


def _tally(tally: Counts) -> dict[str, int]:
    return {
        "total": tally.total,
        "done": tally.done,
        "doing": tally.doing,
        "todo": tally.todo,
        "skipped": tally.skipped,
        "percent": tally.percent,
    }


def _part(part: SectionStats) -> dict[str, Any]:
    head = {"id": part.id or None, "title": part.title, "depth": part.depth}
    return head | _tally(part.counts) | {"seconds": part.seconds}


def _recall(recall: RetentionStats) -> dict[str, int | None]:
    return {"reviews": recall.reviews, "recalled": recall.recalled, "percent": recall.percent}
