"""The statistics of the roadmap."""

from __future__ import annotations

from roadmap_tui.core.stats import Statistics
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.statistics import render_statistics
from roadmap_tui.text.styled_text import Glyphs
from roadmap_tui.tui.widgets.modal import PageModal


class StatisticsScreen(PageModal):
    """What the log says of a roadmap, as it was when this was opened."""

    SCOPE = "stats"

    def __init__(self, keymap: Keymap, glyphs: Glyphs, stats: Statistics) -> None:
        # Numbers at the right edge keep off the scrollbar.
        super().__init__(keymap, glyphs, lambda width: render_statistics(stats, width - 1, glyphs))
