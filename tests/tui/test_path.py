"""The path to an item, links between items, and the reader's own prerequisites and goal on the screen."""

from __future__ import annotations

import base64

from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.goal import goal_item
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.screens.path import PathScreen
from roadmap_tui.tui.terminal.textual_private import driver_of
from tests.tui.stage import Seat, Stage

COURSE = Roadmap(
    "course",
    "Course",
    children=(
        Section(
            "basics",
            "Basics",
            children=(
                Item("sets", "Sets", hours=2),
                Item("maps", "Maps", prerequisites=("sets",), hours=4),
                Item(
                    "groups",
                    "Groups",
                    prerequisites=("sets",),
                    resources=(Resource("Book", "https://example.org/book", "book"),),
                ),
                Item("rings", "Rings", prerequisites=("maps", "groups")),
            ),
        ),
        Item("trees", "Trees"),
    ),
)
AT_RINGS = ViewState("rings", ())


def _page(seat: Seat) -> list[str]:
    assert seat.is_on(PathScreen)
    return [line.strip(" │") for line in seat.screen if line.strip(" │")]


async def test_the_path_is_shown_and_leads_to_its_items(stage: Stage) -> None:
    study = stage.study(COURSE)
    study.set_status(["sets"], "done")
    async with stage.seat(study, place=AT_RINGS) as seat:
        await seat.press("p")
        await seat.until(lambda: seat.is_on(PathScreen))
        await seat.settle()
        page = _page(seat)
        start = next(
            at for at, line in enumerate(page) if line.startswith("Path to Rings · 1 of 4 · ≈ 10 h left")
        )
        assert [line.split()[:3] for line in page[start + 1 : start + 5]] == [
            ["1", "✓", "Sets"],
            ["▌", "2", "·"],
            ["·", "Groups", "3"],
            ["3", "◎", "Rings"],
        ]
        await seat.press("j", "enter")
        assert (seat.cursor, seat.pane) == ("groups", "outline")
        await seat.press("ctrl+o")
        assert seat.cursor == "rings"
        await seat.press("ctrl+o")
        assert seat.bar == "No jump to go back from"
        await seat.press("p", "escape", "p", "p")
        assert seat.is_on(MainScreen)


async def test_a_path_is_filtered_copied_and_made_the_goal(stage: Stage) -> None:
    async with stage.seat(stage.study(COURSE), place=AT_RINGS) as seat:
        await seat.press("p", "f")
        assert [row.strip("▌ ") for row in seat.outline if "Trees" in row] == []
        assert "4 of 5 shown: on the path" in seat.banner
        await seat.press("f", "f", "p", "G", "k", "*")
        assert goal_item(seat.study) == seat.study.items(["groups"])[0]
        assert seat.bar.startswith("Goal: Groups; u undoes it")
        await seat.press("*")
        assert seat.bar.startswith("Goal: Rings")
        assert "◎" in seat.row("Rings")
        await seat.press("*")
        assert seat.bar.startswith("No longer the goal: Rings")
        assert goal_item(seat.study) is None
        await seat.press("u")
        assert goal_item(seat.study) == seat.study.items(["rings"])[0]
        written: list[str] = []
        driver = driver_of(seat.app)
        write, driver.write = driver.write, written.append  # type: ignore[method-assign,assignment]
        await seat.press("p", "y")
        driver.write = write  # type: ignore[method-assign]
        sent = next(data for data in written if "\x1b]52" in data)
        text = base64.b64decode(sent.partition(";c;")[2].split("\a")[0]).decode()
        assert text.startswith("# Path to Rings\n")
        assert "the path to Rings" in seat.bar


async def test_related_items_are_links_by_key_and_click(stage: Stage) -> None:
    async with stage.seat(stage.study(COURSE), place=ViewState("groups", ()), size=(120, 40)) as seat:
        assert "Needs    · Sets" in seat.detail
        assert "Unlocks  · Rings" in seat.detail
        await seat.press("tab", "k")
        assert "Unlocks ▌· Rings" in seat.detail
        await seat.press("k", "k")
        assert "Needs   ▌· Sets" in seat.detail
        await seat.press("j", "j")
        assert "▌" in next(line for line in seat.detail.splitlines() if "Book" in line)
        await seat.press("k", "enter")
        assert (seat.cursor, seat.pane) == ("rings", "detail")
        await seat.press("j", "enter")
        assert seat.cursor == "maps"
        await seat.press("ctrl+o", "ctrl+o")
        assert seat.cursor == "groups"
        line = next(at for at, text in enumerate(seat.screen) if "Needs    · Sets" in text)
        column = seat.screen[line].index("Sets")
        assert await seat.pilot.click(offset=(column, line))
        await seat.settle()
        assert seat.cursor == "sets"


async def test_a_prerequisite_is_added_and_removed_by_typing_its_name(stage: Stage) -> None:
    async with stage.seat(stage.study(COURSE), place=AT_RINGS) as seat:
        await seat.press("&")
        await seat.until(lambda: seat.is_on(PaletteScreen))
        await seat.settle()
        page = [line.strip(" │▌") for line in seat.screen]
        assert any(line.startswith("Remove Maps") for line in page)
        assert any(line.startswith("Add Sets") for line in page)
        await seat.write("tree")
        await seat.press("enter")
        assert seat.bar.startswith("Rings requires Trees; u undoes it")
        assert seat.study.graph.prerequisites("rings") == ["maps", "groups", "trees"]
        await seat.press("&")
        await seat.write("maps")
        await seat.press("enter")
        assert seat.study.graph.prerequisites("rings") == ["groups", "trees"]
        await seat.press("u", "u")
        assert seat.study.graph.prerequisites("rings") == ["maps", "groups"]
        await seat.press("g", "j", "j", "&")
        await seat.write("rings")
        await seat.press("enter")
        assert "a cycle: Rings requires Groups requires Sets" in seat.bar
        await seat.press("k", "&", "p", "*")
        assert seat.bar == "Only an item can be the goal"
