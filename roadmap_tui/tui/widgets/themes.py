"""The program's own themes, and readable text colors for Textual's themes."""

from __future__ import annotations

from typing import Final

from textual.color import Color
from textual.theme import Theme

from roadmap_tui.tui.render.colors import DARK, DARK_NAME, LIGHT, LIGHT_NAME, SIXTEEN, SIXTEEN_NAME, Palette

MIN_CONTRAST: Final = 4.5
_STEPS: Final = 20
_TEXTS: Final = ("muted", "faint", "primary", "accent", "success", "warning", "error")
# Variables that Textual's own widgets use in a theme of the terminal's colors.
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


def _theme(name: str, colors: Palette, *, dark: bool = True) -> Theme:
    return Theme(
        name=name,
        primary=colors.link,
        accent=colors.accent,
        warning=colors.doing,
        error=colors.error,
        success=colors.done,
        foreground=colors.text,
        background=colors.background,
        surface=colors.surface,
        panel=colors.surface,
        dark=dark,
        ansi=colors is SIXTEEN,
        variables={
            # Unchanged: Textual would round them, and the first frame would differ from the second.
            "success": colors.done,
            "warning": colors.doing,
            "error": colors.error,
            "input-selection-background": colors.cursor,
        }
        | _stylesheet_variables(colors)
        | (_ANSI_VARIABLES if colors is SIXTEEN else {}),
    )


def _stylesheet_variables(colors: Palette) -> dict[str, str]:
    """Return the variables that our stylesheet uses and Textual's themes lack."""
    return {name: getattr(colors, name) for name in ("muted", "faint", "cursor", "rule")}


OWN_THEMES: Final = (
    _theme(DARK_NAME, DARK),
    _theme(LIGHT_NAME, LIGHT, dark=False),
    _theme(SIXTEEN_NAME, SIXTEEN),
)


def missing_variables(theme: Theme) -> dict[str, str]:
    """Return the variables of our stylesheet that one of Textual's themes lacks."""
    if _is_own(theme):
        return {}
    if theme.ansi:
        return _stylesheet_variables(SIXTEEN)
    generated = theme.to_color_system().generate()
    muted, rule = generated["foreground-muted"], generated["foreground-disabled"]
    return {"muted": muted, "faint": muted, "cursor": generated["surface-active"], "rule": rule}


def ensure_contrast(theme: Theme, variables: dict[str, str]) -> dict[str, str]:
    """Return a theme's variables with text colors changed as little as needed to be readable.

    The colors of Textual's themes are made for areas; as text some have a contrast of only 1.4.
    """
    if _is_own(theme) or theme.ansi:
        return variables
    backgrounds = [Color.parse(variables[name]) for name in ("background", "surface", "panel", "cursor")]
    end = Color.parse("#ffffff" if theme.dark else "#000000")
    plain = _readable(Color.parse(variables["foreground"]), end, backgrounds)
    texts = {name: _readable(Color.parse(variables[name]), plain, backgrounds).hex6 for name in _TEXTS}
    selected = {"input-selection-background": variables["cursor"]}
    return variables | texts | selected | {"foreground": plain.hex6}


def _readable(color: Color, target: Color, backgrounds: list[Color]) -> Color:
    """Blend a color with ``target`` just far enough to be readable on all backgrounds."""
    for step in range(_STEPS):
        blended = (backgrounds[0] + color).blend(target, step / _STEPS)
        if all(_contrast(blended, background) >= MIN_CONTRAST for background in backgrounds):
            return blended
    return target


def _contrast(first: Color, second: Color) -> float:
    """Return the contrast ratio of two colors, 1 to 21 (WCAG 2.1)."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _is_own(theme: Theme) -> bool:
    return theme.name in {own.name for own in OWN_THEMES}
