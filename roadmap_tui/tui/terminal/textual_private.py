"""All uses of Textual's private API, so that a new version of Textual has to be checked in one place only.

Tested with the versions in ``installed.TESTED``. On any other version the program still starts, but the
cell diff is off: Textual's own updates are sent unchanged. A private name that was removed fails at import
or at the first frame, which the tests of that version would show.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from rich.color import ColorSystem
from rich.console import RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._parser import Parser
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.binding import BindingsMap
from textual.dom import DOMNode
from textual.driver import Driver
from textual.keys import _character_to_key as key_name
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import WorkerFailed

__all__ = ["ChopsUpdate", "CompositorUpdate", "LayoutUpdate", "key_name"]


def forget_closed_widgets(app: App[Any]) -> None:
    """Free the memory of widgets that were removed.

    Textual keeps the rendered lines of 1,024 widgets in a cache, and watchers of the theme until it changes.
    """
    StylesCache.get_inner_outer.cache_clear()
    for watchers in getattr(app, "__watchers", {}).values():
        watchers[:] = [(widget, callback) for widget, callback in watchers if not widget._closing]


class PrivateApp(App[int]):
    """An app whose updates can be rewritten before they are sent, and whose crash is not printed."""

    @property
    def color_system(self) -> ColorSystem:
        """The color system that styles are rendered with."""
        return self.console._color_system or ColorSystem.TRUECOLOR

    @property
    def crash(self) -> Exception | None:
        """The exception that ended the app, None after an ordinary exit."""
        error = self._exception
        return (
            error.error if isinstance(error, WorkerFailed) and isinstance(error.error, Exception) else error
        )

    @property
    def is_batching(self) -> bool:
        """True while ``batch_update`` holds back painting."""
        return bool(self._batch_count)

    def rewrite_update(self, update: RenderableType | CompositorUpdate) -> CompositorUpdate | None:
        """Return the update to send instead of ``update``, or None to send nothing."""
        raise NotImplementedError

    def write_to_terminal(self, text: str) -> None:
        """Send a control sequence to the terminal unchanged."""
        if self._driver is not None:
            self._driver.write(text)

    def _display(self, screen: Screen[Any], renderable: RenderableType | CompositorUpdate | None) -> None:
        if renderable is not None and self._is_drawing:
            renderable = self.rewrite_update(renderable)
            if renderable is None:
                self.post_display_hook()
                return
        super()._display(screen, renderable)  # type: ignore[arg-type] # what Textual itself passes

    @property
    def _is_drawing(self) -> bool:
        is_running = self._running and not self._closed and not self._batch_count
        return is_running and not self.is_headless and self._driver is not None

    def save_drafts(self) -> None:
        """Save unsaved input of open dialogs, because the program ends."""

    def _handle_exception(self, error: Exception) -> None:
        if self._exception is None:
            with suppress(Exception):  # a second bug must not hide the first
                self.save_drafts()
        super()._handle_exception(error)
        # The traceback goes to a file, not to the terminal: the caller reads ``crash``.
        self._exit_renderables.clear()


class PrivateWidget(Widget):
    """A widget that names its component classes itself, instead of inheriting those of its base classes."""

    @classmethod
    def component_classes(cls) -> frozenset[str]:
        """Return the names of the CSS component classes that the widget uses."""
        raise NotImplementedError

    @classmethod
    def _get_component_classes(cls) -> frozenset[str]:  # type: ignore[override] # cached in Textual
        return cls.component_classes()


class SequenceParser(XTermParser):
    """Parses complete sequences and single characters, and keeps no state between calls."""

    def messages(self, sequence: str) -> list[Message]:
        """Return the messages of a sequence, none if it is unknown or invalid."""
        try:
            messages = list(self.feed(sequence))
        except Exception:  # noqa: BLE001 - Textual's parser fails for invalid numbers, whoever sent them
            messages = []
        if not messages:
            Parser.__init__(self)  # it may be waiting for more of the sequence
        return messages


def set_bindings(node: DOMNode, bindings: BindingsMap) -> None:
    """Replace the key bindings of one node; Textual declares them per class only."""
    node._bindings = bindings


def bindings_of(node: DOMNode) -> BindingsMap:
    """Return the key bindings of one node, without those of its parents."""
    return node._bindings


def draw_now(screen: Screen[Any]) -> None:
    """Send pending updates at once; Textual would wait for its next tick, 1/60 s, even before the first."""
    screen._on_timer_update()
    # The timer takes a tick to start. Start it now, so that the first key does not wait for it.
    screen._update_timer.resume()


def driver_of(app: App[Any]) -> Driver:
    """Return the driver of a running app."""
    assert app._driver is not None, "the app is not running"
    return app._driver


def rendered_lines(screen: Screen[Any]) -> list[Strip]:
    """Return all rendered lines of a screen."""
    return screen._compositor.render_strips()
