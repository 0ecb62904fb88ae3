"""The scheduler's cards of a study's done items, and which of them are due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeAlias

from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.review.schedule import Card, Scheduler
from roadmap_tui.core.roadmap.kinds import PROJECT, TOPIC
from roadmap_tui.study.event_store import EventStore

_REVIEWED: Final = {TOPIC, PROJECT}

Cards: TypeAlias = Mapping[str, tuple[ItemState, Card | None]]


class ReviewCards:
    """A cache of cards, and the set of due items, updated for the items that changed."""

    def __init__(self, store: EventStore, schedule: Scheduler) -> None:
        self._store = store
        self._schedule = schedule
        self._cards: dict[str, tuple[ItemState, Card | None]] = {}
        self._due: set[str] = set()
        self._due_key: tuple[date, int] | None = None  # day and tree version that ``_due`` is for
        self._changed: set[str] = set()  # ids to check again before ``_due`` is used
        self._long_due: tuple[date, set[str]] | None = None
        store.listeners.append(self._on_change)

    @property
    def counted_on(self) -> date | None:
        """The day for which the due items were determined last. Thread-safe."""
        return self._due_key[0] if self._due_key else None

    def done_ids(self) -> list[str]:
        """Return the ids of the done items that are reviewed; material never is."""
        return self._store.counts.ids_of("done", _REVIEWED)

    def is_reviewed(self, node_id: str) -> bool:
        """Return True for the id of an active item that is reviewed once it is done."""
        tree = self._store.tree
        return tree.is_active_item(node_id) and tree.kinds[tree.index_of[node_id]] in _REVIEWED

    def card(self, node_id: str) -> Card | None:
        """Return the card of an item; None if it is not done."""
        state = self._store.state(node_id)
        cached = self._cards.get(node_id)
        if cached is None or cached[0] is not state:
            cached = self._cards[node_id] = state, self._schedule.card(state)
        return cached[1]

    def all(self) -> list[Card]:
        """Return the cards of all done items."""
        return [card for node_id in self.done_ids() if (card := self.card(node_id))]

    def due_ids(self, today: date) -> set[str]:
        """Return the ids of all due items. After the first call only changed items are checked again."""
        key = today, self._store.tree_version
        if self._due_key != key:
            self._due_key = key
            due = self._due_without_card(today)
            done = self.done_ids()
            self._due = {node_id for node_id in done if node_id in due or self._is_due(node_id, today)}
        else:
            self._due -= self._changed
            self._due.update(node_id for node_id in self._changed if self._is_due(node_id, today))
        self._changed.clear()
        return self._due

    def _is_due(self, node_id: str, day: date) -> bool:
        card = self.card(node_id) if self.is_reviewed(node_id) else None
        return card is not None and card.due <= day

    def _due_without_card(self, day: date) -> set[str]:
        """Return items done long ago and never reviewed: due for certain, and most of a large roadmap."""
        if self._long_due is None or self._long_due[0] != day:
            cutoff = datetime.combine(day, time(), UTC) - timedelta(days=3)  # before it in every time zone
            self._long_due = day, self._store.progress.done_before(self._store.source.id, cutoff)
        return self._long_due[1]

    def _on_change(self, ids: tuple[str, ...]) -> None:
        self._changed.update(ids)
        if self._long_due is not None:
            self._long_due[1].difference_update(ids)

    # To compute cards in another thread

    def pending_states(self, today: date) -> dict[str, ItemState]:
        """Return the states that need a card before ``due_ids`` is fast."""
        due = self._due_without_card(today)
        done = self.done_ids()
        missing = sorted(node_id for node_id in done if node_id not in due and node_id not in self._cards)
        return {node_id: self._store.state(node_id) for node_id in missing}

    def compute(self, states: Mapping[str, ItemState]) -> Cards:
        """Compute the cards of some states. Thread-safe: it uses nothing else of the study."""
        return {node_id: (state, self._schedule.card(state)) for node_id, state in states.items()}

    def add(self, cards: Cards) -> None:
        """Cache computed cards; those whose state has changed since then are not used."""
        self._cards |= cards
