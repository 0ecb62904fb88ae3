"""The palette: commands, items and roadmaps, by a piece of their name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Input

from roadmap_tui.core.search.index import fold, highlight_ranges
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, cells, highlight, justify, truncate
from roadmap_tui.tui.main.palette_provider import Hit, PaletteProvider
from roadmap_tui.tui.widgets.line_widget import CanvasLine
from roadmap_tui.tui.widgets.option_list import OptionListBase, OptionListModal
from roadmap_tui.tui.widgets.text_input import TextInput


class _Offered(OptionListBase):
    def __init__(self, glyphs: Glyphs, offers: PaletteProvider) -> None:
        super().__init__(glyphs)
        self._offers = offers
        self.typed = ""
        self.offered = offers.matching("")

    @property
    def count(self) -> int:
        return len(self.offered)

    def look(self, typed: str) -> None:
        self.typed, self.here = typed, 0
        self.offered = self._offers.matching(typed)
        self.show()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        # The same for any search, so that nothing jumps.
        return max(1, min(self.MOST, viewport.height - self.AROUND))

    def render_rows(self) -> list[CanvasLine]:
        if not self.offered:
            return [CanvasLine([Span("  Nothing has that in it", "muted")])]
        return super().render_rows()

    def line(self, at: int, room: int) -> StyledLine:
        offer, glyphs = self.offered[at], self.glyphs
        words = tuple((word,) for word in fold(self.typed).split())
        verb = Span("Go to ", "muted") if offer.kind == "item" else Span("")
        right: StyledLine = [Span(f" {offer.keys} ", "key")] if offer.keys else [Span(" ")]
        left_room = room - sum(cells(span.text) for span in (verb, *right))
        title = highlight(
            offer.title, highlight_ranges(offer.title, words), "", max(1, left_room), glyphs.ellipsis
        )
        left = [verb, *title]
        left_room -= sum(cells(span.text) for span in title) + 2
        if offer.help and left_room > 3:
            left.append(Span(f"  {truncate(offer.help, left_room, glyphs.ellipsis)}", "muted"))
        return justify(left, right, room)


class PaletteScreen(OptionListModal[Hit | None]):
    """Asks what to do; is dismissed with it, or with None. ``roadmaps`` is called in a thread."""

    SCOPE = "palette"
    AUTO_FOCUS: ClassVar[str | None] = "Input"

    class Listed(Message):
        """The roadmaps there are, each a name and a title."""

        def __init__(self, roadmaps: Sequence[tuple[str, str]]) -> None:
            super().__init__()
            self.roadmaps = roadmaps

    def __init__(
        self,
        keymap: Keymap,
        offers: PaletteProvider,
        roadmaps: Callable[[], Sequence[tuple[str, str]]],
        glyphs: Glyphs,
    ) -> None:
        self._list = _Offered(glyphs, offers)
        super().__init__(keymap, self._list)
        self._offers, self._roadmaps = offers, roadmaps

    def compose(self) -> ComposeResult:
        """The line to type in over what fits."""
        with Vertical(id="palette", classes="dialog"):
            yield TextInput(placeholder="A command, an item, a roadmap")
            yield self._list
            yield self.hint()

    def on_mount(self) -> None:
        """Begin to list the roadmaps."""
        self._list_roadmaps()

    @work(thread=True)
    def _list_roadmaps(self) -> None:
        self.post_message(self.Listed(self._roadmaps()))

    def on_palette_screen_listed(self, message: Listed) -> None:
        """Offer them too."""
        self._offers.add_roadmaps(message.roadmaps)
        here = self._list.here
        self._list.look(self._list.typed)
        self._list.move(here)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Offer what fits; what was typed on since then is looked for instead."""
        message.stop()
        if message.value == self.query_one(Input).value:
            self._list.look(message.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Choose what the cursor is on."""
        message.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Close with the offer under the cursor, for what is typed by now."""
        typed = self.query_one(Input).value
        if typed != self._list.typed:
            self._list.look(typed)
        if self._list.offered:
            self.dismiss(self._list.offered[self._list.here])

    def action_leave(self) -> None:
        """Close with nothing."""
        self.dismiss(None)
