"""The placement test: one question at a time about what the reader knows already."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from roadmap_tui.core.placement import Answer, Placement, PlacementResult
from roadmap_tui.study.study import Study
from roadmap_tui.text.item_details import section_path
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.placement import QUESTION, format_progress, format_result
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, wrap
from roadmap_tui.tui.widgets.line_widget import ScrollText
from roadmap_tui.tui.widgets.modal import Modal


class PlacementScreen(Modal[PlacementResult | None]):
    """Runs the placement test; dismissed with the result to save, or with None."""

    SCOPE = "place"
    RESULTS: ClassVar[dict[str, None]] = {}
    heading = "What do you know already?"

    def __init__(self, keymap: Keymap, study: Study, placement: Placement, glyphs: Glyphs) -> None:
        super().__init__(keymap)
        self._study, self._placement, self._glyphs = study, placement, glyphs
        self._has_ended = False
        self._text = ScrollText(glyphs, self._lines)

    def compose_body(self) -> ComposeResult:
        yield self._text

    def _lines(self, width: int) -> list[StyledLine]:
        name = self._question
        key = self.keymap.key
        if name is None:
            keys = f"{key('place.save')} marks them, {key('place.back')} goes back"
            text = f"{format_result(self._placement)} {keys}, {key('place.leave')} leaves it."
            return [[Span(line)] for line in wrap(text, width)]
        node = self._study.node(name)
        lines: list[StyledLine] = [[Span(format_progress(self._placement), "muted")], []]
        lines += [[Span(line, "strong")] for line in wrap(node.title, width)]
        lines.append([Span(section_path(self._study, name, width, self._glyphs), "muted")])
        lines += [[Span(line)] for line in wrap(node.summary, width)]
        return [*lines, [], [Span(QUESTION, "accent")]]

    @property
    def _question(self) -> str | None:
        return None if self._has_ended else self._placement.question()

    def _answer(self, answer: Answer) -> None:
        if self._question is not None:
            self._placement.answer(answer)
            self._text.reset()

    def action_yes(self) -> None:
        self._answer("yes")

    def action_partly(self) -> None:
        self._answer("partly")

    def action_no(self) -> None:
        self._answer("no")

    def action_back(self) -> None:
        if self._has_ended:
            self._has_ended = False
        else:
            self._placement.back()
        self._text.reset()

    def action_save(self) -> None:
        if self._question is None:
            self.dismiss(self._placement.result())
        elif self._placement.answers:
            self._has_ended = True
            self._text.reset()

    def action_leave(self) -> None:
        """Leave at the end or without answers; otherwise go to the end first, so that no answer is lost."""
        if self._question is None or not self._placement.answers:
            self.dismiss(None)
        else:
            self._has_ended = True
            self._text.reset()
