"""Finding and filtering in a study: what its reader wrote counts as much as what the source says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.search.filters import DUE, NOTE, READY, FacetCounts
from roadmap_tui.core.search.index import SearchIndex, SearchResult, documents
from roadmap_tui.core.tree_view import ROOT

if TYPE_CHECKING:
    from roadmap_tui.study.study import Study


class Search:
    """Finds nodes of a study by their words, and items by what is so of them."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._shape = -1
        self._events = -1
        self._index: SearchIndex
        self._seen: dict[str, ItemState] = {}

    def find(self, typed: str) -> SearchResult:
        """The nodes that have the words of what was typed in them."""
        return self._current().find(typed)

    def nearest(self, found: SearchResult, start: int) -> int:
        """The match to go to first from a position: see ``Index.nearest``."""
        return self._current().nearest(found, start)

    def best(self, found: SearchResult, count: int) -> list[tuple[tuple[int, int], int]]:
        """The positions that fit best, each after how well: see ``Index.best``."""
        return self._current().best(found, count)

    def _current(self) -> SearchIndex:
        """The index, with what the reader wrote since it was last asked for."""
        study = self._study
        if self._shape != study.tree_version:
            self._shape, self._events, self._seen = study.tree_version, -1, {}
            self._index = SearchIndex(documents(study.roadmap, study.tree), ROOT)
        if self._events != len(study.progress):
            self._events = len(study.progress)
            for node_id in study.progress.annotated_ids(study.source.id):
                # A state that nothing happened to is the very same one.
                if (state := study.state(node_id)) is not self._seen.get(node_id):
                    self._take_in(node_id, state)
        return self._index

    def _take_in(self, node_id: str, state: ItemState) -> None:
        before = self._seen.get(node_id, ItemState())
        self._seen[node_id] = state
        at = self._study.tree.index_of.get(node_id, None if node_id else ROOT)
        if at is not None and (state.notes, state.resources) != (before.notes, before.resources):
            self._index.set_annotations(at, [note.text for note in state.notes], state.resources)

    # What is so of the items

    def facets(self) -> dict[int, frozenset[str]]:
        """What is so of each item that has not left the source, of ``CHOICES``, by its position."""
        study = self._study
        written, due = set(study.progress.annotated_ids(study.source.id)), study.reviews.due_ids()
        alike: dict[tuple[object, ...], frozenset[str]] = {}
        found: dict[int, frozenset[str]] = {}
        for at, node in enumerate(study.tree.nodes[: study.tree.active_count]):
            if not isinstance(node, Item):
                continue
            status = study.status_at(at)
            resources, has_note = node.resources, False
            if node.id in written:
                resources, has_note = study.resources(node.id), bool(study.state(node.id).notes)
            needs_none = not node.prerequisites and not node.children
            ready = status in {"todo", "doing"} and (needs_none or study.is_ready(node))
            key = status, ready, has_note, node.id in due, tuple([one.kind for one in resources])
            traits = alike.get(key)
            if traits is None:
                flags = {READY: ready, NOTE: has_note, DUE: node.id in due}
                kinds = {resource.kind for resource in resources}
                traits = frozenset({status, *kinds, *(name for name, on in flags.items() if on)})
                alike[key] = traits
            found[at] = traits
        return found

    def facet_counts(self) -> FacetCounts:
        """How many items there are of each combination of traits."""
        return FacetCounts(self.facets().values())
