"""The lines at the top and at the bottom of the main screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.timer import Timer

from roadmap_tui.core.progress.time_tracking import length
from roadmap_tui.study.study import Study
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine
from roadmap_tui.tui.render.bars import message_lines
from roadmap_tui.tui.widgets.line_widget import FittedLines, LineWidget


class HeaderLine(LineWidget):
    """A line that ``render_due`` renders for a width and the number of due items."""

    STYLE_CLASSES: ClassVar[tuple[str, ...]] = (
        *("strong", "accent", "doing", "bar", "bar-rest"),
        *("focus", "done", "muted", "faint", "error"),
    )

    def __init__(
        self, glyphs: Glyphs, render_due: Callable[[int, int], StyledLine], id: str | None = None
    ) -> None:
        super().__init__(glyphs, id=id)
        self._render_due = render_due
        self._due = 0

    def sync(self, due: int) -> None:
        """Show the current state, with this number of due items."""
        self._due = due
        self.update_rows()

    def render_rows(self) -> list[StyledLine]:
        return [self._render_due(self.size.width, self._due)]


class Header(HeaderLine):
    """The header, which shows the minutes of the running timer.

    ``minute_timer`` redraws it when the running timer completes its next minute, and at no other time.
    """

    def __init__(
        self,
        study: Study,
        glyphs: Glyphs,
        render_due: Callable[[int, int], StyledLine],
        id: str | None = None,
    ) -> None:
        super().__init__(glyphs, render_due, id=id)
        self._study = study
        self.minute_timer: Timer | None = None

    def sync(self, due: int) -> None:
        """Show the current state, with this number of due items."""
        super().sync(due)
        running = self._study.time_tracker.running()
        if running and self.minute_timer is None:
            seconds = length(running[-1].timing, self._study.now())
            self.minute_timer = self.set_timer(60 - seconds % 60, self.on_minute)

    def on_minute(self) -> None:
        """Show another minute of the timer."""
        self.minute_timer = None
        self.sync(self._due)


class StatusBanner(FittedLines):
    """A banner for a lasting condition, such as view only; hidden without one."""

    STYLE_CLASSES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(glyphs, lambda size: message_lines(Span(self.text), size, glyphs), id=id)
        self.text = ""
        self.display = False

    def sync(self, text: str, *, is_error: bool) -> None:
        """Show a text, or hide the banner if it is empty."""
        self.text = text
        self.display = bool(text)
        self.set_class(is_error, "-problem")
        self.update_rows()


class Footer(FittedLines):
    """The lines at the bottom: the most used keys, or a message until the next key."""

    STYLE_CLASSES: ClassVar[tuple[str, ...]] = ("key", "muted", "error")
