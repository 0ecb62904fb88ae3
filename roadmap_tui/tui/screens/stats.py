"""The statistics of the roadmap."""

from __future__ import annotations

from roadmap_tui.core.stats import Statistics
from roadmap_tui.tui.dialog import PageDialog
from roadmap_tui.tui.keymap import Keymap
from roadmap_tui.tui.lines import Glyphs
from roadmap_tui.tui.stats_page import stats_lines


class StatsScreen(PageDialog):
    """What the log says of a roadmap, as it was when this was opened."""

    NAME = "stats"

    def __init__(self, keymap: Keymap, glyphs: Glyphs, stats: Statistics) -> None:
        # Numbers at the right edge keep off the scrollbar.
        super().__init__(keymap, glyphs, lambda width: stats_lines(stats, width - 1, glyphs))
