"""A review session: cards with their questions, grades, and undoing. No screen, no wording."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum, auto
from typing import Final, NamedTuple

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.progress.events import Action, ReviewGraded
from roadmap_tui.core.review.questions import with_question
from roadmap_tui.core.review.schedule import AGAIN
from roadmap_tui.core.roadmap.model import Item, Question, Resource
from roadmap_tui.study.study import Study

MAX_REPEATS: Final = 2
WEAK_RECALL: Final = 0.8


class NoticeKind(Enum):
    """The kinds of notices that a command of a review session can return."""

    ANSWER_HIDDEN = auto()
    CHANGED_ELSEWHERE = auto()
    WEAK_PREREQUISITE = auto()
    NO_WEAK_PREREQUISITE = auto()
    FORGOTTEN_TWICE = auto()
    SET_BACK_NOT_OFFERED = auto()
    SET_BACK = auto()
    PLACED_DEPENDENTS = auto()
    REOPENED = auto()
    NOTHING_TO_UNDO = auto()
    QUESTION_ADDED = auto()
    QUESTION_HIDDEN = auto()
    NO_QUESTION = auto()


class SessionNotice(NamedTuple):
    """A notice, the title of its item, and for some kinds the predicted recall or the placed dependents."""

    kind: NoticeKind
    title: str = ""
    recall: float = 0.0
    dependents: int = 0


class _Step(NamedTuple):
    """The event of one command: ``node_id`` is the graded card, ``repeats`` True if the card comes again."""

    actions: list[Action]
    node_id: str = ""
    repeats: bool = False


class ReviewSession:
    """A review session over the items ``ids``; with ``by_choice``, items need not be due.

    A card graded Again comes again at the end, at most ``MAX_REPEATS`` times.
    """

    def __init__(
        self, study: Study, ids: Sequence[str], seconds: Callable[[], float], *, by_choice: bool = False
    ) -> None:
        self.study = study
        self.index = 0
        self.question: Question | None = None
        self.answer_shown = False
        self.selected_resource: int | None = None  # None while the resources are folded
        self._ids = list(ids)
        self._seconds = seconds
        # The number of reviews that items must still have to be reviewed although they are not due.
        self._expected = {node_id: self._count_reviews(node_id) for node_id in ids} if by_choice else {}
        self._steps: list[_Step] = []
        self._forgotten_id = ""  # the item that can be set back to doing
        self._doubtful_ids: list[str] = []  # items known from a placement that can be reopened
        self._weak_id = ""  # the prerequisite that can be reviewed next
        self._started = self._shown_at = seconds()
        self._show_card()

    @property
    def node_id(self) -> str | None:
        """The id of the item on the card; None at the end."""
        return self._ids[self.index] if self.index < len(self._ids) else None

    @property
    def count(self) -> int:
        """The number of cards of this session, repeated cards included."""
        return len(self._ids)

    @property
    def left_count(self) -> int:
        """The number of items that are still to be reviewed in this session."""
        return sum(map(self._can_review, set(self._ids[self.index :])))

    @property
    def has_steps(self) -> bool:
        """True if there is a step to undo."""
        return bool(self._steps)

    @property
    def seconds(self) -> int:
        """The seconds since the session began, minus the time during which it was interrupted."""
        return round(self._seconds() - self._started)

    @property
    def next_item(self) -> Item | None:
        """The item to study next."""
        return next(iter(self.study.ranking.next_items()), None)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources of the item on the card."""
        return self.study.resources(self.node_id) if self.node_id else ()

    @property
    def first_ratings(self) -> dict[str, int]:
        """The first rating of each item graded so far."""
        ratings: dict[str, int] = {}
        for step in self._steps:
            if isinstance(action := step.actions[0], ReviewGraded):
                ratings.setdefault(step.node_id, action.rating)
        return ratings

    @property
    def intervals(self) -> tuple[int, ...]:
        """The days until the card would be due again, by rating; empty if it cannot be graded."""
        return self.study.reviews.intervals(self.node_id) if self.node_id else ()

    @property
    def repeats_again(self) -> bool:
        """True if the card would come again in this session after the grade Again."""
        return sum(step.node_id == self.node_id for step in self._steps) < MAX_REPEATS

    def show_answer(self) -> None:
        """Show the answer."""
        if self.node_id is not None:
            self.answer_shown = True

    def select_resource(self, step: int) -> None:
        """Unfold the resources, or move the selection by ``step``; before the first one, fold them."""
        if self.answer_shown and self.resources:
            selected = (-1 if self.selected_resource is None else self.selected_resource) + step
            self.selected_resource = min(selected, len(self.resources) - 1) if selected >= 0 else None

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
        question = self.question.id if self.question else ""
        repeats, lapses = rating == AGAIN and self.repeats_again, self.study.reviews.lapses(node_id)
        card = self.study.reviews.cards.card(node_id)
        change = self.study.reviews.grade(node_id, rating, milliseconds, question)
        self._steps.append(_Step([change.action], node_id, repeats))
        if repeats:
            self._ids.append(node_id)
        if repeats or node_id in self._expected:
            self._expected[node_id] = self._count_reviews(node_id)
        self.index += 1
        self._show_card()
        if rating != AGAIN:
            return None
        self._doubtful_ids = self._placed_dependents(node_id) if card and card.is_placed else []
        if self._doubtful_ids:
            title, count = self.study.title(node_id), len(self._doubtful_ids)
            return SessionNotice(NoticeKind.PLACED_DEPENDENTS, title, dependents=count)
        return self._suggestion(node_id, lapses)

    def _placed_dependents(self, node_id: str) -> list[str]:
        """Return the items known only from a placement that require an item, directly or not."""
        graph, found = self.study.graph, {node_id: None}
        for name in (pending := [node_id]):
            new = [other for other in graph.dependents(name) if other not in found]
            found |= dict.fromkeys(new)
            pending += new
        card_of = self.study.reviews.cards.card
        return [name for name in pending[1:] if (card := card_of(name)) and card.is_placed]

    def _suggestion(self, node_id: str, lapses_before: int) -> SessionNotice | None:
        """Return the suggestion after Again: review a weak prerequisite, or mark the item in progress."""
        last_two = self.study.state(node_id).reviews[-2:]
        is_twice = [review.rating for review in last_two] == [AGAIN, AGAIN]
        if not is_twice and self.study.reviews.lapses(node_id) == lapses_before:
            return None
        self._forgotten_id = node_id if is_twice else ""
        node = self.study.node(node_id)
        recalls = [
            (recall, other.id)
            for other in (self.study.prerequisites(node) if isinstance(node, Item) else ())
            if (recall := self.study.reviews.recall(other.id)) is not None and recall < WEAK_RECALL
        ]
        if recalls:
            recall, self._weak_id = min(recalls)
            return SessionNotice(NoticeKind.WEAK_PREREQUISITE, self.study.title(self._weak_id), recall)
        return SessionNotice(NoticeKind.FORGOTTEN_TWICE, self.study.title(node_id)) if is_twice else None

    def review_prerequisite(self) -> SessionNotice | None:
        """Show the offered weak prerequisite as the next card."""
        weak_id = self._weak_id
        if not weak_id:
            return SessionNotice(NoticeKind.NO_WEAK_PREREQUISITE)
        rest = [node_id for node_id in self._ids[self.index :] if node_id != weak_id]
        self._ids[self.index :] = [weak_id, *rest]
        self._expected[weak_id] = self._count_reviews(weak_id)
        self._show_card()
        return None

    def set_back(self) -> SessionNotice:
        """Set the item that was forgotten twice back to doing, or reopen what was offered.

        Raises RoadmapTuiError.
        """
        if self._doubtful_ids:
            title = f"Reopened: {pluralize(len(self._doubtful_ids), 'item')}"
            change = self.study.reviews.reopen(self._doubtful_ids, title)
            self._steps[-1].actions.append(change.action)
            self._doubtful_ids = []
            return SessionNotice(NoticeKind.REOPENED, title)
        if not self._forgotten_id:
            return SessionNotice(NoticeKind.SET_BACK_NOT_OFFERED)
        change = self.study.reviews.set_back(self._forgotten_id)
        self._steps[-1].actions.append(change.action)
        self._forgotten_id = ""
        return SessionNotice(NoticeKind.SET_BACK, change.action.title)

    def hide_question(self) -> SessionNotice:
        """Hide the question on the card and show the next one of the item. Raises RoadmapTuiError."""
        if self.node_id is None or self.question is None:
            return SessionNotice(NoticeKind.NO_QUESTION)
        change = self.study.reviews.questions.hide(self.node_id, self.question)
        self._steps.append(_Step([change.action]))
        self.refresh_question()
        return SessionNotice(NoticeKind.QUESTION_HIDDEN, change.action.title)

    def add_question(self, ask: str, answer: str) -> SessionNotice | None:
        """Add a question to the note of the item on the card. Raises RoadmapTuiError."""
        if self.node_id is None or not ask.strip():
            return None
        note = with_question(self.study.note_text(self.node_id), ask, answer)
        change = self.study.write_note(self.node_id, note)
        if change is None:
            return None
        self._steps.append(_Step([change.action]))
        self.refresh_question()
        return SessionNotice(NoticeKind.QUESTION_ADDED, change.action.title)

    def refresh_question(self) -> None:
        """Keep the question on the card if it still exists, with its answer as it is now."""
        if self.node_id is None:
            return
        shown = self.question.id if self.question else ""
        questions = self.study.reviews.questions
        current = next((each for each in questions.of(self.node_id) if each.id == shown), None)
        if current is None:
            self._show_card()
        else:
            self.question = current

    def undo(self) -> SessionNotice | None:
        """Undo the last step, and return to its card if it was a grade. Raises RoadmapTuiError."""
        if not self._steps:
            return SessionNotice(NoticeKind.NOTHING_TO_UNDO)
        actions, node_id, repeats = self._steps[-1]
        while actions:
            with suppress(UsageError):  # another session has undone it
                self.study.reviews.revert_last(actions[-1])
            actions.pop()
        self._steps.pop()
        if not node_id:
            self.refresh_question()
            return None
        if repeats and self._ids[-1] == node_id:
            self._ids.pop()
        if node_id in self._expected:
            self._expected[node_id] = self._count_reviews(node_id)
        self.index -= 1
        self._show_card()
        self.answer_shown = self.node_id is not None
        return None

    def exclude(self, seconds: float) -> None:
        """Do not count these seconds as time spent."""
        self._shown_at += seconds
        self._started += seconds

    def _show_card(self) -> None:
        """Show the question of the next card that can still be reviewed."""
        while self.node_id is not None and not self._can_review(self.node_id):
            del self._ids[self.index]
        self.question = self.study.reviews.questions.next(self.node_id) if self.node_id else None
        self.answer_shown = False
        self.selected_resource = None
        self._forgotten_id = self._weak_id = ""
        self._doubtful_ids = []
        self._shown_at = self._seconds()

    def _can_review(self, node_id: str) -> bool:
        """Return False if another session has graded or changed the item."""
        status = self.study.reviews.status_of(node_id)
        if status is None:
            return False
        is_chosen = self._expected.get(node_id) == self._count_reviews(node_id)
        return is_chosen or status.due <= self.study.reviews.today

    def _count_reviews(self, node_id: str) -> int:
        return len(self.study.state(node_id).reviews)
