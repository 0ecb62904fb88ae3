"""The review: an item to explain, then what there is to know about it, then a grade."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from textual import work
from textual.app import ComposeResult

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.humanize import capitalize, format_days
from roadmap_tui.core.progress.events import GRADES
from roadmap_tui.study.review_session import ReviewSession, SessionNotice
from roadmap_tui.text.item_details import section_path
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.review import forecast, format_notice
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
from roadmap_tui.tui.render.detail import DetailText, render_answer
from roadmap_tui.tui.widgets.line_widget import CanvasLine, LineWidget
from roadmap_tui.tui.widgets.modal import Modal

_WIDEST: Final = 76
_ROOMY: Final = 14
_SPACIOUS: Final = 50
_BAR: Final = 20
_RATING_ROLES: Final = ("error", "warning", "done", "link")


def _column(width: int) -> tuple[int, int]:
    """Where the text begins, and how wide it is."""
    room = max(1, min(_WIDEST, width - 4))
    return (width - room) // 2, room


class _Top(LineWidget):
    """How far one is."""

    def __init__(self, session: ReviewSession, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self._session = session

    def render_rows(self) -> list[CanvasLine]:
        sitting, width = self._session, self.size.width
        at = min(sitting.index + 1, sitting.count)
        right: StyledLine = [Span(f"{at} of {sitting.count} ", "strong")] if sitting.node_id else []
        if width >= 60:
            right = [*right, *progress_bar(sitting.index, sitting.count, _BAR, self.glyphs), Span(" ")]
        room = width - length(right) - 11
        title = truncate(sitting.study.roadmap.title, room, self.glyphs.ellipsis)
        return [CanvasLine(justify([Span(" Review", "accent"), Span(f"  {title}", "muted")], right, width))]


class _Card(LineWidget):
    """The item, and its answer once that is shown; at the end, what was done."""

    def __init__(self, session: ReviewSession, keymap: Keymap, glyphs: Glyphs) -> None:
        super().__init__(glyphs, id="card")
        self._session = session
        self._keymap = keymap
        self._top = 0
        self._shown: tuple[str | None, bool, int] = None, False, 0

    def scroll(self, by: int) -> None:
        """Show what is so many half pages further down."""
        self._top += by * max(1, self.size.height // 2)
        self.show()

    def render_rows(self) -> list[CanvasLine]:
        width, height = self.size
        indent, room = _column(width)
        node_id = self._session.node_id
        lines = self._end() if node_id is None else self._item(node_id, room, height)
        return [CanvasLine([Span(" " * indent), *line]) for line in lines]

    def _item(self, node_id: str, room: int, height: int) -> list[StyledLine]:
        sitting = self._session
        node = sitting.study.node(node_id)
        gap: list[StyledLine] = [[]] if height >= _ROOMY else []
        path = section_path(sitting.study, node_id, room, self.glyphs)
        head: list[StyledLine] = [*gap, *([Span(line, "strong")] for line in wrap(node.title, room))]
        head += [[Span(path, "muted")]] if path else []
        head += [*gap, [Span("Explain it aloud.", "muted" if sitting.answer_shown else "accent")], *gap]
        if not sitting.answer_shown:
            self._shown = node_id, False, 0
            return head[:height]
        left = max(1, height - len(head))
        chosen = sitting.selected_resource if sitting.resources else None
        drawn = render_answer(sitting.study, node_id, (room, left), chosen, self.glyphs)
        if not drawn.lines:
            key = self._keymap.key("review.note")
            return [*head, [Span(f"Nothing is written about it yet; {key} writes a note.", "muted")]]
        self._keep_in_view(drawn, left)
        return [*head, *drawn.window(self._top, left, self.glyphs)]

    def _keep_in_view(self, drawn: DetailText, height: int) -> None:
        """Scroll to the chosen resource if that is another than before, and not beyond the end."""
        sitting = self._session
        shows = sitting.node_id, True, sitting.selected_resource
        if self._shown[:2] != shows[:2]:
            self._top = 0
        elif self._shown != shows:
            first = drawn.resource_lines[sitting.selected_resource]
            last = [*drawn.resource_lines, len(drawn.lines)][sitting.selected_resource + 1] - 1
            self._top = min(max(self._top, last - height + 2), first if sitting.selected_resource else 0)
        self._shown = shows
        self._top = max(0, min(self._top, len(drawn.lines) - height))

    def _end(self) -> list[StyledLine]:
        grades = self._session.grades
        given = [f"{GRADES[at].title()} {count}" for at, count in enumerate(grades) if count]
        words = f" {self.glyphs.separator} ".join(given)
        lines: list[StyledLine] = [[], [Span(f"Reviewed {sum(grades)}.", "strong")]]
        lines += [[Span(words, "muted")]] if words else []
        return [*lines, [], [Span(forecast(self._session.study))]]


class _Foot(LineWidget):
    """The grades with the intervals they give; below them the keys, or what there is to say."""

    def __init__(self, session: ReviewSession, keymap: Keymap, glyphs: Glyphs) -> None:
        super().__init__(glyphs, id="grades")
        self._session = session
        self._keymap = keymap
        self.message = ""
        self.is_error = False

    def render_rows(self) -> list[CanvasLine]:
        indent, room = _column(self.size.width)
        return [CanvasLine([Span(" " * indent), *line]) for line in (self._grades(room), self._words(room))]

    def _grades(self, room: int) -> StyledLine:
        sitting = self._session
        if sitting.node_id is None:
            return []
        if not sitting.answer_shown:
            return [Span(self._keymap.key("review.reveal"), "key"), Span(" shows the answer")]
        line: StyledLine = []
        for name, days, role in zip(GRADES, sitting.intervals, _RATING_ROLES, strict=False):
            word = f" {name.title()}" if room >= _SPACIOUS else ""
            line += [Span(self._keymap.key(f"review.{name}"), "key"), Span(word, role)]
            line.append(Span(f" {format_days(days)}  ", "muted"))
        return truncate_line(line, room)

    def _words(self, room: int) -> StyledLine:
        if self.message:
            message = truncate(self.message.partition("\n")[0], room, self.glyphs.ellipsis)
            return [Span(message, "error" if self.is_error else "")]
        *most, last = [
            [Span(self._keymap.key(name), "key"), Span(f" {self._keymap[name].name}  ", "muted")]
            for name in self._useful()
        ]
        line: StyledLine = []
        for spans in most:
            if length(line) + length(spans) + length(last) <= room:
                line += spans
        return line + last

    def _useful(self) -> list[str]:
        """The commands that do something now, leaving aside those above."""
        sitting = self._session
        on_card = sitting.node_id is not None
        has_address = sitting.answer_shown and sitting.resources
        return [
            *(["review.take_back"] if sitting.graded_count else []),
            *(["review.note"] if on_card else []),
            *(["review.down", "review.copy"] if has_address else []),
            "review.leave",
        ]


class ReviewScreen(Modal[None]):
    """Goes through a sitting. ``copy`` copies an address and tells of it; ``write_note`` asks for a note."""

    SCOPE = "review"

    def __init__(
        self,
        keymap: Keymap,
        session: ReviewSession,
        glyphs: Glyphs,
        *,
        copy: Callable[[str], str],
        write_note: Callable[[str], Awaitable[None]],
    ) -> None:
        super().__init__(keymap)
        self._session = session
        self._copy = copy
        self._write_note = write_note
        self._top_line = _Top(session, glyphs)
        self._card = _Card(session, keymap, glyphs)
        self._foot = _Foot(session, keymap, glyphs)

    def compose(self) -> ComposeResult:
        """One line, the card, two lines."""
        yield self._top_line
        yield self._card
        yield self._foot

    def _sync(self) -> None:
        for part in (self._top_line, self._card, self._foot):
            part.show()

    def show_message(self, message: str, *, problem: bool = False) -> None:
        """Show a message in the footer until the next key."""
        self._foot.message, self._foot.is_error = message, problem

    def _do(self, command: Callable[[], SessionNotice | None]) -> None:
        self.show_message("")
        try:
            notice = command()
        except RoadmapTuiError as error:
            self.show_message(capitalize(str(error)), problem=True)
        else:
            if notice is not None:
                self.show_message(format_notice(notice, self.keymap))
        self._sync()

    def action_reveal(self) -> None:
        """Show the answer."""
        self._do(self._session.show_answer)

    def action_again(self) -> None:
        """It was not known."""
        self._do(lambda: self._session.grade(1))

    def action_hard(self) -> None:
        """It was known, with an effort."""
        self._do(lambda: self._session.grade(2))

    def action_good(self) -> None:
        """It was known."""
        self._do(lambda: self._session.grade(3))

    def action_easy(self) -> None:
        """It was known at once."""
        self._do(lambda: self._session.grade(4))

    def action_take_back(self) -> None:
        """Take the last grade back."""
        self._do(self._session.undo_grade)

    def action_set_back(self) -> None:
        """Set the item that was forgotten twice back to doing."""
        self._do(self._session.set_back)

    def action_down(self) -> None:
        """Choose the next resource."""
        self._do(lambda: self._session.select_resource(1))

    def action_up(self) -> None:
        """Choose the one before."""
        self._do(lambda: self._session.select_resource(-1))

    def action_page_down(self) -> None:
        """Scroll on."""
        self._card.scroll(1)

    def action_page_up(self) -> None:
        """Scroll back."""
        self._card.scroll(-1)

    def action_copy(self) -> None:
        """Copy the address of the chosen resource."""
        self._do(self._copy_address)

    def _copy_address(self) -> None:
        sitting = self._session
        if not sitting.answer_shown or not sitting.resources:
            self.show_message("There is no address here")
        else:
            self.show_message(self._copy(sitting.resources[sitting.selected_resource].url))

    @work
    async def action_note(self) -> None:
        """Write the note of the item."""
        self.show_message("")
        if self._session.node_id is not None:
            await self._write_note(self._session.node_id)
        self._sync()

    def action_leave(self) -> None:
        """Back to the outline; everything is saved already."""
        self.dismiss(None)
