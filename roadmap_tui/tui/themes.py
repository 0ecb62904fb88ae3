"""The program's own themes, in the toolkit's terms."""

from __future__ import annotations

from typing import Final

from textual.color import Color
from textual.theme import Theme

from roadmap_tui.tui.colors import DARK, DARK_NAME, LIGHT, LIGHT_NAME, SIXTEEN, SIXTEEN_NAME, Palette

LEGIBLE: Final = 4.5
_STEPS: Final = 20
_TEXTS: Final = ("muted", "faint", "primary", "accent", "success", "warning", "error")
# Textual's own widgets ask for these where the colours are the terminal's.
_ANSI_VARIABLES = {
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "border-blurred": "ansi_bright_black",
    "block-cursor-foreground": "ansi_black",
    "block-cursor-background": "ansi_white",
    "input-cursor-background": "ansi_white",
    "input-cursor-foreground": "ansi_black",
    "input-selection-background": "ansi_blue",
    "input-selection-foreground": "ansi_bright_white",
    "screen-selection-background": "ansi_blue",
    "screen-selection-foreground": "ansi_bright_white",
}


def _theme(name: str, colours: Palette, *, dark: bool = True) -> Theme:
    return Theme(
        name=name,
        primary=colours.link,
        accent=colours.accent,
        warning=colours.doing,
        error=colours.error,
        success=colours.done,
        foreground=colours.text,
        background=colours.ground,
        surface=colours.surface,
        panel=colours.surface,
        dark=dark,
        ansi=colours is SIXTEEN,
        variables={
            # As they are: what the toolkit makes of them is one off, which the first frame would show.
            "success": colours.done,
            "warning": colours.doing,
            "error": colours.error,
            "muted": colours.muted,
            "faint": colours.faint,
            "cursor": colours.cursor,
            "rule": colours.rule,
            "input-selection-background": colours.cursor,
        }
        | (_ANSI_VARIABLES if colours is SIXTEEN else {}),
    )


OWN_THEMES: Final = (
    _theme(DARK_NAME, DARK),
    _theme(LIGHT_NAME, LIGHT, dark=False),
    _theme(SIXTEEN_NAME, SIXTEEN),
)


def missing_variables(theme: Theme) -> dict[str, str]:
    """What our sheet asks for and a theme of the toolkit does not have."""
    if _is_own(theme):
        return {}
    if theme.ansi:
        colours = SIXTEEN
        return {
            "muted": colours.muted,
            "faint": colours.faint,
            "cursor": colours.cursor,
            "rule": colours.rule,
        }
    made = theme.to_color_system().generate()
    muted, rule = made["foreground-muted"], made["foreground-disabled"]
    return {"muted": muted, "faint": muted, "cursor": made["surface-active"], "rule": rule}


def ensure_contrast(theme: Theme, variables: dict[str, str]) -> dict[str, str]:
    """The variables of a theme, those of texts as near to what they were as can be read on every ground.

    The toolkit's themes have their colours for areas; as text some reach a contrast of no more than 1.4.
    """
    if _is_own(theme) or theme.ansi:
        return variables
    grounds = [Color.parse(variables[name]) for name in ("background", "surface", "panel", "cursor")]
    end = Color.parse("#ffffff" if theme.dark else "#000000")
    plain = _legible(Color.parse(variables["foreground"]), end, grounds)
    texts = {name: _legible(Color.parse(variables[name]), plain, grounds).hex6 for name in _TEXTS}
    selected = {"input-selection-background": variables["cursor"]}
    return variables | texts | selected | {"foreground": plain.hex6}


def _legible(colour: Color, end: Color, grounds: list[Color]) -> Color:
    """A colour, as far on the way to another one as it takes to be read on these grounds."""
    for step in range(_STEPS):
        there = (grounds[0] + colour).blend(end, step / _STEPS)
        if all(_contrast(there, ground) >= LEGIBLE for ground in grounds):
            return there
    return end


def _contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _is_own(theme: Theme) -> bool:
    return theme.name in {own.name for own in OWN_THEMES}
