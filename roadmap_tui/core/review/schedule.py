"""Schedule reviews of done items with FSRS (https://github.com/open-spaced-repetition).

Fuzz and learning steps are disabled, so that a replay gives the same dates on every machine and all intervals
are whole days. FSRS is given study days, in the time zone an event was recorded in: a review in the evening
and one the next morning are a day apart.

This is the only module that imports ``fsrs``, and only when there is a review.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.progress.states import ItemState, Review
from roadmap_tui.core.study_day import study_day

if TYPE_CHECKING:
    import fsrs

AGAIN: Final = 1
GOOD: Final = 3
RATINGS: Final = (1, 2, 3, 4)
LONGEST_MS: Final = 10 * 60 * 1000  # longer: the reader was away

# Of the default parameters of FSRS 6: w20, and w2, the stability after a first Good.
_DECAY: Final = -0.1542
_FACTOR: Final = 0.9 ** (1 / _DECAY) - 1
_STABILITY_OF_GOOD: Final = 2.3065

# FSRS adds up to a hundred years, which must stay below datetime's maximum.
_LAST_DAY: Final = date(9800, 1, 1)


class Card(NamedTuple):
    """The review state of a done item, in study days.

    ``stability`` is the number of days after which the predicted recall is 90 %. ``lapses`` counts how often
    the item was forgotten: graded Again at the first review of a day, but the very first one. An item
    known from a placement ``is_placed`` until its first review.
    """

    due: date
    last: date | None = None
    stability: float = 0.0
    difficulty: float = 0.0
    lapses: int = 0
    is_placed: bool = False

    def retrievability(self, today: date) -> float | None:
        """Return the predicted recall today (0 to 1); None before the first review."""
        return None if self.last is None else self.predicted_recall(today)

    def predicted_recall(self, today: date) -> float:
        """Return the predicted recall today; before the first review, as if it was Good when done."""
        days, stability = self._fading(today)
        return float((1 + _FACTOR * days / stability) ** _DECAY)  # as in fsrs, without loading it

    def elapsed(self, today: date) -> float:
        """Return the days since the last review relative to the stability: the more, the lower the recall."""
        days, stability = self._fading(today)
        return days / stability

    def _fading(self, today: date) -> tuple[int, float]:
        """Return the days since the last review and the stability; without one, as if Good when done."""
        if self.last is None:
            return max(0, (today - self.due).days + 1), _STABILITY_OF_GOOD
        return max(0, (today - self.last).days), self.stability


class Scheduler:
    """Computes cards for a desired retention (0 to 1); days begin ``day_start`` minutes after midnight."""

    def __init__(self, retention: float, day_start: int) -> None:
        self._retention = retention
        self._day_start = day_start
        self._loaded: fsrs.Scheduler | None = None

    def scheduler(self) -> "fsrs.Scheduler":
        """Return the FSRS scheduler, imported on first use."""
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
        """Return the study day of a time, in the time zone it was recorded in."""
        return min(study_day(at, at.tzinfo, self._day_start), _LAST_DAY)

    def card(self, state: ItemState) -> Card | None:
        """Return the card of an item, due a day after it was done or when FSRS says; None if not done."""
        if state.status != "done" or state.since is None:
            return None
        next_day = self.day(state.since) + timedelta(days=1)
        if not state.reviews:
            return Card(next_day, is_placed=state.is_placed)
        card = self.replay(state.reviews)
        if state.since > state.reviews[-1].at:
            return card._replace(due=next_day, is_placed=state.is_placed)
        return card

    def replay(self, reviews: Sequence[Review]) -> Card:
        """Return the card after a series of at least one review, oldest first."""
        from fsrs import Rating

        scheduler, memory = self.scheduler(), _to_fsrs(Card(_LAST_DAY))
        last, lapses = None, 0
        for review in reviews:
            day = self.day(review.at)
            memory, _ = scheduler.review_card(memory, Rating(review.rating), _midnight(day))
            lapses += _is_lapse(review.rating, last, day)
            last = day
        return _card(memory, lapses)

    def apply_grade(self, card: Card, rating: int, today: date) -> Card:
        """Return the card after a review with a grade today."""
        from fsrs import Rating

        memory, _ = self.scheduler().review_card(_to_fsrs(card), Rating(rating), _midnight(today))
        return _card(memory, card.lapses + _is_lapse(rating, card.last, today))

    def intervals(self, card: Card, today: date) -> tuple[int, ...]:
        """Return the days until the next review for each of the four ratings."""
        return tuple([(self.apply_grade(card, rating, today).due - today).days for rating in RATINGS])


def _midnight(day: date) -> datetime:
    return datetime.combine(min(day, _LAST_DAY), time(), UTC)


def _is_lapse(rating: int, last: date | None, day: date) -> bool:
    return rating == AGAIN and last is not None and day > last


def _card(memory: "fsrs.Card", lapses: int) -> Card:
    last = memory.last_review.date() if memory.last_review else None
    return Card(memory.due.date(), last, memory.stability or 0.0, memory.difficulty or 0.0, lapses)


def _to_fsrs(card: Card) -> "fsrs.Card":
    from fsrs import Card as Memory
    from fsrs import State

    due = _midnight(card.due)
    if card.last is None:
        return Memory(card_id=0, due=due)  # both given: by default fsrs reads the clock
    return Memory(0, State.Review, None, card.stability, card.difficulty, due, _midnight(card.last))
