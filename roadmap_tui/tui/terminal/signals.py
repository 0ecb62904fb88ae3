"""Ends the program on a signal within seconds, even if the event loop, disk or terminal hangs.

Python runs signal handlers in the main thread, which may be blocked in a write to a terminal that stopped
reading. The interpreter still writes a byte to the wakeup descriptor, and a thread waits for that byte.
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
from typing import Any, Final

DEADLINE_SECONDS: Final = 1.5
RESTORE_SECONDS: Final = 0.5
RESTORE_TRIES: Final = 50
SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)

# End any unfinished sequence; turn off synchronized output, paste, mouse, focus, window-size and keyboard
# modes and turn on wrapping; leave the alternate screen; show the cursor.
RESTORE: Final = (
    b"\x1b\\\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l"
    b"\x1b[?2048l\x1b[?1004l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[m"
)


def owns_terminal(terminal: int) -> bool:
    """Return True if this process is in the terminal's foreground group, not stopped by its shell."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return True  # The terminal is gone, and nothing done to it does any harm.


class ShutdownGuard:
    """A context in which TERM, HUP, QUIT and a lost terminal end the program within seconds.

    ``shut_down`` is called from a thread with the signal's number, and should end the program in good order.
    After the deadline the terminal is restored as well as possible, and the process exits with 128 plus the
    number. ``number`` is the signal received, 0 if there was none.
    """

    def __init__(self, shut_down: Callable[[int], None]) -> None:
        self.number = 0
        self._shut_down = shut_down
        self._attributes: Any = None
        self._deadline_passed = threading.Event()

    def __enter__(self) -> ShutdownGuard:
        with suppress(OSError, termios.error):
            self._attributes = termios.tcgetattr(sys.stdin.fileno())
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        for name in SIGNALS:
            signal.signal(name, self._on_signal)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, args=(wake_read,), name="watchdog", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # The thread goes on watching, as the rest of the exit may hang too. If it is restoring the terminal,
        # it ends the process afterwards; wait for that.
        if self._deadline_passed.is_set():
            threading.Event().wait()

    def _on_signal(self, number: int, _: object) -> None:
        """Record the signal, and make sure that the shutdown is not stopped by job control.

        A program stopped by ctrl+z continues when it gets a signal to end. It must not access the terminal,
        which now belongs to the shell: the kernel would stop it again.
        """
        self.number = self.number or number
        for name in (signal.SIGCONT, signal.SIGTTOU, signal.SIGTTIN):
            signal.signal(name, signal.SIG_IGN)

    def _watch(self, wake_read: int) -> None:
        self.number = number = self._next_signal(wake_read)
        self._shut_down(number)
        threading.Event().wait(DEADLINE_SECONDS)
        self._deadline_passed.set()
        self._restore_terminal()
        os._exit(128 + number)

    def _next_signal(self, wake_read: int) -> int:
        poll = select.poll()
        poll.register(wake_read, select.POLLIN)
        poll.register(sys.stdin.fileno(), 0)  # no events requested: a hang-up is always reported
        while True:
            for handle, _ in poll.poll():
                if handle != wake_read:
                    return signal.SIGHUP
                for number in os.read(wake_read, 64):
                    if number in SIGNALS:
                        return number

    def _restore_terminal(self) -> None:
        try:
            handle = os.open("/dev/tty", os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:
            return  # The terminal is gone.
        if not owns_terminal(handle):
            return
        with suppress(OSError, termios.error):
            if self._attributes is not None:
                termios.tcsetattr(handle, termios.TCSANOW, self._attributes)
            # Discard further output of the screen: it would appear after the restored state.
            null = os.open(os.devnull, os.O_WRONLY)
            for stream in (1, 2):
                os.dup2(null, stream)
            for _ in range(RESTORE_TRIES):
                # No write gets through while another thread is blocked in one. A signal interrupts it, and
                # its rest goes to /dev/null. Output that the terminal has not read yet is dropped as well.
                for thread in threading.enumerate():
                    if thread.ident and thread is not threading.current_thread():
                        signal.pthread_kill(thread.ident, self.number)
                termios.tcflush(handle, termios.TCOFLUSH)
                with suppress(BlockingIOError):
                    if os.write(handle, RESTORE) == len(RESTORE):
                        return
                threading.Event().wait(RESTORE_SECONDS / RESTORE_TRIES)
