"""Ending when told to, whatever the event loop, the disk or the terminal is doing.

Python runs signal handlers in the main thread, which may be stuck in a write to a terminal that has
stopped reading. The byte that the interpreter puts on the wakeup descriptor comes all the same, and a
thread waits for it.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final

DEADLINE_SECONDS: Final = 1.5
RESTORE_SECONDS: Final = 0.5
RESTORE_TRIES: Final = 50
SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)

# The end of whatever was broken off. Then paste, wrap, mouse, focus, window size and keyboard modes off,
# the alternate screen left, the cursor shown.
_RESTORE: Final = (
    b"\x1b\\\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l"
    b"\x1b[?2048l\x1b[?1004l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[m"
)


def is_in_front(terminal: int) -> bool:
    """Whether this process is one that the terminal belongs to now, and not to the shell that stopped it."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return True  # It is gone, and nothing done to it does any harm.


class ShutdownGuard:
    """While it is entered, TERM, HUP, QUIT and a terminal that is gone end the program within seconds.

    ``leave`` is called from a thread with the signal's number, and should have the program end in good
    order. Where that takes longer than the deadline the terminal is put back as well as it can be, and
    the process exits with 128 and the number. ``number`` is that of the signal, 0 before there was one.
    """

    def __init__(self, leave: Callable[[int], None]) -> None:
        self.number = 0
        self._leave = leave
        self._attributes: Any = None
        self._has_lost_patience = threading.Event()

    def __enter__(self) -> ShutdownGuard:
        try:
            self._attributes = termios.tcgetattr(sys.stdin.fileno())
        except (OSError, termios.error):
            self._attributes = None
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        for name in SIGNALS:
            signal.signal(name, self._on_signal)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, args=(reading,), name="watchdog", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # It goes on watching: what is left to do may hang as well. Where it is putting the terminal back,
        # it ends the program when that is done, and not before.
        if self._has_lost_patience.is_set():
            threading.Event().wait()

    def _on_signal(self, number: int, _: object) -> None:
        """Stay awake: a program that ctrl+z had stopped goes on when it is told to end, and would want
        the terminal back, which is the shell's now; who asks for that is stopped again.
        """
        self.number = self.number or number
        signal.signal(signal.SIGCONT, _do_nothing)
        for name in (signal.SIGTTOU, signal.SIGTTIN):
            signal.signal(name, signal.SIG_IGN)

    def _watch(self, reading: int) -> None:
        self.number = number = self._next_signal(reading)
        self._leave(number)
        threading.Event().wait(DEADLINE_SECONDS)
        self._has_lost_patience.set()
        self._restore_terminal()
        os._exit(128 + number)

    def _next_signal(self, reading: int) -> int:
        poll = select.poll()
        poll.register(reading, select.POLLIN)
        poll.register(sys.stdin.fileno(), 0)  # no events asked for: a hang-up is told unasked
        while True:
            for handle, _ in poll.poll():
                if handle != reading:
                    return signal.SIGHUP
                for number in os.read(reading, 64):
                    if number in SIGNALS:
                        return number

    def _restore_terminal(self) -> None:
        try:
            handle = os.open("/dev/tty", os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:
            return  # There is no terminal any more.
        if not is_in_front(handle):
            return
        with suppress(OSError, termios.error):
            if self._attributes is not None:
                termios.tcsetattr(handle, termios.TCSANOW, self._attributes)
            # Nothing more of what is still to be drawn: it would come behind this.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for stream in (1, 2):
                os.dup2(nowhere, stream)
            for _ in range(RESTORE_TRIES):
                # As long as a write is under way no other gets through: a signal breaks it off, and
                # what is left of it goes nowhere. What waits to be read is of no use now either.
                for thread in threading.enumerate():
                    if thread.ident and thread is not threading.current_thread():
                        signal.pthread_kill(thread.ident, self.number)
                termios.tcflush(handle, termios.TCOFLUSH)
                with suppress(BlockingIOError):
                    if os.write(handle, _RESTORE) == len(_RESTORE):
                        return
                threading.Event().wait(RESTORE_SECONDS / RESTORE_TRIES)


def _do_nothing(number: int, _: object) -> None:
    """Take a signal for heard."""
