"""The library: all roadmaps with their progress."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.widgets import Input, Static

from roadmap_tui.study.library import LibraryEntry
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, justify, length, progress_bar, truncate
from roadmap_tui.tui.widgets.option_list import OptionList, OptionListModal
from roadmap_tui.tui.widgets.text_input import TextInput

_BAR_WIDTH = 12


class LibraryAction(NamedTuple):
    """The chosen action (open, import, update, remove), and a roadmap's name or a source for it."""

    verb: str
    target: str


class LibraryScreen(OptionListModal[LibraryAction | None]):
    """Shows the library; dismissed with a ``LibraryAction``, or None.

    ``source`` is the source of an import that failed, to be corrected; ``message`` says why.
    """

    AUTO_FOCUS: ClassVar[str | None] = ""  # the input is hidden until an import is requested

    SCOPE = "library"
    RESULTS: ClassVar[dict[str, Any]] = dict.fromkeys(("open", "update", "remove"))

    def __init__(
        self,
        keymap: Keymap,
        entries: list[LibraryEntry],
        current: str,
        glyphs: Glyphs,
        *,
        message: str = "",
        source: str = "",
    ) -> None:
        highlighted = next((index for index, entry in enumerate(entries) if entry.name == current), 0)
        super().__init__(keymap, OptionList(glyphs, self._option, len(entries), highlighted))
        self.heading = "Roadmaps"
        self._entries, self._glyphs = entries, glyphs
        self.message, self._source = message, source

    def compose_body(self) -> ComposeResult:
        yield self.option_list
        field = TextInput(self._source, placeholder="A Markdown file, a folder or an address")
        field.display = bool(self._source)
        yield field
        if self.message:
            yield Static(self.message, classes="subtitle", markup=False)

    def _option(self, index: int, width: int) -> StyledLine:
        entry, glyphs, counts = self._entries[index], self._glyphs, self._entries[index].counts
        if entry.error:
            right = [Span(" can't be opened ", "error")]
        else:
            bar = progress_bar(counts.done, counts.total, _BAR_WIDTH, glyphs)
            numbers = f" {counts.done:>4}/{counts.total:<4} {counts.percent:>3}% "
            right = [Span(" "), *bar, Span(numbers, "muted")]
        is_ambiguous = sum(other.title == entry.title for other in self._entries) > 1
        title = f"{entry.title} ({entry.name})" if is_ambiguous else entry.title
        return justify([Span(truncate(title, width - length(right), glyphs.ellipsis))], right, width)

    def on_mount(self) -> None:
        if self._source:
            field = self.query_one(Input)
            field.focus()
            field.action_end()

    def action_finish(self, command: str) -> None:
        self.dismiss(LibraryAction(command, self._entries[self.option_list.highlighted].name))

    def action_import(self) -> None:
        field = self.query_one(Input)
        field.display = True
        field.focus()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if message.value.strip():
            self.dismiss(LibraryAction("import", message.value.strip()))

    def action_close(self) -> None:
        field = self.query_one(Input)
        if field.display:
            field.display = False
            self.set_focus(None)
        else:
            self.dismiss(None)
