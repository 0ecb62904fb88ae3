"""The page of the day in the screen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store import library
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.library import Library
from roadmap_tui.text.styled_text import UNICODE
from roadmap_tui.tui.app import RoadmapApp
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.render.colors import DARK_NAME
from roadmap_tui.tui.screens.path import PathScreen
from roadmap_tui.tui.screens.today import TodayScreen
from tests.cli.program_runs import process
from tests.tui.pty_program import Terminal
from tests.tui.stage import SMALL, Seat, Stage


async def _page(seat: Seat) -> list[str]:
    await seat.until(lambda: seat.is_on(TodayScreen))
    await seat.settle()
    return [line.strip(" │") for line in seat.screen if line.strip(" │")]


async def test_a_line_opens_its_item(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["six"], "doing")
    study.set_status(["one"], "done")
    async with stage.seat(study) as seat:
        await seat.press("T")
        page = await _page(seat)
        for line in ("In progress", "▌ ▶ Six", "○ Two", "✓ One"):
            assert any(one.startswith(line) for one in page), page
        assert "unlocked by One (today)" in next(one for one in page if one.startswith("○ Two"))
        await seat.press("j", "enter")
        assert seat.is_on(MainScreen)
        assert seat.here == "○ Two"
        await seat.press("T", "]", "]", "enter")
        assert seat.cursor == "one"
        await seat.press("T", "G", "[", "g", "k", "enter")
        assert seat.cursor == "six"
        await seat.press("tab", "T", "G", "enter")
        assert (seat.cursor, seat.state.pane) == ("one", "outline")
        await seat.press("T", "escape", "T", "T")
        assert seat.is_on(MainScreen)


async def test_nothing_to_do(stage: Stage) -> None:
    study = stage.study(Roadmap("empty", "Empty", children=(Item("x", "X"),)))
    study.set_status(["x"], "skipped")
    async with stage.seat(study) as seat:
        await seat.press("T")
        assert any("Everything is done or skipped." in line for line in await _page(seat))
        await seat.press("j", "]", "enter")
        assert seat.is_on(MainScreen)


async def test_a_line_of_another_roadmap_opens_that(tmp_path: Path, stage: Stage) -> None:
    other = Roadmap(
        "other", "The other, of a title that takes all there is", children=(Item("x", "Elsewhere"),)
    )
    locations = Locations(str(stage.folder), str(stage.folder / "state"), str(stage.folder / "config"))
    library.save(other, locations.roadmaps)
    library.save(SMALL, locations.roadmaps)
    theirs = stage.study(other)
    theirs.set_status(["x"], "doing")
    theirs.close()
    stage.clock.time += timedelta(hours=1)
    shelf = Library(locations, stage.clock)
    opened = shelf.restore_view(stage.study(SMALL), "small")
    app = RoadmapApp(
        MainState(opened.study, UNICODE, opened.view_state),
        opened.save_view_state,
        DARK_NAME,
        open_library=lambda: shelf,
    )
    app.animation_level = "none"
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot)
        await seat.until(lambda: bool(app.screen_stack) and not app.is_batching)
        await seat.settle()
        await seat.press("T")
        assert any("since today · The other, of" in line for line in await _page(seat))
        await seat.press("enter")
        await seat.until(lambda: app.state.study.source.id == "other")
        assert (app.state.node_id, app.state.view_state) == ("x", ViewState("x", ()))
        app.state.study.close()


async def test_a_line_takes_the_keys_of_the_outline(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["one"], "done")
    async with stage.seat(study) as seat:
        await seat.press("T", "space")
        page = await _page(seat)
        assert seat.marks["two"] == "done"
        assert any(line.startswith("✓ Two") for line in page)
        await seat.press("i")
        await _page(seat)
        assert sorted(seat.marks.values()) == ["doing", "done", "done"]
        await seat.press("u", "t")
        await _page(seat)
        assert seat.study.time_tracker.running()
        await seat.press("p")
        assert seat.is_on(PathScreen)
        await seat.press("escape")
        await _page(seat)
        await seat.press("escape")
        assert seat.is_on(MainScreen)


@pytest.mark.parametrize(
    ("first", "status", "opens"),
    [
        ("auto", "doing", [True, False]),
        ("auto", "skipped", [False, False]),
        ("today", "skipped", [True, True]),
        ("outline", "doing", [False, False]),
    ],
)
def test_the_day_opens_with_it(tmp_path: Path, first: str, status: str, opens: list[bool]) -> None:
    run = process(tmp_path, "mark", status, "linear-algebra")
    assert run.returncode == 0
    for is_today in opens:
        _start_and_leave(Terminal(home=tmp_path, ROADMAP_TUI_FIRST=first), is_today=is_today)


def _start_and_leave(terminal: Terminal, *, is_today: bool) -> None:
    try:
        terminal.until_drawn()
        if is_today:
            terminal.until_text("spare minutes")
            terminal.type("\x1b")
            terminal.until(lambda: "spare minutes" not in terminal.text)
        terminal.settle(0.2)
        assert "spare minutes" not in terminal.text
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()


async def test_z_leaves_an_item_out_until_a_day(stage: Stage) -> None:
    async with stage.seat(place=ViewState("one", ())) as seat:
        assert seat.here == "○ One"
        await seat.press("z")
        await seat.write("2w")
        await seat.press("enter")
        assert seat.bar.startswith("One: snoozed until 20")
        assert seat.here == "· One"
        await seat.press("z")
        await seat.write("yesterday")
        await seat.press("enter")
        assert seat.bar.startswith("Date 'yesterday'")
        await seat.press("u")
        assert seat.here == "○ One"
