"""The terminal driver: it starts from a frame already painted, uses no CPU when idle, and stops quickly."""

from __future__ import annotations

import os
import select
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any, Final, Protocol, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from roadmap_tui.text.terminal import encoding
from roadmap_tui.tui.terminal.key_events import EventParser
from roadmap_tui.tui.terminal.signals import RESTORE, owns_terminal
from roadmap_tui.tui.terminal.tokenizer import InputTokenizer, Token

_READ_BYTES: Final = 4096
# Textual's first query to every terminal, and the start and the end of the reply.
_SYNC_QUERY: Final = "\x1b[?2026$p"
_FOCUS_REPORTS: Final = "\x1b[?1004h"
_SYNC_REPLY: Final = "\x1b[?2026;"
_SYNC_REPLY_END: Final = b"$y"
_REPLY_SECONDS: Final = 1.0  # a terminal that has not answered by then does not answer
# The time allowed between Escape and the rest of a sequence, by the terminal's round trip.
_ROUND_TRIPS: Final = 3
_SHORTEST_ESCAPE: Final = 0.025
_LONGEST_ESCAPE: Final = 0.15


class DriverHost(Protocol):
    """The interface of the app that the driver uses."""

    adopt_terminal: Callable[[], Any] | None
    shows_cursor: bool
    escape_ms: int

    def fail(self, error: BaseException) -> None:
        """Exit because of a bug. May be called from any thread."""

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

    def close(self) -> None:
        """End the writer thread; if it failed, restore the terminal without it."""
        if self._writer_thread is not None and not self._writer_thread.is_alive():
            with suppress(OSError):
                os.write(2, RESTORE)
            return
        super().close()

    def disable_input(self) -> None:
        """Stop the input thread, wait for it, and drop the reply to a query that is still on its way."""
        wake_write, self._wake_write = self._wake_write, -1
        if wake_write < 0:
            return
        os.close(wake_write)
        super().disable_input()
        reply, end = b"", self._query_time + _REPLY_SECONDS
        while self._query_time and _SYNC_REPLY_END not in reply:
            if not select.select([self.fileno], [], [], max(0.0, end - monotonic()))[0]:
                break
            try:
                data = os.read(self.fileno, _READ_BYTES)
            except OSError:
                break
            if not data:
                break
            reply += data
        self._query_time = 0.0
        with suppress(termios.error):
            termios.tcflush(self.fileno, termios.TCIFLUSH)

    def run_input_thread(self) -> None:
        """Parse input until ``disable_input`` is called or the terminal is gone."""
        wake_read, tokenizer, parser = self._wake_read, InputTokenizer(), EventParser()
        if self._host.escape_ms:
            tokenizer.escape_seconds = self._host.escape_ms / 1000
        try:
            for token in read_tokens(self.fileno, wake_read, tokenizer):
                if self._query_time and isinstance(token, str) and token.startswith(_SYNC_REPLY):
                    self._measure_latency(tokenizer)
                for message in parser.messages(token):
                    self.process_message(message)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not leave a dead keyboard
            self._host.fail(error)
        finally:
            os.close(wake_read)

    def _measure_latency(self, tokenizer: InputTokenizer) -> None:
        """Record the time until the terminal's first reply as its latency."""
        seconds, self._query_time = monotonic() - self._query_time, 0.0
        if not self._host.escape_ms:
            tokenizer.escape_seconds = min(max(_ROUND_TRIPS * seconds, _SHORTEST_ESCAPE), _LONGEST_ESCAPE)
        self._host.on_latency(seconds)

    def _query_in_band_window_resize(self) -> None:
        """Do nothing: SIGWINCH reports size changes, and size reports in the input may be forged."""

    def write(self, data: str) -> None:
        """Write to the terminal; drop the second "enter alternate screen"; honor ``shows_cursor``."""
        if self._writer_thread is not None and not self._writer_thread.is_alive():
            return  # it failed: nobody would take data from its full queue
        if data == _FOCUS_REPORTS:
            return  # not used, see EventParser
        if data == _SYNC_QUERY:
            self._query_time = monotonic()
        if data == "\x1b[?25l" and self._host.shows_cursor:
            data = "\x1b[?25h"
        if data == "\x1b[?1049h" and (adopt_terminal := self._host.adopt_terminal):
            self._original_attributes = adopt_terminal()
            self._host.adopt_terminal = None
            return
        super().write(data)


def read_tokens(terminal: int, wake_read: int, tokenizer: InputTokenizer) -> Iterator[Token]:
    """Yield the tokens of input as it arrives.

    Ends when the other end of ``wake_read`` is closed, or when the terminal is gone.
    """
    decode = getincrementaldecoder(encoding(os.environ))("replace").decode
    while True:
        timeout = None if tokenizer.deadline is None else max(0.0, tokenizer.deadline - monotonic())
        # Not poll: on macOS it does not support terminals.
        ready, _, _ = select.select([terminal, wake_read], [], [], timeout)
        if not ready:
            # This thread may have waited for its turn: what arrived meanwhile was in time.
            ready, _, _ = select.select([terminal, wake_read], [], [], 0)
        if wake_read in ready:
            return
        if not ready:
            yield from tokenizer.expire(monotonic())
            continue
        try:
            data = os.read(terminal, _READ_BYTES)
        except BlockingIOError:  # another process made the shared descriptor non-blocking
            continue
        except OSError:
            return
        if not data:
            return
        yield from tokenizer.feed(decode(data), monotonic())
