"""The frames of the two panes, and how wide the outline is."""

from __future__ import annotations

import pytest

from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store import library
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.text.styled_text import ASCII
from roadmap_tui.tui.terminal.textual_private import rendered_lines
from tests.tui.stage import SMALL, Seat, Stage


@pytest.mark.parametrize(
    ("size", "framed"), [((100, 30), True), ((99, 30), False), ((100, 29), False), ((80, 24), False)], ids=str
)
async def test_frames_are_drawn_from_100_by_30(stage: Stage, size: tuple[int, int], framed: bool) -> None:
    async with stage.seat(size=size, place=ViewState("one", ())) as seat:
        screen = seat.screen
        assert (screen[0][0] == "╭", screen[-2][0] == "╰") == (framed, framed)
        assert any("╭" in row for row in screen) is framed
        # The details repeat the title only where no frame has it.
        assert seat.detail.startswith("One ") is not framed
        await seat.pilot.resize_terminal(120, 40)
        await seat.settle()
        assert seat.screen[0].startswith("╭ Small roadmap ─")
        assert "╮╭ One ─" in seat.screen[0]


def _border_colors(seat: Seat) -> list[str]:
    """The colors of the left borders of the outline and of the details, in a row of text."""
    row = rendered_lines(seat.app.screen)[3]
    colors = [str(style.color.name) for text, style, _ in row if text == "│" and style and style.color]
    return [colors[0], colors[-1]]


async def test_the_pane_with_the_focus_has_another_border_and_title(stage: Stage) -> None:
    async with stage.seat(size=(120, 40), place=ViewState("one", ())) as seat:
        outline, detail = _border_colors(seat)
        assert outline != detail
        await seat.press("tab")
        assert _border_colors(seat) == [detail, outline]


async def test_the_bottom_borders_have_what_is_due_and_the_time_spent(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["one"], "done")
    study.time_tracker.add("one", 95 * 60)
    async with stage.seat(study, size=(120, 40), place=ViewState("one", ())) as seat:
        assert seat.screen[-2].endswith("─ 1 h 35 ╯")
        await seat.press("j")
        assert seat.screen[-2].endswith("───╯")


@pytest.mark.parametrize("width", [100, 120, 200])
async def test_the_outline_is_as_wide_as_its_titles_at_most_half(stage: Stage, width: int) -> None:
    async with stage.seat(size=(width, 40)) as seat:
        short = seat.screen[0].index("╮") + 1
    async with stage.seat(stage.study(library.load_bundled()), size=(width, 40)) as seat:
        bundled = seat.screen[0].index("╮") + 1
    long = Roadmap("long", "Long", children=(Item("one", "A title " * 20),))
    async with stage.seat(stage.study(long), size=(width, 40)) as seat:
        assert seat.screen[0].index("╮") + 1 == width // 2
    assert short == 48
    assert short <= bundled <= width // 2


async def test_a_longer_title_makes_the_outline_wider_at_once(stage: Stage) -> None:
    async with stage.seat(size=(120, 40), place=ViewState("seven", ())) as seat:
        before = seat.screen[0].index("╮")
        seat.study.custom.add_item("", "An item with a title that is longer than the others")
        seat.main.sync()
        await seat.settle()
        assert before < seat.screen[0].index("╮") <= 60
        assert "longer than the others" in seat.row("An item")


async def test_a_title_too_long_for_its_frame_is_repeated_in_full(stage: Stage) -> None:
    title = "A title of many words " * 6
    roadmap = SMALL._replace(children=(Item("one", title.strip()),))
    async with stage.seat(stage.study(roadmap), size=(100, 30), place=ViewState("one", ())) as seat:
        assert "…" in seat.screen[0]
        assert " ".join(seat.detail.replace("ready", "").split()).startswith(title.strip())


async def test_frames_in_ascii(stage: Stage) -> None:
    async with stage.seat(size=(120, 40), glyphs=ASCII, place=ViewState("one", ())) as seat:
        assert seat.screen[0].startswith("+ Small roadmap -")
        assert all(row.isascii() for row in seat.screen)
