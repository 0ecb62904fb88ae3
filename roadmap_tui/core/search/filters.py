"""Which items are to be shown: by status, review, note, kinds of resources, and what is ready."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from roadmap_tui.core.progress.events import STATUSES
from roadmap_tui.core.roadmap.model import KINDS

READY: Final = "ready"
DUE: Final = "due"
NOTE: Final = "note"
CHOICES: Final = (*STATUSES, READY, DUE, NOTE, *KINDS)
_WORDS: Final = {"todo": "to do", READY: "ready to begin", DUE: "due for review", NOTE: "with a note"}
_STATUSES: Final = frozenset(STATUSES)
_KINDS: Final = frozenset(KINDS)


class Filter(NamedTuple):
    """What an item has to have to be shown: some of ``CHOICES``; none shows everything.

    Of several statuses, or several kinds of resources, any one will do; all else has to be so together.
    """

    chosen: frozenset[str] = frozenset()

    def toggled(self, choice: str) -> Filter:
        """The filter with a choice made, or taken back."""
        return Filter(self.chosen ^ {choice})

    def replacing(self, choice: str) -> Filter:
        """The filter with a choice made; among statuses, and among kinds, with that one instead of others."""
        rivals = next((group for group in (_STATUSES, _KINDS) if choice in group), frozenset())
        return Filter(self.chosen - rivals | {choice})

    def matches(self, traits: frozenset[str]) -> bool:
        """Whether an item is shown that has these of ``CHOICES``."""
        if not self.chosen:
            return True
        statuses, kinds = self.chosen & _STATUSES, self.chosen & _KINDS
        return (
            self.chosen - _STATUSES - _KINDS <= traits
            and (not statuses or not statuses.isdisjoint(traits))
            and (not kinds or not kinds.isdisjoint(traits))
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """What is chosen, as it is said to people, in the order of ``CHOICES``."""
        return tuple(label(choice) for choice in CHOICES if choice in self.chosen)


def label(choice: str) -> str:
    """One of ``CHOICES`` as it is said to people."""
    return _WORDS.get(choice, choice)


class FacetCounts:
    """How many items there are of each combination of traits: counts at once, for any filter."""

    def __init__(self, traits: Iterable[frozenset[str]]) -> None:
        self._counts = Counter(traits)
        self.total = self._counts.total()

    def count(self, wanted: Filter) -> int:
        """How many items a filter leaves."""
        return sum(count for traits, count in self._counts.items() if wanted.matches(traits))

    @property
    def present(self) -> frozenset[str]:
        """The traits that any item has."""
        return frozenset().union(*self._counts)
