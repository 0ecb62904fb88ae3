"""Base classes of dialogs: key bindings from the keymap, key hints at the bottom, scrolling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from roadmap_tui.text.commands import Command
from roadmap_tui.text.keymap import Keymap, spell_arrows
from roadmap_tui.text.styled_text import Glyphs, StyledLine
from roadmap_tui.tui.render.dialog import fit_hints
from roadmap_tui.tui.terminal.textual_private import bindings_of, forget_closed_widgets, set_bindings
from roadmap_tui.tui.widgets.bindings import build_bindings, describe_unbound
from roadmap_tui.tui.widgets.line_widget import ScrollText

Answer = TypeVar("Answer")

# Commands of these names call ``action_move`` with their name.
DIRECTIONS: Final = ("down", "up", "page_down", "page_up", "top", "bottom")


class KeyHints(Static):
    """The key hints of a dialog: as many as fit, none of them truncated."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__("   ".join(keys), classes="hint", markup=False)
        self._keys = keys
        self._message = ""

    def show_message(self, message: str) -> None:
        """Show a message in place of the hints until the next key; "" shows the hints again."""
        self._message = message
        self.refresh()

    def render(self) -> Content:
        if self._message:
            return Content(self._message)
        keys = map(spell_arrows, self._keys) if self.app.has_class("-ascii") else self._keys
        return Content(fit_hints(keys, self.size.width))


class Modal(ModalScreen[Answer]):
    """A dialog over the main screen; its commands are those of ``SCOPE`` in the keymap.

    A command calls the action of its name, without the scope. Commands in ``RESULTS`` dismiss the dialog with
    their result instead.
    """

    SCOPE: ClassVar[str]
    RESULTS: ClassVar[dict[str, Any]] = {"close": None, "leave": None}
    BOX_CLASSES: ClassVar[str] = "dialog"
    heading = ""

    @dataclass
    class HelpRequested(Message):
        """Posted to show the keys of a dialog."""

        dialog: Modal[Any]

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.keymap = keymap
        bindings = build_bindings(keymap.in_scope(self.SCOPE), self._action)
        # The dialog's own keys override the keys that all dialogs share.
        for key, shared in build_bindings(keymap.in_scope("dialog"), self._action).key_to_bindings.items():
            bindings.key_to_bindings.setdefault(key, shared)
        set_bindings(self, bindings)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close the dialog with a result, if it is still open: Textual would close the one below instead."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def on_unmount(self) -> None:
        forget_closed_widgets(self.app)

    def show_message(self, message: str, *, is_error: bool = False) -> None:  # noqa: ARG002 - a dialog may have a style for it
        """Show a message in the dialog."""
        for hints in self.query(KeyHints):
            hints.show_message(message)

    def on_key(self, event: events.Key) -> None:
        """Clear the message; say so if the key has no command."""
        if self.focused is None and event.key not in bindings_of(self).key_to_bindings:
            self.show_message(
                describe_unbound(event, self.keymap.hint_suffix("dialog.keys", "shows the keys"))
            )
        else:
            self.show_message("")

    def save_draft(self) -> None:
        """Save the input as a draft, because the program may end."""

    def stops_quit(self) -> bool:
        """Return True to keep the program from ending; the dialog may close itself instead."""
        return False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's API
        """Ignore keys that arrive before the dialog is complete."""
        return self.is_mounted

    def action_keys(self) -> None:
        self.post_message(self.HelpRequested(self))

    async def run_command(self, command_id: str) -> None:
        """Carry out a command that was chosen from the list of keys; one with nine keys as the first."""
        command = self.keymap[command_id]
        await self.run_action(self._action(command, 1 if len(command.keys) == 9 else 0))

    def _action(self, command: Command, number: int) -> str:
        name = command.id.rpartition(".")[2]
        if name in DIRECTIONS:
            return f"move('{name}')"
        if name in self.RESULTS:
            return f"finish('{name}')"
        return f"{name}({number})" if number else name

    def action_finish(self, command: str) -> None:
        self.dismiss(self.RESULTS[command])

    def compose(self) -> ComposeResult:
        with Vertical(id=self.SCOPE, classes=self.BOX_CLASSES):
            if self.heading:
                yield Static(self.heading, classes="heading", markup=False)
            yield from self.compose_body()
            yield self.hints()

    def compose_body(self) -> ComposeResult:
        """Yield the widgets between the heading and the key hints."""
        raise NotImplementedError

    def hints(self) -> Static:
        """Return the widget with the key hints."""
        return KeyHints(self.keymap.hint_texts(self.SCOPE))


class PageModal(Modal[Answer]):
    """A dialog with text to scroll; ``lines`` renders it for a width."""

    BOX_CLASSES: ClassVar[str] = "dialog page"

    def __init__(
        self, keymap: Keymap, glyphs: Glyphs, lines: Callable[[int], list[StyledLine]], heading: str = ""
    ) -> None:
        super().__init__(keymap)
        self.text = ScrollText(glyphs, lines)
        self.heading = heading

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield self.text

    def action_move(self, direction: str) -> None:
        scroll = self.query_one(VerticalScroll)
        page, end = max(1, scroll.size.height - 1), scroll.max_scroll_y
        rows = {"down": 1, "up": -1, "page_down": page, "page_up": -page, "top": -end, "bottom": end}
        # Immediately: a second key before the next refresh would start from the old position.
        scroll.scroll_relative(y=rows[direction], animate=False, immediate=True)
