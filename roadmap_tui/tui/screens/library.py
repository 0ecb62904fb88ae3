"""The roadmaps at hand, with how far one is in each."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from roadmap_tui.study.library import LibraryEntry
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, justify, length, progress_bar, truncate
from roadmap_tui.tui.widgets.option_list import OptionListBase, OptionListModal
from roadmap_tui.tui.widgets.text_input import TextInput

_BAR = 12


class LibraryAction(NamedTuple):
    """What the reader wants done, and with what: a roadmap's name, or a source to import."""

    verb: Literal["open", "import", "update", "remove"]
    what: str


class _Shelf(OptionListBase):
    def __init__(self, entries: list[LibraryEntry], here: int, glyphs: Glyphs) -> None:
        super().__init__(glyphs, here)
        self.entries = entries

    @property
    def count(self) -> int:
        return len(self.entries)

    def line(self, at: int, room: int) -> StyledLine:
        entry, glyphs, tally = self.entries[at], self.glyphs, self.entries[at].counts
        if entry.error:
            right = [Span(" can't be opened ", "error")]
        else:
            bar = progress_bar(tally.done, tally.total, _BAR, glyphs)
            right = [
                Span(" "),
                *bar,
                Span(f" {tally.done:>4}/{tally.total:<4} {tally.percent:>3}% ", "muted"),
            ]
        alike = sum(other.title == entry.title for other in self.entries) > 1
        title = f"{entry.title} ({entry.name})" if alike else entry.title
        return justify([Span(truncate(title, room - length(right), glyphs.ellipsis))], right, room)


class LibraryScreen(OptionListModal[LibraryAction | None]):
    """Shows the library; is dismissed with what to do, None for nothing."""

    AUTO_FOCUS: ClassVar[str | None] = ""  # the line to type in is hidden until it is asked for

    SCOPE = "library"

    def __init__(
        self,
        keymap: Keymap,
        entries: list[LibraryEntry],
        current: str,
        glyphs: Glyphs,
        *,
        word: str = "",
        typed: str = "",
    ) -> None:
        here = next((at for at, entry in enumerate(entries) if entry.name == current), 0)
        self._library = _Shelf(entries, here, glyphs)
        super().__init__(keymap, self._library)
        self._word, self._typed = word, typed

    def compose(self) -> ComposeResult:
        """The list over what can be done with it."""
        with Vertical(id="library", classes="dialog"):
            yield Static("Roadmaps", classes="heading", markup=False)
            yield self._library
            hint = "A Markdown file, a folder or an address"
            source = TextInput(self._typed, placeholder=hint)
            source.display = bool(self._typed)
            yield source
            if self._word:
                yield Static(self._word, classes="word", markup=False)
            yield self.hint()

    def on_mount(self) -> None:
        """Go on with what was typed, if that did not work the first time."""
        if self._typed:
            source = self.query_one(Input)
            source.focus()
            source.action_end()

    def action_open(self) -> None:
        """Open the roadmap under the cursor."""
        self._wish("open")

    def action_update(self) -> None:
        """Update it."""
        self._wish("update")

    def action_remove(self) -> None:
        """Remove it."""
        self._wish("remove")

    def _wish(self, verb: Literal["open", "update", "remove"]) -> None:
        self.dismiss(LibraryAction(verb, self._library.entries[self._library.here].name))

    def action_import(self) -> None:
        """Ask what to import."""
        source = self.query_one(Input)
        source.display = True
        source.focus()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Import what was named."""
        message.stop()
        if message.value.strip():
            self.dismiss(LibraryAction("import", message.value.strip()))

    def action_close(self) -> None:
        """Go one level back."""
        source = self.query_one(Input)
        if source.display:
            source.display = False
            self.set_focus(None)
        else:
            self.dismiss(None)
