"""The lines at the top and at the bottom of the screen."""

from __future__ import annotations

from roadmap_tui.study import Study
from roadmap_tui.tui.bars import key_line, title_line
from roadmap_tui.tui.lines import Glyphs, Span, cut, wrap
from roadmap_tui.tui.widgets.canvas import Canvas, Row


class TitleBar(Canvas):
    """The roadmap's title and how far one is."""

    def __init__(self, study: Study, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(glyphs, id=id)
        self._study = study

    def sync(self) -> None:
        """Show how things are now."""
        self.show([Row(title_line(self._study, self.size.width, self.glyphs))])

    def on_resize(self) -> None:
        """Lay the line out for another width."""
        self.sync()


class Banner(Canvas):
    """Something that stays true until it is mended: view only, not saved. Hidden where there is nothing."""

    def __init__(self, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(glyphs, id=id)
        self.words = ""
        self.display = False

    def sync(self, words: str, *, problem: bool) -> None:
        """Show these words, as a problem or as a fact; nothing for none."""
        self.words = words
        self.display = bool(words)
        self.set_class(problem, "-problem")
        self._draw()

    def _draw(self) -> None:
        self.show([Row([Span(f" {cut(self.words, self.size.width - 2, self.glyphs.ellipsis)}")])])

    def on_resize(self) -> None:
        """Lay the line out for another width."""
        self._draw()


class KeyBar(Canvas):
    """The keys used most; after a command that has something to say, that, until the next key."""

    def __init__(self, glyphs: Glyphs, id: str | None = None) -> None:
        super().__init__(glyphs, id=id)
        self._word = ""
        self._problem = False

    def sync(self, word: str, *, problem: bool) -> None:
        """Show a word, or the keys where there is none."""
        self._word, self._problem = word, problem
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if self._word:
            line = [Span(" "), Span(wrap(self._word, max(1, width - 2))[0], "error" if self._problem else "")]
        else:
            line = key_line(width)
        self.show([Row(line)])

    def on_resize(self) -> None:
        """Lay the line out for another width."""
        self._draw()
