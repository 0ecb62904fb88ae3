"""Keys that come faster than the dialogs that they open and close: none is lost, and none is too many."""

from __future__ import annotations

from itertools import product

import pytest

from roadmap_tui.store.view_state import ViewState
from roadmap_tui.text.keymap import KEYMAP
from tests.tui.stage import Stage

# The keys that open a dialog, and its scope.
DIALOGS = {
    "a": "line", "e": "note", "+": "resource", "A": "line", "ctrl+t": "line", "f": "filter", "T": "today",
    "ctrl+p": "palette", "?": "help", "%": "line", "#": "stats", "Q": "qr", "!": "review", "/": "find",
}  # fmt: skip
AT_ONE = ViewState("one", ())
COMMON = ("enter", "escape", "x")


@pytest.mark.parametrize("opening", DIALOGS)
async def test_pairs_of_keys_in_every_dialog(stage: Stage, opening: str) -> None:
    """Every key twice, and after every key that closes a dialog; the fuzz has other pairs."""
    keys = {*COMMON, *(command.keys[0] for command in KEYMAP.in_scope(DIALOGS[opening]) if command.keys)}
    async with stage.seat(place=AT_ONE) as seat:
        await seat.press("space")
        for pair in [*product(("enter", "escape"), sorted(keys)), *((key, key) for key in sorted(keys))]:
            seat.send(opening, *pair)
            await seat.settle()
            while len(seat.app.screen_stack) > 1 or seat.main.is_searching or seat.app.is_holding_input:
                seat.send("escape")
                await seat.settle()
            assert seat.app.crash is None, pair
            seat.state.go_to("one")


async def test_two_enters_write_one_line_and_the_second_is_a_command(stage: Stage) -> None:
    async with stage.seat(place=AT_ONE) as seat:
        seat.send("a", "h", "i", "enter", "enter")
        await seat.until(lambda: seat.pane == "detail")
        assert seat.note == "hi"


async def test_text_after_a_dialog_that_closed_is_for_the_next_one(stage: Stage) -> None:
    async with stage.seat(place=AT_ONE) as seat:
        seat.send("a", *"one", "enter", "a", *"two", "enter", "/", *"Two", "enter", "a", *"three", "enter")
        await seat.until(lambda: seat.cursor == "two" and seat.note == "three")
        assert seat.study.note_text("one") == "one\ntwo"


async def test_a_wrong_time_is_asked_again_and_gets_the_rest(stage: Stage) -> None:
    async with stage.seat(place=AT_ONE) as seat:
        seat.send("ctrl+t", *"nonsense", "enter", "ctrl+u", *"45m", "enter", "j", "space")
        await seat.until(lambda: seat.study.state("two").status == "done")
        assert seat.study.time_tracker.seconds("one") == 45 * 60
