"""The driver of the terminal: it finds a first frame painted, wakes for keys alone, and leaves at once."""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, Final, Protocol, cast

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

from roadmap_tui.tui.terminal.paste import PasteSanitizer
from roadmap_tui.tui.terminal.signals import is_in_front

_CHUNK: Final = 4096
# What Textual asks every terminal at the start.
_SYNC_QUERY: Final = "\x1b[?2026$p"


class DriverHost(Protocol):
    """What the driver asks of its app, and tells it."""

    take_over: Callable[[], Any] | None
    shows_cursor: bool

    def invalidate_terminal(self) -> None:
        """Take nothing for shown."""

    def terminal_answered(self, seconds: float) -> None:
        """Take note of how far away the terminal is."""


class AdoptingDriver(LinuxDriver):
    """Does not enter the alternate screen the first time if it is there already.

    Entering it again would clear it, and the first frame would flash. The app's ``take_over`` is
    called instead, once: from then on it is the driver that leaves it.

    Textual's own thread for the input looks ten times a second whether it should end, which costs
    150 ms at the end. This one is woken by the closing of a pipe, and by nothing else but input.
    """

    _own_attributes: Any = None
    _asked = 0.0  # when the terminal was asked something, until it answered
    _alive = -1  # the writing end of the pipe, as long as the thread of the input should run
    _ended = -1  # its reading end, which the thread closes

    @property
    def _host(self) -> DriverHost:
        return cast("DriverHost", self._app)

    def start_application_mode(self) -> None:
        """Take the terminal, for the first time or back from the shell: nothing is known of what it shows."""
        self._host.invalidate_terminal()
        if self._alive < 0:
            self._ended, self._alive = os.pipe()
        super().start_application_mode()  # type: ignore[no-untyped-call] # so it is in Textual
        # What it found was set by the first frame: a shell that takes the terminal back wants its own.
        if self._own_attributes is not None:
            self.attrs_before, self._own_attributes = self._own_attributes, None

    def stop_application_mode(self) -> None:
        """Give the terminal back, unless it was given back before and is another's now."""
        if is_in_front(self.fileno):
            super().stop_application_mode()

    def disable_input(self) -> None:
        """Have the thread of the input end, and wait for it."""
        alive, self._alive = self._alive, -1
        if alive >= 0:
            os.close(alive)
        super().disable_input()

    def run_input_thread(self) -> None:
        """Pass on what is typed until the input is disabled or the terminal is gone."""
        ended, parser, pastes = self._ended, XTermParser(self._debug), PasteSanitizer()
        try:
            for data in _typed(self.fileno, ended):
                typed = pastes.feed(data)
                if data and not typed:
                    continue
                for message in parser.feed(typed) if typed else parser.tick():
                    self.process_message(message)
        finally:
            os.close(ended)

    def process_message(self, message: Message) -> None:
        """Pass a message on; the first answer of the terminal tells how far away it is."""
        if self._asked and isinstance(message, TerminalSupportsSynchronizedOutput | InBandWindowResize):
            asked, self._asked = self._asked, 0.0
            self._host.terminal_answered(monotonic() - asked)
        super().process_message(message)

    def write(self, data: str) -> None:
        """Pass the data on, but for what enters the screen again, or hides a cursor that is to be seen."""
        if data == _SYNC_QUERY:
            self._asked = monotonic()
        if data == "\x1b[?25l" and self._host.shows_cursor:
            data = "\x1b[?25h"
        if data == "\x1b[?1049h" and (take_over := self._host.take_over):
            self._own_attributes = take_over()
            self._host.take_over = None
            return
        super().write(data)


def _typed(terminal: int, ended: int) -> Iterator[str]:
    """What is typed, piece by piece, and an empty text where an escape may have been a key of its own.

    Ends when ``ended`` is closed at its other end, or when the terminal is gone.
    """
    decode = getincrementaldecoder("utf-8")("replace").decode
    patience: float | None = None
    while True:
        # Not poll, which does not know the terminals of macOS.
        ready, _, _ = select.select([terminal, ended], [], [], patience)
        if ended in ready:
            return
        if not ready:
            patience = None
            yield ""
            continue
        try:
            data = os.read(terminal, _CHUNK)
        except BlockingIOError:  # another program that has the terminal open does not want to wait
            continue
        except OSError:
            return
        if not data:
            return
        patience = constants.ESCAPE_DELAY
        if text := decode(data):
            yield text
