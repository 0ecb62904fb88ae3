"""The terminal driver: it starts from a frame already painted, uses no CPU when idle, and stops quickly."""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, Final, Protocol, cast

from textual import constants
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

from roadmap_tui.tui.terminal.paste import PasteSanitizer
from roadmap_tui.tui.terminal.signals import owns_terminal
from roadmap_tui.tui.terminal.textual_private import XTermParser

_READ_BYTES: Final = 4096
# Textual's first query to every terminal.
_SYNC_QUERY: Final = "\x1b[?2026$p"


class DriverHost(Protocol):
    """What the driver requires of its app."""

    adopt_terminal: Callable[[], Any] | None
    shows_cursor: bool

    def invalidate_terminal(self) -> None:
        """Treat the terminal's content as unknown."""

    def on_latency(self, seconds: float) -> None:
        """Receive the round-trip time of the terminal. May be called from any thread."""


class AdoptingDriver(LinuxDriver):
    """A driver that does not enter the alternate screen if the early frame is already on it.

    Entering it again would clear it and flash. Instead the app's ``adopt_terminal`` is called once, and
    returns the terminal attributes to restore at the end.

    Textual's input thread polls ten times a second whether to stop, which costs up to 150 ms at exit. This
    one waits for input and for a pipe that is closed to stop it.
    """

    _original_attributes: Any = None
    _query_time = 0.0  # when _SYNC_QUERY was sent; 0 after the answer
    _wake_write = -1  # the write end of the pipe; closing it stops the input thread
    _wake_read = -1  # the read end, closed by the input thread

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._host = cast("DriverHost", app)

    def start_application_mode(self) -> None:
        """Take over the terminal, at the start or on return from the shell; its content is unknown then."""
        self._host.invalidate_terminal()
        if self._wake_write < 0:
            self._wake_read, self._wake_write = os.pipe()
        super().start_application_mode()  # type: ignore[no-untyped-call] # untyped in Textual
        # Textual saved the attributes that the early frame had set; the shell needs the earlier ones.
        if self._original_attributes is not None:
            self.attrs_before, self._original_attributes = self._original_attributes, None

    def stop_application_mode(self) -> None:
        """Give the terminal back, unless another process already owns it."""
        if owns_terminal(self.fileno):
            super().stop_application_mode()

    def disable_input(self) -> None:
        """Stop the input thread and wait for it."""
        wake_write, self._wake_write = self._wake_write, -1
        if wake_write >= 0:
            os.close(wake_write)
        super().disable_input()

    def run_input_thread(self) -> None:
        """Parse input until ``disable_input`` is called or the terminal is gone."""
        wake_read, parser, sanitizer = self._wake_read, XTermParser(), PasteSanitizer()
        try:
            for data in read_input(self.fileno, wake_read):
                text = sanitizer.feed(data)
                if data and not text:
                    continue
                for message in parser.feed(text) if text else parser.tick():
                    self.process_message(message)
        finally:
            os.close(wake_read)

    def process_message(self, message: Message) -> None:
        """Pass a message on; the terminal's first answer measures its latency."""
        if self._query_time and isinstance(message, TerminalSupportsSynchronizedOutput | InBandWindowResize):
            sent, self._query_time = self._query_time, 0.0
            self._host.on_latency(monotonic() - sent)
        super().process_message(message)

    def write(self, data: str) -> None:
        """Write to the terminal; drop the second "enter alternate screen"; honor ``shows_cursor``."""
        if data == _SYNC_QUERY:
            self._query_time = monotonic()
        if data == "\x1b[?25l" and self._host.shows_cursor:
            data = "\x1b[?25h"
        if data == "\x1b[?1049h" and (adopt_terminal := self._host.adopt_terminal):
            self._original_attributes = adopt_terminal()
            self._host.adopt_terminal = None
            return
        super().write(data)


def read_input(terminal: int, wake_read: int) -> Iterator[str]:
    """Yield input as it arrives, and "" after ESCAPE_DELAY, when an escape must have been the Escape key.

    Ends when the other end of ``wake_read`` is closed, or when the terminal is gone.
    """
    decode = getincrementaldecoder("utf-8")("replace").decode
    timeout: float | None = None
    while True:
        # Not poll: on macOS it does not support terminals.
        ready, _, _ = select.select([terminal, wake_read], [], [], timeout)
        if wake_read in ready:
            return
        if not ready:
            timeout = None
            yield ""
            continue
        try:
            data = os.read(terminal, _READ_BYTES)
        except BlockingIOError:  # another process made the shared descriptor non-blocking
            continue
        except OSError:
            return
        if not data:
            return
        timeout = constants.ESCAPE_DELAY
        if text := decode(data):
            yield text
