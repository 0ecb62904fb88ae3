"""The form for one of the reader's own resources."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input, Static

from roadmap_tui.core.importers.resource_kinds import guess
from roadmap_tui.core.roadmap.model import KINDS
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, truncate_line
from roadmap_tui.tui.widgets.form import FormModal
from roadmap_tui.tui.widgets.line_widget import LineWidget
from roadmap_tui.tui.widgets.text_input import TextInput


class ResourceForm(NamedTuple):
    """The contents of the form; an empty ``kind`` is guessed from the URL."""

    url: str
    name: str = ""
    kind: str = ""


class KindList(LineWidget, can_focus=True):
    """The kinds in one row, scrolled to the chosen one; ``is_guessed`` until the reader chooses."""

    STYLE_CLASSES: ClassVar[tuple[str, ...]] = ("muted", "accent")

    class Submitted(Message):
        """Posted when Enter is pressed."""

    def __init__(self, glyphs: Glyphs, kind: str) -> None:
        super().__init__(glyphs)
        self.kind, self.is_guessed = kind, not kind

    def move(self, by: int) -> None:
        """Choose the next or previous kind."""
        self.is_guessed = False
        self.show(KINDS[(KINDS.index(self.kind) + by) % len(KINDS)] if self.kind else KINDS[min(by, 0)])

    def show(self, kind: str) -> None:
        """Show another kind as the chosen one."""
        self.kind = kind
        self.update_rows()

    def on_key(self, event: events.Key) -> None:
        """Choose the next kind that begins with a letter."""
        if event.key == "enter":
            self.post_message(self.Submitted())
        elif event.character and event.character.isalpha():
            event.stop()
            self.is_guessed = False
            start, letter = KINDS.index(self.kind) + 1 if self.kind else 0, event.character.lower()
            self.show(next((kind for kind in KINDS[start:] + KINDS if kind.startswith(letter)), self.kind))

    def watch_has_focus(self, value: bool) -> None:
        """Show the brackets around the chosen kind only while the keys go there."""
        super().watch_has_focus(value)
        self.update_rows()

    def render_rows(self) -> list[StyledLine]:
        width, last = self.size.width, KINDS.index(self.kind) if self.kind else 0
        first = 0
        while first < last and sum(len(kind) + 2 for kind in KINDS[first : last + 1]) + 4 > width:
            first += 1
        line: StyledLine = [Span(self.glyphs.ellipsis, "muted")] if first else []
        for kind in KINDS[first:]:
            is_chosen = kind == self.kind
            text = f"[{kind}]" if is_chosen and self.has_focus else f" {kind} "
            line.append(Span(text, "accent" if is_chosen else "muted"))
        return [truncate_line(line, width)]


class ResourceScreen(FormModal[ResourceForm | None]):
    """Asks for URL, title and kind; dismissed with them, None if the reader left."""

    SCOPE = "resource"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (12, "-high")]  # noqa: RUF012 - declared by Textual

    def __init__(
        self,
        keymap: Keymap,
        title: str,
        form: ResourceForm,
        glyphs: Glyphs,
        *,
        is_new: bool,
        message: str = "",
    ) -> None:
        super().__init__(keymap)
        self.heading = f"{'New link' if is_new else 'Your link'} for {title}"
        self._form, self._is_new, self._message = form, is_new, message
        self._kinds = KindList(glyphs, form.kind)

    def compose_body(self) -> ComposeResult:
        yield from self.field("Address", TextInput(self._form.url, placeholder="https://…", id="url"))
        yield from self.field("Title", TextInput(self._form.name, placeholder="title", id="name"))
        yield from self.field("Kind", self._kinds)
        message = self._message or ("" if self._is_new else "An empty address removes it.")
        yield Static(message, id="resource-message", classes="subtitle", markup=False)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Choose the kind that the URL suggests, until the reader chooses one."""
        if message.input.id == "url" and self._kinds.is_guessed:
            self._kinds.show(guess(message.value) if message.value else "")

    def on_kind_list_submitted(self) -> None:
        self.action_save()

    def action_next_kind(self) -> None:
        self._move(1)

    def action_previous_kind(self) -> None:
        self._move(-1)

    def _move(self, by: int) -> None:
        if self.focused is self._kinds:
            self._kinds.move(by)

    def action_save(self) -> None:
        self.dismiss(ResourceForm(self.text("url"), self.text("name"), self._kinds.kind))
