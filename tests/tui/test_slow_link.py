"""What is drawn for a slow connection, on a real terminal; and that it is offered once. Six seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roadmap_tui.tui.render.layout import viewport_top
from tests.tui.pty_program import Terminal
from tests.tui.stage import Stage

DOWN, ENTER, ESCAPE = "\x1b[B", "\r", "\x1b"
OFFER = "try `roadmap-tui --slow-link`"
Open = Callable[..., Terminal]


class FarAway(Terminal):
    """A terminal that takes a third of a second to answer."""

    WAS_OFFERED = False

    def answer(self, data: bytes) -> None:
        """Answer a question, late."""
        time.sleep(0.3)
        super().answer(data)


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Open]:
    """Open the program in a terminal; all are closed at the end."""
    opened: list[Terminal] = []

    def start(*words: str, kind: type[Terminal] = Terminal, command: tuple[str, ...] = ()) -> Terminal:
        terminal = kind(*words, home=tmp_path, command=command)
        opened.append(terminal)
        terminal.until(lambda: b"\x1b[?2004h" in terminal.output)
        terminal.settle()
        return terminal

    yield start
    for terminal in opened:
        terminal.close()


def _pressed(terminal: Terminal, key: str) -> bytes:
    """What a key has the program write."""
    before = len(terminal.output)
    terminal.type(key)
    terminal.until(lambda: len(terminal.output) > before)
    terminal.settle(0.05)
    return terminal.output[before:]


def test_a_step_of_the_cursor_takes_at_most_80_bytes(open_terminal: Open) -> None:
    terminal = open_terminal("--slow-link")
    _pressed(terminal, "=")
    _pressed(terminal, "g")
    assert max(len(_pressed(terminal, DOWN)) for _ in range(12)) <= 80


def test_with_an_untested_version_of_textual_the_screen_is_the_same_and_takes_more_bytes(
    open_terminal: Open,
) -> None:
    code = "from roadmap_tui.store import installed\ninstalled.version = lambda _: '8.3.0'\n"
    code += "from roadmap_tui.__main__ import main\nmain()"
    tested, untested = open_terminal(), open_terminal(command=(sys.executable, "-c", code))
    sent = [[len(_pressed(terminal, DOWN)) for _ in range(5)] for terminal in (tested, untested)]
    assert min(sent[1]) > max(sent[0])
    assert untested.text == tested.text


def test_the_row_has_a_mark_and_the_terminals_own_cursor(open_terminal: Open) -> None:
    terminal = open_terminal("--slow-link")
    for _ in range(3):
        _pressed(terminal, DOWN)
    marked = [y for y, line in enumerate(terminal.lines) if line.startswith(">>")]
    screen = terminal.emulator.screen
    assert marked == [screen.cursor.y]
    assert screen.cursor.x == 0
    assert not screen.cursor.hidden
    assert len({cell.bg for cell in screen.buffer[screen.cursor.y].values()}) == 1
    assert "━" not in terminal.text
    # While something is typed, it is there that it stands.
    _pressed(terminal, "/")
    terminal.type("ab")
    terminal.until(lambda: (screen.cursor.x, screen.cursor.y) == (5, terminal.size[1] - 1))


def test_the_details_come_with_enter_and_go_with_escape(open_terminal: Open) -> None:
    terminal = open_terminal("--slow-link")
    outline = terminal.text
    assert "items" not in outline.splitlines()[-2]
    terminal.type(ENTER)
    terminal.until(lambda: terminal.text != outline)
    terminal.settle(0.1)
    assert not any(line.startswith(">>") for line in terminal.lines)
    terminal.type(ESCAPE)
    terminal.until(lambda: any(line.startswith(">>") for line in terminal.lines))


def test_wide_terminals_have_no_second_pane_either(open_terminal: Open) -> None:
    assert "│" not in open_terminal("--slow-link").text


def test_a_far_terminal_is_offered_it_once(open_terminal: Open) -> None:
    terminal = open_terminal(kind=FarAway)
    terminal.until_text(OFFER)
    assert _pressed(terminal, "j")  # the key after it does what it does
    assert OFFER not in terminal.text
    assert OFFER not in open_terminal(kind=FarAway).text


async def test_a_near_one_is_not(stage: Stage) -> None:
    async with stage.seat() as seat:
        seat.app.may_offer_slow_link = lambda: True
        seat.app.on_latency(0.1)
        await seat.settle()
        assert OFFER not in seat.bar
        seat.app.on_latency(0.2)
        await seat.until(lambda: OFFER in seat.bar)


def test_nor_where_it_is_on(open_terminal: Open) -> None:
    assert OFFER not in open_terminal("--slow-link", kind=FarAway).text


def test_the_rows_leap_by_half_a_page() -> None:
    tops = [0]
    for cursor in [*range(100), *range(99, -1, -1)]:
        tops.append(viewport_top(tops[-1], cursor, 20, 100, leaps=True))
        assert tops[-1] <= cursor < tops[-1] + 20
        assert 0 <= tops[-1] <= 80
    assert len(set(tops)) < 25
