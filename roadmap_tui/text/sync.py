"""The result of a sync in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap_tui.core.humanize import pluralize

if TYPE_CHECKING:
    from roadmap_tui.store.sync import SyncResult


def format_sync(result: SyncResult) -> str:
    """Describe what a sync exchanged, or why its commits wait."""
    if result.why:
        commits = pluralize(result.waiting, "commit")
        return f"{commits} wait{'s' if result.waiting == 1 else ''} for {result.remote}: {result.why}"
    if result.received or result.sent or result.roadmaps:
        roadmaps = f", {pluralize(result.roadmaps, 'roadmap')} exchanged" if result.roadmaps else ""
        return (
            f"{pluralize(result.received, 'event')} received, {result.sent} sent{roadmaps}: {result.remote}"
        )
    return f"nothing new: {result.remote}"
