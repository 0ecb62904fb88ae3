"""Full-text search and filter facets of a study, including notes and custom resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.roadmap.model import Item, Resource
from roadmap_tui.core.search.filters import (
    DUE,
    ITEM_KINDS,
    LEECH,
    LEVELS,
    NEW,
    NOTE,
    PATH,
    READY,
    SHORT,
    SHORT_MINUTES,
    FacetCounts,
)
from roadmap_tui.core.search.index import SearchIndex, documents
from roadmap_tui.core.tree_view import ROOT
from roadmap_tui.study.event_store import EventStore
from roadmap_tui.study.new_items import NewItems
from roadmap_tui.study.ranking import Ranking

if TYPE_CHECKING:
    from roadmap_tui.study.reviews import Reviews


class Search:
    """The search index of a study, updated when it is used."""

    def __init__(
        self, store: EventStore, ranking: Ranking, new_items: NewItems, reviews: Callable[[], Reviews]
    ) -> None:
        self._store = store
        self._ranking = ranking
        self._new_items = new_items
        self._reviews = reviews
        self._tree_version = -1
        self._event_count = -1
        self._index: SearchIndex
        self._indexed: dict[str, ItemState] = {}
        # The ids of the path that was filtered last; the goal's path until then.
        self.path_ids: frozenset[str] | None = None

    @property
    def index(self) -> SearchIndex:
        """The index of the nodes as they are now."""
        store = self._store
        if self._tree_version != store.tree_version:
            self._tree_version, self._event_count, self._indexed = store.tree_version, -1, {}
            self._index = SearchIndex(documents(store.roadmap, store.tree), ROOT)
        if self._event_count != len(store.progress):
            self._event_count = len(store.progress)
            for node_id in store.progress.annotated_ids(store.source.id):
                # An unchanged state is the identical object.
                if (state := store.state(node_id)) is not self._indexed.get(node_id):
                    self._update(node_id, state)
        return self._index

    def _update(self, node_id: str, state: ItemState) -> None:
        before = self._indexed.get(node_id, ItemState())
        self._indexed[node_id] = state
        index = self._store.tree.index_of.get(node_id, None if node_id else ROOT)
        if index is not None and (state.notes, state.resources) != (before.notes, before.resources):
            self._index.set_annotations(index, [note.text for note in state.notes], state.resources)

    def facets(self) -> dict[int, frozenset[str]]:
        """Return the facets (of ``filters.CHOICES``) of each item by its index, without retired items."""
        store = self._store
        annotated, reviews = set(store.progress.annotated_ids(store.source.id)), self._reviews()
        due, leeches = reviews.due_ids(), set(reviews.leech_ids())
        path = self._ranking.goal_path() if self.path_ids is None else self.path_ids
        cache: dict[tuple[object, ...], frozenset[str]] = {}  # thousands of items share a few sets
        facets: dict[int, frozenset[str]] = {}
        for index, node in enumerate(store.tree.nodes[: store.tree.active_count]):
            if not isinstance(node, Item) or not store.tree.has_status(index):
                continue
            status = store.status_at(index)
            resources, has_note = node.resources, False
            if node.id in annotated:
                resources, has_note = store.resources(node.id), bool(store.state(node.id).notes)
            flags = {
                READY: self._ranking.is_ready(index),
                NOTE: has_note,
                DUE: node.id in due,
                LEECH: node.id in leeches,
                PATH: node.id in path,
                NEW: node.id in self._new_items,
                SHORT: self._is_short(node, resources),
            }
            kind = ITEM_KINDS[store.tree.kinds[index]]
            kinds = tuple([resource.kind for resource in resources])
            key = status, kind, node.level, kinds, *flags.values()
            if key not in cache:
                on = {name for name, is_on in flags.items() if is_on}
                cache[key] = frozenset({status, kind, *kinds, *on, *LEVELS[node.level - 1 : node.level]})
            facets[index] = cache[key]
        return facets

    def _is_short(self, item: Item, resources: tuple[Resource, ...]) -> bool:
        """Return True if an item, or an unticked resource of it, takes at most half an hour."""
        if 0 < item.hours * 60 <= SHORT_MINUTES:
            return True
        short = [resource for resource in resources if 0 < resource.minutes <= SHORT_MINUTES]
        return bool(short) and not all(map(self._store.state(item.id).has_ticked, short))

    def facet_counts(self) -> FacetCounts:
        """Count the items by combination of facets."""
        return FacetCounts(self.facets().values())
