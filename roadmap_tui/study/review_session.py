"""A review session: the cards in order, the grades given, and undoing grades. No screen, no wording."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum, auto
from typing import NamedTuple

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import Action, ReviewGraded
from roadmap_tui.core.review.schedule import AGAIN, RATINGS
from roadmap_tui.core.roadmap.model import Resource
from roadmap_tui.study.study import Study


class NoticeKind(Enum):
    """The kinds of notices that a command of a review session can return."""

    ANSWER_HIDDEN = auto()
    CHANGED_ELSEWHERE = auto()
    FORGOTTEN_TWICE = auto()
    SET_BACK_NOT_OFFERED = auto()
    SET_BACK = auto()
    NOTHING_GRADED = auto()


class SessionNotice(NamedTuple):
    """A notice, and the title of the item it is about."""

    kind: NoticeKind
    title: str = ""


class ReviewSession:
    """Goes through the items ``ids``; with ``by_choice`` also through those that are not due."""

    def __init__(
        self, study: Study, ids: Sequence[str], seconds: Callable[[], float], *, by_choice: bool = False
    ) -> None:
        self.study = study
        self.index = 0
        self.answer_shown = False
        self.selected_resource = 0
        self._ids = list(ids)
        self._seconds = seconds
        self._by_choice = by_choice
        self._history: list[list[Action]] = []  # for each graded card, its events
        self._forgotten_id = ""  # the item that can be set back to doing
        self._show_card()

    @property
    def node_id(self) -> str | None:
        """The id of the item on the card; None at the end."""
        return self._ids[self.index] if self.index < len(self._ids) else None

    @property
    def count(self) -> int:
        """The number of cards of this session."""
        return len(self._ids)

    @property
    def graded_count(self) -> int:
        """The number of cards graded so far."""
        return len(self._history)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources of the item on the card."""
        return self.study.resources(self.node_id) if self.node_id else ()

    @property
    def grades(self) -> list[int]:
        """How often each rating was given, from Again to Easy."""
        ratings = [events[0].rating for events in self._history if isinstance(events[0], ReviewGraded)]
        return [ratings.count(rating) for rating in RATINGS]

    @property
    def intervals(self) -> tuple[int, ...]:
        """The days until the card would be due again, by rating; empty if it cannot be graded."""
        status = self.study.reviews.status_of(self.node_id) if self.node_id else None
        return status.intervals if status else ()

    def show_answer(self) -> None:
        """Show the answer."""
        if self.node_id is not None:
            self.answer_shown = True

    def select_resource(self, step: int) -> None:
        """Move the resource selection by ``step``."""
        if self.answer_shown and self.resources:
            self.selected_resource = max(0, min(self.selected_resource + step, len(self.resources) - 1))

    def grade(self, rating: int) -> SessionNotice | None:
        """Grade the card and show the next one. Raises RoadmapTuiError if that fails; the card stays."""
        node_id = self.node_id
        if node_id is None:
            return None
        if not self.answer_shown:
            return SessionNotice(NoticeKind.ANSWER_HIDDEN)
        if not self._can_review(node_id):
            self._show_card()
            return SessionNotice(NoticeKind.CHANGED_ELSEWHERE, self.study.title(node_id))
        milliseconds = round((self._seconds() - self._shown_at) * 1000)
        change = self.study.reviews.grade(node_id, rating, milliseconds)
        self._history.append([change.action])
        self._forgotten_id = ""
        self.index += 1
        self._show_card()
        if rating == AGAIN and self.study.reviews.forgotten_twice(node_id):
            self._forgotten_id = node_id
            return SessionNotice(NoticeKind.FORGOTTEN_TWICE, self.study.title(node_id))
        return None

    def set_back(self) -> SessionNotice:
        """Set the item that was forgotten twice back to doing. Raises RoadmapTuiError."""
        if not self._forgotten_id:
            return SessionNotice(NoticeKind.SET_BACK_NOT_OFFERED)
        change = self.study.reviews.set_back(self._forgotten_id)
        self._history[-1].append(change.action)
        self._forgotten_id = ""
        return SessionNotice(NoticeKind.SET_BACK, change.action.title)

    def undo_grade(self) -> SessionNotice | None:
        """Undo the last grade and return to its card. Raises RoadmapTuiError."""
        if not self._history:
            return SessionNotice(NoticeKind.NOTHING_GRADED)
        events = self._history[-1]
        while events:
            with suppress(UsageError):  # another session has undone it
                self.study.reviews.revert_last(events[-1])
            events.pop()
        self._history.pop()
        self._forgotten_id = ""
        self.index -= 1
        self._show_card()
        self.answer_shown = self.node_id is not None
        return None

    def exclude(self, seconds: float) -> None:
        """Do not count these seconds as time spent on the card."""
        self._shown_at += seconds

    def _show_card(self) -> None:
        """Show the question of the next card that can still be reviewed."""
        while self.node_id is not None and not self._can_review(self.node_id):
            del self._ids[self.index]
        self.answer_shown = False
        self.selected_resource = 0
        self._shown_at = self._seconds()

    def _can_review(self, node_id: str) -> bool:
        """Return False if another session has graded or changed the item."""
        status = self.study.reviews.status_of(node_id)
        return status is not None and (self._by_choice or status.due <= self.study.reviews.today)
