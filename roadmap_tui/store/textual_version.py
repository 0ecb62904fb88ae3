"""The installed version of Textual, found without importing it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Final

# The versions whose screen updates the cell diff was tested with.
TESTED: Final = ("8.2",)


def version() -> str:
    """Return the installed version of Textual, empty if its metadata was not found."""
    found = find_spec("textual")
    for folder in (found.submodule_search_locations or ()) if found else ():
        # By file name: importlib.metadata takes a tenth of the whole start.
        for name in os.listdir(os.path.dirname(folder)):
            if name.startswith("textual-") and name.endswith(".dist-info"):
                return name.removeprefix("textual-").removesuffix(".dist-info")
    return ""


def is_supported(version: str) -> bool:
    """Return True if the cell diff was tested with this version of Textual."""
    return ".".join(version.split(".")[:2]) in TESTED
