"""Filter items by facets: status, ready, due, note, and kinds of resources."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from roadmap_tui.core.progress.statuses import STATUS_INFO, STATUSES
from roadmap_tui.core.roadmap.model import KINDS

READY: Final = "ready"
DUE: Final = "due"
NOTE: Final = "note"
CHOICES: Final = (*STATUSES, READY, DUE, NOTE, *KINDS)
_WORDS: Final = {READY: "ready", DUE: "due for review", NOTE: "with a note"}
_STATUSES: Final = frozenset(STATUSES)
_KINDS: Final = frozenset(KINDS)


class Filter(NamedTuple):
    """The chosen facets: an item needs one of the statuses, one of the kinds, and all of the others."""

    chosen: frozenset[str] = frozenset()

    def toggled(self, choice: str) -> "Filter":
        """Return the filter with a facet added, or removed if it was chosen."""
        return Filter(self.chosen ^ {choice})

    def replacing(self, choice: str) -> "Filter":
        """Return the filter with a facet added; a status replaces other statuses, a kind other kinds."""
        others = next((group for group in (_STATUSES, _KINDS) if choice in group), frozenset())
        return Filter(self.chosen - others | {choice})

    def matches(self, facets: frozenset[str]) -> bool:
        """Return True if an item with these facets matches."""
        statuses, kinds = self.chosen & _STATUSES, self.chosen & _KINDS
        return (
            self.chosen - _STATUSES - _KINDS <= facets
            and (not statuses or not statuses.isdisjoint(facets))
            and (not kinds or not kinds.isdisjoint(facets))
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the chosen facets, in the order of ``CHOICES``."""
        return tuple(label(choice) for choice in CHOICES if choice in self.chosen)


def label(choice: str) -> str:
    """Return the display text of one of ``CHOICES``."""
    return STATUS_INFO[choice].label if choice in STATUS_INFO else _WORDS.get(choice, choice)


class FacetCounts:
    """The number of items by combination of facets, to count any filter quickly."""

    def __init__(self, facets: Iterable[frozenset[str]]) -> None:
        self._counts = Counter(facets)
        self.total = self._counts.total()

    def count(self, filter_: Filter) -> int:
        """Count the items that match a filter."""
        return sum(count for facets, count in self._counts.items() if filter_.matches(facets))

    @property
    def present(self) -> frozenset[str]:
        """The facets that at least one item has."""
        return frozenset().union(*self._counts)
