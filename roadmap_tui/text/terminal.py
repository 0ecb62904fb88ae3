"""Terminal properties and the user's editor, derived from environment variables; pure functions, no I/O."""

from collections.abc import Mapping
from typing import Final

SSH_VARIABLES: Final = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_CTYPE", "LANG")
# Names in TERM of terminals that all have 24-bit color.
_TRUE_COLOR: Final = ("kitty", "ghostty", "alacritty", "foot", "wezterm", "contour", "rio", "konsole")


def is_light(environment: Mapping[str, str]) -> bool:
    """Return True if the terminal reports a light background.

    COLORFGBG is ``foreground;background``, each a color number from 0 to 15.
    """
    return environment.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"}


def has_true_color(environment: Mapping[str, str]) -> bool:
    """Return True if the terminal reports 24-bit color and the user did not disable colors."""
    return reports_true_color(environment) and not is_color_disabled(environment)


def is_color_disabled(environment: Mapping[str, str]) -> bool:
    """Return True if the user wants no colors (https://no-color.org: set, and not empty)."""
    return bool(environment.get("NO_COLOR"))


def has_16_colors(environment: Mapping[str, str]) -> bool:
    """Return True if the terminal has sixteen colors and no more."""
    return not reports_true_color(environment) and "256color" not in environment.get("TERM", "")


def reports_true_color(environment: Mapping[str, str]) -> bool:
    """Return True if the terminal reports 24-bit color."""
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return True
    # COLORTERM does not pass through SSH and sudo, TERM does.
    name = environment.get("TERM", "")
    return "direct" in name or any(name.removeprefix("xterm-").startswith(part) for part in _TRUE_COLOR)


def is_multiplexed(environment: Mapping[str, str]) -> bool:
    """Return True inside tmux or GNU screen, also if that runs at the other end of an SSH session."""
    return bool(
        environment.get("TMUX")
        or environment.get("STY")
        or environment.get("TERM", "").startswith(("tmux", "screen"))
    )


def supports_unicode(environment: Mapping[str, str]) -> bool:
    """Return True if the locale is UTF-8, or if none is set outside a multiplexer.

    tmux and GNU screen take their encoding from the locale and replace what it does not have. Python sets
    LC_CTYPE to C.UTF-8 in its own environment if no locale is set, or C.
    """
    everything, kind, language = (environment.get(name, "") for name in _LOCALE_VARIABLES)
    if kind == "C.UTF-8" and not everything and language in {"", "C", "POSIX"}:
        kind = language = ""
    if value := (everything or kind or language).lower():
        return "utf-8" in value or "utf8" in value
    return not is_multiplexed(environment)


def encoding(environment: Mapping[str, str]) -> str:
    """Return the encoding of terminal input from the locale's name; "utf-8" if it has none."""
    from locale import normalize  # not needed for the first frame

    name = next(filter(None, map(environment.get, _LOCALE_VARIABLES)), "") or ""
    codeset = normalize(name).partition(".")[2]
    try:
        is_usable = b"\x1b[".decode(codeset) == "\x1b["
    except (LookupError, ValueError):  # unknown, or not an encoding of text
        is_usable = False
    return codeset if is_usable else "utf-8"


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
