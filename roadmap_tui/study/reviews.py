"""The review queue of a study: which done items are due today, and how to grade them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import Action, ReviewGraded, ReviewsPaused, StatusSet
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.review.schedule import AGAIN, LONGEST_MS, RATINGS, Card, Scheduler
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.study_day import day_begins
from roadmap_tui.study.event_store import Change, EventStore

Cards: TypeAlias = Mapping[str, tuple[ItemState, Card | None]]

MAX_PAUSE_DAYS: Final = 366
_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=1)
def _before_day(day: date, days: int) -> datetime:
    """Return a time that is before a study day in every time zone."""
    return datetime.combine(day, time(), UTC) - days * _DAY


class ReviewStatus(NamedTuple):
    """The review state of a done item today.

    ``retrievability`` is the predicted recall (0 to 1), ``stability`` the days until it falls to 0.9; both
    are None before the first review. ``intervals`` are the days until the next review for each rating.
    """

    due: date
    last: date | None
    retrievability: float | None
    stability: float | None
    intervals: tuple[int, ...]


class Reviews:
    """The review queue. Only done items of the roadmap are in it, not retired ones or sections."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._schedule = Scheduler(store.settings.retention, store.settings.day_start)
        self._cards: dict[str, tuple[ItemState, Card | None]] = {}
        self._due: set[str] = set()
        self._due_key: tuple[date, int] | None = None  # day and tree version that ``_due`` is for
        self._changed: set[str] = set()  # ids to check again before ``_due`` is used
        self._long_due: tuple[date, set[str]] | None = None
        self._graded_on: date | None = None
        self._graded = 0
        store.listeners.append(self._on_change)

    @property
    def today(self) -> date:
        """The current study day."""
        return self._schedule.day(self._store.now())

    @property
    def paused_until(self) -> date | None:
        """The study day on which the current pause ends, None if there is no pause."""
        until = self._store.progress.paused_until()
        day = self._schedule.day(until) if until is not None else None
        return day if day is not None and day > self.today else None

    @property
    def remaining_today(self) -> int:
        """How many more items may be reviewed today: the daily limit less those graded, in any roadmap."""
        today = self.today
        if self._graded_on != today:
            self._graded_on = today
            grades = self._store.progress.review_grades(_before_day(today, 2))
            graded = {
                (grade.roadmap, grade.target)
                for grade in grades
                if self._schedule.day(grade.stamp.at) == today
            }
            self._graded = len(graded)
        return max(0, self._store.settings.reviews_a_day - self._graded)

    # What is due

    def due_ids(self) -> frozenset[str]:
        """Return the ids of all due items, without the daily limit; none during a pause."""
        return frozenset() if self.paused_until else frozenset(self._update_due())

    def due_count(self) -> int:
        """Return the length of the queue. After the first call only changed items are checked again."""
        # Also counted during a pause: ``is_stale`` then notices the day on which the pause ends.
        due = self._update_due()
        return 0 if self.paused_until else min(len(due), self.remaining_today)

    @property
    def cached_due_count(self) -> int | None:
        """The due count if it was computed before, else None; never slow."""
        return None if self._due_key is None else self.due_count()

    @property
    def is_stale(self) -> bool:
        """Whether the due count was computed on an earlier day. Thread-safe."""
        return self._due_key is not None and self._due_key[0] != self.today

    def queue(self) -> list[str]:
        """Return the ids of the items to review now, up to the daily limit."""
        return [] if self.paused_until else self.due_queue()[: self.remaining_today]

    def due_queue(self) -> list[str]:
        """Return the ids of all due items, least likely remembered first, also during a pause.

        An item that was never reviewed ranks as if it had been recalled well when it was done: behind all
        others it might never come up.
        """
        today, position = self.today, self._store.tree.index_of

        def urgency(node_id: str) -> tuple[float, date, int]:
            card = self._card(node_id)
            recall = self._schedule.predicted_recall(card, today) if card else 0.0
            return recall, card.due if card else today, position[node_id]

        # States are read in the order of their ids, which is how a long journal stores them.
        return sorted(sorted(self._update_due()), key=urgency)

    def forecast(self, day: date) -> int:
        """Return the queue length on a day if nothing is reviewed until then."""
        return min(self.due_until(day), self._store.settings.reviews_a_day)

    def due_until(self, day: date) -> int:
        """Count the items that are due on or before a day."""
        return sum(card.due <= day for card in self._all_cards())

    def next_due_day(self) -> date | None:
        """Return the first day after today on which something is due; None if no item is done."""
        tomorrow = self.today + _DAY
        first = min((card.due for card in self._all_cards()), default=None)
        return None if first is None else max(first, tomorrow, self.paused_until or tomorrow)

    def status_of(self, node_id: str) -> ReviewStatus | None:
        """Return the review state of an item; None if it is not done."""
        card = self._card(node_id) if self._is_active_item(node_id) else None
        if card is None:
            return None
        recall = self._schedule.retrievability(card, self.today)
        stability = card.stability if card.last else None
        return ReviewStatus(
            card.due, card.last, recall, stability, self._schedule.intervals(card, self.today)
        )

    def forgotten_twice(self, node_id: str) -> bool:
        """Return True if the last two grades of an item are Again."""
        last = self._store.state(node_id).reviews[-2:]
        return len(last) == 2 and all(review.rating == AGAIN for review in last)

    def _on_change(self, ids: tuple[str, ...]) -> None:
        self._changed.update(ids)
        if self._long_due is not None:
            self._long_due[1].difference_update(ids)
        self._graded_on = None  # another roadmap may have new grades

    def _update_due(self) -> set[str]:
        key = today, _ = self.today, self._store.tree_version
        if self._due_key != key:
            self._due_key = key
            due = self._due_without_card(today)
            self._due = {
                node_id
                for node_id in self._store.ids_of("done")
                if node_id in due or self._is_due(node_id, today)
            }
        else:
            self._due -= self._changed
            self._due.update(node_id for node_id in self._changed if self._is_due(node_id, today))
        self._changed.clear()
        return self._due

    def _is_due(self, node_id: str, day: date) -> bool:
        card = self._card(node_id) if self._is_active_item(node_id) else None
        return card is not None and card.due <= day

    def _due_without_card(self, day: date) -> set[str]:
        """Return items done long ago and never reviewed: due for certain, and most of a large roadmap."""
        if self._long_due is None or self._long_due[0] != day:
            ids = self._store.progress.done_before(self._store.source.id, _before_day(day, 3))
            self._long_due = day, ids
        return self._long_due[1]

    def _is_active_item(self, node_id: str) -> bool:
        tree = self._store.tree
        index = tree.index_of.get(node_id)
        # A done item may have become a section by an update.
        return index is not None and index < tree.active_count and tree.is_item(index)

    def _card(self, node_id: str) -> Card | None:
        state = self._store.state(node_id)
        cached = self._cards.get(node_id)
        if cached is None or cached[0] is not state:
            cached = self._cards[node_id] = state, self._schedule.card(state)
        return cached[1]

    def _all_cards(self) -> Iterable[Card]:
        cards = (self._card(node_id) for node_id in self._store.ids_of("done"))
        return [card for card in cards if card is not None]

    # Computing cards in another thread

    def pending_states(self) -> dict[str, ItemState]:
        """Return the states that ``compute_cards`` has to be called with before counting is fast."""
        known = self._due_without_card(self.today)
        done = self._store.ids_of("done")
        missing = sorted(node_id for node_id in done if node_id not in known and node_id not in self._cards)
        return {node_id: self._store.state(node_id) for node_id in missing}

    def compute_cards(self, states: Mapping[str, ItemState]) -> Cards:
        """Compute the cards of some states. Thread-safe: it uses nothing else of the study."""
        return {node_id: (state, self._schedule.card(state)) for node_id, state in states.items()}

    def store_cards(self, cards: Cards) -> None:
        """Cache the result of ``compute_cards``; cards of states that changed since then are not used."""
        self._cards |= cards

    # Changes. All raise UsageError if they do not apply, and SaveError

    def grade(self, node_id: str, rating: int, ms: int = 0) -> Change:
        """Grade the recall of a done item: 1 Again to 4 Easy, answered in ``ms`` milliseconds."""
        store, title = self._store, self.require_reviewable(node_id)
        if rating not in RATINGS:
            raise UsageError(
                f"grade {rating}", "there is no such grade", "1 is Again, 2 Hard, 3 Good, 4 Easy"
            )
        stamp = store.journal.next_stamp(store.min_clock((node_id,)))
        grade = ReviewGraded(stamp, store.roadmap.id, node_id, title, rating, max(0, min(ms, LONGEST_MS)))
        return Change(grade, store.write_now(grade))

    def set_back(self, node_id: str) -> Change:
        """Set a done item that was forgotten back to doing."""
        store, title = self._store, self.require_reviewable(node_id)
        stamp = store.journal.next_stamp(store.min_clock((node_id,)))
        event = StatusSet(stamp, store.roadmap.id, (node_id,), title, "doing")
        return Change(event, store.write_now(event))

    def revert_last(self, action: Action) -> Change:
        """Undo an action of this review session."""
        if not self._store.progress.is_active(action):
            raise UsageError(action.title, "that was taken back already", "grade it again")
        return self._store.revert(action, action.stamp.id, self._store.progress.clock_above(action))

    def pause(self, until: date) -> Change:
        """Pause the reviews of all roadmaps until a study day."""
        now, store = self._store.now(), self._store
        if not self.today < until <= self.today + MAX_PAUSE_DAYS * _DAY:
            raise UsageError(
                f"pause until {until}", "that is not within a year from tomorrow", "give another day"
            )
        begins = day_begins(until, now.tzinfo, store.settings.day_start)
        return store.write(self._pause_event(begins.astimezone(now.tzinfo)))

    def resume(self) -> Change | None:
        """End the pause; return None if there is none."""
        if self.paused_until is None:
            return None
        # Two days ago is the past in every time zone.
        return self._store.write(self._pause_event(self._store.now() - 2 * _DAY))

    def _pause_event(self, until: datetime) -> ReviewsPaused:
        store = self._store
        stamp = store.journal.next_stamp(store.progress.pause_clock())
        return ReviewsPaused(stamp, store.roadmap.id, store.roadmap.title, until.replace(microsecond=0))

    def require_reviewable(self, node_id: str) -> str:
        """Return the title of an item that can be reviewed. Raises UsageError for any other node."""
        node = self._store.node(node_id)
        index = self._store.tree.index_of[node_id]
        if not isinstance(node, Item):
            raise UsageError(
                f"'{node.title}'", "that is a section, only items are reviewed", "choose an item"
            )
        if index >= self._store.tree.active_count:
            raise UsageError(f"'{node.title}'", "it left the roadmap", "review another")
        if self._store.status_at(index) != "done":
            raise UsageError(f"'{node.title}'", "only what is done is reviewed", "mark it done first")
        return node.title
