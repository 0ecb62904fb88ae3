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

from roadmap_tui.core.search.index import fold, marks
from roadmap_tui.tui.dialog import Dialog
from roadmap_tui.tui.keymap import Keymap
from roadmap_tui.tui.lines import Glyphs, Line, Span, cells, cut, marked, spread
from roadmap_tui.tui.offers import Offer, Offers
from roadmap_tui.tui.rows import window
from roadmap_tui.tui.widgets.canvas import CURSOR, Canvas, Row

_ROWS = 14
_AROUND = 6  # the lines of the dialog that are not offers


class _List(Canvas):
    def __init__(self, glyphs: Glyphs, offers: Offers) -> None:
        super().__init__(glyphs)
        self._offers = offers
        self.typed = ""
        self.here = 0
        self._top = 0
        self.offered = offers.matching("")

    def look(self, typed: str) -> None:
        self.typed, self.here, self._top = typed, 0, 0
        self.offered = self._offers.matching(typed)
        self.show()

    def move(self, by: int) -> None:
        self.here = max(0, min(self.here + by, len(self.offered) - 1))
        self.show()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as asked
        return max(1, min(_ROWS, viewport.height - _AROUND))

    def lay_out(self) -> list[Row]:
        width, height = self.size
        if not self.offered:
            return [Row([Span("  Nothing has that in it", "muted")])]
        self._top = window(self._top, self.here, height, len(self.offered))
        return [self._row(at, width) for at in range(self._top, min(self._top + height, len(self.offered)))]

    def _row(self, at: int, width: int) -> Row:
        offer, here, glyphs = self.offered[at], at == self.here, self.glyphs
        words = tuple((word,) for word in fold(self.typed).split())
        mark = Span(f"{glyphs.cursor if here else ' '} ", "accent")
        verb = Span("Go to ", "muted") if offer.kind == "item" else Span("")
        right: Line = [Span(f" {offer.keys} ", "key")] if offer.keys else [Span(" ")]
        room = width - sum(cells(span.text) for span in (mark, verb, *right))
        title = marked(offer.title, marks(offer.title, words), "", max(1, room), glyphs.ellipsis)
        left = [mark, verb, *title]
        room -= sum(cells(span.text) for span in title) + 2
        if offer.help and room > 3:
            left.append(Span(f"  {cut(offer.help, room, glyphs.ellipsis)}", "muted"))
        return Row(spread(left, right, width), CURSOR if here else "")


class PaletteScreen(Dialog[Offer | None]):
    """Asks what to do; is dismissed with it, or with None. ``roadmaps`` is called in a thread."""

    NAME = "palette"
    AUTO_FOCUS: ClassVar[str | None] = "Input"

    class Listed(Message):
        """The roadmaps there are, each a name and a title."""

        def __init__(self, roadmaps: Sequence[tuple[str, str]]) -> None:
            super().__init__()
            self.roadmaps = roadmaps

    def __init__(
        self,
        keymap: Keymap,
        offers: Offers,
        roadmaps: Callable[[], Sequence[tuple[str, str]]],
        glyphs: Glyphs,
    ) -> None:
        super().__init__(keymap)
        self._offers, self._roadmaps = offers, roadmaps
        self._list = _List(glyphs, offers)

    def compose(self) -> ComposeResult:
        """The line to type in over what fits."""
        with Vertical(id="palette", classes="dialog"):
            line = Input(placeholder="A command, an item, a roadmap", compact=True)
            line.cursor_blink = False
            yield line
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
        self._offers.take_in(message.roadmaps)
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

    def action_down(self) -> None:
        """Go to the next offer."""
        self._list.move(1)

    def action_up(self) -> None:
        """Go to the one before."""
        self._list.move(-1)

    def action_page_down(self) -> None:
        """Go on by a page."""
        self._list.move(self._list.size.height)

    def action_page_up(self) -> None:
        """Go back by a page."""
        self._list.move(-self._list.size.height)

    def action_leave(self) -> None:
        """Close with nothing."""
        self.dismiss(None)
