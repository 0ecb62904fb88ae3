"""The program's own themes, in the toolkit's terms."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

from roadmap_tui.tui.colours import DARK, DARK_NAME, LIGHT, LIGHT_NAME, SIXTEEN, SIXTEEN_NAME, Colours

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


def _theme(name: str, colours: Colours, *, dark: bool = True) -> Theme:
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
    if theme.name in {own.name for own in OWN_THEMES}:
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
