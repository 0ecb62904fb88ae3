"""The form for one of the reader's own resources."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from roadmap_tui.core.importers.resource_kinds import guess
from roadmap_tui.core.roadmap.model import KINDS
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.tui.widgets.modal import Modal
from roadmap_tui.tui.widgets.text_input import TextInput


class ResourceForm(NamedTuple):
    """The contents of the form; an empty ``kind`` is guessed from the URL."""

    url: str
    name: str = ""
    kind: str = ""


class ResourceScreen(Modal[ResourceForm | None]):
    """Asks for URL, title and kind; dismissed with them, None if the reader left."""

    SCOPE = "resource"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (12, "-high")]  # noqa: RUF012 - declared by Textual

    def __init__(
        self, keymap: Keymap, title: str, form: ResourceForm, *, is_new: bool, message: str = ""
    ) -> None:
        super().__init__(keymap)
        self.heading, self._form, self._is_new, self._message = title, form, is_new, message

    def compose_body(self) -> ComposeResult:
        yield from self._field("Address", "url", self._form.url, "https://…")
        yield from self._field("Title", "name", self._form.name, "title")
        yield from self._field("Kind", "kind", self._form.kind, "book, course, video, paper, …")
        message = self._message or ("" if self._is_new else "An empty address removes it.")
        yield Static(message, id="resource-message", classes="subtitle", markup=False)

    def _field(self, label: str, name: str, text: str, placeholder: str) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Static(label, classes="label", markup=False)
            yield TextInput(text, placeholder=placeholder, id=name)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show the guessed kind of the URL as a placeholder."""
        if message.input.id == "url":
            self.query_one("#kind", Input).placeholder = guess(message.value) if message.value else ""

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if message.input.id == "kind":
            self.action_save()
        else:
            self.focus_next()

    def action_next(self) -> None:
        self.focus_next()

    def action_previous(self) -> None:
        self.focus_previous()

    def action_save(self) -> None:
        url, name, kind = (self.query_one(f"#{field}", Input).value.strip() for field in ResourceForm._fields)
        if kind and kind not in KINDS:
            self.query_one("#resource-message", Static).update(f"Kinds: {', '.join(KINDS)}")
            self.query_one("#kind", Input).focus()
            return
        self.dismiss(ResourceForm(url, name, kind))
