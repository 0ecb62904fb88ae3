"""The mouse: what a click and the wheel do, and that none of it is asked for where it is off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from roadmap_tui.store.view_state import ViewState
from tests.tui.pty_program import Terminal
from tests.tui.stage import FIRST, LONG, SECOND, Seat, Stage

WIDE = (120, 40)
AT_ONE = ViewState("one", ())
_ASKS_FOR_MOUSE = re.compile(rb"\x1b\[\?(1000|1002|1003|1006|1015)h")


async def _click(seat: Seat, pane: str, x: int, y: int) -> None:
    await seat.pilot.click(f"#{pane}", offset=(x, y))
    await seat.settle()


async def test_a_click_goes_to_a_row_and_the_next_does_what_enter_does(stage: Stage) -> None:
    async with stage.seat(size=WIDE) as seat:
        await _click(seat, "outline", 10, 2)
        assert (seat.cursor, seat.pane) == ("one", "outline")
        await _click(seat, "outline", 10, 1)
        assert seat.cursor == "alpha"
        await _click(seat, "outline", 10, 1)
        assert len(seat.outline) == 6
        await _click(seat, "outline", 10, 9)  # below the last row
        assert seat.cursor == "alpha"
        await _click(seat, "outline", 10, 1)
        await _click(seat, "outline", 10, 2)
        await _click(seat, "outline", 10, 2)
        assert (seat.cursor, seat.pane) == ("one", "detail")
        await _click(seat, "outline", 10, 0)
        assert (seat.cursor, seat.pane) == ("", "outline")


async def test_a_click_on_the_sign_folds_at_once(stage: Stage) -> None:
    async with stage.seat(size=WIDE, place=ViewState("seven", ())) as seat:
        rows = len(seat.outline)
        await _click(seat, "outline", 3, 1)
        assert (seat.cursor, len(seat.outline)) == ("alpha", rows - 5)
        await _click(seat, "outline", 3, 1)
        assert len(seat.outline) == rows
        row = next(y for y, line in enumerate(seat.outline) if "Three" in line)
        await _click(seat, "outline", 1 + seat.outline[row].index("▾"), row)
        assert (seat.cursor, len(seat.outline)) == ("three", rows - 2)
        # An item without any below it has no sign.
        await _click(seat, "outline", 5, 2)
        assert (seat.cursor, len(seat.outline)) == ("one", rows - 2)


async def test_a_click_chooses_a_resource_and_the_next_ticks_it(stage: Stage) -> None:
    async with stage.seat(size=WIDE, place=AT_ONE) as seat:
        second = next(y for y, line in enumerate(seat.detail.split("\n")) if "Second" in line)
        await _click(seat, "detail", 10, second)
        assert (seat.pane, seat.state.selection, seat.ticks) == ("detail", 1, frozenset())
        second = next(y for y, line in enumerate(seat.detail.split("\n")) if "Second" in line)
        await _click(seat, "detail", 10, second + 1)  # its address
        assert seat.ticks == {SECOND}
        await _click(seat, "detail", 10, second - 1)
        assert (seat.state.selection, set(seat.ticks)) == (0, {SECOND})
        await _click(seat, "detail", 10, 0)
        assert (seat.pane, seat.state.selection) == ("detail", 0)
        await _click(seat, "detail", 10, second - 1)
        assert seat.ticks == {FIRST, SECOND}


async def test_the_wheel_moves_the_cursor_and_scrolls_the_page(stage: Stage) -> None:
    async with stage.seat(stage.study(LONG), place=ViewState("i010", ())) as seat:
        seat.main.query_one("#outline").on_mouse_scroll_down()  # type: ignore[attr-defined]
        await seat.settle()
        assert seat.cursor == "i013"
        seat.main.query_one("#outline").on_mouse_scroll_up()  # type: ignore[attr-defined]
        await seat.settle()
        assert seat.cursor == "i010"
    study = stage.study()
    study.write_note("one", "\n\n".join(f"Paragraph {number}" for number in range(9)))
    async with stage.seat(study, size=(80, 18), place=AT_ONE) as seat:
        first = seat.detail
        seat.main.query_one("#detail").on_mouse_scroll_down()  # type: ignore[attr-defined]
        await seat.settle()
        assert seat.detail.split("\n")[0] == first.split("\n")[3]
        assert (seat.cursor, seat.pane) == ("one", "outline")
        seat.main.query_one("#detail").on_mouse_scroll_up()  # type: ignore[attr-defined]
        await seat.settle()
        assert seat.detail == first


@pytest.mark.parametrize("how", ["file", "environment"])
def test_where_it_is_off_the_terminal_keeps_it(tmp_path: Path, how: str) -> None:
    if how == "file":
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "config.toml").write_text("[screen]\nmouse = false\n")
    terminal = Terminal(home=tmp_path, ROADMAP_TUI_MOUSE="off" if how == "environment" else "")
    try:
        terminal.until_drawn()
        terminal.type("j")
        terminal.until(lambda: "Calculus" in terminal.here)
        terminal.type("q")
        assert terminal.wait() == 0
        assert not _ASKS_FOR_MOUSE.search(terminal.output)
    finally:
        terminal.close()


def test_a_click_on_a_terminal(tmp_path: Path) -> None:
    terminal = Terminal(home=tmp_path)

    def until(true: Callable[[], bool]) -> None:
        terminal.until(true)
        terminal.settle(0.1)

    try:
        terminal.until_drawn()
        assert _ASKS_FOR_MOUSE.search(terminal.output)
        terminal.type("\x1b[<0;10;6M\x1b[<0;10;6m")
        until(lambda: "Projects & Practice" in terminal.here)
        terminal.type("\x1b[<65;10;6M")
        until(lambda: "Projects & Practice" not in terminal.here)
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()
