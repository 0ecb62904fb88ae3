"""The least that can be done with the toolkit: what the screen is measured against."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Static


class Bare(App[None]):
    """One text, and a key to leave."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "quit")]

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static("Here it is")


if __name__ == "__main__":
    Bare().run()
