"""What changes on the main screen though nobody pressed a key: others' work, the day, the minute."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.dom import DOMNode
from textual.message import Message
from textual.timer import Timer

from roadmap_tui.core.errors import SaveError
from roadmap_tui.core.progress.events import Event
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.progress.time_tracking import length
from roadmap_tui.study.study import Study

if TYPE_CHECKING:
    from roadmap_tui.core.review.schedule import Card
from roadmap_tui.study.review_cards import Cards
from roadmap_tui.study.reviews import Reviews

LOOK_EVERY_SECONDS: Final = 1.0


class Watcher:
    """Watches a study, in threads where that may take long, and posts to ``screen`` what it found.

    A thread takes in nothing of that: whoever gets the message does, with ``take_in`` or ``take_count``,
    so that what is shown changes in one thread alone.
    ``keep_place`` is called at every look; ``back_up`` once, before the first, and may raise OSError.
    """

    class Changed(Message):
        """What was found by looking for other sessions' work, or for a disk that takes writes again."""

        def __init__(self, events: list[Event], word: str = "") -> None:
            super().__init__()
            self.events = events
            self.word = word

    class DueCounted(Message):
        """What is due for review can be counted without keeping anybody waiting."""

        def __init__(self, reviews: Reviews, cards: Cards) -> None:
            super().__init__()
            self.reviews = reviews
            self.cards = cards

    class MinutePassed(Message):
        """The timer that runs has another full minute."""

    def __init__(
        self,
        screen: DOMNode,
        study: Study,
        keep_place: Callable[[], None],
        back_up: Callable[[], None] | None = None,
    ) -> None:
        self._screen = screen
        self._study = study
        self._keep_place = keep_place
        self._back_up = back_up
        self._reviews: Reviews | None = None  # not asked until the screen is there
        self._minute: Timer | None = None
        self._left = threading.Event()

    def begin(self) -> None:
        """Begin what can wait until it is painted: to look for other sessions, to count what is due."""
        self.count_due()
        self._screen.run_worker(self._look_around, group="look-around", thread=True)

    def change_study(self, study: Study) -> None:
        """Watch another study from now on. What is due there is unknown until ``count_due``."""
        self._study = study
        self._reviews = None

    def leave(self) -> None:
        """Stop looking and counting. Does not wait for it."""
        self._left.set()

    # What is due

    @property
    def due(self) -> int | None:
        """How many items are due for review; None until they are counted."""
        return None if self._reviews is None else self._reviews.cached_due_count

    def count_due(self) -> None:
        """Have what is due counted in a thread; ``Counted`` comes when that is done."""
        reviews = self._reviews = self._study.reviews
        states = reviews.cards.pending_states(reviews.today)
        if not states:  # what is left to do takes less than a thread, and beside one longer
            reviews.due_count()
            self._screen.post_message(self.DueCounted(reviews, {}))
            return
        find = partial(self._find_cards, reviews, states)
        self._screen.run_worker(find, group="count-due", thread=True)

    def _find_cards(self, reviews: Reviews, states: dict[str, ItemState]) -> None:
        cards: dict[str, tuple[ItemState, Card | None]] = {}
        for node_id, state in states.items():
            if self._left.is_set():  # whoever leaves does not wait for it
                return
            cards |= reviews.cards.compute({node_id: state})
        self._screen.post_message(self.DueCounted(reviews, cards))

    def apply_due_count(self, message: DueCounted) -> bool:
        """Take in what was counted; whether that is for the study that is watched now."""
        message.reviews.cards.add(message.cards)
        message.reviews.due_count()
        return message.reviews is self._reviews

    # Other sessions

    def _look_around(self) -> None:
        if self._back_up:
            try:
                self._back_up()
            except OSError as error:
                word = f"No backup today: {error.strerror or error}"
                self._screen.post_message(self.Changed([], word))
        while not self._left.wait(LOOK_EVERY_SECONDS):
            study = self._study
            news = [event for event in study.journal.read() if event.stamp.id not in study.progress]
            is_another_day = self._reviews is not None and self._reviews.is_stale
            if news or study.not_saved or is_another_day:
                self._screen.post_message(self.Changed(news))
            else:
                with suppress(SaveError):
                    study.journal.rewrite_lost()
                if study.not_saved:
                    self._screen.post_message(self.Changed(news))
            self._keep_place()

    def apply(self, message: Changed) -> bool:
        """Take in what others did, and try again to save what could not be; whether that was saved now."""
        study = self._study
        study.apply_remote(message.events)
        had_unsaved = bool(study.not_saved)
        try:
            study.flush_pending()
        except SaveError:
            return False
        return had_unsaved

    # The minute

    def wait_for_the_minute(self) -> None:
        """Post ``MinutePassed`` when the next minute of a timer that runs is full, and at no other time."""
        running = self._study.time_tracker.running()
        if running and self._minute is None:
            seconds = length(running[-1].timing, self._study.now())
            self._minute = self._screen.set_timer(60 - seconds % 60, self._minute_passed)

    def _minute_passed(self) -> None:
        self._minute = None
        self._screen.post_message(self.MinutePassed())
        self.wait_for_the_minute()
