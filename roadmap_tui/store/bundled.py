"""The roadmap that comes with the program."""

from __future__ import annotations

import os

from roadmap_tui.core.errors import CannotRead
from roadmap_tui.core.roadmap import Roadmap
from roadmap_tui.core.roadmap_format import decode
from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.core.strict_json import BYTE_LIMIT
from roadmap_tui.store.files import read_regular

ID = "ml-dl"


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


def read(name: str, *, most_items: int = DEFAULTS.most_items) -> Roadmap:
    """The roadmap in a file of the program's own format. Raises CannotRead and BadRoadmap."""
    try:
        data = read_regular(name, BYTE_LIMIT)
    except OSError as error:
        raise CannotRead(name, error.strerror or "cannot be read", "give the path of a roadmap") from None
    return decode(data, name, item_limit=most_items)
