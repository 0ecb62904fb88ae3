"""The hours that items take the reader, from the roadmap's estimates and the logged time."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from roadmap_tui.core.forecast import Effort, Ratio, median, own_ratio
from roadmap_tui.core.progress.time_tracking import length
from roadmap_tui.core.roadmap.model import DEFAULT_HOURS, Item
from roadmap_tui.study.study import Study

MIN_FINISHED: Final = 5  # items with logged time that make a median
_HOUR: Final = 3600


class Estimates:
    """The estimates of a study as of now."""

    def __init__(self, study: Study) -> None:
        self._study = study

    @cached_property
    def _spent(self) -> dict[str, float]:
        """The hours logged on each item; the item that was timed last is the last."""
        now, spent = self._study.now(), dict[str, float]()
        for entry in self._study.progress.time_entries():
            if entry.roadmap == self._study.source.id:
                spent[entry.target] = spent.pop(entry.target, 0) + length(entry.timing, now) / _HOUR
        return spent

    @cached_property
    def _finished(self) -> list[Item]:
        """The done items with logged time, by its last start, without those known from a placement."""
        # Not by when they were done: for that their whole histories would have to be read.
        study = self._study
        placed = study.progress.placed_ids(study.source.id)
        known = {node_id for node_id in placed if study.state(node_id).is_placed}
        done = set(study.counts.ids_of("done")) - known
        return study.items(node_id for node_id in self._spent if node_id in done)

    @cached_property
    def ratio(self) -> Ratio:
        """The ratio of the reader's logged hours to the roadmap's estimates."""
        return own_ratio([(item.hours, self._spent[item.id]) for item in self._finished if item.hours])

    @cached_property
    def _medians(self) -> dict[int, float]:
        """The median of the logged hours by kind of item, where enough items are finished."""
        by_kind: dict[int, list[float]] = {}
        for item in self._finished:
            by_kind.setdefault(self._kind(item), []).append(self._spent[item.id])
        return {kind: median(hours) for kind, hours in by_kind.items() if len(hours) >= MIN_FINISHED}

    def _kind(self, item: Item) -> int:
        tree = self._study.tree
        return tree.kinds[tree.index_of[item.id]]

    def spent(self, item_id: str) -> float:
        """Return the hours logged on an item."""
        return self._spent.get(item_id, 0.0)

    def effort(self, item: Item) -> Effort:
        """Return the hours of an item: estimated by the roadmap, or the median of the reader's, or 3."""
        hours = item.hours or self._medians.get(self._kind(item), DEFAULT_HOURS)
        return Effort(hours, not item.hours, self.spent(item.id))
