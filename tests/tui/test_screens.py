"""Every screen as text at 80x24, 120x40 and 200x60, in a snapshot; ``test_pictures`` has them with colors.

After looking at the screens: ``pytest tests/tui/test_screens.py --snapshot-update``.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import pytest
from syrupy.assertion import SnapshotAssertion

from roadmap_tui.store import library
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.goal import set_goal
from roadmap_tui.study.study import Study
from roadmap_tui.text.styled_text import cells
from roadmap_tui.tui.app import RoadmapApp
from roadmap_tui.tui.screens.import_preview import ImportPreviewScreen
from roadmap_tui.tui.screens.library import LibraryScreen
from tests import years
from tests.tui.stage import Seat, Stage
from tests.tui.test_pictures import half_way, with_library

SIZES: Final = ((80, 24), (120, 40), (200, 60))
# The keys that open each screen from the outline of somebody half way, and those that close it.
SCREENS: Final = {
    "outline": ((), ()),
    "details": (("enter",), ("escape",)),
    "today": (("T",), ("escape",)),
    "path": (("p",), ("escape",)),
    "plan": (("P",), ("escape",)),
    "goal": (("*",), ("escape",)),
    "spare minutes": (("m",), ("escape",)),
    "statistics": (("#",), ("escape",)),
    "help": (("?",), ("escape",)),
    "filter": (("f",), ("escape",)),
    "filtered": (("f", "1", "enter"), ("f", "f")),
    "find": (("/", *"entropy"), ("escape",)),
    "note": (("e",), ("escape",)),
    "line": (("a",), ("escape",)),
    "item": (("A",), ("escape",)),
    "resource": (("+",), ("escape",)),
    "prerequisites": (("&",), ("escape",)),
    "placement": (("K",), ("escape",)),
    "QR code": (("1", "Q"), ("escape", "escape")),
    "review": (("r",), ()),
    "answer": (("space",), ("escape",)),
}


def _in_front(seat: Seat) -> list[str]:
    """The lines of the screen, or of the dialog over it."""
    boxes = [box.region for box in seat.app.screen.query(".dialog")]
    if not boxes:
        return seat.screen
    box = boxes[0]
    # Wide characters and marks take other numbers of cells: a line is cut only where it has none.
    lines = seat.screen[box.y : box.bottom]
    return [line[box.x : box.right] if len(line) == cells(line) else line for line in lines]


async def _settled(seat: Seat) -> str:
    """The text once it stays the same: a resize is drawn in steps."""
    shown, before = "", None
    while shown != before:
        before = shown
        for _ in range(3):
            await seat.settle()
        shown = "\n".join(line.rstrip() for line in _in_front(seat))
    return re.sub(r"· \d:\d\d ", "· 0:00 ", shown)  # the time of a review goes on


async def _at_each_size(seat: Seat, snapshot: SnapshotAssertion, name: str) -> None:
    for width, height in SIZES:
        await seat.pilot.resize_terminal(width, height)
        await seat.until(lambda: seat.app.screen.size == (width, height))  # noqa: B023 - it is called here
        shown = await _settled(seat)
        assert shown == snapshot(name=f"{name}, {width}x{height}")
    await seat.pilot.resize_terminal(*SIZES[0])
    await seat.settle()


async def test_somebody_half_way(stage: Stage, snapshot: SnapshotAssertion) -> None:
    study = half_way(stage)
    stage.clock.time += timedelta(days=9)
    stage.clock.stop()
    set_goal(study, "ppo", study.today() + timedelta(days=200), 6)
    order = study.tree
    sections = {section.id for section in order.sections(order.index_of["ppo"])}
    folded = tuple(node.id for node in order.nodes if node.children and node.id not in sections)
    async with stage.seat(study, place=ViewState("ppo", folded)) as seat:
        await seat.until(lambda: seat.main.watcher.due is not None)
        for name, (keys, back) in SCREENS.items():
            await seat.press(*keys)
            await _at_each_size(seat, snapshot, name)
            await seat.press(*back)
        assert len(seat.app.screen_stack) == 1


async def test_after_a_year(stage: Stage, snapshot: SnapshotAssertion) -> None:
    years.write(years.year(library.load_bundled()), stage.log)
    stage.clock.time = years.NOW
    stage.clock.stop()
    async with stage.seat(stage.study(library.load_bundled()), place=ViewState("lenet", ())) as seat:
        await seat.until(lambda: seat.main.watcher.due is not None)
        await _at_each_size(seat, snapshot, "outline of a year")
        await seat.press("#")
        await _at_each_size(seat, snapshot, "statistics of a year")
        await seat.press("G")
        await _at_each_size(seat, snapshot, "end of the statistics of a year")


async def test_roadmaps_and_an_update(stage: Stage, snapshot: SnapshotAssertion) -> None:
    app = with_library(stage)
    assert isinstance(app, RoadmapApp)
    async with app.run_test(size=SIZES[0]) as pilot:
        seat = Seat(app, pilot)
        await seat.until(lambda: bool(app.screen_stack) and not app.is_batching)
        await seat.press("R")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        await seat.settle()
        await _at_each_size(seat, snapshot, "roadmaps")
        await seat.press("j", "u")
        await seat.until(lambda: seat.is_on(ImportPreviewScreen))
        await seat.settle()
        await _at_each_size(seat, snapshot, "update")
        seat.study.close()


@pytest.fixture
def newcomer(stage: Stage) -> Study:
    stage.clock.stop()
    return stage.study(library.load_bundled())


async def test_the_first_screen_of_a_newcomer(
    stage: Stage, newcomer: Study, snapshot: SnapshotAssertion
) -> None:
    async with stage.seat(newcomer, place=ViewState()) as seat:
        assert seat.title.startswith(" Machine and Deep Learning Study Roadmap")
        assert "0/127 · 0%" in seat.title
        first = next(index for index in range(len(newcomer.tree)) if newcomer.ranking.is_ready(index))
        assert seat.cursor == newcomer.tree.ids[first] == "linear-algebra"
        assert seat.here.startswith("○ Linear Algebra")
        assert seat.bar == "New here?  j/k move   space done   enter open   K what you know   ? all keys"
        # All of it is on the screen itself, and what the topic is.
        assert seat.screen[0].rstrip() == seat.title.rstrip()
        assert any(line.startswith("▌") and "Linear Algebra" in line for line in seat.screen)
        assert "Vectors, matrices" in seat.detail
        await _at_each_size(seat, snapshot, "newcomer")
