"""One sitting of reviews, without a screen: the cards in their order, and what was done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from roadmap_tui.core.errors import RoadmapTuiError, UsageError
from roadmap_tui.core.progress.events import Action, ReviewGraded
from roadmap_tui.core.review.schedule import AGAIN, RATINGS
from roadmap_tui.core.roadmap.model import Resource
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import GRADES, capitalize, format_date
from roadmap_tui.text.keymap import Keymap


class ReviewSession:
    """Goes through items; ``word`` is what there is to say after a command.

    ``by_choice`` are items that are reviewed whether they are due or not. ``seconds`` is a clock that
    only goes forward, to tell how long a card took.
    """

    def __init__(
        self,
        study: Study,
        ids: Sequence[str],
        keymap: Keymap,
        seconds: Callable[[], float],
        *,
        by_choice: bool = False,
    ) -> None:
        self.study = study
        self.at = 0
        self.answer_shown = False
        self.chosen = 0
        self.message = ""
        self.is_error = False
        self._ids = list(ids)
        self._keymap = keymap
        self._seconds = seconds
        self._by_choice = by_choice
        self._past: list[list[Action]] = []  # for each card that was graded, all that was done with it
        self._offered = ""
        self._begin()

    @property
    def node_id(self) -> str | None:
        """The id of the item on the card; None at the end."""
        return self._ids[self.at] if self.at < len(self._ids) else None

    @property
    def count(self) -> int:
        """How many cards there are in this sitting."""
        return len(self._ids)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources of the item on the card."""
        return self.study.resources(self.node_id) if self.node_id else ()

    @property
    def grades(self) -> list[int]:
        """How often each of the four grades was given."""
        given = [graded[0].rating for graded in self._past if isinstance(graded[0], ReviewGraded)]
        return [given.count(rating) for rating in RATINGS]

    @property
    def intervals(self) -> tuple[int, ...]:
        """The days until the item on the card is due again, by rating; empty where it can't be graded."""
        standing = self.study.reviews.status_of(self.node_id) if self.node_id else None
        return standing.intervals if standing else ()

    @property
    def has_past(self) -> bool:
        """Whether there is a grade to take back."""
        return bool(self._past)

    @property
    def summary(self) -> str:
        """What was done and what is left, in a line; empty where nothing was done."""
        done, left = len(self._past), self.count - self.at
        if not done:
            return ""
        rest = f"; {left} {'is' if left == 1 else 'are'} left today" if left else ""
        return f"Reviewed {done}{rest}"

    def forecast(self) -> str:
        """What the coming day brings, in a sentence."""
        reviews = self.study.reviews
        day = reviews.next_due_day()
        if day is None or not self.study.settings.reviews_a_day:
            return ""
        name = "Tomorrow" if day == reviews.today + timedelta(days=1) else format_date(day, reviews.today)
        return f"{name}: {reviews.forecast(day)}."

    def show_message(self, word: str, *, problem: bool = False) -> None:
        """Have something shown until the next key."""
        self.message, self.is_error = word, problem

    # What the reader does

    def show_answer(self) -> None:
        """Show the answer."""
        if self.node_id is not None:
            self.answer_shown = True

    def choose(self, by: int) -> None:
        """Choose the next resource, or the one before."""
        if self.answer_shown and self.resources:
            self.chosen = max(0, min(self.chosen + by, len(self.resources) - 1))

    def grade(self, rating: int) -> None:
        """Grade the card and go on. Where that can't be saved, the card stays and it is said."""
        node_id = self.node_id
        if node_id is None:
            return
        if not self.answer_shown:
            self.show_message(f"Explain it first; {self._keymap.key('review.reveal')} shows the answer")
            return
        if not self._is_wanted(node_id):
            self.show_message(f"{self.study.title(node_id)} was reviewed or changed elsewhere")
            self._begin()
            return
        took = round((self._seconds() - self._shown_at) * 1000)
        try:
            change = self.study.reviews.grade(node_id, rating, took)
        except RoadmapTuiError as error:
            self._refuse(error)
            return
        self._past.append([change.action])
        self._offered = ""
        self.at += 1
        self._begin()
        if rating == AGAIN and self.study.reviews.forgotten_twice(node_id):
            self._offered = node_id
            title = self.study.title(node_id)
            self.show_message(
                f"{GRADES[0].title()} twice: {self._keymap.key('review.set_back')} sets {title} back to doing"
            )

    def set_back(self) -> None:
        """Set the item that was forgotten twice back to doing, where that is offered."""
        if not self._offered:
            self.show_message("That is offered after Again twice in a row")
            return
        try:
            change = self.study.reviews.set_back(self._offered)
        except RoadmapTuiError as error:
            self._refuse(error)
            return
        self._past[-1].append(change.action)
        self._offered = ""
        self.show_message(
            f"{change.action.title}: doing; {self._keymap.key('review.take_back')} takes it back"
        )

    def undo_grade(self) -> None:
        """Take the last grade back, and go back to its card."""
        if not self._past:
            self.show_message("Nothing was graded here yet")
            return
        actions = self._past[-1]
        while actions:
            try:
                self.study.reviews.revert_last(actions[-1])
            except UsageError:
                pass  # somebody else did so
            except RoadmapTuiError as error:
                self._refuse(error)
                return
            actions.pop()
        self._past.pop()
        self._offered = ""
        self.at -= 1
        self._begin()
        self.answer_shown = self.node_id is not None

    def exclude(self, seconds: float) -> None:
        """Count these seconds, spent on something else, not as the card's."""
        self._shown_at += seconds

    def _begin(self) -> None:
        """Show the next card that is still wanted."""
        while self.node_id is not None and not self._is_wanted(self.node_id):
            del self._ids[self.at]
        self.answer_shown = False
        self.chosen = 0
        self._shown_at = self._seconds()

    def _is_wanted(self, node_id: str) -> bool:
        """Whether another session left the item for this one to grade."""
        standing = self.study.reviews.status_of(node_id)
        return standing is not None and (self._by_choice or standing.due <= self.study.reviews.today)

    def _refuse(self, error: RoadmapTuiError) -> None:
        self.show_message(capitalize(str(error)), problem=True)
