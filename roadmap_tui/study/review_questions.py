"""The questions of a study's items: which one a review asks, and hiding one."""

from __future__ import annotations

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import QuestionHidden
from roadmap_tui.core.review.questions import NOTE, choose, collect
from roadmap_tui.core.roadmap.model import Item, Question
from roadmap_tui.study.event_store import Change, EventStore


class ReviewQuestions:
    """The questions of all items; the study material is read when it is first needed."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def of(self, node_id: str) -> list[Question]:
        """Return the questions of an item that are not hidden, the reader's own first."""
        store = self._store
        node, state = store.node(node_id), store.state(node_id)
        if not isinstance(node, Item):
            return []
        notes = [note.text for note in state.notes]
        return collect(notes, node.questions, store.material(node_id).questions, state.hidden)

    def next(self, node_id: str) -> Question | None:
        """Return the question that the next review of an item asks, None if it has none."""
        return choose(self.of(node_id), self._store.state(node_id).reviews)

    def hide(self, node_id: str, question: Question) -> Change:
        """Hide a question from the reviews. Raises UsageError for one in the note, and SaveError."""
        store, title = self._store, self._store.title(node_id)
        if question.id.startswith(f"{NOTE}:"):
            raise UsageError(f"question of '{title}'", "it is in your note", "remove it from the note")
        event = QuestionHidden(store.next_stamp(node_id), store.roadmap.id, node_id, title, question.id, True)
        return Change(event, store.write_now(event))
