"""The plan on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from icalendar import Calendar

from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.goal import goal_item
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.input import InputScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.screens.plan import PlanScreen
from roadmap_tui.tui.screens.spare_time import SpareTimeScreen
from roadmap_tui.tui.screens.today import TodayScreen
from tests.tui.stage import Seat, Stage


async def _page(seat: Seat) -> str:
    await seat.until(lambda: seat.is_on(PlanScreen))
    await seat.settle()
    return "\n".join(line.strip(" │") for line in seat.screen)


async def _type(seat: Seat, key: str, text: str) -> str:
    """Open a dialog of the plan, type a text, and return the plan that is shown then."""
    await seat.press(key)
    await seat.until(lambda: seat.is_on(InputScreen) or seat.is_on(PaletteScreen))
    await seat.settle()
    await seat.write(text)
    await seat.press("enter")
    return await _page(seat)


async def test_goal_date_and_hours_are_set_in_the_plan(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with stage.seat(stage.study(), place=ViewState("two", ())) as seat:
        await seat.press("P")
        assert "Goal        all of Small roadmap" in await _page(seat)
        assert "Goal        Two" in await _type(seat, "*", "tw")
        page = await _type(seat, "w", "2")
        assert "Goal        Two, 2 h a week" in page
        assert "These 7 days" in page
        assert "Date 'soon': neither a date" in await _type(seat, "d", "soon")
        page = await _type(seat, "d", "8w")
        assert "Goal        Two, by 7 Dec, 2 h a week" in page
        assert "in time" in page
        assert "Written: small.ics" in await _type(seat, "e", "")
        entries = Calendar.from_ical((tmp_path / "small.ics").read_bytes()).walk("VEVENT")
        assert [str(entry["summary"]) for entry in entries] == ["One", "Two", "Goal: Two"]
        await seat.press("*")
        await seat.until(lambda: seat.is_on(PaletteScreen))
        await seat.settle()
        assert any("No longer Two" in line for line in seat.screen)
        await seat.press("enter")
        assert "Goal        all of Small roadmap, by 7 Dec" in await _page(seat)
        await seat.press("P")
        assert seat.is_on(MainScreen)
        await seat.press("u")
        assert goal_item(seat.study) == seat.study.items(["two"])[0]


async def test_spare_minutes_are_filled(stage: Stage) -> None:
    film = Resource("Film", "https://example.org/film", "video", minutes=20)
    items = (Item("one", "One", hours=5), Item("two", "Two", hours=5, resources=(film,)))
    async with stage.seat(stage.study(Roadmap("short", "Short", children=items))) as seat:
        await seat.press("m")
        await seat.until(lambda: seat.is_on(InputScreen))
        await seat.settle()
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(SpareTimeScreen))
        await seat.settle()
        page = [line.strip(" │") for line in seat.screen]
        assert "In 30 minutes" in page
        assert "▌  20 min  video: Film — example.org (Two)" in page
        assert "10 min  part of One" in page
        await seat.press("enter")
        assert (seat.cursor, seat.pane, seat.state.selected_url) == ("two", "detail", film.url)
        await seat.press("T")
        await seat.until(lambda: seat.is_on(TodayScreen))
        await seat.settle()
        await seat.press("m")
        await seat.until(lambda: seat.is_on(InputScreen))
        await seat.settle()
        await seat.write("soon")
        await seat.press("enter")
        assert "not a" in seat.bar or "that is no" in seat.bar
