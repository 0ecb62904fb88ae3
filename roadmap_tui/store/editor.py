"""Run the user's own editor on a file."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from types import FrameType
from typing import Final, NamedTuple

# A signal that ends this program ends the editor too, which then has the chance to save its text.
_FORWARDED: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


class EditorExit(NamedTuple):
    """The result of an editor: why it failed, or "", and a signal received meanwhile, or 0."""

    failure: str
    signal: int


def run_editor(command: Sequence[str], path: str) -> EditorExit:
    """Run an editor, given as its arguments, on a file, and wait for it. Raises OSError if it cannot start.

    Call it in the main thread. ctrl+c is the editor's key meanwhile.
    """
    received: list[int] = []
    process: subprocess.Popen[bytes] | None = None
    handlers = {
        number: handler
        for number in (signal.SIGINT, *_FORWARDED)
        if (handler := signal.getsignal(number) or signal.SIG_DFL) != signal.SIG_IGN
    }

    def on_signal(number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            return
        received.append(number)
        if process is not None:
            process.send_signal(number)
        if callable(handler := handlers[signal.Signals(number)]):
            handler(number, frame)

    # Not SIG_IGN, which the editor would inherit.
    for number in handlers:
        signal.signal(number, on_signal)
    try:
        process = subprocess.Popen([*command, path])
        code = process.wait()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    failure = f"it ended with status {code}" if code > 0 else f"signal {-code} ended it" if code else ""
    return EditorExit(failure, received[0] if received else 0)
