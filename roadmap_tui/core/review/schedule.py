"""Spaced review: when a done item is due for recall, and how well it is still known.

The memory model is FSRS (https://github.com/open-spaced-repetition), as the ``fsrs`` package has it, without
its fuzz and without steps of minutes: a replay gives the same dates, and every interval is whole days. It is
fed with study days, so that a review in the evening and one the next morning are a day apart. The day of an
event is the one on the clock of the machine that wrote it: no other machine sees another.

This is the only module that imports the package, and only where there is a review to go by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.progress.states import ItemState, Review
from roadmap_tui.core.study_day import study_day

if TYPE_CHECKING:
    import fsrs

AGAIN: Final = 1
RATINGS: Final = (1, 2, 3, 4)
LONGEST_MS: Final = 10 * 60 * 1000  # a card that was looked at for longer was left lying

# The longest interval of the scheduler, a hundred years, has to end within the calendar.
_LAST_DAY: Final = date(9800, 1, 1)


class Card(NamedTuple):
    """A done item as the scheduler sees it: the study day on which it is due, and the memory of it.

    ``last`` is the day of the last review; None, and the numbers 0, where there was none. ``stability``
    is the number of days after which 90 % would still be known.
    """

    due: date
    last: date | None = None
    stability: float = 0.0
    difficulty: float = 0.0


class Scheduler:
    """Schedules for a wanted retention, 0 to 1, and days that begin ``day_start`` minutes after midnight."""

    def __init__(self, retention: float, day_start: int) -> None:
        self._retention = retention
        self._day_start = day_start
        self._loaded: fsrs.Scheduler | None = None
        self._good: Card | None = None

    def load(self) -> fsrs.Scheduler:
        """The package's scheduler; the first time, it is imported."""
        if self._loaded is None:
            from fsrs import Scheduler

            self._loaded = Scheduler(
                desired_retention=self._retention,
                learning_steps=(),
                relearning_steps=(),
                enable_fuzzing=False,
            )
        return self._loaded

    def day(self, at: datetime) -> date:
        """The study day of a moment, on the clock of whoever wrote it down."""
        return min(study_day(at, at.tzinfo, self._day_start), _LAST_DAY)

    def card(self, state: ItemState) -> Card | None:
        """The card of an item; None for one that is not done.

        It is due the day after it was set done, then when the scheduler says; the day after it was set
        done once more, where that was after its last review.
        """
        if state.status != "done" or state.since is None:
            return None
        fresh = Card(self.day(state.since) + timedelta(days=1))
        if not state.reviews:
            return fresh
        card = self.replay(state.reviews)
        return card._replace(due=fresh.due) if state.since > state.reviews[-1].at else card

    def replay(self, reviews: Sequence[Review]) -> Card:
        """The card that these reviews leave, one at least, in the order of history."""
        from fsrs import Card as Memory
        from fsrs import Rating

        scheduler = self.load()
        memory = Memory(card_id=0, due=_midnight(_LAST_DAY))  # an id and a date, lest it asks the clock
        for review in reviews:
            memory, _ = scheduler.review_card(memory, Rating(review.rating), _midnight(self.day(review.at)))
        return _card(memory)

    def apply_grade(self, card: Card, rating: int, today: date) -> Card:
        """The card after one more review."""
        from fsrs import Rating

        memory, _ = self.load().review_card(_to_fsrs(card), Rating(rating), _midnight(today))
        return _card(memory)

    def intervals(self, card: Card, today: date) -> tuple[int, ...]:
        """The days until it is due again, for each of the four ratings."""
        return tuple([(self.apply_grade(card, rating, today).due - today).days for rating in RATINGS])

    def retrievability(self, card: Card, today: date) -> float | None:
        """How likely it is still known, 0 to 1; None where it was never asked for."""
        if card.last is None:
            return None
        return self.load().get_card_retrievability(_to_fsrs(card), _midnight(today))

    def predicted_recall(self, card: Card, today: date) -> float:
        """How likely it is still known; one that was never asked for as if it had been Good when done."""
        if card.last is None:
            done = card.due - timedelta(days=1)
            card = self._first_good()._replace(last=done)
        return self.load().get_card_retrievability(_to_fsrs(card), _midnight(today))

    def _first_good(self) -> Card:
        """What a first Good leaves; the same for every item."""
        if self._good is None:
            from fsrs import Card as Memory
            from fsrs import Rating

            memory = Memory(card_id=0, due=_midnight(_LAST_DAY))
            self._good = _card(self.load().review_card(memory, Rating.Good, _midnight(_LAST_DAY))[0])
        return self._good


def _midnight(day: date) -> datetime:
    return datetime.combine(min(day, _LAST_DAY), time(), UTC)


def _card(memory: fsrs.Card) -> Card:
    last = memory.last_review.date() if memory.last_review else None
    return Card(memory.due.date(), last, memory.stability or 0.0, memory.difficulty or 0.0)


def _to_fsrs(card: Card) -> fsrs.Card:
    from fsrs import Card as Memory
    from fsrs import State

    due = _midnight(card.due)
    if card.last is None:
        return Memory(card_id=0, due=due)
    return Memory(0, State.Review, None, card.stability, card.difficulty, due, _midnight(card.last))
