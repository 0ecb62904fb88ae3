"""Reading a roadmap file of the program's own format, a large one from what was kept of it."""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Thread
from typing import Final

from roadmap_tui.core.errors import ReadError
from roadmap_tui.core.roadmap.format import decode
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.core.strict_json import BYTE_LIMIT
from roadmap_tui.store.cache import Cache, digest
from roadmap_tui.store.files import digest_regular, read_regular

_LARGE: Final = 1 << 20  # bytes; smaller ones are decoded as fast as they are unpacked


def read(name: str, cache: str | None = None, *, most_items: int = DEFAULTS.most_items) -> Roadmap:
    """The roadmap in a file of the program's own format. Raises CannotRead and BadRoadmap.

    Of a large one what it was decoded to is kept in the folder ``cache``, and used while its bytes stay
    the same: that is five times as fast, and takes a third of the memory.
    """
    largest = BYTE_LIMIT * max(1, -(-most_items // DEFAULTS.most_items))
    try:
        is_large = cache is not None and os.stat(name).st_size >= _LARGE
        if is_large and (roadmap := _kept(name, largest, Cache(cache), most_items)):
            return roadmap
        data = read_regular(name, largest)
    except ValueError:  # a name that no file can have
        raise ReadError(name, "that is no name of a file", "give the path of a roadmap") from None
    except OSError as error:
        raise ReadError(name, error.strerror or "cannot be read", "give the path of a roadmap") from None
    roadmap = decode(data, name, item_limit=most_items, byte_limit=largest)
    if is_large:
        _keep(roadmap, name, digest(data), Cache(cache), most_items)
    return roadmap


class _Digest(Thread):
    """The digest of a file, found beside what else there is to do; it stays empty where it can't be."""

    def __init__(self, path: str, largest: int) -> None:
        super().__init__(daemon=True)
        self._path, self._largest = path, largest
        self.found = ""
        try:
            self.start()
        except RuntimeError:  # no more threads are to be had
            self.run()

    def run(self) -> None:
        with suppress(OSError):
            self.found = digest_regular(self._path, self._largest)


def _kept(name: str, largest: int, cache: Cache, most: int) -> Roadmap | None:
    hashing = _Digest(name, largest)

    def made_from() -> str:
        if hashing.is_alive():
            hashing.join()
        return _made_from(hashing.found, most)

    packed = cache.get(_kept_as(name), made_from)
    if packed is None:
        return None
    from roadmap_tui.core.packed import unpack

    return unpack(packed)


def _keep(roadmap: Roadmap, name: str, sum_of_all: str, cache: Cache, most: int) -> None:
    if not cache.can_keep:
        return
    from roadmap_tui.core.packed import pack

    cache.put(_kept_as(name), _made_from(sum_of_all, most), pack(roadmap))


def _kept_as(name: str) -> str:
    return digest(os.fsencode(os.path.abspath(name)))[:32]


def _made_from(sum_of_all: str, most: int) -> str:
    from roadmap_tui.core.pieces import LAYOUT

    # With another limit it might be another roadmap, or none.
    return f"{sum_of_all} {most} {LAYOUT}"
