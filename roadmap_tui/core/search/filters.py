"""Filter items by facets: status, ready, due, note, new, their kind, and the kinds of their resources."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from roadmap_tui.core.progress.statuses import STATUS_INFO, STATUSES
from roadmap_tui.core.roadmap.kinds import MATERIAL, PROJECT, TOPIC
from roadmap_tui.core.roadmap.model import KINDS

READY: Final = "ready"
DUE: Final = "due"
LEECH: Final = "leech"
NOTE: Final = "note"
PATH: Final = "path"
NEW: Final = "new"
SHORT: Final = "short"
SHORT_MINUTES: Final = 30
LEVELS: Final = ("level-1", "level-2", "level-3")
# The facets of item kinds, by kind; "project" alone is a kind of resources.
ITEM_KINDS: Final = {TOPIC: "a-topic", PROJECT: "a-project", MATERIAL: "a-material"}
CHOICES: Final = (*STATUSES, READY, DUE, LEECH, NOTE, PATH, NEW, SHORT, *ITEM_KINDS.values(), *LEVELS, *KINDS)
_WORDS: Final = {
    READY: "ready",
    DUE: "due for review",
    LEECH: "forgotten often (leeches)",
    NOTE: "with a note",
    PATH: "on the path",
    NEW: "new since the update",
    SHORT: f"something under {SHORT_MINUTES} min",
    "a-topic": "topic",
    "a-project": "project",
    "a-material": "material",
    **{level: level.replace("-", " ") for level in LEVELS},
    **{kind: f"has {'an' if kind[0] in 'aeiou' else 'a'} {kind}" for kind in KINDS},
    "docs": "has docs",
}
# Of the chosen facets of one of these groups, an item needs one.
_ALTERNATIVES: Final = tuple(map(frozenset, (STATUSES, ITEM_KINDS.values(), LEVELS, KINDS)))


class Filter(NamedTuple):
    """The chosen facets: an item matches with one of each group of alternatives and all ungrouped ones."""

    chosen: frozenset[str] = frozenset()

    def toggled(self, choice: str) -> "Filter":
        """Return the filter with a facet added, or removed if it was chosen."""
        return Filter(self.chosen ^ {choice})

    def replacing(self, choice: str) -> "Filter":
        """Return the filter with a facet added; one of a group of alternatives replaces the others."""
        others = next((group for group in _ALTERNATIVES if choice in group), frozenset())
        return Filter(self.chosen - others | {choice})

    def matches(self, facets: frozenset[str]) -> bool:
        """Return True if an item with these facets matches."""
        required = self.chosen
        for group in _ALTERNATIVES:
            if chosen := self.chosen & group:
                required -= chosen
                if chosen.isdisjoint(facets):
                    return False
        return required <= facets

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
