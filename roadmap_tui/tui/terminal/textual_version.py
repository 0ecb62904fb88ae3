"""Which version of the toolkit is installed, told without loading it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Final

# Those whose updates of the screen are known cell by cell: the tests compare them with what is sent.
KNOWN: Final = ("8.2",)


def version() -> str:
    """The version of Textual, empty where its installation does not tell."""
    found = find_spec("textual")
    for folder in (found.submodule_search_locations or ()) if found else ():
        # Looked up by its name: asking importlib.metadata takes a tenth of the whole start.
        for name in os.listdir(os.path.dirname(folder)):
            if name.startswith("textual-") and name.endswith(".dist-info"):
                return name.removeprefix("textual-").removesuffix(".dist-info")
    return ""


def is_supported(version: str) -> bool:
    """Whether what that version does inside is known."""
    return ".".join(version.split(".")[:2]) in KNOWN
