"""The statistics of a roadmap."""

from __future__ import annotations

from roadmap_tui.core.stats import Statistics
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.statistics import render_statistics
from roadmap_tui.text.styled_text import Glyphs
from roadmap_tui.tui.widgets.modal import PageModal


class StatisticsScreen(PageModal[None]):
    """Shows statistics computed when it was opened."""

    SCOPE = "stats"

    def __init__(self, keymap: Keymap, glyphs: Glyphs, stats: Statistics) -> None:
        # One column less, so that numbers at the right do not touch the scrollbar.
        super().__init__(keymap, glyphs, lambda width: render_statistics(stats, width - 1, glyphs))
