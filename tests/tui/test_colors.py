"""Every text can be read: the contrast of what is drawn, by WCAG 2.1, in the program's themes and others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.color import ColorType
from rich.style import Style
from textual.widgets import Input, TextArea

from roadmap_tui.core.errors import ReadError
from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.core.settings import OWN_THEMES, THEMES
from roadmap_tui.study.library import LibraryEntry
from roadmap_tui.tui.render.colors import DARK, DARK_NAME, LIGHT, LIGHT_NAME, Palette
from roadmap_tui.tui.screens.library import LibraryScreen
from roadmap_tui.tui.screens.questions import ConfirmScreen
from roadmap_tui.tui.start import theme_named
from roadmap_tui.tui.terminal.textual_private import rendered_lines
from roadmap_tui.tui.widgets.header_footer import StatusBanner
from roadmap_tui.tui.widgets.themes import MIN_CONTRAST
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


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("role", _ROLES)
@pytest.mark.parametrize("ground", ["background", "surface", "cursor"])
def test_every_role_can_be_read_on_every_ground(colours: Palette, role: str, ground: str) -> None:
    assert contrast(_rgb(getattr(colours, role)), _rgb(getattr(colours, ground))) >= MIN_CONTRAST
    # The banner of a problem is the other way round.
    assert contrast(_rgb(colours.error), _rgb(colours.background)) >= MIN_CONTRAST


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


@pytest.mark.parametrize("theme", [DARK_NAME, LIGHT_NAME])
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
