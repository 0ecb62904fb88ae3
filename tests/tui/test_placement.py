"""The placement dialog."""

from __future__ import annotations

from roadmap_tui.store import library
from roadmap_tui.tui.screens.placement import PlacementScreen
from tests.tui.stage import Stage


async def test_it_is_offered_asked_and_saved_in_one_step(stage: Stage) -> None:
    async with stage.seat(stage.study(library.load_bundled())) as seat:
        assert "K what you know" in seat.bar
        await seat.press("K")
        assert seat.is_on(PlacementScreen)
        assert any("Could you explain it without looking it up?" in row for row in seat.screen)
        assert any("Question 1 of at most 20, 0% settled" in row for row in seat.screen)
        await seat.press("y", "n", "p", "u", "p", "b", "e")
        assert any("are not settled" in row for row in seat.screen)
        assert seat.study.counts_at().done == 0
        await seat.press("b", "escape", "enter")
        assert not seat.is_on(PlacementScreen)
        assert seat.bar.startswith("Placement saved: ")
        assert seat.study.counts_at().done > 1
        await seat.press("u")
        assert seat.study.counts_at().done == 0


async def test_leaving_marks_nothing(stage: Stage) -> None:
    async with stage.seat(stage.study(library.load_bundled())) as seat:
        await seat.press("K", "q")
        assert not seat.is_on(PlacementScreen)
        await seat.press("K", "y", "escape")
        assert seat.is_on(PlacementScreen)  # the answers are not lost by one key
        await seat.press("escape")
        assert not seat.is_on(PlacementScreen)
        assert seat.marks == {}


async def test_without_prerequisites_it_says_why_not(stage: Stage) -> None:
    from tests.tui.stage import LONG

    async with stage.seat(stage.study(LONG)) as seat:
        assert "K what" not in seat.bar
        await seat.press("K")
        assert seat.bar.startswith("Placement: this roadmap says of no item what it requires")
