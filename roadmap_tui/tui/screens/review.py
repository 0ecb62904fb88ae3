"""The review: a question, then its answer, then a grade; at the end a summary."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.geometry import Size

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.humanize import capitalize
from roadmap_tui.core.progress.events import GRADES
from roadmap_tui.core.review.schedule import GOOD
from roadmap_tui.study.review_session import ReviewSession, SessionNotice
from roadmap_tui.text.item_details import section_path
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.review import (
    NO_QUESTION,
    format_intervals,
    format_notice,
    question_origin,
    render_question,
    summarize_session,
)
from roadmap_tui.text.styled_text import (
    Glyphs,
    Span,
    StyledLine,
    justify,
    length,
    progress_bar,
    truncate,
    truncate_line,
    wrap,
)
from roadmap_tui.tui.render.bars import message_lines
from roadmap_tui.tui.render.detail_text import DetailText
from roadmap_tui.tui.render.review_card import render_answer
from roadmap_tui.tui.widgets.line_widget import FittedLines, LineWidget, TextLines
from roadmap_tui.tui.widgets.modal import Modal

_MAX_WIDTH: Final = 76
_ROOMY_HEIGHT: Final = 14  # from this height on there are empty lines between the parts
_MIN_WIDTH_FOR_NAMES: Final = 50  # below, the grades are shown without their names
_BAR_WIDTH: Final = 20
_GRADE_STYLES: Final = ("error", "warning", "done", "link")


def _column(width: int) -> tuple[int, int]:
    """Return indent and width of the centered text column."""
    room = max(1, min(_MAX_WIDTH, width - 4))
    return (width - room) // 2, room


class _Card(LineWidget):
    """The item, with its answer once that is shown; at the end of the session a summary."""

    def __init__(self, session: ReviewSession, keymap: Keymap, glyphs: Glyphs) -> None:
        super().__init__(glyphs, id="card")
        self._session = session
        self._keymap = keymap
        self._top = 0
        self._shown: tuple[str | None, bool, int | None] = None, False, 0

    def scroll_pages(self, by: int) -> None:
        """Scroll by a number of half pages."""
        self._top += by * max(1, self.size.height // 2)
        self.update_rows()

    def render_rows(self) -> list[StyledLine]:
        width, height = self.size
        indent, room = _column(width)
        node_id = self._session.node_id
        lines = self._summary(room) if node_id is None else self._item(node_id, room, height)
        return [[Span(" " * indent), *line] for line in lines]

    def _item(self, node_id: str, width: int, height: int) -> list[StyledLine]:
        session, question, glyphs = self._session, self._session.question, self.glyphs
        title = session.study.node(node_id).title
        gap: list[StyledLine] = [[]] if height >= _ROOMY_HEIGHT else []
        origin = Span(question_origin(question), "muted")
        first, *rest = wrap(title, max(1, width - length([origin]) - 2))
        head: list[StyledLine] = [*gap, justify([Span(first, "strong")], [origin], width)]
        head += [[Span(line, "strong")] for line in rest]
        path = section_path(session.study, node_id, width, glyphs)
        head += [[Span(path, "muted")]] if path else []
        style = "" if session.answer_shown else "accent"
        if question is None:
            head += [*gap, [Span(NO_QUESTION, style or "muted")]]
        else:
            head += [*gap, *render_question(question, question.ask, width, glyphs, style)]
        if not session.answer_shown:
            self._shown = node_id, False, 0
            return head[:height]
        head = [*head, *gap, [Span(glyphs.hline * width, "bar-rest")]]
        room = max(1, height - len(head))
        selected = session.selected_resource
        key = self._keymap.key("review.down")
        answer = render_answer(session.study, node_id, question, (width, room), selected, key, glyphs)
        if not answer.lines:
            key = self._keymap.key("review.note")
            return [*head, [Span(f"No note yet; {key} writes a note.", "muted")]]
        self._scroll_to_selected(answer, room)
        return [*head, *answer.window(self._top, room, glyphs)]

    def _scroll_to_selected(self, answer: DetailText, height: int) -> None:
        """Scroll to the selected resource if another one was selected since the last time."""
        selected = self._session.selected_resource
        shown = self._session.node_id, True, selected
        if self._shown[:2] != shown[:2]:
            self._top = 0
        elif self._shown != shown and selected is not None:
            self._top = answer.top_showing(selected, self._top, height)
        self._shown = shown
        self._top = max(0, min(self._top, len(answer.lines) - height))

    def _summary(self, width: int) -> list[StyledLine]:
        first, *rest = summarize_session(self._session)
        lines: list[StyledLine] = [[], [Span(first, "strong")], []]
        return [*lines, *([Span(line)] for text in rest for line in wrap(text, width))]


class ReviewScreen(Modal[str | None]):
    """Shows a review session; dismissed with the id of the item to continue with, None to go back.

    ``copy`` copies a URL and returns a message; ``write_note`` opens the note editor for an item;
    ``ask_question`` asks for a question and its answer.
    """

    SCOPE = "review"
    RESULTS: ClassVar[dict[str, Any]] = dict.fromkeys((*GRADES, "leave"))

    def __init__(
        self,
        keymap: Keymap,
        session: ReviewSession,
        glyphs: Glyphs,
        *,
        copy: Callable[[str], str],
        write_note: Callable[[str], Awaitable[None]],
        ask_question: Callable[[str], Awaitable[tuple[str, str] | None]],
    ) -> None:
        super().__init__(keymap)
        self._session = session
        self._copy = copy
        self._write_note = write_note
        self._ask_question = ask_question
        self._glyphs = glyphs
        self._message, self._is_error = "", False
        self._header = TextLines(glyphs, self._render_header)
        self._card = _Card(session, keymap, glyphs)
        self._footer = FittedLines(glyphs, self._render_footer, id="grades")

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._card
        yield self._footer

    def _render_header(self, size: Size) -> list[StyledLine]:
        """Render the roadmap's title and the progress of the session."""
        session = self._session
        number = min(session.index + 1, session.count)
        minutes, seconds = divmod(session.seconds, 60)
        time = Span(f"{self._glyphs.separator} {minutes}:{seconds:02} ", "muted")
        right: StyledLine = []
        if session.node_id:
            right = [Span(f"{number} of {session.count} ", "strong"), time]
        if size.width >= 60:
            bar = progress_bar(session.index, session.count, _BAR_WIDTH, self._glyphs)
            right = [*right, *bar, Span(" ")]
        title = truncate(session.study.roadmap.title, size.width - length(right) - 11, self._glyphs.ellipsis)
        return [justify([Span(" Review", "accent"), Span(f"  {title}", "muted")], right, size.width)]

    def _render_footer(self, size: Size) -> list[StyledLine]:
        """Render the grades with their intervals; below them a message or the keys."""
        indent, room = _column(size.width)
        lines = [self._grades(room), *self._message_or_keys(Size(room, size.height))]
        return [[Span(" " * indent), *line] for line in lines]

    def _grades(self, width: int) -> StyledLine:
        session = self._session
        if session.node_id is None:
            following = session.next_item
            key = self.keymap.key("review.reveal")
            return [Span(key, "key"), Span(f" continues with {following.title}")] if following else []
        if not session.answer_shown:
            return [Span(self.keymap.key("review.reveal"), "key"), Span(" shows the answer")]
        line: StyledLine = []
        for grade, interval, style in zip(GRADES, format_intervals(session), _GRADE_STYLES, strict=False):
            name = f" {grade.title()}" if width >= _MIN_WIDTH_FOR_NAMES else ""
            line += [Span(self.keymap.key(f"review.{grade}"), "key"), Span(name, style)]
            line.append(Span(f" {interval}  ", "muted"))
        return truncate_line(line, width)

    def _message_or_keys(self, size: Size) -> list[StyledLine]:
        if self._message:
            message = Span(self._message, "error" if self._is_error else "")
            return message_lines(message, size, self._glyphs, indent=0)
        *most, last = [
            [Span(self.keymap.key(command), "key"), Span(f" {self.keymap[command].name}  ", "muted")]
            for command in self._useful_commands()
        ]
        line: StyledLine = []
        for spans in most:
            if length(line) + length(spans) + length(last) <= size.width:
                line += spans
        return [line + last]

    def _useful_commands(self) -> list[str]:
        """Return the commands that have an effect now, except the grades."""
        session = self._session
        on_card = session.node_id is not None
        has_url = session.answer_shown and session.resources
        return [
            *(["review.take_back"] if session.has_steps else []),
            *(["review.add", "review.note"] if on_card else []),
            *(["review.down"] if has_url else []),
            *(["review.copy"] if session.selected_resource is not None else []),
            *(["review.hide"] if session.question else []),
            "review.leave",
        ]

    def _sync(self) -> None:
        for part in (self._header, self._card, self._footer):
            part.update_rows()

    def show_message(self, message: str, *, is_error: bool = False) -> None:
        """Show a message in the footer until the next key."""
        self._message, self._is_error = message, is_error

    def _run_command(self, command: Callable[[], SessionNotice | None]) -> None:
        self.show_message("")
        try:
            notice = command()
        except RoadmapTuiError as error:
            self.show_message(capitalize(str(error)), is_error=True)
        else:
            if notice is not None:
                self.show_message(format_notice(notice, self.keymap))
        self._sync()

    def action_reveal(self) -> None:
        """Show the answer; of a shown one, grade it Good; at the end, continue with the next item."""
        session = self._session
        if session.node_id is None:
            if session.next_item is not None:
                self.dismiss(session.next_item.id)
        elif session.answer_shown:
            self._run_command(lambda: session.grade(GOOD))
        else:
            self._run_command(session.show_answer)

    def action_finish(self, command: str) -> None:
        if command in GRADES:
            self._run_command(lambda: self._session.grade(GRADES.index(command) + 1))
        else:
            super().action_finish(command)

    def action_take_back(self) -> None:
        self._run_command(self._session.undo)

    def action_hide(self) -> None:
        self._run_command(self._session.hide_question)

    def action_prerequisite(self) -> None:
        self._run_command(self._session.review_prerequisite)

    def action_set_back(self) -> None:
        self._run_command(self._session.set_back)

    def action_move(self, direction: str) -> None:
        if direction in {"down", "up"}:
            self._run_command(lambda: self._session.select_resource(1 if direction == "down" else -1))
        else:
            self._card.scroll_pages(1 if direction == "page_down" else -1)

    def action_copy(self) -> None:
        self._run_command(self._copy_url)

    def _copy_url(self) -> None:
        selected = self._session.selected_resource
        if selected is None:
            self.show_message("No link is selected")
        else:
            self.show_message(self._copy(self._session.resources[selected].url))

    @work
    async def action_note(self) -> None:
        self.show_message("")
        if self._session.node_id is not None:
            await self._write_note(self._session.node_id)
            self._session.refresh_question()
        self._sync()

    @work
    async def action_add(self) -> None:
        self.show_message("")
        node_id = self._session.node_id
        if node_id is not None and (texts := await self._ask_question(node_id)):
            self._run_command(lambda: self._session.add_question(*texts))
        self._sync()
