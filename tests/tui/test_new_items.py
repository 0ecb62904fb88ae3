"""Items that came with the last update are marked until the cursor rested on them or their details opened."""

from __future__ import annotations

import pytest

from roadmap_tui.core.progress.events import RoadmapUpdated
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study
from roadmap_tui.text.styled_text import ASCII, UNICODE, Glyphs
from tests.tui.stage import Seat, Stage


def _updated(stage: Stage) -> Study:
    study = stage.study()
    stamp = study.journal.next_stamp()
    study.write(RoadmapUpdated(stamp, "small", "Small roadmap", "was", "is", ("one", "two", "six")))
    return study


def _new(seat: Seat) -> list[str]:
    return [row.split()[-2] for row in seat.outline if row.endswith(" new")]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
async def test_they_are_marked_until_they_were_seen_on_this_machine(stage: Stage, glyphs: Glyphs) -> None:
    async with stage.seat(_updated(stage), glyphs=glyphs, place=ViewState("alpha", ())) as seat:
        assert _new(seat) == ["One", "Two", "Six"]
        await seat.press("j", "enter", "escape")
        assert _new(seat) == ["Two", "Six"]
        await seat.press("j", "j")
        assert _new(seat) == ["Two", "Six"]
        await seat.press("k")
        await seat.until(lambda: _new(seat) == ["Six"])
        left = seat.state.view_state
        assert left.seen == ("one", "two")
    async with stage.seat(stage.study(), place=left) as seat:
        assert _new(seat) == ["Six"]


async def test_they_are_filtered_and_cleared_at_once(stage: Stage) -> None:
    async with stage.seat(_updated(stage), place=ViewState("alpha", ())) as seat:
        await seat.press("f")
        (row,) = (row for row in seat.screen if "new since the update" in row)
        assert row.split()[-2] == "3"
        (number,) = (word for word in row.split() if word.isdigit() and word != "3")
        await seat.press(number, "enter")
        assert seat.banner.startswith("3 of 7 shown: new since the update")
        await seat.press("C")
        assert seat.bar == "3 items no longer marked as new"
        assert (_new(seat), seat.state.view_state.seen) == ([], ("one", "six", "two"))
        await seat.press("C")
        assert seat.bar == "No new items"
