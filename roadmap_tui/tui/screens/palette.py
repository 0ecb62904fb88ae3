"""The command palette: search for commands, items and roadmaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.geometry import Size
from textual.widgets import Input

from roadmap_tui.core.search.index import fold, highlight_ranges
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, highlight, justify, length, truncate
from roadmap_tui.tui.main.palette_provider import (
    Hit,
    ItemProvider,
    NoteProvider,
    PaletteProvider,
    without_verb,
)
from roadmap_tui.tui.widgets.option_list import OptionList, OptionListModal
from roadmap_tui.tui.widgets.text_input import TextInput


class _HitList(OptionList):
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's API
        # The same height for every search, so that nothing moves.
        return max(1, min(self.max_rows, viewport.height - self.chrome_rows))


class PaletteScreen(OptionListModal[Hit | None]):
    """Asks for a command, item or roadmap; ``list_roadmaps`` is called in a thread."""

    SCOPE = "palette"
    AUTO_FOCUS: ClassVar[str | None] = "Input"

    def __init__(
        self,
        keymap: Keymap,
        provider: PaletteProvider | ItemProvider | NoteProvider,
        list_roadmaps: Callable[[], Sequence[tuple[str, str]]],
        glyphs: Glyphs,
    ) -> None:
        self._hits, self._query = provider.search(""), ""
        empty = Span("  No match", "muted")
        super().__init__(keymap, _HitList(glyphs, self._option, len(self._hits), empty=empty))
        self._provider, self._list_roadmaps, self._glyphs = provider, list_roadmaps, glyphs

    def compose_body(self) -> ComposeResult:
        yield TextInput(placeholder=self._provider.placeholder)
        yield self.option_list

    def _search(self, query: str, highlighted: int = 0) -> None:
        self._query, self._hits = query, self._provider.search(query)
        self.option_list.count, self.option_list.highlighted = len(self._hits), highlighted
        self.option_list.move(0)

    def _option(self, index: int, width: int) -> StyledLine:
        hit, glyphs = self._hits[index], self._glyphs
        words = tuple((word,) for word in fold(without_verb(self._query, hit.verb)).split())
        verb = Span(hit.verb, "muted")
        right: StyledLine = [Span(f" {hit.keys} ", "key")] if hit.keys else [Span(" ")]
        room = width - length([verb, *right])
        title = highlight(hit.title, highlight_ranges(hit.title, words), "", max(1, room), glyphs.ellipsis)
        left = [verb, *title]
        room -= length(title) + 2
        if hit.kind != "command" and hit.help and room > 3:
            left.append(Span(f"  {truncate(hit.help, room, glyphs.ellipsis)}", "muted"))
        return justify(left, right, width)

    @work(thread=True)
    def on_mount(self) -> None:
        self.call_later(self._add_roadmaps, self._list_roadmaps())

    def _add_roadmaps(self, roadmaps: Sequence[tuple[str, str]]) -> None:
        self._provider.add_roadmaps(roadmaps)
        self._search(self._query, self.option_list.highlighted)

    def on_input_changed(self, message: Input.Changed) -> None:
        # Skip a value that was typed further meanwhile: another message is waiting.
        message.stop()
        if message.value == self.query_one(Input).value:
            self._search(message.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_choose()

    def action_choose(self) -> None:
        typed = self.query_one(Input).value
        if typed != self._query:
            self._search(typed)
        if self._hits:
            self.dismiss(self._hits[self.option_list.highlighted])
