"""Edit a text in the user's own editor."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence


def edit(text: str, command: Sequence[str]) -> str | None:
    """Run an editor, given as its arguments, on a text; return the result, or None if it failed.

    Raises OSError if it cannot be started.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".md", prefix="note-", encoding="utf-8") as file:
        file.write(f"{text}\n" if text else "")
        file.flush()
        if subprocess.run([*command, file.name], check=False).returncode:
            return None
        # Open it again by name: many editors replace the file instead of writing to it.
        with open(file.name, encoding="utf-8", errors="replace") as edited:
            return edited.read()
