"""Renders the question and the answer of a review card."""

from __future__ import annotations

from typing import Final

from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.review.questions import split_note
from roadmap_tui.core.roadmap.model import Question
from roadmap_tui.study.study import Study
from roadmap_tui.text.review import render_question
from roadmap_tui.text.styled_text import Glyphs
from roadmap_tui.tui.render.detail import DetailWriter
from roadmap_tui.tui.render.detail_text import DetailText

_ROOMY_HEIGHT: Final = 7  # from this height on there are empty lines between the parts


def render_answer(
    study: Study,
    node_id: str,
    question: Question | None,
    size: tuple[int, int],
    selected: int | None,
    unfold_key: str,
    glyphs: Glyphs,
) -> DetailText:
    """Render the answer of a review card: that of the question or else the summary, notes and resources.

    Without ``selected`` the resources are folded; ``unfold_key`` is the key that shows them. The other
    parameters are those of ``render_detail``.
    """
    width, height = size
    node, state = study.node(node_id), study.state(node_id)
    writer = DetailWriter(study, width, glyphs, roomy=height >= _ROOMY_HEIGHT, numbered=False)
    if question is not None and question.answer:
        writer.add_lines(render_question(question, question.answer, writer.width, glyphs))
    else:
        writer.add_text(node.summary)
    writer.add_notes(_without_questions(state))
    if question is None:
        writer.add_text(node.note, "muted")
    resources = study.resources(node_id)
    if selected is not None or not resources:
        writer.add_resources(resources, len(node.resources), state, selected)
    else:
        writer.add_text(f"{pluralize(len(resources), 'resource')}; {unfold_key} shows them", "muted")
    return writer.result(len(writer.lines))


def _without_questions(state: ItemState) -> ItemState:
    """Return the state without the questions in its notes: they would tell the answers of later reviews."""
    texts = [note._replace(text=split_note(note.text)[1]) for note in state.notes]
    return state._replace(notes=tuple(note for note in texts if note.text))
