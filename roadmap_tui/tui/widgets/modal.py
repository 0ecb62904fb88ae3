"""What every dialog has: its commands from the keymap, and a line at its foot that names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from roadmap_tui.text.commands import Command
from roadmap_tui.text.keymap import Keymap, spell_arrows
from roadmap_tui.text.styled_text import Glyphs, StyledLine, cells
from roadmap_tui.tui.bindings import bound
from roadmap_tui.tui.widgets.line_widget import ScrollText

Answer = TypeVar("Answer")
Opened = TypeVar("Opened", bound=Screen[Any])


class BeforeOpen(Protocol):
    """Is given each dialog before it opens, and gives it back."""

    def __call__(self, dialog: Opened, /) -> Opened:
        """The dialog, which is about to open."""


def _action(command: Command, number: int) -> str:
    name = command.id.rpartition(".")[2]
    return f"{name}({number})" if number else name


class KeyHints(Static):
    """The line at the foot of a dialog: of what it is given, all that there is room for, none of it cut."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__("   ".join(keys), classes="hint", markup=False)
        self._keys = keys

    def render(self) -> Content:
        """What fits into the width there is."""
        line = ""
        for key in map(spell_arrows, self._keys) if self.app.has_class("-ascii") else self._keys:
            longer = f"{line}   {key}" if line else key
            line = longer if cells(longer) <= self.size.width else line
        return Content(line)


class Modal(ModalScreen[Answer]):
    """A typed question over the main screen. ``SCOPE`` is what its commands are called by in the keymap."""

    SCOPE: ClassVar[str]

    class KeysAsked(Message):
        """The keys of a dialog are to be shown; ``name`` is what it is called by in the keymap."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.keymap = keymap
        self._bindings = bound(keymap.in_scope(self.SCOPE), _action)
        # What every dialog has gives way to its own.
        for key, bindings in bound(keymap.in_scope("dialog"), _action).key_to_bindings.items():
            self._bindings.key_to_bindings.setdefault(key, bindings)

    def action_keys(self) -> None:
        """Ask for the keys."""
        self.post_message(self.KeysAsked(self.SCOPE))

    def hint(self) -> Static:
        """The line at the foot."""
        return KeyHints([f"{key} {name}" for key, name in self.keymap.hint(self.SCOPE)])


class PageModal(Modal[None]):
    """Something to read, scrolled where it does not fit; ``lines`` gives it for a width."""

    def __init__(self, keymap: Keymap, glyphs: Glyphs, lines: Callable[[int], list[StyledLine]]) -> None:
        super().__init__(keymap)
        self._sheet = ScrollText(glyphs, lines)

    def compose(self) -> ComposeResult:
        """The lines above the hint."""
        with Vertical(id=self.SCOPE, classes="dialog page"):
            with VerticalScroll(can_focus=False):
                yield self._sheet
            yield self.hint()

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_down(self) -> None:
        """Scroll by a line."""
        self._scroll(1)

    def action_up(self) -> None:
        """Scroll back by a line."""
        self._scroll(-1)

    def action_page_down(self) -> None:
        """Scroll by a page, of which a line stays in sight."""
        self._scroll(self._page_rows)

    def action_page_up(self) -> None:
        """Scroll back by a page."""
        self._scroll(-self._page_rows)

    def action_top(self) -> None:
        """Go to the beginning."""
        self.query_one(VerticalScroll).scroll_home(animate=False, immediate=True)

    def action_bottom(self) -> None:
        """Go to the end."""
        self.query_one(VerticalScroll).scroll_end(animate=False, immediate=True)

    @property
    def _page_rows(self) -> int:
        return max(1, self.query_one(VerticalScroll).size.height - 1)

    def _scroll(self, by: int) -> None:
        # At once: of two keys before a refresh the second would start where the first did.
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False, immediate=True)
