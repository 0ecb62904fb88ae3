"""The installed version of Textual, found without importing it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Final

# The versions whose screen updates the cell diff was tested with; docs/releasing.md says how to add one.
TESTED: Final = ("8.2.5", "8.2.6", "8.2.7", "8.2.8")


def version() -> str:
    """Return the installed version of Textual, empty if its metadata was not found."""
    found = find_spec("textual")
    for folder in (found.submodule_search_locations or ()) if found else ():
        # By file name: importlib.metadata takes a tenth of the whole start.
        try:
            names = os.listdir(os.path.dirname(folder))
        except NotADirectoryError:  # a zip archive
            from importlib import metadata

            return metadata.version("textual")
        for name in names:
            if name.startswith("textual-") and name.endswith(".dist-info"):
                return name.removeprefix("textual-").removesuffix(".dist-info")
    return ""


def is_supported(version: str) -> bool:
    """Return True if the cell diff was tested with this version of Textual."""
    return version in TESTED
