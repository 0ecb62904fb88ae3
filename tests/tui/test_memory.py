"""Dialogs that are opened again and again leave nothing behind."""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from textual.strip import Strip
from textual.widget import Widget

from tests.tui.stage import Seat, Stage

DIALOGS = {"?": "?", "ctrl+p": "escape", "T": "escape", "#": "escape", "f": "escape", "e": "escape",
           "a": "escape", "R": "escape"}  # fmt: skip


async def _open(seat: Seat, key: str, times: int) -> tuple[Counter[str], int]:
    """Open and close a dialog; return the widgets, and the number of rendered lines, in memory."""
    for _ in range(times):
        await seat.press(key, DIALOGS[key])
        assert len(seat.app.screen_stack) == 1
    gc.collect()
    objects = gc.get_objects()
    widgets = Counter(type(one).__name__ for one in objects if isinstance(one, Widget))
    return widgets, sum(isinstance(one, Strip) for one in objects)


@pytest.mark.parametrize("key", DIALOGS)
async def test_a_dialog_leaves_nothing_in_memory(stage: Stage, key: str) -> None:
    async with stage.seat() as seat:
        await seat.press("j", "j")
        widgets, lines = await _open(seat, key, 2)
        widgets_after, lines_after = await _open(seat, key, 4)
        assert widgets_after == widgets
        assert lines_after < lines + 100
