"""The roadmap that comes with the program."""

from __future__ import annotations

import os

from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.store.roadmap_reader import read

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
