"""What the environment variables say about the terminal and the user's editor; pure functions, no I/O."""

from collections.abc import Mapping
from typing import Final

SSH_VARIABLES: Final = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")


def is_light(environment: Mapping[str, str]) -> bool:
    """Return True if the terminal reports a light background.

    COLORFGBG is ``foreground;background``, each a color number from 0 to 15.
    """
    return environment.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"}


def has_true_color(environment: Mapping[str, str]) -> bool:
    """Return True if the terminal reports 24-bit color and the user did not disable colors."""
    return _reports_true_color(environment) and not is_color_disabled(environment)


def is_color_disabled(environment: Mapping[str, str]) -> bool:
    """Return True if the user wants no colors (https://no-color.org)."""
    return "NO_COLOR" in environment


def has_16_colors(environment: Mapping[str, str]) -> bool:
    """Return True if the terminal has sixteen colors and no more."""
    name = environment.get("TERM", "")
    rich_terminals = ("256color", "kitty", "ghostty", "direct")
    return not _reports_true_color(environment) and not any(part in name for part in rich_terminals)


def _reports_true_color(environment: Mapping[str, str]) -> bool:
    return environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}


def supports_unicode(environment: Mapping[str, str]) -> bool:
    """Return True if the locale is UTF-8, or if none is set."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environment.get(name):
            return "utf-8" in value.lower() or "utf8" in value.lower()
    return True


def is_over_ssh(environment: Mapping[str, str]) -> bool:
    """Return True if the terminal is at the other end of an SSH session."""
    return any(map(environment.get, SSH_VARIABLES))


def editor_command(environment: Mapping[str, str]) -> list[str]:
    """Return the user's editor as an argument list; ``vi`` if neither VISUAL nor EDITOR is usable."""
    import shlex

    for name in ("VISUAL", "EDITOR"):
        try:
            if args := shlex.split(environment.get(name, "")):
                return args
        except ValueError:
            continue
    return ["vi"]
