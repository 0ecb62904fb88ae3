"""Every text can be read: the contrast of what is drawn, by WCAG 2.1, in the program's themes and others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem, ColorType
from rich.style import Style
from textual.widgets import Input, TextArea

from roadmap_tui.core.errors import ReadError
from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.core.settings import OWN_THEMES, THEMES
from roadmap_tui.study.library import LibraryEntry
from roadmap_tui.tui.render.colors import (
    DARK_256,
    DARK_NAME,
    LIGHT_256,
    LIGHT_NAME,
    ON_CURSOR_16,
    PALETTES,
    SIXTEEN,
    SIXTEEN_LIGHT,
    Palette,
    sgr,
)
from roadmap_tui.tui.screens.library import LibraryScreen
from roadmap_tui.tui.screens.questions import ConfirmScreen
from roadmap_tui.tui.start import theme_named
from roadmap_tui.tui.terminal.textual_private import rendered_lines
from roadmap_tui.tui.widgets.header_footer import StatusBanner
from roadmap_tui.tui.widgets.themes import MIN_BORDER_CONTRAST, MIN_CONTRAST
from tests.tui.stage import Seat, Stage

# Rules, bars and borders: there is nothing to read in them.
_DRAWN = set("━╸─│▌╭╮╰╯▔▁▂▃▄▅▆▇█▊▎▕▏")
_ROLES = ("text", "muted", "faint", "accent", "link", "done", "doing", "error")


def _luminance(red: int, green: int, blue: int) -> float:
    """The relative luminance of a colour, 0 to 1 (WCAG 2.1)."""
    parts = [part / 255 for part in (red, green, blue)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    dark, light = sorted((_luminance(*one), _luminance(*other)))
    return (light + 0.05) / (dark + 0.05)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


# What a terminal shows for the sixteen colors, by default: VGA (and Linux), and xterm.
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_VGA = (
    "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa "
    "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"
)
_XTERM = (
    "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 "
    "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
)


def _shown(colors: Palette, table: str) -> Palette:
    """The colors as a terminal shows them: of the sixteen of a table, of 256, or as they are."""
    if colors.text.startswith("ansi_"):
        names = [*_NAMES, *(f"bright_{name}" for name in _NAMES)]
        values = dict(zip(names, table.split(), strict=True))
        return Palette(*(f"#{values[color.removeprefix('ansi_')]}" for color in colors))
    if colors in (DARK_256, LIGHT_256):
        shown = [Color.parse(color).downgrade(ColorSystem.EIGHT_BIT) for color in colors]
        return Palette(*(color.get_truecolor().hex for color in shown))
    return colors


@pytest.mark.parametrize("table", [_VGA, _XTERM], ids=["vga", "xterm"])
@pytest.mark.parametrize("name", list(PALETTES))
def test_every_text_can_be_read_on_every_background_and_borders_are_seen(name: str, table: str) -> None:
    colors, is_16 = _shown(PALETTES[name], table), "16" in name
    backgrounds = ("background", "surface") if is_16 else ("background", "surface", "cursor")
    for background in backgrounds:
        on = _rgb(getattr(colors, background))
        for role in _ROLES:
            assert contrast(_rgb(getattr(colors, role)), on) >= MIN_CONTRAST, (role, background)
        assert contrast(_rgb(colors.rule), on) >= MIN_BORDER_CONTRAST, background
        assert contrast(_rgb(colors.accent), on) >= MIN_BORDER_CONTRAST, background  # the focus
    if is_16:
        # All text of the cursor row, whatever its role, is of this color; so is the bar at its left.
        assert SIXTEEN.text == ON_CURSOR_16
        assert contrast(_rgb(_shown(SIXTEEN, table).text), _rgb(colors.cursor)) >= MIN_CONTRAST


@pytest.mark.parametrize("name", ["roadmap-dark-256", "roadmap-light-256"])
def test_256_colors_stay_apart_and_are_the_same_in_the_first_frame(name: str) -> None:
    colors = PALETTES[name]
    numbers = [Color.parse(color).downgrade(ColorSystem.EIGHT_BIT).number for color in colors]
    assert len(set(numbers)) == len(numbers)
    for color, number in zip(colors, numbers, strict=True):
        assert sgr(color, 256) == f"38;5;{number}"
        assert sgr(color, 256, is_background=True) == f"48;5;{number}"


@given(st.integers(0, 2**24 - 1))
def test_any_color_is_the_same_in_the_first_frame(value: int) -> None:
    color = f"#{value:06x}"
    assert sgr(color, 256) == f"38;5;{Color.parse(color).downgrade(ColorSystem.EIGHT_BIT).number}"


def test_sixteen_colors_in_the_first_frame() -> None:
    for color in (*SIXTEEN, *SIXTEEN_LIGHT):
        number = Color.parse(color.removeprefix("ansi_")).number
        assert number is not None
        code = 30 + number if number < 8 else 82 + number
        assert sgr(color, 16) == str(code)
        assert sgr(color, 16, is_background=True) == str(code + 10)


def test_the_theme_follows_the_number_of_colors_and_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    for variables, names in (
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, ("dark", "light", "16")),
        ({"TERM": "xterm-256color"}, ("dark-256", "light-256", "16")),
        ({"TERM": "linux"}, ("16", "light-16", "16")),
    ):
        for name in ("TERM", "COLORTERM", "COLORFGBG"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert tuple(theme_named(name) for name in ("dark", "light", "16")) == tuple(
            f"roadmap-{name}" for name in names
        )
        assert theme_named("auto") == theme_named("dark")
        monkeypatch.setenv("COLORFGBG", "0;15")
        assert theme_named("auto") == theme_named("light")
        assert theme_named("16") == "roadmap-light-16"


def _drawn(seat: Seat) -> Iterator[tuple[str, float]]:
    """Each piece of text of the screen in front with its contrast; what is dimmed behind a dialog is not."""
    screen = seat.app.screen
    boxes = [one.region for one in screen.query(".dialog")] or [screen.region]
    for y, strip in enumerate(rendered_lines(screen)):
        x = 0
        for text, style, _ in strip:
            inside = any(box.contains(x, y) for box in boxes)
            x += len(text)
            if inside and text.strip() and not set(text.strip()) <= _DRAWN:
                yield f"{y}: {text.strip()!r}", _of(style or Style())


def _of(style: Style) -> float:
    front, back = style.color, style.bgcolor
    assert front is not None
    assert back is not None
    assert (front.type, back.type) == (ColorType.TRUECOLOR, ColorType.TRUECOLOR)
    assert not style.dim
    first, second = front.triplet, back.triplet
    assert first is not None
    assert second is not None
    return contrast((first.red, first.green, first.blue), (second.red, second.green, second.blue))


class _Looks:
    """Looks at a screen again and again, and keeps what can't be read well."""

    def __init__(self, seat: Seat, enough: float) -> None:
        self.seat, self.enough = seat, enough
        self.faint: list[str] = []

    def at(self, where: str) -> None:
        drawn = _drawn(self.seat)
        self.faint.extend(f"{where}: {text} {ratio:.2f}" for text, ratio in drawn if ratio < self.enough)

    async def main(self) -> None:
        """The main screen, and a dialog."""
        seat = self.seat
        self.at("new")
        await seat.press("]", "space", "j", "i", "j", "s", "k", "k", "v", "k")
        self.at("marked")
        await seat.press("e")
        self.at("empty note")
        await seat.write("a note")
        seat.app.screen.query_one(TextArea).select_all()
        await seat.settle()
        self.at("note")
        await seat.press("ctrl+s")

    async def others(self) -> None:
        """Everything else."""
        seat = self.seat
        await seat.press("tab", "x", "j")
        self.at("detail")
        await seat.press("escape", "question_mark")
        self.at("help")
        await seat.press("escape", "ctrl+p")
        await seat.until(lambda: any("▌ Toggle done" in line for line in seat.screen))
        self.at("palette")
        await seat.write("un")
        await seat.until(lambda: any("Undo" in line for line in seat.screen))
        self.at("palette, searched")
        await seat.press("escape")
        seat.app.push_screen(ConfirmScreen(seat.state.keymap, "Really?", "yes", "no"))
        await seat.settle()
        self.at("question")
        await seat.press("n")
        entries = [
            LibraryEntry("a", "One", Counts(2, 1)),
            LibraryEntry("b", "Two", Counts(), ReadError("b", "broken", "mend it")),
        ]
        seat.app.push_screen(
            LibraryScreen(seat.state.keymap, entries, "a", seat.state.glyphs, message="It is so")
        )
        await seat.settle()
        self.at("library")
        await seat.press("a")
        self.at("library, asking")
        await seat.write("x.md")
        seat.app.screen.query_one(Input).select_all()
        await seat.settle()
        self.at("library, typed")
        await seat.press("escape", "escape")
        # Whatever else opens, it can be read too; the library is not to be had here, as there is no shelf.
        seen = {"help", "palette", "note", "library"}
        for command in [
            one.id for one in seat.state.keymap.in_scope() if one.runs_in == "modal" and one.id not in seen
        ]:
            seat.main.action_command(command)
            await seat.until(
                lambda: len(seat.app.screen_stack) > 1 or seat.main.is_searching or bool(seat.state.message)
            )
            await seat.settle()
            self.at(command)
            await seat.press("escape")
            await seat.until(lambda: len(seat.app.screen_stack) == 1)
        seat.state.show_message("Trouble", is_error=True)
        seat.main.sync()
        seat.main.query_one(StatusBanner).sync("NOT SAVED", is_error=True)
        await seat.settle()
        self.at("trouble")
        seat.main.query_one(StatusBanner).sync("View only", is_error=False)
        await seat.settle()
        self.at("view only")


@pytest.mark.parametrize("theme", [DARK_NAME, LIGHT_NAME, "roadmap-dark-256", "roadmap-light-256"])
async def test_all_that_is_drawn_can_be_read(stage: Stage, theme: str) -> None:
    async with stage.seat(theme=theme, size=(100, 30)) as seat:
        looks = _Looks(seat, MIN_CONTRAST)
        await looks.main()
        await looks.others()
        assert looks.faint == []


async def test_every_theme_of_the_toolkit_draws_the_screen_and_a_dialog(stage: Stage) -> None:
    names = [name for name in THEMES if name not in OWN_THEMES or name == "16"]
    async with stage.seat(theme=theme_named(names[0]), size=(100, 30)) as seat:
        await seat.press("]", "space", "j", "i", "j", "s", "k", "k", "v", "k")
        looks = _Looks(seat, MIN_CONTRAST)
        for name in names:
            seat.app.theme = theme_named(name)
            await seat.settle()
            if not seat.app.native_ansi_color:  # what its colours look like only the terminal knows
                looks.at(name)
        await seat.press("e")
        await seat.write("a note")
        for name in names:
            seat.app.theme = theme_named(name)
            await seat.settle()
            if not seat.app.native_ansi_color:
                looks.at(f"{name}, note")
        assert looks.faint == []
