"""What was worked out from other files and is kept for the next start; it may be lost at any moment.

A piece is taken for true only where it is whole, was written by this very version of the program, and was
made from the same bytes as there are now. In every other case it is as if there were none.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from zlib import crc32

from roadmap_tui import __version__
from roadmap_tui.store.files import atomic_write, nearest_existing_parent, read_regular

LARGEST: Final = 256 << 20
_KEPT: Final = 8
_SUFFIX: Final = ".cache"


class Cache:
    """The folder of what is kept; None is one that keeps nothing."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder

    @property
    def can_keep(self) -> bool:
        """Whether something can be kept, as far as is known before it is tried."""
        there = nearest_existing_parent(self._folder) if self._folder is not None else ""
        return os.path.isdir(there) and os.access(there, os.W_OK | os.X_OK)

    def get(self, name: str, made_from: Callable[[], str]) -> memoryview | None:
        """What was kept under a name, if it was made from that; ``made_from`` is one line, asked for last."""
        if self._folder is None:
            return None
        try:
            data = read_regular(self._path(name), LARGEST)
        except OSError:
            return None
        # Not copied: there may be tens of megabytes of it.
        body = memoryview(data)[data.find(b"\n") + 1 :]
        checked = _head(body)
        return body if data.startswith(b"%s %s\n" % (checked, made_from().encode())) else None

    def put(self, name: str, made_from: str, body: bytes) -> None:
        """Keep something under a name. Where it can't be kept, it isn't."""
        if self._folder is None or len(body) > LARGEST:
            return
        with suppress(OSError):
            head = b"%s %s\n" % (_head(body), made_from.encode())
            atomic_write(self._path(name), head + body, durable=False)
            self._clear_out()

    def _path(self, name: str) -> str:
        return os.path.join(self._folder or "", name + _SUFFIX)

    def _clear_out(self) -> None:
        """Remove what was not written for longest, and what a crash left half written. Raises OSError."""
        with os.scandir(self._folder) as entries:
            files = sorted((entry.stat().st_mtime, entry.path) for entry in entries)
        for _, path in files[:-_KEPT]:
            os.unlink(path)


def digest(data: bytes) -> str:
    """What stands for those bytes and, for all that is known, for no others."""
    from hashlib import sha256  # not needed but for large files

    return sha256(data, usedforsecurity=False).hexdigest()


def _head(body: bytes | memoryview) -> bytes:
    # Against damage, not against forgers: who can write here can change the program.
    return f"roadmap-tui {__version__} {crc32(body):08x} {len(body)}".encode()
