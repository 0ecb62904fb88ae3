"""The items that the last update of a roadmap added, until the reader has seen them on this machine."""

from collections.abc import Iterable

from roadmap_tui.core.progress.events import RoadmapUpdated
from roadmap_tui.study.event_store import EventStore


class NewItems:
    """The new items of a study; ``seen`` are ids that do not count as new any more, from the view state."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.seen: frozenset[str] = frozenset()  # replaced, not changed: a thread saves it
        # A cache, as each row asks: the last update and what it added.
        self._last: tuple[RoadmapUpdated | None, frozenset[str]] = (None, frozenset())

    def __contains__(self, node_id: str) -> bool:
        is_new = node_id in self._added() and node_id not in self.seen
        return is_new and self._store.tree.is_active_item(node_id)

    @property
    def ids(self) -> list[str]:
        """The ids of the new items."""
        return [node_id for node_id in self._added() if node_id in self]

    def see(self, ids: Iterable[str]) -> None:
        """Stop counting items as new."""
        self.seen = self.seen.union(ids)

    def _added(self) -> frozenset[str]:
        update = self._store.progress.last_update(self._store.source.id)
        if update is not self._last[0]:
            self._last = update, frozenset(update.new if update else ())
        return self._last[1]
