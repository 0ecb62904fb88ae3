"""The reviews of a study: what is due today, and the verbs that grade and pause."""

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

LONGEST_PAUSE: Final = 366  # days
_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=1)
def _days_before(day: date) -> datetime:
    """A moment before that study day, wherever on earth and whenever days begin."""
    return datetime.combine(day, time(), UTC) - 3 * _DAY


class ReviewStatus(NamedTuple):
    """How it stands with a done item today.

    ``retrievability`` is how likely it is still known, 0 to 1, ``stability`` the days until that is 0.9;
    both None before the first review. ``intervals`` are the days until it would be due again, by rating.
    """

    due: date
    last: date | None
    retrievability: float | None
    stability: float | None
    intervals: tuple[int, ...]


class Reviews:
    """Which done items are to be recalled, by the events of the ledger, its clock and its settings.

    An item that is not done, or left the roadmap, is in none of the answers.
    """

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._schedule = Scheduler(store.settings.retention, store.settings.day_start)
        self._cards: dict[str, tuple[ItemState, Card | None]] = {}
        self._due: set[str] = set()
        self._long_due: tuple[date, set[str]] | None = None  # of a day
        self._due_for: tuple[date, int] | None = None  # the day and the shape of the roadmap
        self._changed: set[str] = set()
        self._graded_on: date | None = None
        self._graded = 0
        store.listeners.append(self._notice)

    # What is due

    @property
    def today(self) -> date:
        """The study day that it is."""
        return self._schedule.day(self._store.now())

    @property
    def paused_until(self) -> date | None:
        """The study day on which a pause ends; None where there is none now."""
        until = self._store.progress.paused_until()
        day = self._schedule.day(until) if until is not None else None
        return day if day is not None and day > self.today else None

    @property
    def remaining_today(self) -> int:
        """How many more items there may be today: the most a day less those graded, in any roadmap."""
        today = self.today
        if self._graded_on != today:
            self._graded_on = today
            # No clock on earth is as far from Greenwich as this, on either side.
            around = datetime.combine(today, time(), UTC) - 2 * _DAY
            grades = self._store.progress.review_grades(around)
            graded = {
                (one.roadmap, one.target) for one in grades if self._schedule.day(one.stamp.at) == today
            }
            self._graded = len(graded)
        return max(0, self._store.settings.reviews_a_day - self._graded)

    def due_ids(self) -> frozenset[str]:
        """The ids of all items that are due, however many a day may bring; none in a pause."""
        return frozenset() if self.paused_until else frozenset(self._due_now())

    def due_count(self) -> int:
        """How many are in the queue. Counted anew only for what changed, and on another day."""
        # In a pause too: that it was counted tells when the day, and with it a pause, is over.
        due = self._due_now()
        return 0 if self.paused_until else min(len(due), self.remaining_today)

    @property
    def cached_due_count(self) -> int | None:
        """``due_count()`` where that was asked for before, else None: it never takes long."""
        return None if self._due_for is None else self.due_count()

    @property
    def is_stale(self) -> bool:
        """Whether it was counted on a day that is over. May be asked from another thread."""
        return self._due_for is not None and self._due_for[0] != self.today

    def queue(self) -> list[str]:
        """The ids of the items to review now, at most as many as are left for today.

        What is least likely still known comes first. What was never asked for is taken for something that
        was recalled well on the day it was done: behind all others it would wait for as long as they come.
        """
        return [] if self.paused_until else self.due_queue()[: self.remaining_today]

    def due_queue(self) -> list[str]:
        """The ids of all items that are due, in the order of the queue, a pause or not."""
        today, position = self.today, self._store.tree.index_of

        def urgency(node_id: str) -> tuple[float, date, int]:
            card = self._card(node_id)
            known = self._schedule.predicted_recall(card, today) if card else 0.0
            return known, card.due if card else today, position[node_id]

        # By id first, which is how a long journal keeps them: one after the other they are found soonest.
        return sorted(sorted(self._due_now()), key=urgency)

    def forecast(self, day: date) -> int:
        """How many items will be due on a day if none is reviewed until then, at most those of one day."""
        return min(self.due_until(day), self._store.settings.reviews_a_day)

    def due_until(self, day: date) -> int:
        """How many items are due on a day or before it."""
        return sum(card.due <= day for card in self._all_cards())

    def next_due_day(self) -> date | None:
        """The first day after this one on which something is due; None where nothing is done yet."""
        tomorrow = self.today + _DAY
        first = min((card.due for card in self._all_cards()), default=None)
        return None if first is None else max(first, tomorrow, self.paused_until or tomorrow)

    def status_of(self, node_id: str) -> ReviewStatus | None:
        """How it stands with an item; None where it is not done."""
        card = self._card(node_id) if self._is_live(node_id) else None
        if card is None:
            return None
        today = self.today
        known = self._schedule.retrievability(card, today)
        stability = card.stability if card.last else None
        return ReviewStatus(card.due, card.last, known, stability, self._schedule.intervals(card, today))

    def forgotten_twice(self, node_id: str) -> bool:
        """Whether the last two grades of an item are Again."""
        last = self._store.state(node_id).reviews[-2:]
        return len(last) == 2 and all(review.rating == AGAIN for review in last)

    def _notice(self, ids: tuple[str, ...]) -> None:
        """Something was written: these nodes may have changed, and another roadmap may have grades."""
        self._changed.update(ids)
        if self._long_due is not None:
            self._long_due[1].difference_update(ids)
        self._graded_on = None

    def _due_now(self) -> set[str]:
        wanted = today, _ = self.today, self._store.tree_version
        if self._due_for != wanted:
            self._due_for = wanted
            known = self._due_without_card(today)
            self._due = {
                name for name in self._store.ids_of("done") if name in known or self._is_due_on(name, today)
            }
        else:
            self._due -= self._changed
            self._due.update(name for name in self._changed if self._is_due_on(name, today))
        self._changed.clear()
        return self._due

    def _is_due_on(self, node_id: str, day: date) -> bool:
        if not self._is_live(node_id):
            return False
        card = self._card(node_id)
        return card is not None and card.due <= day

    def _due_without_card(self, day: date) -> set[str]:
        """Of tens of thousands most were done long ago and never reviewed: they are due without a card."""
        if self._long_due is None or self._long_due[0] != day:
            found = self._store.progress.done_before(self._store.source.id, _days_before(day))
            self._long_due = day, found
        return self._long_due[1]

    def _is_live(self, node_id: str) -> bool:
        order = self._store.tree
        at = order.index_of.get(node_id)
        # What is a section by now may have been done as an item.
        return at is not None and at < order.active_count and order.is_item(at)

    def _card(self, node_id: str) -> Card | None:
        state = self._store.state(node_id)
        kept = self._cards.get(node_id)
        if kept is None or kept[0] is not state:
            kept = self._cards[node_id] = state, self._schedule.card(state)
        return kept[1]

    def _all_cards(self) -> Iterable[Card]:
        cards = (self._card(node_id) for node_id in self._store.ids_of("done"))
        return [card for card in cards if card is not None]

    # Counting without keeping anybody waiting

    def pending_states(self) -> dict[str, ItemState]:
        """The states of done items of which there is no card yet; what ``cards`` is to be given."""
        known = self._due_without_card(self.today)
        done = self._store.ids_of("done")
        missing = sorted(name for name in done if name not in known and name not in self._cards)
        return {name: self._store.state(name) for name in missing}

    def compute_cards(self, states: Mapping[str, ItemState]) -> Cards:
        """The cards of these states. May be called from another thread: it touches nothing of the study."""
        return {name: (state, self._schedule.card(state)) for name, state in states.items()}

    def store_cards(self, cards: Cards) -> None:
        """Take over what ``cards`` found; where an item changed meanwhile, its card is found anew."""
        self._cards |= cards

    # What the reader does

    def grade(self, node_id: str, rating: int, ms: int = 0) -> Change:
        """Grade the recall of a done item, 1 Again to 4 Easy, which took so many milliseconds.

        Raises Refused for one that is not done, and CannotSave; it is not tried again then.
        """
        ledger, title = self._store, self.require_reviewable(node_id)
        if rating not in RATINGS:
            raise UsageError(
                f"grade {rating}", "there is no such grade", "1 is Again, 2 Hard, 3 Good, 4 Easy"
            )
        stamp = ledger.journal.next_stamp(ledger.min_clock((node_id,)))
        graded = ReviewGraded(stamp, ledger.roadmap.id, node_id, title, rating, max(0, min(ms, LONGEST_MS)))
        return Change(graded, ledger.write_now(graded))

    def set_back(self, node_id: str) -> Change:
        """Set a done item back to doing, for it is not known. Raises Refused and CannotSave."""
        ledger, title = self._store, self.require_reviewable(node_id)
        back = StatusSet(
            ledger.journal.next_stamp(ledger.min_clock((node_id,))),
            ledger.roadmap.id,
            (node_id,),
            title,
            "doing",
        )
        return Change(back, ledger.write_now(back))

    def revert_last(self, action: Action) -> Change:
        """Take back what was done in a review. Raises Refused where somebody did so, and CannotSave."""
        if not self._store.progress.is_active(action):
            raise UsageError(action.title, "that was taken back already", "grade it again")
        return self._store.revert(action, action.stamp.id, self._store.progress.clock_above(action))

    def pause(self, until: date) -> Change:
        """Let nothing be due, in any roadmap, before a study day. Raises Refused and CannotSave."""
        now, ledger = self._store.now(), self._store
        if not self.today < until <= self.today + LONGEST_PAUSE * _DAY:
            raise UsageError(
                f"pause until {until}", "that is not within a year from tomorrow", "give another day"
            )
        begins = day_begins(until, now.tzinfo, ledger.settings.day_start)
        return ledger.write(self._paused(begins.astimezone(now.tzinfo)))

    def resume(self) -> Change | None:
        """End the pause; None where there is none. Raises CannotSave."""
        if self.paused_until is None:
            return None
        # Past in every zone: where it is still yesterday, today would be a day to wait for.
        return self._store.write(self._paused(self._store.now() - 2 * _DAY))

    def _paused(self, until: datetime) -> ReviewsPaused:
        ledger = self._store
        stamp = ledger.journal.next_stamp(ledger.progress.pause_clock())
        return ReviewsPaused(stamp, ledger.roadmap.id, ledger.roadmap.title, until.replace(microsecond=0))

    def require_reviewable(self, node_id: str) -> str:
        """The title of an item that can be reviewed. Raises Refused."""
        node = self._store.node(node_id)
        at = self._store.tree.index_of[node_id]
        if not isinstance(node, Item):
            raise UsageError(
                f"'{node.title}'", "that is a section, only items are reviewed", "choose an item"
            )
        if at >= self._store.tree.active_count:
            raise UsageError(f"'{node.title}'", "it left the roadmap", "review another")
        if self._store.status_at(at) != "done":
            raise UsageError(f"'{node.title}'", "only what is done is reviewed", "mark it done first")
        return node.title
