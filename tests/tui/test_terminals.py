"""Terminals of every kind and size, and titles in every script: what is drawn stays in its place."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store.view_state import ViewState, save_view_state
from roadmap_tui.text.styled_text import ASCII
from tests.cli.program_runs import item, process, section, write_roadmap
from tests.tui.pty_program import Terminal
from tests.tui.stage import Stage

Open = Callable[..., Terminal]

WIDE = "深層学習と強化学習の入門"
COMBINING = "e\u0301tude a\u0323 la carte"
RTL = "מבוא ללמידה עמוקה"
EMOJI = "Rockets 🚀 and robots 🤖"
TITLES = {
    "plain": "Plain",
    "wide": WIDE,
    "combining": COMBINING,
    "rtl": RTL,
    "emoji": EMOJI,
    "hangul": "한글 학습",
}


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def one(*words: str, **options: object) -> Terminal:
        opened.append(Terminal(*words, home=tmp_path, **options))  # type: ignore[arg-type]
        opened[-1].until_drawn()
        opened[-1].settle(0.15)
        return opened[-1]

    yield one
    for terminal in opened:
        terminal.close()


# Sizes


def test_resizing_while_a_note_is_typed_loses_nothing(open_terminal: Open, tmp_path: Path) -> None:
    dice = random.Random(7)
    terminal = open_terminal()
    terminal.type("]]e")
    terminal.until_text("ctrl+s save")
    text = "Twice over the lazy dog, and once more; " * 2
    for letter in text:
        terminal.type(letter)
        if dice.random() < 0.6:
            terminal.resize(_some_size(dice))
        terminal.read(dice.random() * 0.01)
    terminal.resize((80, 24))
    terminal.until_text("ctrl+s save")
    terminal.type("\x13")
    terminal.until_text("✎")
    terminal.type("q")
    assert terminal.wait() == 0
    notes = [
        record["x"]
        for path in (tmp_path / "log").glob("*.jsonl")
        for record in map(json.loads, filter(None, path.read_text().split("\n")))
        if record["k"] == "note"
    ]
    assert notes == [text.strip()]


def test_resizing_while_a_source_is_typed_loses_nothing(open_terminal: Open) -> None:
    dice = random.Random(11)
    terminal = open_terminal()
    terminal.type("Ra")
    terminal.until_text("A Markdown file")
    text = "/nowhere/at-all/README.md"
    for letter in text:
        terminal.type(letter)
        terminal.resize(_some_size(dice))
        terminal.read(dice.random() * 0.01)
    terminal.resize((100, 30))
    terminal.until_text(text)
    terminal.type("\x1b")
    terminal.settle()
    terminal.type("\x1b")
    terminal.until(lambda: "Roadmaps" not in terminal.text)
    terminal.type("q")
    assert terminal.wait() == 0


def _some_size(dice: random.Random) -> tuple[int, int]:
    if dice.random() < 0.4:
        return dice.choice([(1, 1), (2, 2), (40, 10), (300, 100), (1, 50), (50, 1), (99, 16), (100, 15)])
    return dice.randint(1, 300), dice.randint(1, 100)


@pytest.mark.parametrize("size", [(1, 1), (40, 10), (300, 100)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_it_starts_and_ends_at_any_size(open_terminal: Open, size: tuple[int, int]) -> None:
    terminal = open_terminal(size=size)
    terminal.type("j j")
    terminal.resize((80, 24))
    terminal.until(lambda: "Practice" in terminal.text and "▌" in terminal.text)
    terminal.type("q")
    assert terminal.wait() == 0


# Kinds

_COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:[34][0-7]|9[0-7]|10[0-7]|[34]8;[0-9;]+)(?:;[0-9;]*)?m")
_SIXTEEN_MORE = re.compile(rb"[34]8;[25];")


@pytest.mark.parametrize("kind", ["linux", "screen", "xterm", "vt100"])
def test_terminals_of_sixteen_colours_get_no_others(open_terminal: Open, kind: str) -> None:
    output = _a_visit(open_terminal, TERM=kind, COLORTERM="")
    assert _COLOUR.search(output)
    assert not _SIXTEEN_MORE.search(output)


@pytest.mark.parametrize("kind", ["xterm-256color", "screen-256color", "tmux-256color"])
def test_terminals_of_256_colours_get_those(open_terminal: Open, kind: str) -> None:
    output = _a_visit(open_terminal, TERM=kind, COLORTERM="")
    assert b"38;5;" in output
    assert b"38;2;" not in output


@pytest.mark.parametrize("kind", ["linux", "xterm-256color"])
@pytest.mark.parametrize("theme", ["auto", "light"])
def test_who_wants_no_colours_gets_none(open_terminal: Open, kind: str, theme: str) -> None:
    output = _a_visit(open_terminal, TERM=kind, NO_COLOR="1", ROADMAP_TUI_THEME=theme)
    assert not _COLOUR.search(output)
    assert re.search(rb"\x1b\[(?:\d+;)*7(?:;\d+)*m", output)  # the cursor is told by more than its sign


def _a_visit(open_terminal: Open, **more: str) -> bytes:
    """What is drawn when somebody marks an item and writes a note."""
    terminal = open_terminal(**more)
    terminal.until(lambda: "Linear Algebra" in terminal.here)
    terminal.type(" ")
    terminal.until(lambda: terminal.here.startswith("✓"))
    terminal.type("e")
    terminal.until_text("ctrl+s save")
    terminal.type("x\x13")
    terminal.until_text("✎")
    terminal.type("q")
    assert terminal.wait() == 0
    return terminal.output


# Titles


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A roadmap with titles in many scripts, which is the one opened last."""
    book = {"title": WIDE * 4, "url": "https://example.org/book", "kind": "book", "by": EMOJI}
    write_roadmap(
        tmp_path / "roadmaps" / "scripts.json",
        [
            section(
                name, title, item(f"{name}-item", title * 6, resources=[book]), item(f"{name}-two", title)
            )
            for name, title in TITLES.items()
        ],
        title=f"{WIDE} {EMOJI}",
    )
    save_view_state(str(tmp_path / "state"), "scripts", "scripts", ViewState("wide", ()))
    return tmp_path


def _column(terminal: Terminal, what: str) -> set[int]:
    """The columns where a text stands in the outline, counted in cells as the terminal has them."""
    width, height = terminal.size
    found = set()
    for y in range(height):
        row = terminal.emulator.screen.buffer[y]
        cells = [row[x].data for x in range(width * 11 // 20 if width >= 100 else width)]
        found |= {x for x in range(len(cells)) if "".join(cells[x : x + len(what)]) == what}
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_counts_and_walls_stand_in_one_column(
    open_terminal: Open, scripts: Path, size: tuple[int, int]
) -> None:
    terminal = open_terminal(size=size)
    assert len(_column(terminal, " 0/2 ")) == 1
    assert len(_wall_columns(terminal)) == (2 if size[0] >= 100 else 0)
    for _ in range(6):
        terminal.type("j")
        terminal.settle(0.1)
        assert len(_column(terminal, " 0/2 ")) == 1
    terminal.type("\x0c")
    before = terminal.lines
    terminal.settle(0.2)
    assert terminal.lines == before
    # A title too long for its row leaves the place of its note, and of the edge, alone.
    terminal.type("ehm\x13")
    terminal.until_text("✎")
    terminal.settle()
    assert len(_wall_columns(terminal)) == (2 if size[0] >= 100 else 0)
    terminal.type("e")
    terminal.until_text("ctrl+s save")
    terminal.settle()
    assert {row[x].data for row, x in _edges(terminal)} == {"│"}
    terminal.type("\x1b")
    terminal.settle()
    terminal.type("R")
    terminal.until_text("Roadmaps")
    terminal.settle()
    assert {row[x].data for row, x in _edges(terminal)} == {"│"}


def _wall_columns(terminal: Terminal) -> set[int]:
    buffer = terminal.emulator.screen.buffer
    width, height = terminal.size
    return {x for y in range(1, height - 1) for x in range(width // 3, width - 4) if buffer[y][x].data == "│"}


def _edges(terminal: Terminal) -> Iterator[tuple[Any, int]]:
    """The cells of a dialog's edges, at its left and right, between its corners."""
    buffer = terminal.emulator.screen.buffer
    width, height = terminal.size
    corners = [(x, y) for y in range(height) for x in range(width) if buffer[y][x].data in {"╭", "╯"}]
    if len(corners) > 2:  # the frames of the panes have some too
        corners = [(x, y) for x, y in corners if y not in {0, height - 2}]
    (left, top), (right, bottom) = corners
    for y in range(top + 1, bottom):
        yield buffer[y], left
        yield buffer[y], right


def test_what_is_printed_in_columns_stands_in_them(scripts: Path) -> None:
    lines = process(scripts, "list").stdout.splitlines()
    ends = {cell_len(line[: match.end()]) for line in lines if (match := re.search(r"\d+%", line))}
    assert len(lines) == 2
    assert len(ends) == 1
    # Elsewhere a title is the last on its line, or only words follow it.
    assert f"{WIDE}  0/2" in process(scripts, "show").stdout


async def test_ascii_holds_in_the_dialogs_too(stage: Stage) -> None:
    roadmap = Roadmap("odd", "Odd", children=(Item("one", "Ö – “漢字”…"),))
    place = ViewState("one", ())
    async with stage.seat(stage.study(roadmap), place=place, glyphs=ASCII, size=(80, 12)) as seat:
        seen_in = {"e": '| Note on O - "????"~', "+": "https://~", "ctrl+p": "down/up move", "?": "j down "}
        for opening, seen in seen_in.items():
            await seat.press(opening)
            text = "\n".join(seat.screen)
            assert seen in text
            assert text.isascii()
            await seat.press("escape")
