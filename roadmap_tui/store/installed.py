"""The installed versions of libraries, found without importing the libraries."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.util import find_spec
from typing import Final

# The versions of Textual whose screen updates the cell diff was tested with.
TESTED: Final = ("8.2",)


def version(package: str) -> str:
    """Return the installed version of a package, empty if its metadata was not found."""
    found = find_spec(package)
    for folder in (found.submodule_search_locations or ()) if found else ():
        # By file name: importlib.metadata takes a tenth of the whole start.
        with suppress(OSError):  # the packages may be in a zip archive
            for name in os.listdir(os.path.dirname(folder)):
                if name.startswith(f"{package}-") and name.endswith(".dist-info"):
                    return name.removeprefix(f"{package}-").removesuffix(".dist-info")
    return ""


def is_supported(textual: str) -> bool:
    """Return True if the cell diff was tested with this version of Textual."""
    return ".".join(textual.split(".")[:2]) in TESTED
