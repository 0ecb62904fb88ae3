"""The colors of the program's own themes, hand-picked for true color, 256 and 16 colors."""

from __future__ import annotations

from typing import Final, NamedTuple

DARK_NAME: Final = "roadmap-dark"
LIGHT_NAME: Final = "roadmap-light"
SIXTEEN_NAME: Final = "roadmap-16"
SIXTEEN_LIGHT_NAME: Final = "roadmap-light-16"


class Palette(NamedTuple):
    """A theme's colors: ``#rrggbb``, or Textual's names of the terminal's 16 colors.

    Every text color has a contrast of at least 4.5:1 on every background, ``rule`` one of 3:1. With 16 colors
    the cursor row has one text color, ``ON_CURSOR_16``, as the others are not readable on ``cursor``.
    """

    text: str
    background: str
    surface: str
    cursor: str
    rule: str
    muted: str
    faint: str
    accent: str
    link: str
    done: str
    doing: str
    error: str


DARK: Final = Palette(
    text="#d5d9e5",
    background="#16181f",
    surface="#1c1f28",
    cursor="#2a3045",
    rule="#747d9c",
    muted="#9aa2b9",
    faint="#9098af",
    accent="#7dcfff",
    link="#86aaf8",
    done="#9ece6a",
    doing="#e0af68",
    error="#f7859b",
)
LIGHT: Final = Palette(
    text="#23283a",
    background="#f8f8f5",
    surface="#f1f1ec",
    cursor="#dfe6f5",
    rule="#7c8393",
    muted="#545c72",
    faint="#5d647a",
    accent="#12606e",
    link="#2959aa",
    done="#2f6119",
    doing="#7a5000",
    error="#a81f37",
)
# The nearest of the 256 colors are grays and muddy: these stay apart, and are what the terminal shows.
DARK_256: Final = Palette(
    text="#d6d6d6",
    background="#121212",
    surface="#1c1c1c",
    cursor="#303030",
    rule="#808080",
    muted="#b2b2b2",
    faint="#a8a8a8",
    accent="#5fd7ff",
    link="#87afff",
    done="#87d75f",
    doing="#d7af5f",
    error="#ff8787",
)
LIGHT_256: Final = Palette(
    text="#262626",
    background="#ffffff",
    surface="#f4f4f4",
    cursor="#d7ffff",
    rule="#767676",
    muted="#4e4e4e",
    faint="#585858",
    accent="#005f87",
    link="#005faf",
    done="#005f00",
    doing="#875f00",
    error="#af0000",
)
# Only these of the 16 are readable on black, or on white, with the colors of VGA and of xterm alike. The
# background is set, as it is unknown: text that suits one is invisible on the other.
SIXTEEN: Final = Palette(
    text="ansi_bright_white",
    background="ansi_black",
    surface="ansi_black",
    cursor="ansi_blue",
    rule="ansi_white",
    muted="ansi_white",
    faint="ansi_white",
    accent="ansi_bright_cyan",
    link="ansi_cyan",
    done="ansi_green",
    doing="ansi_bright_yellow",
    error="ansi_bright_red",
)
SIXTEEN_LIGHT: Final = Palette(
    text="ansi_black",
    background="ansi_bright_white",
    surface="ansi_bright_white",
    cursor="ansi_blue",
    rule="ansi_bright_black",
    muted="ansi_black",
    faint="ansi_black",
    accent="ansi_blue",
    link="ansi_bright_blue",
    done="ansi_blue",
    doing="ansi_magenta",
    error="ansi_red",
)
ON_CURSOR_16: Final = "ansi_bright_white"
PALETTES: Final = {
    DARK_NAME: DARK,
    LIGHT_NAME: LIGHT,
    "roadmap-dark-256": DARK_256,
    "roadmap-light-256": LIGHT_256,
    SIXTEEN_NAME: SIXTEEN,
    SIXTEEN_LIGHT_NAME: SIXTEEN_LIGHT,
}
_ANSI_NAMES: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


def sgr(color: str, colors: int, *, is_background: bool = False) -> str:
    """Return the parameters that select a palette's color in a terminal of 16, 256 or more ``colors``."""
    if color.startswith("ansi_"):
        name = color.removeprefix("ansi_")
        is_bright = name.startswith("bright_")
        first = (100 if is_background else 90) if is_bright else (40 if is_background else 30)
        return str(first + _ANSI_NAMES.index(name.removeprefix("bright_")))
    base, values = 48 if is_background else 38, channels(color)
    if colors > 256:
        return f"{base};2;{';'.join(map(str, values))}"
    return f"{base};5;{_nearest_of_256(values)}"


def channels(color: str) -> list[int]:
    """Return red, green and blue of a color."""
    return [int(color[start : start + 2], 16) for start in (1, 3, 5)]


def _nearest_of_256(values: list[int]) -> int:
    """Return the number of the color that Rich, and so Textual, shows for one."""
    low, high = min(values), max(values)
    lightness = (low + high) / 510
    range_ = low + high if lightness <= 0.5 else 510 - low - high
    if high == low or (high - low) / range_ < 0.15:
        gray = round(lightness * 25)
        return 16 if not gray else 231 if gray == 25 else 231 + gray
    red, green, blue = (round(value / 95 if value < 95 else 1 + (value - 95) / 40) for value in values)
    return 16 + 36 * red + 6 * green + blue
