"""The colors of the program's own three themes."""

from __future__ import annotations

from typing import Final, NamedTuple

DARK_NAME: Final = "roadmap-dark"
LIGHT_NAME: Final = "roadmap-light"
SIXTEEN_NAME: Final = "roadmap-16"


class Palette(NamedTuple):
    """A theme's colors: ``#rrggbb``, or Textual's names of the terminal's 16 colors.

    Every ``#rrggbb`` text color has a contrast of at least 4.5:1 on ``background`` and ``cursor``.
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
    rule="#3a4053",
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
    rule="#c3c7d1",
    muted="#545c72",
    faint="#5d647a",
    accent="#12606e",
    link="#2959aa",
    done="#2f6119",
    doing="#7a5000",
    error="#a81f37",
)
# The terminal's own colors, for terminals that have no others.
SIXTEEN: Final = Palette(
    text="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    cursor="ansi_blue",
    rule="ansi_bright_black",
    muted="ansi_bright_black",
    faint="ansi_bright_black",
    accent="ansi_cyan",
    link="ansi_bright_blue",
    done="ansi_green",
    doing="ansi_yellow",
    error="ansi_red",
)
