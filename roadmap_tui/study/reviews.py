"""The review queue of a study: which done items are due today, and how to grade them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from heapq import nsmallest
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import Action, ReviewGraded, ReviewsPaused, StatusSet, sort_key
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.review.schedule import AGAIN, LONGEST_MS, RATINGS, Card, Scheduler
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.study_day import day_begins
from roadmap_tui.study.event_store import Change, EventStore
from roadmap_tui.study.ranking import Ranking
from roadmap_tui.study.review_cards import ReviewCards
from roadmap_tui.study.review_questions import ReviewQuestions

if TYPE_CHECKING:
    from roadmap_tui.core.stats import RetentionStats

MAX_PAUSE_DAYS: Final = 366
LEECH_LAPSES: Final = 4
MAX_PLACED: Final = 3  # topics known from a placement that are reviewed first on one day
_USUAL_SECONDS: Final = 60  # of a review, while there is none to measure
_DAY: Final = timedelta(days=1)


class ReviewStatus(NamedTuple):
    """The review state of a done item today; two fields are None before the first review.

    ``retrievability`` is the predicted recall (0 to 1), ``stability`` the days until it falls to 0.9.
    """

    due: date
    last: date | None
    retrievability: float | None
    stability: float | None


class Reviews:
    """The review queue: done topics and projects of the roadmap, without retired ones."""

    def __init__(self, store: EventStore, ranking: Ranking) -> None:
        self._store = store
        self._ranking = ranking
        self._schedule = Scheduler(store.settings.retention, store.settings.day_start)
        self.questions = ReviewQuestions(store)
        self.cards = ReviewCards(store, self._schedule, lambda node_id: bool(self.questions.of(node_id)))
        self._graded_on: date | None = None
        self._graded = self._placed_graded = 0
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
        """The daily limit of reviews minus the number of items graded today, in any roadmap."""
        self._count_grades()
        return max(0, self._store.settings.reviews_a_day - self._graded)

    @property
    def placed_remaining_today(self) -> int:
        """The daily limit of first reviews of placed items minus the number given today, in any roadmap."""
        self._count_grades()
        return max(0, MAX_PLACED - self._placed_graded)

    def _count_grades(self) -> None:
        """Count the items graded today, in any roadmap, unless nothing changed since the last count."""
        today, progress = self.today, self._store.progress
        if self._graded_on == today:
            return
        self._graded_on = today
        two_days_ago = datetime.combine(today, time(), UTC) - 2 * _DAY  # before today in every time zone
        recent = progress.review_grades(two_days_ago)
        keys = {
            (grade.roadmap, grade.target) for grade in recent if self._schedule.day(grade.stamp.at) == today
        }
        self._graded = len(keys)
        self._placed_graded = sum(self._was_placed(progress.state(*key)) for key in keys)

    def _was_placed(self, state: ItemState) -> bool:
        """Return True if the first review of an item since its placement was today."""
        since = state.since if state.is_placed else None
        first = next((one.at for one in state.reviews if since and one.at >= since), None)
        return first is not None and self._schedule.day(first) == self.today

    @property
    def seconds_each(self) -> float:
        """The median time of the reviews of the last month, in any roadmap; a minute without one."""
        from roadmap_tui.core.forecast import median

        since = datetime.combine(self.today, time(), UTC) - 30 * _DAY
        times = [ms / 1000 for ms in self._store.progress.review_times(since) if ms]
        return median(times) if times else _USUAL_SECONDS

    def minutes(self, count: int) -> int:
        """Return the whole minutes that some reviews take."""
        return ceil(count * self.seconds_each / 60) if count else 0

    # What is due

    def due_ids(self) -> frozenset[str]:
        """Return the ids of all due items, without the daily limit; none during a pause."""
        return frozenset() if self.paused_until else frozenset(self.cards.due_ids(self.today))

    def due_count(self) -> int:
        """Return the length of the queue. After the first call only changed items are checked again."""
        # Also counted during a pause: ``is_stale`` then notices the day on which the pause ends.
        due, placed = self.cards.due_ids(self.today), self.cards.placed_due_ids(self.today)
        if self.paused_until:
            return 0
        placed_count = min(len(placed), self.placed_remaining_today)
        return min(len(due) - len(placed) + placed_count, self.remaining_today)

    @property
    def cached_due_count(self) -> int | None:
        """The due count if it was computed before, else None; never slow."""
        return None if self.cards.counted_on is None else self.due_count()

    @property
    def is_stale(self) -> bool:
        """True if the due count was computed on an earlier day. Thread-safe."""
        return self.cards.counted_on not in {None, self.today}

    def queue(self) -> list[str]:
        """Return the ids of the items to review now, up to the daily limits."""
        if self.paused_until:
            return []
        return self._by_urgency(self.remaining_today, self.placed_remaining_today)

    def due_queue(self) -> list[str]:
        """Return the ids of all due items in the order of ``queue``, also during a pause."""
        return self._by_urgency(self.due_count_in_all, self.due_count_in_all)

    @property
    def due_count_in_all(self) -> int:
        """The number of due items without the daily limit, also during a pause."""
        return len(self.cards.due_ids(self.today))

    def _by_urgency(self, count: int, placed_count: int) -> list[str]:
        """Return the ids of the ``count`` due items that are least likely remembered.

        Then come, if there is room, ``placed_count`` items known from a placement, those first on which most
        unfinished ones depend: nothing else says how well they are known.
        """
        today, position, card_of = self.today, self._store.tree.index_of, self.cards.card

        def urgency(node_id: str) -> tuple[float, date, int]:
            card = card_of(node_id)
            return (-card.elapsed(today), card.due, position[node_id]) if card else (0.0, today, 0)

        def importance(node_id: str) -> tuple[int, int]:
            return -self._ranking.unlock_count(node_id), position[node_id]

        placed = self.cards.placed_due_ids(today)
        ids = nsmallest(count, self.cards.due_ids(today) - placed, key=urgency)
        return ids + nsmallest(min(count - len(ids), placed_count), placed, key=importance)

    def forecast(self, day: date) -> int:
        """Return the queue length on a day if nothing is reviewed until then."""
        due = [card for card in self.cards.all() if card.due <= day]
        placed = sum(card.is_placed for card in due)
        return min(len(due) - placed + min(placed, MAX_PLACED), self._store.settings.reviews_a_day)

    def due_until(self, day: date) -> int:
        """Count the items that are due on or before a day."""
        return sum(card.due <= day for card in self.cards.all())

    def next_due_day(self) -> date | None:
        """Return the first day after today on which something is due; None if no item is done."""
        tomorrow = self.today + _DAY
        first = min((card.due for card in self.cards.all()), default=None)
        return None if first is None else max(first, tomorrow, self.paused_until or tomorrow)

    def status_of(self, node_id: str) -> ReviewStatus | None:
        """Return the review state of an item; None if it is not done or never reviewed."""
        card = self._card(node_id)
        if card is None:
            return None
        recall = card.retrievability(self.today)
        return ReviewStatus(card.due, card.last, recall, card.stability if card.last else None)

    def intervals(self, node_id: str) -> tuple[int, ...]:
        """Return the days until the next review of a done item for each rating; empty for other nodes."""
        card = self._card(node_id)
        return self._schedule.intervals(card, self.today) if card else ()

    def _card(self, node_id: str) -> Card | None:
        return self.cards.card(node_id) if self.cards.is_reviewed(node_id) else None

    def recall(self, node_id: str, day: date | None = None) -> float | None:
        """Return the predicted recall of an item on a day, by default today; None if it is not done."""
        card = self._card(node_id)
        return card.predicted_recall(day or self.today) if card else None

    def lapses(self, node_id: str) -> int:
        """Return the number of lapses of an item; 0 if it is not done."""
        card = self._card(node_id)
        return card.lapses if card else 0

    def leech_ids(self) -> list[str]:
        """Return the ids of the done items that are leeches: forgotten repeatedly."""
        return [node_id for node_id in self.cards.done_ids() if self.lapses(node_id) >= LEECH_LAPSES]

    def is_due(self, node_id: str) -> bool:
        """Return True if an item is due now; not during a pause."""
        return not self.paused_until and node_id in self.cards.due_ids(self.today)

    def forecast_days(self, count: int) -> tuple[int, ...]:
        """Count the items that come due on each of the next days; the first count is of items due now."""
        counts = [0] * count
        for card in self.cards.all():
            day = max(0, (card.due - self.today).days)
            if day < count:
                counts[day] += 1
        return tuple(counts)

    def weak_ids(self, ids: Iterable[str], day: date) -> list[str]:
        """Filter items by a predicted recall below the desired retention on a day, weakest first."""
        recalls = {node_id: recall for node_id in ids if (recall := self.recall(node_id, day)) is not None}
        weak = [node_id for node_id, recall in recalls.items() if recall < self._store.settings.retention]
        return sorted(weak, key=recalls.__getitem__)

    def recalled(self, days: int) -> "RetentionStats":
        """Return the retention of the last days, today included; only an item's first review a day counts."""
        from roadmap_tui.core.stats import RetentionStats

        first_day = self.today - timedelta(days=days - 1)
        since = datetime.combine(first_day, time(), UTC) - _DAY  # before it in every time zone
        first: dict[tuple[str, date], int] = {}
        for grade in sorted(self._store.progress.review_grades(since), key=sort_key):
            day = self._schedule.day(grade.stamp.at)
            if grade.roadmap == self._store.source.id and day >= first_day:
                first.setdefault((grade.target, day), grade.rating)
        return RetentionStats(len(first), sum(rating != AGAIN for rating in first.values()))

    def _on_change(self, _: tuple[str, ...]) -> None:
        self._graded_on = None  # also a change in another roadmap: it may be a grade

    # Changes. All raise UsageError if they do not apply, and SaveError

    def grade(self, node_id: str, rating: int, ms: int = 0, question: str = "") -> Change:
        """Grade the recall of a done item: 1 Again to 4 Easy, answered in ``ms`` milliseconds.

        ``question`` is the id of the question that was asked, empty for none.
        """
        store, title = self._store, self.require_reviewable(node_id)
        if rating not in RATINGS:
            remedy = "1 is Again, 2 Hard, 3 Good, 4 Easy"
            raise UsageError(f"grade {rating}", "no such grade", remedy)
        stamp = store.next_stamp(node_id)
        ms = max(0, min(ms, LONGEST_MS))
        grade = ReviewGraded(stamp, store.roadmap.id, node_id, title, rating, ms, question)
        return Change(grade, store.write_now(grade))

    def set_back(self, node_id: str) -> Change:
        """Set a done item that was forgotten back to doing."""
        store, title = self._store, self.require_reviewable(node_id)
        stamp = store.next_stamp(node_id)
        event = StatusSet(stamp, store.roadmap.id, (node_id,), title, "doing")
        return Change(event, store.write_now(event))

    def reopen(self, ids: Sequence[str], title: str) -> Change:
        """Set items back to do, as one event with ``title`` in the history."""
        store = self._store
        event = StatusSet(store.next_stamp(*ids), store.roadmap.id, tuple(ids), title, "todo")
        return Change(event, store.write_now(event))

    def revert_last(self, action: Action) -> Change:
        """Undo an action of this review session."""
        if not self._store.progress.is_active(action):
            raise UsageError(action.title, "already undone", "grade it again")
        return self._store.revert(action, action.stamp.id, self._store.progress.clock_above(action))

    def pause(self, until: date) -> Change:
        """Pause the reviews of all roadmaps until a study day."""
        now, store = self._store.now(), self._store
        if not self.today < until <= self.today + MAX_PAUSE_DAYS * _DAY:
            why = "not a day within the next year"
            raise UsageError(f"pause until {until}", why, "give another day")
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
        what = f"'{node.title}'"
        if not isinstance(node, Item):
            raise UsageError(what, "it is a section, and only items are reviewed", "choose an item")
        if index >= self._store.tree.active_count:
            raise UsageError(what, "it left the roadmap", "review another")
        if not self.cards.is_reviewed(node_id):
            raise UsageError(what, "only topics and projects are reviewed", "choose one")
        if self._store.status_at(index) != "done":
            raise UsageError(what, "only finished items can be reviewed", "mark it done first")
        return node.title
