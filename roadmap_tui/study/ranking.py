"""Find the ready items of a study, and rank them by which to study first."""

from roadmap_tui.core.progress.statuses import FINISHED, UNFINISHED
from roadmap_tui.core.roadmap.graph import PrerequisiteGraph
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.study.event_store import EventStore


class Ranking:
    """Finds ready items by their prerequisites and the reader's progress."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._counts: tuple[PrerequisiteGraph, int, dict[str, int]] | None = None

    def is_ready(self, index: int) -> bool:
        """Return True if a topic or project is to do and everything that it requires is done or skipped.

        Material is ready only in a roadmap that counts it.
        """
        tree = self._store.tree
        is_item = 0 <= index < tree.active_count and tree.has_status(index)
        is_to_do = (
            is_item and self._store.status_at(index) == "todo" and not self.snoozed_until(tree.ids[index])
        )
        return is_to_do and not tree.is_uncounted(index) and self.has_all_required(index)

    def snoozed_until(self, node_id: str) -> str:
        """Return the day until which an item is snoozed, as ISO; "" if it is not."""
        store = self._store
        until = store.progress.snoozed(store.source.id).get(node_id, "")
        return until if until > store.today().isoformat() else ""

    def has_all_required(self, index: int) -> bool:
        """Return True if everything that an item requires is done or skipped."""
        store, index_of = self._store, self._store.tree.index_of
        required = store.graph.prerequisites(store.tree.ids[index])
        return all(store.status_at(index_of[name]) in FINISHED for name in required)

    def unlock_count(self, node_id: str) -> int:
        """Return how many unfinished items require an item, directly or not."""
        graph, size = self._store.graph, len(self._store.progress)
        if self._counts is None or self._counts[0] is not graph or self._counts[1] != size:
            self._counts = graph, size, graph.unlock_counts(self._is_unfinished)
        return self._counts[2].get(node_id, 0)

    def _is_unfinished(self, node_id: str) -> bool:
        return self._store.status_at(self._store.tree.index_of[node_id]) in UNFINISHED

    def goal_path(self) -> frozenset[str]:
        """Return the ids of the items on the path to the goal; none without a goal."""
        goal = self._store.progress.goal(self._store.source.id)
        if goal is None or not self._store.tree.is_active_item(goal.target):
            return frozenset()
        return frozenset(self._store.graph.path_or_order(goal.target))

    def next_items(self) -> list[Item]:
        """Return the items in progress and the ready ones, the best first, then material.

        Items in progress come first, then those on the path to the goal, then those that unlock most, then
        as in the roadmap.
        """
        store, tree, on_path = self._store, self._store.tree, self.goal_path()
        doing = set(store.counts.ids_of("doing"))
        to_do = [tree.index_of[node_id] for node_id in store.counts.ids_of("todo")]
        ready = [index for index in to_do if self.has_all_required(index)]

        def rank(index: int) -> tuple[bool, bool, bool, int]:
            node_id = tree.ids[index]
            is_ahead = node_id in doing, node_id in on_path
            return tree.is_uncounted(index), not is_ahead[0], not is_ahead[1], -self.unlock_count(node_id)

        snoozed = {name for name in store.progress.snoozed(store.source.id) if self.snoozed_until(name)}
        doing, ready = doing - snoozed, [index for index in ready if tree.ids[index] not in snoozed]
        indexes = sorted([*(tree.index_of[node_id] for node_id in doing), *ready])
        nodes = [tree.nodes[index] for index in sorted(indexes, key=rank)]
        return [node for node in nodes if isinstance(node, Item)]
