"""The first frame, painted before Textual is loaded, is what Textual paints then."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from roadmap_tui.core.progress.events import StatusSet
from roadmap_tui.store.journal import dump
from tests.cli.program_runs import process
from tests.journals import stamp
from tests.tui.pty_program import Emulator, Terminal, differences

_TOOLKIT = b"\x1b[?2004h"  # it sets this before it draws


def _studied(home: Path) -> Path:
    """A home in which topics were finished long ago, so that they are due, and one is in progress."""
    finished = StatusSet(stamp(1), "ml-dl", ("linear-algebra", "calculus"), "", "done")
    started = StatusSet(stamp(2), "ml-dl", ("probability-and-statistics",), "", "doing")
    events = [finished, started]
    (home / "log").mkdir(mode=0o700)
    (home / "log" / "box.jsonl").write_text("".join(f"{dump(event)}\n" for event in events))
    return home


def _frames(home: Path, size: tuple[int, int], first: str, *words: str) -> list[str]:
    """Start the program; compare its first frame with the toolkit's; return the text of the first one."""
    terminal = Terminal(*words, home=home, size=size, ROADMAP_TUI_FIRST=first)
    try:
        terminal.until_drawn()
        terminal.settle(1.0)
        early = Emulator(size)
        painted, _, drawn = terminal.output.partition(_TOOLKIT)
        early.feed(painted)
        assert len(drawn) > size[0] * size[1]  # all of the screen
        assert differences(early.glimpse, terminal.emulator.glimpse) == []
        return early.lines
    finally:
        terminal.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 10)])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_today_is_the_first_frame(tmp_path: Path, size: tuple[int, int], theme: str) -> None:
    lines = _frames(_studied(tmp_path), size, "today", "--theme", theme)
    text = "\n".join(lines)
    assert "In progress" in text or size[0] < 80
    assert "Probability & Statistics" in text or size[0] < 80
    assert "not reviewed yet" in text
    assert re.search(r" due, about \d+ min", text)
    assert "esc close" in text or size[0] < 80


def test_it_is_in_ascii_too(tmp_path: Path) -> None:
    lines = _frames(_studied(tmp_path), (80, 24), "today", "--ascii")
    assert any("+---" in line for line in lines)
    assert "".join(lines).isascii()


def test_without_anything_to_do_it_says_so(tmp_path: Path) -> None:
    assert process(tmp_path, "mark", "--branch", "skipped", "mathematical-foundations").returncode == 0
    lines = _frames(tmp_path, (80, 24), "today")
    assert any("Ready" in line for line in lines)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_outline_is_the_first_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    lines = _frames(tmp_path, size, "auto")
    assert "New here?" in lines[-1]
    assert not any("Ready" in line for line in lines)


def test_the_outline_is_not_painted_before_today(tmp_path: Path) -> None:
    """The page of a day that begins with it is in the first bytes that show anything."""
    terminal = Terminal(home=_studied(tmp_path), ROADMAP_TUI_FIRST="auto")
    try:
        terminal.until_text("Mathematical Foundations")
        terminal.until_text("spare minutes")
        terminal.settle(1.0)
        frames = [chunk for chunk in terminal.output.split(b"\x1b[?2026h") if b"Mathematical" in chunk]
        assert b"spare minutes" in frames[0]
        before = terminal.output.partition(_TOOLKIT)[0]
        assert before.count(b"spare minutes") == 1
    finally:
        terminal.close()
