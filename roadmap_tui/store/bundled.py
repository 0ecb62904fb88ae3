"""The roadmap that comes with the program."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

from roadmap_tui.core.errors import CannotRead
from roadmap_tui.core.roadmap import Roadmap
from roadmap_tui.core.roadmap_format import decode
from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.core.strict_json import BYTE_LIMIT
from roadmap_tui.store.cache import Cache, digest
from roadmap_tui.store.files import digest_regular, read_regular

ID = "ml-dl"
_LARGE: Final = 1 << 20  # bytes; smaller ones are decoded as fast as they are unpacked


def path() -> str:
    """Where the bundled roadmap is: inside an installed package, beside it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    installed = os.path.join(package, "data", "roadmap.json")
    if os.path.exists(installed):
        return installed
    return os.path.join(os.path.dirname(package), "data", "roadmap.json")


def load() -> Roadmap:
    """The bundled roadmap. Raises CannotRead where it is missing, BadRoadmap where it is broken."""
    return read(path())


def read(name: str, cache: str | None = None, *, most_items: int = DEFAULTS.most_items) -> Roadmap:
    """The roadmap in a file of the program's own format. Raises CannotRead and BadRoadmap.

    Of a large one what it was decoded to is kept in the folder ``cache``, and used while its bytes stay
    the same: that is five times as fast, and takes a third of the memory.
    """
    largest = BYTE_LIMIT * max(1, -(-most_items // DEFAULTS.most_items))
    try:
        is_large = cache is not None and os.stat(name).st_size >= _LARGE
        if is_large and (roadmap := _kept(digest_regular(name, largest), Cache(cache), most_items)):
            return roadmap
        data = read_regular(name, largest)
    except ValueError:  # a name that no file can have
        raise CannotRead(name, "that is no name of a file", "give the path of a roadmap") from None
    except OSError as error:
        raise CannotRead(name, error.strerror or "cannot be read", "give the path of a roadmap") from None
    roadmap = decode(data, name, item_limit=most_items, byte_limit=largest)
    if is_large:
        _keep(roadmap, digest(data), Cache(cache), most_items)
    return roadmap


def _kept(key: str, cache: Cache, most: int) -> Roadmap | None:
    # With another limit it might be another roadmap, or none.
    packed = cache.get(key[:32], f"{key} {most}")
    if packed is None:
        return None
    from roadmap_tui.core.packed import unpack

    # What is whole and ours can be unpacked, unless another machine packed it.
    with suppress(ValueError):
        return unpack(bytes(packed))
    return None


def _keep(roadmap: Roadmap, key: str, cache: Cache, most: int) -> None:
    from roadmap_tui.core.packed import pack

    cache.put(key[:32], f"{key} {most}", pack(roadmap))
