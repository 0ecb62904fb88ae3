"""The command palette: search for commands, items and roadmaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Input

from roadmap_tui.core.search.index import fold, highlight_ranges
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, highlight, justify, length, truncate
from roadmap_tui.tui.main.palette_provider import Hit, PaletteProvider
from roadmap_tui.tui.widgets.line_widget import CanvasLine
from roadmap_tui.tui.widgets.option_list import OptionListBase, OptionListModal
from roadmap_tui.tui.widgets.text_input import TextInput


class _HitList(OptionListBase):
    def __init__(self, glyphs: Glyphs, provider: PaletteProvider) -> None:
        super().__init__(glyphs)
        self._provider = provider
        self.query_text = ""
        self.hits = provider.search("")

    @property
    def count(self) -> int:
        return len(self.hits)

    def search(self, query: str, highlighted: int = 0) -> None:
        self.query_text = query
        self.hits = self._provider.search(query)
        self.highlighted = max(0, min(highlighted, self.count - 1))
        self.update_rows()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's API
        # The same height for every search, so that nothing moves.
        return max(1, min(self.MAX_ROWS, viewport.height - self.CHROME_ROWS))

    def render_rows(self) -> list[CanvasLine]:
        if not self.hits:
            return [CanvasLine([Span("  Nothing has that in it", "muted")])]
        return super().render_rows()

    def option(self, index: int, width: int) -> StyledLine:
        hit, glyphs = self.hits[index], self.glyphs
        words = tuple((word,) for word in fold(self.query_text).split())
        verb = Span("Go to ", "muted") if hit.kind == "item" else Span("")
        right: StyledLine = [Span(f" {hit.keys} ", "key")] if hit.keys else [Span(" ")]
        room = width - length([verb, *right])
        title = highlight(hit.title, highlight_ranges(hit.title, words), "", max(1, room), glyphs.ellipsis)
        left = [verb, *title]
        room -= length(title) + 2
        if hit.help and room > 3:
            left.append(Span(f"  {truncate(hit.help, room, glyphs.ellipsis)}", "muted"))
        return justify(left, right, width)


class PaletteScreen(OptionListModal[Hit | None]):
    """Asks for a command, item or roadmap; ``list_roadmaps`` is called in a thread."""

    SCOPE = "palette"
    AUTO_FOCUS: ClassVar[str | None] = "Input"

    @dataclass
    class RoadmapsListed(Message):
        """The roadmaps of the library are known, as (name, title)."""

        roadmaps: Sequence[tuple[str, str]]

    def __init__(
        self,
        keymap: Keymap,
        provider: PaletteProvider,
        list_roadmaps: Callable[[], Sequence[tuple[str, str]]],
        glyphs: Glyphs,
    ) -> None:
        self._hits = _HitList(glyphs, provider)
        super().__init__(keymap, self._hits)
        self._provider, self._list_roadmaps = provider, list_roadmaps

    def compose_body(self) -> ComposeResult:
        yield TextInput(placeholder="A command, an item, a roadmap")
        yield self._hits

    @work(thread=True)
    def on_mount(self) -> None:
        self.post_message(self.RoadmapsListed(self._list_roadmaps()))

    def on_palette_screen_roadmaps_listed(self, message: RoadmapsListed) -> None:
        self._provider.add_roadmaps(message.roadmaps)
        self._hits.search(self._hits.query_text, self._hits.highlighted)

    def on_input_changed(self, message: Input.Changed) -> None:
        # Skip a value that was typed further meanwhile: another message is waiting.
        message.stop()
        if message.value == self.query_one(Input).value:
            self._hits.search(message.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_choose()

    def action_choose(self) -> None:
        typed = self.query_one(Input).value
        if typed != self._hits.query_text:
            self._hits.search(typed)
        if self._hits.hits:
            self.dismiss(self._hits.hits[self._hits.highlighted])
