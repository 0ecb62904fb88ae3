"""The program's own themes, and readable text colors for Textual's themes."""

from __future__ import annotations

from typing import Final

from textual.color import Color
from textual.theme import Theme

from roadmap_tui.tui.render.colors import ON_CURSOR_16, PALETTES, SIXTEEN, SIXTEEN_LIGHT, Palette

MIN_CONTRAST: Final = 4.5
MIN_BORDER_CONTRAST: Final = 3.0
_STEPS: Final = 20
_TEXTS: Final = ("muted", "faint", "primary", "accent", "success", "warning", "error")


def _theme(name: str, colors: Palette) -> Theme:
    is_ansi = colors in (SIXTEEN, SIXTEEN_LIGHT)
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
        dark="light" not in name,
        ansi=is_ansi,
        variables={
            # Unchanged: Textual would round them, and the first frame would differ from the second.
            "success": colors.done,
            "warning": colors.doing,
            "error": colors.error,
            "input-selection-background": colors.cursor,
        }
        | _stylesheet_variables(colors)
        | (_ansi_variables(colors) if is_ansi else {}),
    )


def _stylesheet_variables(colors: Palette) -> dict[str, str]:
    """Return the variables that our stylesheet uses and Textual's themes lack."""
    return {name: getattr(colors, name) for name in ("muted", "faint", "cursor", "rule")}


def _ansi_variables(colors: Palette) -> dict[str, str]:
    """Return the variables that Textual's own widgets use in a theme of the terminal's colors."""
    pairs = (
        (colors.text, ("ansi-foreground", "block-cursor-background", "input-cursor-background")),
        (colors.background, ("ansi-background", "block-cursor-foreground", "input-cursor-foreground")),
        (colors.cursor, ("input-selection-background", "screen-selection-background")),
        (ON_CURSOR_16, ("input-selection-foreground", "screen-selection-foreground")),
    )
    variables = {"border-blurred": colors.rule}
    for color, names in pairs:
        variables |= dict.fromkeys(names, color)
    return variables


OWN_THEMES: Final = tuple(_theme(name, colors) for name, colors in PALETTES.items())


def missing_variables(theme: Theme) -> dict[str, str]:
    """Return the variables of our stylesheet that one of Textual's themes lacks."""
    if _is_own(theme):
        return {}
    if theme.ansi:
        return _stylesheet_variables(SIXTEEN if theme.dark else SIXTEEN_LIGHT)
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
    texts["rule"] = _readable(Color.parse(variables["rule"]), plain, backgrounds, MIN_BORDER_CONTRAST).hex6
    selected = {"input-selection-background": variables["cursor"]}
    return variables | texts | selected | {"foreground": plain.hex6}


def _readable(color: Color, target: Color, backgrounds: list[Color], contrast: float = MIN_CONTRAST) -> Color:
    """Blend a color with ``target`` just far enough to have a contrast on all backgrounds."""
    for step in range(_STEPS):
        blended = (backgrounds[0] + color).blend(target, step / _STEPS)
        if all(_contrast(blended, background) >= contrast for background in backgrounds):
            return blended
    return target


def _contrast(first: Color, second: Color) -> float:
    """Return the contrast ratio of two colors, 1 to 21 (WCAG 2.1)."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _is_own(theme: Theme) -> bool:
    return theme.name in PALETTES
