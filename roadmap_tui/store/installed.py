"""The installed versions of libraries, found without importing the libraries."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Final

# The versions of Textual that the cell diff was tested with; docs/releasing.md says how to add one.
TESTED: Final = ("8.2.7", "8.2.8")


def version(package: str) -> str:
    """Return the installed version of a package, empty if its metadata was not found."""
    found = find_spec(package)
    for folder in (found.submodule_search_locations or ()) if found else ():
        # By file name: importlib.metadata takes a tenth of the whole start.
        try:
            names = os.listdir(os.path.dirname(folder))
        except OSError:  # the packages may be in a zip archive
            from importlib import metadata

            return metadata.version(package)
        for name in names:
            if name.startswith(f"{package}-") and name.endswith(".dist-info"):
                return name.removeprefix(f"{package}-").removesuffix(".dist-info")
    return ""


def is_supported(textual: str) -> bool:
    """Return True if the cell diff was tested with this version of Textual."""
    return textual in TESTED
