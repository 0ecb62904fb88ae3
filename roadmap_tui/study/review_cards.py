"""The scheduler's cards of a study's done items, and which of them are due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.review.schedule import Card, Scheduler
from roadmap_tui.core.roadmap.kinds import PROJECT, TOPIC
from roadmap_tui.study.event_store import EventStore

CardOfState: TypeAlias = tuple[ItemState, Card | None]
Cards: TypeAlias = Mapping[str, CardOfState]


class ReviewCards:
    """A cache of cards, and the set of due items, updated for the items that changed."""

    def __init__(self, store: EventStore, schedule: Scheduler, has_questions: Callable[[str], bool]) -> None:
        self._store = store
        self._schedule = schedule
        self._has_questions = has_questions
        self._cards: dict[str, CardOfState] = {}
        self._due: set[str] = set()
        self._due_key: tuple[date, int] | None = None  # day and tree version that ``_due`` is for
        self._changed: set[str] = set()  # ids to check again before ``_due`` is used
        self._stored_cards: dict[str, Card] | None = None
        store.listeners.append(self._on_change)

    @property
    def counted_on(self) -> date | None:
        """The day for which the due items were determined last. Thread-safe."""
        return self._due_key[0] if self._due_key else None

    def done_ids(self) -> list[str]:
        """Return the ids of the done items that are reviewed: topics, and projects that have questions."""
        projects = set(self._store.counts.ids_of("done", {PROJECT}))
        done = self._store.counts.ids_of("done", {TOPIC, PROJECT})
        return [name for name in done if name not in projects or self._has_questions(name)]

    def is_reviewed(self, node_id: str) -> bool:
        """Return True for the id of an active item that is reviewed once it is done."""
        tree = self._store.tree
        kind = tree.kinds[tree.index_of[node_id]] if tree.is_active_item(node_id) else None
        return kind == TOPIC or (kind == PROJECT and self._has_questions(node_id))

    def card(self, node_id: str) -> Card | None:
        """Return the card of an item; None if it is not done."""
        if stored := self._stored.get(node_id):
            return stored
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
            stored = self._stored
            self._due = {
                name
                for name in self.done_ids()
                if (stored[name].due <= today if name in stored else self._is_due(name, today))
            }
        else:
            self._due -= self._changed
            self._due.update(node_id for node_id in self._changed if self._is_due(node_id, today))
        self._changed.clear()
        return self._due

    def placed_due_ids(self, today: date) -> set[str]:
        """Return the ids of the due items that are known from a placement and were not reviewed since."""
        placed = self._store.progress.placed_ids(self._store.source.id)
        due = self.due_ids(today) & placed if placed else ()
        return {node_id for node_id in due if (card := self.card(node_id)) and card.is_placed}

    def _is_due(self, node_id: str, day: date) -> bool:
        card = self.card(node_id) if self.is_reviewed(node_id) else None
        return card is not None and card.due <= day

    @property
    def _stored(self) -> dict[str, Card]:
        """The cards of the snapshot, without the cards of items that changed since."""
        if self._stored_cards is None:
            self._stored_cards = self._store.progress.stored_cards(self._store.source.id)
        return self._stored_cards

    def _on_change(self, ids: tuple[str, ...]) -> None:
        self._changed.update(ids)
        for node_id in ids:
            self._stored.pop(node_id, None)

    # To compute cards in another thread

    def pending_states(self) -> dict[str, ItemState]:
        """Return the states that need a card before ``due_ids`` is fast."""
        known = self._stored.keys() | self._cards.keys()
        missing = sorted(node_id for node_id in self.done_ids() if node_id not in known)
        return {node_id: self._store.state(node_id) for node_id in missing}

    def compute(self, states: Mapping[str, ItemState]) -> Cards:
        """Compute the cards of some states. Thread-safe: it uses nothing else of the study."""
        return {node_id: (state, self._schedule.card(state)) for node_id, state in states.items()}

    def add(self, cards: Cards) -> None:
        """Cache computed cards, except cards of items whose state has changed since."""
        self._cards |= cards
