"""The library: all roadmaps with their progress."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

from textual.app import ComposeResult
from textual.widgets import Input, Static

from roadmap_tui.study.library import LibraryEntry
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, justify, length, progress_bar, truncate
from roadmap_tui.tui.widgets.option_list import OptionListBase, OptionListModal
from roadmap_tui.tui.widgets.text_input import TextInput

_BAR_WIDTH = 12


class LibraryAction(NamedTuple):
    """What to do, and with what: the name of a roadmap, or the source of an import."""

    verb: Literal["open", "import", "update", "remove"]
    target: str


class _RoadmapList(OptionListBase):
    def __init__(self, entries: list[LibraryEntry], highlighted: int, glyphs: Glyphs) -> None:
        super().__init__(glyphs, highlighted)
        self.entries = entries

    @property
    def count(self) -> int:
        return len(self.entries)

    def option(self, index: int, width: int) -> StyledLine:
        entry, glyphs, counts = self.entries[index], self.glyphs, self.entries[index].counts
        if entry.error:
            right = [Span(" can't be opened ", "error")]
        else:
            bar = progress_bar(counts.done, counts.total, _BAR_WIDTH, glyphs)
            numbers = f" {counts.done:>4}/{counts.total:<4} {counts.percent:>3}% "
            right = [Span(" "), *bar, Span(numbers, "muted")]
        is_ambiguous = sum(other.title == entry.title for other in self.entries) > 1
        title = f"{entry.title} ({entry.name})" if is_ambiguous else entry.title
        return justify([Span(truncate(title, width - length(right), glyphs.ellipsis))], right, width)


class LibraryScreen(OptionListModal[LibraryAction | None]):
    """Shows the library; dismissed with what to do, None for nothing.

    ``source`` is the source of an import that failed, to be corrected; ``message`` says why.
    """

    AUTO_FOCUS: ClassVar[str | None] = ""  # the input is hidden until an import is requested

    SCOPE = "library"
    RESULTS: ClassVar[dict[str, Any]] = {}

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
        self._roadmaps = _RoadmapList(entries, highlighted, glyphs)
        super().__init__(keymap, self._roadmaps)
        self.heading = "Roadmaps"
        self.message, self._source = message, source

    def compose_body(self) -> ComposeResult:
        yield self._roadmaps
        field = TextInput(self._source, placeholder="A Markdown file, a folder or an address")
        field.display = bool(self._source)
        yield field
        if self.message:
            yield Static(self.message, classes="subtitle", markup=False)

    def on_mount(self) -> None:
        if self._source:
            field = self.query_one(Input)
            field.focus()
            field.action_end()

    def action_open(self) -> None:
        self._dismiss_with("open")

    def action_update(self) -> None:
        self._dismiss_with("update")

    def action_remove(self) -> None:
        self._dismiss_with("remove")

    def _dismiss_with(self, verb: Literal["open", "update", "remove"]) -> None:
        self.dismiss(LibraryAction(verb, self._roadmaps.entries[self._roadmaps.highlighted].name))

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
