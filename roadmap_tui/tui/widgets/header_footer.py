"""The lines at the top and at the bottom of the screen."""

from __future__ import annotations

from typing import ClassVar

from roadmap_tui.study.study import Study
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, cut
from roadmap_tui.tui.render.bars import Mode, key_line, title_line, word_line
from roadmap_tui.tui.widgets.line_widget import Canvas, Row


class TitleBar(Canvas):
    """The roadmap's title, how far one is, and how many items are due."""

    USES: ClassVar[tuple[str, ...]] = ("strong", "accent", "doing", "bar", "bar-rest")

    def __init__(self, study: Study, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(glyphs, id=id)
        self._study = study
        self._due = 0

    def sync(self, due: int) -> None:
        """Show how things are now, and that so many items are due."""
        self._due = due
        self.show()

    def lay_out(self) -> list[Row]:
        """How things are now."""
        return [Row(title_line(self._study, self.size.width, self.glyphs, self._due))]


class Banner(Canvas):
    """Something that stays true until it is mended: view only, not saved. Hidden where there is nothing."""

    USES: ClassVar[tuple[str, ...]] = ()

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

    def lay_out(self) -> list[Row]:
        """The words, cut to the width."""
        return [Row([Span(f" {cut(self.words, self.size.width - 2, self.glyphs.ellipsis)}")])]


class KeyBar(Canvas):
    """The keys used most; after a command that has something to say, that, until the next key."""

    USES: ClassVar[tuple[str, ...]] = ("key", "muted", "error")

    def __init__(
        self, keymap: Keymap, glyphs: Glyphs, id: str | None = None, *, is_new: bool = False
    ) -> None:
        super().__init__(glyphs, id=id)
        self._keymap = keymap
        self._word = Span("")
        self._mode = Mode(is_new=is_new)

    def sync(self, word: str, mode: Mode, *, problem: bool) -> None:
        """Show a word, or the keys where there is none."""
        self._word = Span(word, "error" if problem else "")
        self._mode = mode
        self.show()

    def lay_out(self) -> list[Row]:
        """The word, or the keys."""
        width = self.size.width
        if self._word.text:
            return [Row(word_line(self._word, width, self.glyphs))]
        return [Row(key_line(self._keymap, width, self._mode))]
