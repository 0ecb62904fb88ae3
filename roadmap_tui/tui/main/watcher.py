"""Watches for changes without a key press: other sessions' events, a new day, due reviews."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from textual.dom import DOMNode
from textual.message import Message

from roadmap_tui.core.errors import RoadmapTuiError, SaveError
from roadmap_tui.core.humanize import capitalize
from roadmap_tui.core.progress.events import Event
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.store.library import RoadmapFile
from roadmap_tui.study.review_cards import CardOfState, Cards
from roadmap_tui.study.reviews import Reviews
from roadmap_tui.study.study import Study

POLL_SECONDS: Final = 1.0


class Watcher:
    """Polls for changes in threads, and posts messages to a screen.

    Worker threads only post messages. The receiver applies them, so state changes on the UI thread only.
    ``save_view`` and ``on_poll`` are called at every poll; ``back_up`` once, before the first, and may
    raise OSError.
    """

    @dataclass
    class Changed(Message):
        """Posted when other sessions wrote events, or unsaved changes should be saved again."""

        events: list[Event]
        error: str = ""

    @dataclass
    class RoadmapChanged(Message):
        """Posted when the file of the roadmap changed; ``error`` is why it cannot be read."""

        study: Study
        roadmap: Roadmap | None
        error: str = ""

    @dataclass
    class DueCounted(Message):
        """Posted when the review cards are computed, and the due items can be counted quickly."""

        reviews: Reviews
        cards: Cards

    def __init__(
        self,
        screen: DOMNode,
        study: Study,
        save_view: Callable[[], None],
        back_up: Callable[[], None] | None = None,
        on_poll: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_poll = on_poll
        self._screen = screen
        self._save_view = save_view
        self._back_up = back_up
        self._stopped = threading.Event()
        self.change_study(study)
        self._unread = study.journal.unread

    def begin(self) -> None:
        """Start polling and counting; called after the first frame."""
        self.count_due()
        self._screen.run_worker(self._poll, group="poll", thread=True)

    def change_study(self, study: Study) -> None:
        """Watch another study; its due items are unknown until ``count_due``."""
        self._study = study
        self._reviews: Reviews | None = None  # None until the due items are being counted
        self._new_ids = study.progress.new_ids(study.source.id)
        study.journal.write_in_thread(lambda: self._screen.post_message(self.Changed([])))

    def stop(self) -> None:
        """Signal the threads to stop, without waiting for them."""
        self._stopped.set()

    # Due items

    @property
    def due(self) -> int | None:
        """The number of items due for review, None until it is known."""
        return self._study.counted_due

    def count_due(self) -> None:
        """Count the due items, in a thread if that takes long; then post ``DueCounted``."""
        reviews = self._reviews = self._study.reviews
        states = reviews.cards.pending_states()
        if not states:  # counting takes less time than starting a thread
            reviews.due_count()
            self._screen.post_message(self.DueCounted(reviews, {}))
            return
        compute = partial(self._compute_cards, reviews, states)
        self._screen.run_worker(compute, group="count-due", thread=True)

    def _compute_cards(self, reviews: Reviews, states: dict[str, ItemState]) -> None:
        cards: dict[str, CardOfState] = {}
        for node_id, state in states.items():
            if self._stopped.is_set():
                return
            cards |= reviews.cards.compute({node_id: state})
        self._screen.post_message(self.DueCounted(reviews, cards))

    def apply_due_count(self, message: DueCounted) -> bool:
        """Store the computed cards; return True if they belong to the watched study."""
        message.reviews.cards.add(message.cards)
        message.reviews.due_count()
        return message.reviews is self._reviews

    @property
    def new_id(self) -> str:
        """The new id of the watched roadmap, if a sync changed it because another roadmap has the old one."""
        return min(self._study.progress.new_ids(self._study.source.id) - self._new_ids, default="")

    # Other sessions

    def _poll(self) -> None:
        if self._back_up:
            try:
                self._back_up()
            except OSError as error:
                self._screen.post_message(self.Changed([], f"No backup today: {error.strerror or error}"))
        while not self._stopped.wait(POLL_SECONDS):
            study = self._study
            new = [event for event in study.journal.read() if event.stamp.id not in study.progress]
            is_new_day = self._reviews is not None and self._reviews.is_stale
            if not (new or study.not_saved or is_new_day):
                with suppress(SaveError):
                    study.journal.rewrite_lost()
            unread, self._unread = self._unread, study.journal.unread
            if new or study.not_saved or is_new_day or unread != self._unread:
                self._screen.post_message(self.Changed(new))
            if study.file and study.file.has_changed():
                self._screen.post_message(self._load(study, study.file))
            self._save_view()
            self._on_poll()

    def _load(self, study: Study, file: RoadmapFile) -> RoadmapChanged:
        try:
            roadmap = file.load()
        except RoadmapTuiError as error:
            return self.RoadmapChanged(study, None, capitalize(f"{error.what}: {error.why}; {error.remedy}"))
        if roadmap.id != study.source.id:
            return self.RoadmapChanged(study, None, f"Its file has another roadmap now: {roadmap.id}")
        return self.RoadmapChanged(study, roadmap)

    def apply(self, message: Changed) -> bool:
        """Apply other sessions' events and flush unsaved ones; return True if those that failed are saved."""
        study = self._study
        # An own event may be in the file before its write has returned.
        unsaved = {event.stamp.id for event in study.journal.pending}
        study.apply(event for event in message.events if event.stamp.id not in unsaved)
        had_unsaved = bool(study.not_saved) and not study.journal.is_saving
        try:
            study.flush_pending()
        except SaveError:
            return False
        return had_unsaved and not study.not_saved
