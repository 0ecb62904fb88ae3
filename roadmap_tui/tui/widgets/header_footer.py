"""The lines at the top and at the bottom of the screen."""

from __future__ import annotations

from typing import ClassVar

from roadmap_tui.study.study import Study
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, truncate
from roadmap_tui.tui.render.bars import FooterContext, footer_line, message_line, title_line
from roadmap_tui.tui.widgets.line_widget import CanvasLine, LineWidget


class Header(LineWidget):
    """The roadmap's title, how far one is, and how many items are due."""

    STYLE_CLASSES: ClassVar[tuple[str, ...]] = ("strong", "accent", "doing", "bar", "bar-rest")

    def __init__(self, study: Study, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(glyphs, id=id)
        self._study = study
        self._due = 0

    def sync(self, due: int) -> None:
        """Show how things are now, and that so many items are due."""
        self._due = due
        self.show()

    def render_rows(self) -> list[CanvasLine]:
        """How things are now."""
        return [CanvasLine(title_line(self._study, self.size.width, self.glyphs, self._due))]


class StatusBanner(LineWidget):
    """Something that stays true until it is mended: view only, not saved. Hidden where there is nothing."""

    STYLE_CLASSES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(glyphs, id=id)
        self.words = ""
        self.display = False

    def sync(self, words: str, *, problem: bool) -> None:
        """Show these words, as a problem or as a fact; nothing for none."""
        self.words = words
        self.display = bool(words)
        self.set_class(problem, "-problem")
        self.show()

    def render_rows(self) -> list[CanvasLine]:
        """The words, cut to the width."""
        return [CanvasLine([Span(f" {truncate(self.words, self.size.width - 2, self.glyphs.ellipsis)}")])]


class Footer(LineWidget):
    """The keys used most; after a command that has something to say, that, until the next key."""

    STYLE_CLASSES: ClassVar[tuple[str, ...]] = ("key", "muted", "error")

    def __init__(
        self, keymap: Keymap, glyphs: Glyphs, id: str | None = None, *, is_new: bool = False
    ) -> None:
        super().__init__(glyphs, id=id)
        self._keymap = keymap
        self._word = Span("")
        self._mode = FooterContext(is_first_run=is_new)

    def sync(self, word: str, mode: FooterContext, *, problem: bool) -> None:
        """Show a word, or the keys where there is none."""
        self._word = Span(word, "error" if problem else "")
        self._mode = mode
        self.show()

    def render_rows(self) -> list[CanvasLine]:
        """The word, or the keys."""
        width = self.size.width
        if self._word.text:
            return [CanvasLine(message_line(self._word, width, self.glyphs))]
        return [CanvasLine(footer_line(self._keymap, width, self._mode))]
