"""What is pasted is one text, whatever is in it and however it comes. Takes a second."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Paste

from roadmap_tui.store.view_state import ViewState
from roadmap_tui.tui.terminal.paste import PasteSanitizer
from roadmap_tui.tui.terminal.textual_private import driver_of
from tests.tui.pty_program import Terminal
from tests.tui.stage import Stage

COLOURED = "red\x1b[31mqq\x1b[0m and\x1b]0;q\x07q"


@given(st.lists(st.integers(0, 60), max_size=8))
def test_no_escape_is_in_a_paste_however_it_is_split(cuts: list[int]) -> None:
    pastes = PasteSanitizer()
    typed = f"\x1bj\x1b[200~{COLOURED}\x1b\x1b[201~k\x1b[A\x1b[200~\x1b[201~\x1b"
    edges = sorted({0, len(typed), *cuts})
    passed = "".join(pastes.feed(typed[a:b]) for a, b in pairwise(edges))
    pasted = COLOURED.replace("\x1b", "\ufffd")
    assert passed == f"\x1bj\x1b[200~{pasted}\ufffd\x1b[201~k\x1b[A\x1b[200~\x1b[201~\x1b"


def test_what_is_typed_is_passed_on_at_once() -> None:
    pastes = PasteSanitizer()
    assert [pastes.feed(typed) for typed in ("\x1b", "\x1b[", "", "20~", "\x1b")] == [
        "\x1b",
        "\x1b[",
        "",
        "20~",
        "\x1b",
    ]


def test_a_coloured_text_gives_no_commands(tmp_path: Path) -> None:
    terminal = Terminal(home=tmp_path)
    terminal.until(lambda: b"\x1b[?2004h" in terminal.output)
    terminal.settle()
    terminal.type(f"\x1b[200~{COLOURED}\x1b[201~a")
    terminal.until_text("Line to add")
    terminal.type(f"\x1b[200~{COLOURED}\x1b[201~")
    terminal.until_text("red\ufffd[31mqq\ufffd[0m and\ufffd]0;q\ufffdq")
    terminal.close()


@pytest.mark.parametrize("key", ["a", "A", "+", "ctrl+p"])
async def test_several_lines_are_one_in_a_line_to_type(stage: Stage, key: str) -> None:
    async with stage.seat(place=ViewState("one", ())) as seat:
        await seat.press(key)
        driver_of(seat.app).send_message(Paste("\nfirst line,\r\nand  second\n"))
        await seat.settle()
        assert "first line, and second" in "\n".join(seat.screen)
