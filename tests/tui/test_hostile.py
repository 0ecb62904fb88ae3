"""Foreign text on the screen: the terminal gets what the program means to say, and nothing else."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.program_runs import ROOT
from tests.hostile import NAMES, ODD_ADDRESS, TEXTS, furnish, nodes, strangers, unmeant
from tests.tui.pty_program import Terminal

SIZE = (100, 30)
Open = Callable[..., Terminal]


@pytest.fixture
def open_evil(tmp_path: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def one(*words: str, home: Path | None = None, **options: object) -> Terminal:
        terminal = Terminal(*(words or ("evil",)), home=home or furnish(tmp_path), size=SIZE, **options)  # type: ignore[arg-type] # as given
        opened.append(terminal)
        terminal.until_drawn()
        terminal.settle(0.2)
        return terminal

    yield one
    for terminal in opened:
        terminal.close()


def press(terminal: Terminal, *keys: str) -> None:
    for key in keys:
        terminal.type(key)
        # A key behind an escape that is not known to be one yet is another key.
        terminal.settle(0.15 if key == "\x1b" else 0.03)
        assert terminal.process.poll() is None, terminal.text


def leave(terminal: Terminal) -> None:
    terminal.type("q")
    assert terminal.wait() == 0, terminal.text


# Surrogates can't even be sent: UTF-8 has none.
_HARMLESS = {name for name, text in TEXTS.items() if strangers(text) == []} | {"surrogates"}


@pytest.mark.parametrize("name", [name for name in TEXTS if name not in _HARMLESS])
def test_the_list_lets_none_of_them_through(name: str) -> None:
    assert unmeant(TEXTS[name].encode("utf-8", "replace"), SIZE)


def test_every_row_and_every_page(open_evil: Open) -> None:
    terminal = open_evil()
    press(terminal, "=", "g", *"j" * (len(TEXTS) + 3))
    assert terminal.updates > len(TEXTS) / 2  # some keys may share one
    press(terminal, "G")
    terminal.until(lambda: terminal.here.startswith("[@click=app.bell]x"))
    leave(terminal)
    assert unmeant(terminal.output, SIZE) == []


@pytest.mark.parametrize(
    "look",
    [{"COLORTERM": ""}, {"COLORTERM": "", "TERM": "xterm"}, {"NO_COLOR": "1", "LC_ALL": "C"}],
    ids=["256 colours", "16 colours", "none, and ASCII"],
)
def test_with_fewer_colours_and_signs(open_evil: Open, look: dict[str, str]) -> None:
    terminal = open_evil(**look)
    press(terminal, "=", "g", "\x04", "\x04", "G", "\x15", "\t", "G", "x", "\x1b")
    leave(terminal)
    assert unmeant(terminal.output, SIZE) == []


# Each at a hostile item: the keys, what is only seen where they did what they are for, and those back.
TOUR = {
    "note": ("e", "meanwhile", ("\x1b",)),
    "line": ("a", "Line to add", ("\x1b",)),
    "own resource": ("+", "https://…", ("\x1b",)),
    "own item": ("A", "New item under", ("\x1b",)),
    "minutes": ("\x14", "+20m adds", ("\x1b",)),
    "marks": (" i0su\x12", "", ()),
    "number": ("%", "not counted", ()),
    "help": ("?j", "enter run", ("\x1b",)),
    "today": ("Tj]", "Timer running", ("\x1b",)),
    "QR code": ("Q", "▀", ("q",)),
    "palette": ("\x10[@click", "[@click='app.copy']z[/]", ("\x1b",)),
    "library": ("Rj" + "j" * len(NAMES), "Roadmaps", ()),
    "all roadmaps": ("\x10a", "", ("\x1b",)),
    "question": ("x", "", ("n", "\x1b")),
    "review": ("r", "Explain it aloud.", (" ", "2", " ", "q")),
    "statistics": ("#", "Activity", ("j", "G", "\x1b")),
    "find": ("/click", "/ click", ("\r", "n", "\x1b")),
    "filter": ("f", "", ("\x1b",)),
}


def test_every_dialog(open_evil: Open, tmp_path: Path) -> None:
    drafts = furnish(tmp_path, timer=True) / "state" / "drafts"
    draft = {"roadmap": "evil", "node": "i4", "text": TEXTS["device control"], "before": TEXTS["clipboard"]}
    (drafts / "a.json").write_text(json.dumps(draft))
    terminal = open_evil(home=tmp_path)
    terminal.until_text("let it run")
    press(terminal, "e", "\x1b", "\x1b", "=", "g", *"jjjjjj")
    for keys, seen, back in TOUR.values():
        press(terminal, *keys)
        terminal.until_text(seen)
        press(terminal, *back)
    leave(terminal)
    assert unmeant(terminal.output, SIZE) == []


def test_what_is_pasted_is_only_text(open_evil: Open) -> None:
    terminal = open_evil()
    for opening in ("e", "a", "A", "+", "R+", "/"):
        press(terminal, *opening)
        for name in ("clipboard", "C1", "bidi", "marks", "markup that acts", "hyperlink", "controls", "tags"):
            terminal.type(f"\x1b[200~{TEXTS[name]}\x1b[201~")
            terminal.settle(0.03)
        press(terminal, "\x1b", "\x1b")
    leave(terminal)
    assert unmeant(terminal.output, SIZE) == []


def test_a_hostile_file_name_and_its_import(open_evil: Open, tmp_path: Path) -> None:
    terminal = open_evil("ml-dl", home=tmp_path / "home")
    lines = [f"- [x] {text}\n" for text in TEXTS.values() if "\ud800" not in text]
    for name in NAMES[6:10]:
        source = tmp_path / f"{name}.md"
        source.write_bytes("".join(lines).encode())
        press(terminal, "R", "+", f"\x1b[200~{source}\x1b[201~", "\r")
        terminal.settle(0.3)
        press(terminal, "j", "j", "\x1b", "\x1b")
    leave(terminal)
    assert unmeant(terminal.output, SIZE) == []


@pytest.mark.parametrize("key", ["y", "o", "Q"])
def test_only_the_address_that_is_asked_for_is_copied(open_evil: Open, key: str) -> None:
    terminal = open_evil()
    press(terminal, "=", "g", "j", "j", "2", key)
    terminal.settle(0.2)
    terminal.type("\x03")
    terminal.wait()
    assert unmeant(terminal.output, SIZE, copied=[ODD_ADDRESS]) == []
    assert (unmeant(terminal.output, SIZE) == []) == (key == "Q")


def test_a_click_anywhere_runs_nothing_that_a_text_asks_for(open_evil: Open, tmp_path: Path) -> None:
    terminal = open_evil(home=furnish(tmp_path))
    press(terminal, "=", "G", "\x15", "\x15", "\x15", "\x15")
    columns, rows = SIZE
    for row in range(1, rows):  # not the line of keys, where a click is a key
        for column in range(1 + row % 7, columns + 1, 7):
            terminal.type(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
        terminal.settle(0.05)
    assert terminal.process.poll() is None
    terminal.settle()
    leave(terminal)
    # A click on an address that is one may copy it.
    addresses = {
        link["url"] for section in nodes() for item in section["children"] for link in item["resources"]
    }
    assert unmeant(terminal.output, SIZE, copied=addresses) == []


def test_nothing_that_is_shown_is_read_as_markup() -> None:
    """``escape`` is not enough, so no widget is given the chance."""
    for path in sorted((ROOT / "roadmap_tui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                function = ast.unparse(node.func).rpartition(".")[2]
                assert function not in {"from_markup", "notify", "escape_markup", "Label", "Button"}, path
                if function in {"Static", "TextColumn"}:
                    assert "markup=False" in ast.unparse(node), (path, ast.unparse(node))
