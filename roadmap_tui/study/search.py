"""Searching and filtering a study: the reader's notes and resources count as much as the source's text."""

from __future__ import annotations

from collections.abc import Callable, Collection

from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.progress.statuses import UNFINISHED
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.search.filters import DUE, NOTE, READY, FacetCounts
from roadmap_tui.core.search.index import SearchIndex, SearchResult, documents
from roadmap_tui.core.tree_view import ROOT
from roadmap_tui.study.event_store import EventStore


class Search:
    """Finds nodes by their text, and items by their facets: status, readiness, notes, resources.

    ``is_ready`` tells whether an item's prerequisites are finished, ``due_ids`` returns the items due for
    review.
    """

    def __init__(
        self,
        store: EventStore,
        is_ready: Callable[[Item], bool],
        due_ids: Callable[[], Collection[str]],
    ) -> None:
        self._store = store
        self._is_ready = is_ready
        self._due_ids = due_ids
        self._tree_version = -1
        self._event_count = -1
        self._index: SearchIndex
        self._indexed: dict[str, ItemState] = {}

    def find(self, query: str) -> SearchResult:
        """Find the nodes that contain the terms of a query."""
        return self._updated_index().find(query)

    def nearest(self, found: SearchResult, start: int) -> int:
        """Return the match to go to first from an index: see ``SearchIndex.nearest``."""
        return self._updated_index().nearest(found, start)

    def best(self, found: SearchResult, count: int) -> list[tuple[tuple[int, int], int]]:
        """Return the best matches, each with its rank: see ``SearchIndex.best``."""
        return self._updated_index().best(found, count)

    def _updated_index(self) -> SearchIndex:
        """Return the index after adding what the reader wrote since the last call."""
        store = self._store
        if self._tree_version != store.tree_version:
            self._tree_version, self._event_count, self._indexed = store.tree_version, -1, {}
            self._index = SearchIndex(documents(store.roadmap, store.tree), ROOT)
        if self._event_count != len(store.progress):
            self._event_count = len(store.progress)
            for node_id in store.progress.annotated_ids(store.source.id):
                # An unchanged state is the same object.
                if (state := store.state(node_id)) is not self._indexed.get(node_id):
                    self._index_state(node_id, state)
        return self._index

    def _index_state(self, node_id: str, state: ItemState) -> None:
        before = self._indexed.get(node_id, ItemState())
        self._indexed[node_id] = state
        index = self._store.tree.index_of.get(node_id, None if node_id else ROOT)
        if index is not None and (state.notes, state.resources) != (before.notes, before.resources):
            self._index.write(index, [note.text for note in state.notes], state.resources)

    def facets(self) -> dict[int, frozenset[str]]:
        """Return the facets, a subset of ``CHOICES``, of each active item, by its index."""
        store = self._store
        annotated, due = set(store.progress.annotated_ids(store.source.id)), self._due_ids()
        interned: dict[tuple[object, ...], frozenset[str]] = {}
        facets: dict[int, frozenset[str]] = {}
        for index, node in enumerate(store.tree.nodes[: store.tree.active_count]):
            if not isinstance(node, Item):
                continue
            status = store.status_at(index)
            resources, has_note = node.resources, False
            if node.id in annotated:
                resources, has_note = store.resources(node.id), bool(store.state(node.id).notes)
            needs_none = not node.prerequisites and not node.children
            ready = status in UNFINISHED and (needs_none or self._is_ready(node))
            key = status, ready, has_note, node.id in due, tuple([resource.kind for resource in resources])
            if key not in interned:
                flags = {READY: ready, NOTE: has_note, DUE: node.id in due}
                kinds = {resource.kind for resource in resources}
                interned[key] = frozenset({status, *kinds, *(name for name, on in flags.items() if on)})
            facets[index] = interned[key]
        return facets

    def facet_counts(self) -> FacetCounts:
        """Count the items of each combination of facets."""
        return FacetCounts(self.facets().values())
