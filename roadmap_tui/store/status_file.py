"""The status file: one line per host that a prompt or tmux can read without starting Python.

It exists once it was asked for, and is replaced by everything that changes progress.
"""

import os
from contextlib import suppress

from roadmap_tui.store.files import atomic_write
from roadmap_tui.store.log_writer import host_name


def path(state: str) -> str:
    """Return the path of the file of this host."""
    return os.path.join(state, f"status-{host_name()}.txt")


def update(state: str, line: str, *, creates: bool = False) -> None:
    """Replace the file if it exists, or with ``creates``. Raises OSError only then."""
    file = path(state)
    if creates:
        atomic_write(file, line.encode(), durable=False)
    elif os.path.exists(file):
        with suppress(OSError):
            atomic_write(file, line.encode(), durable=False)
