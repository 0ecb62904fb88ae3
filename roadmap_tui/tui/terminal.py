"""What the program knows of the terminal around it, and what it asks of it beside drawing."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress


def is_light(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal says that its ground is light (COLORFGBG: foreground;background, 0 to 15)."""
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return ground in {"7", "15"}


def has_true_colour(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal says that it shows all colours, and the user wants any."""
    return (
        environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"} and "NO_COLOR" not in environment
    )


def has_few_colours(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal has sixteen colours and no more."""
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return False
    name = environment.get("TERM", "")
    return not any(word in name for word in ("256color", "kitty", "ghostty", "direct"))


def speaks_unicode(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the locale is one of UTF-8; where none is set, it is taken to be."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environment.get(name):
            return "utf-8" in value.lower() or "utf8" in value.lower()
    return True


def editor_command(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The user's editor as an argument list; ``vi`` where neither VISUAL nor EDITOR is set."""
    import shlex

    for name in ("VISUAL", "EDITOR"):
        try:
            if words := shlex.split(environment.get(name, "")):
                return words
        except ValueError:
            continue
    return ["vi"]


def copy(text: str, osc52: Callable[[str], None], environment: Mapping[str, str] = os.environ) -> str:
    """Put a text into the clipboard of the terminal; a word on how that was done.

    By OSC 52, which crosses SSH; inside tmux, which drops that by default, by tmux itself too.
    """
    osc52(text)
    if environment.get("TMUX") and shutil.which("tmux"):
        # A tmux that does not answer has only cost its buffer.
        with suppress(OSError, subprocess.TimeoutExpired):
            loaded = subprocess.run(
                ["tmux", "load-buffer", "-w", "-"],
                input=text.encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=2,
                check=False,
            )
            if loaded.returncode == 0:
                return "to the clipboard and to tmux"
    return "to the clipboard"


def edit(text: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The text after the user's editor was at it; None where the editor failed.

    Raises OSError where it can't be started.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".md", prefix="note-", encoding="utf-8") as file:
        file.write(f"{text}\n" if text else "")
        file.flush()
        if subprocess.run([*editor_command(environment), file.name], check=False).returncode:
            return None
        # Opened anew: many editors put another file in its place.
        with open(file.name, encoding="utf-8", errors="replace") as changed:
            return changed.read()
