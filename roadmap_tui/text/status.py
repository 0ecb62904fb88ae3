"""The one-line status, for prompts and for the status file."""

from datetime import date

from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.text.glyphs import Glyphs


def format_counts(counts: Counts, glyphs: Glyphs) -> str:
    """Format counts briefly, for a shell prompt: ``3/12 · 25% · in progress 1``."""
    parts = [f"{counts.done}/{counts.total}", f"{counts.percent}%"]
    if doing := counts.of("doing"):
        parts.append(f"in progress {doing}")
    return (", " if glyphs.is_ascii else f" {glyphs.separator} ").join(parts)


def status_line(counts: Counts, day: date, glyphs: Glyphs) -> str:
    """Format the line of the status file: the progress and the date."""
    return f"{format_counts(counts, glyphs)}{', ' if glyphs.is_ascii else f' {glyphs.separator} '}{day}\n"
