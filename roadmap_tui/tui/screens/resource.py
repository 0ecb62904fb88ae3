"""Writing a resource of one's own."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from roadmap_tui.core.importers.resource_kinds import guess
from roadmap_tui.core.roadmap.model import KINDS
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import Modal
from roadmap_tui.tui.widgets.text_input import TextInput


class ResourceForm(NamedTuple):
    """What was typed; an empty ``kind`` is for the program to guess."""

    url: str
    name: str = ""
    kind: str = ""


class ResourceScreen(Modal[ResourceForm | None]):
    """Asks for an address, a title and a kind; is dismissed with them, None where the reader left."""

    SCOPE = "resource"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (12, "-high")]  # noqa: RUF012 - declared by the toolkit

    def __init__(
        self, keymap: Keymap, title: str, typed: ResourceForm, *, is_new: bool, word: str = ""
    ) -> None:
        super().__init__(keymap)
        self._heading, self._typed, self._is_new, self._word = title, typed, is_new, word

    def compose(self) -> ComposeResult:
        """Three lines under the title of the node."""
        with Vertical(id="resource", classes="dialog"):
            yield Static(self._heading, classes="heading", markup=False)
            yield from self._line("Address", "url", self._typed.url, "https://…")
            yield from self._line("Title", "name", self._typed.name, "what it is called")
            yield from self._line("Kind", "kind", self._typed.kind, "book, course, video, paper, …")
            word = self._word or ("" if self._is_new else "Without an address it is removed.")
            yield Static(word, id="word", classes="word", markup=False)
            yield self.hint()

    def _line(self, label: str, name: str, text: str, placeholder: str) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Static(label, classes="label", markup=False)
            yield TextInput(text, placeholder=placeholder, id=name)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Say what kind an address is taken for."""
        if message.input.id == "url":
            self.query_one("#kind", Input).placeholder = guess(message.value) if message.value else ""

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go to the next line; after the last, close."""
        message.stop()
        if message.input.id == "kind":
            self.action_save()
        else:
            self.focus_next()

    def action_next(self) -> None:
        """Go to the next line."""
        self.focus_next()

    def action_previous(self) -> None:
        """Go to the line before."""
        self.focus_previous()

    def action_save(self) -> None:
        """Close with what was typed, unless there is no such kind."""
        url, name, kind = (self.query_one(f"#{one}", Input).value.strip() for one in ResourceForm._fields)
        if kind and kind not in KINDS:
            self.query_one("#word", Static).update(f"The kinds are: {', '.join(KINDS)}")
            self.query_one("#kind", Input).focus()
            return
        self.dismiss(ResourceForm(url, name, kind))

    def action_leave(self) -> None:
        """Close without it."""
        self.dismiss(None)
