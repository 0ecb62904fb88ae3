"""Bugs, planted where a user would meet them; and what is no terminal for a screen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.program_runs import environment, one_line
from tests.faults.table import Loss
from tests.journals import replay
from tests.tui.pty_program import Terminal

Open = Callable[..., Terminal]
_START = "\nfrom roadmap_tui.__main__ import main\nmain()"
_BUG = "def bug(*_, **__): raise RuntimeError('planted [/] \\x1b[31m')\n"
_IN_A_ROW = """
from roadmap_tui.tui.render.outline import RowRenderer
draw = RowRenderer.line
def line(self, row, width):
    return bug() if row == 4 and self.tree_view.cursor_row == 4 else draw(self, row, width)
RowRenderer.line = line"""
_IN_THE_DISPLAY = """
from roadmap_tui.tui.terminal.cell_diff import CellDiff
from roadmap_tui.core.tree_view import TreeView
draw, move, moved = CellDiff.difference, TreeView.move, []
def difference(self, *values):
    return bug() if moved else draw(self, *values)
CellDiff.difference = difference
TreeView.move = lambda self, by: (moved.append(by), move(self, by))"""
_IN_HELP = "from roadmap_tui.tui.screens.help import HelpScreen\nHelpScreen.compose = bug"
_IN_A_NOTE = "from roadmap_tui.tui.screens.note import NoteScreen\nNoteScreen.__init__ = bug"
_IN_THE_INPUT = """
from roadmap_tui.tui.terminal.key_events import EventParser
parse = EventParser.messages
EventParser.messages = lambda self, token: bug() if token == 'j' else parse(self, token)"""
_IN_THE_OUTPUT = """
from roadmap_tui.tui.terminal.driver import AdoptingDriver
start = AdoptingDriver.start_application_mode
class Broken:
    def __init__(self, file): self.file, self.flush, self.fileno = file, file.flush, file.fileno
    def write(self, text): bug() if 'Done' in text or '1/' in text else self.file.write(text)
def begin(self):
    self._file = Broken(self._file)
    start(self)
AdoptingDriver.start_application_mode = begin"""
_IN_A_CALLBACK = """
import asyncio
from roadmap_tui.core.tree_view import TreeView
TreeView.move = lambda *_: asyncio.get_running_loop().call_soon(bug)"""
# What is broken, and the key that meets it: an item was marked before.
BUGS = {
    "a command": ("from roadmap_tui.core.tree_view import TreeView\nTreeView.move = bug", "j"),
    "a row": (_IN_A_ROW, "ggjjjjj"),
    "a dialog's parts": (_IN_HELP, "?"),
    "a dialog that opens": (_IN_A_NOTE, "e"),
    "a thread": ("from roadmap_tui.store.journal import Journal\nJournal.rewrite_lost = bug", ""),
    "the display": (_IN_THE_DISPLAY, "j"),
    "the input": (_IN_THE_INPUT, "j"),
    "the output": (_IN_THE_OUTPUT, ""),
    "a callback": (_IN_A_CALLBACK, "j"),
    "the disk's thread": (
        "from roadmap_tui.store.log_writer import LogWriter\nLogWriter._sync_loop = bug",
        "",
    ),
}


def _with(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"{_BUG}{code}{_START}")


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_in_the_screen(tmp_path: Path, open_terminal: Open, loss: Loss, name: str) -> None:
    code, keys = BUGS[name]
    terminal = open_terminal(command=_with(code))
    terminal.until(lambda: b"\x1b[?1000h" in terminal.output)
    terminal.type("=] ")
    if keys:
        terminal.until_text("1/127")
    terminal.type(keys)
    assert terminal.wait() == 1
    assert terminal.attributes == terminal.before
    _, left, after = terminal.output.rpartition(b"\x1b[?1049l")
    assert left
    assert b"Traceback" not in terminal.output
    assert b"planted" not in terminal.output
    crash = tmp_path / "state" / "crash.txt"
    said = re.sub(r"\x1b\[[?<]?[0-9]*[a-z]", "", after.decode()).translate({13: "", 7: ""})
    assert str(crash) in one_line(said)
    assert "a bug: RuntimeError" in said
    assert "Traceback" in crash.read_text()
    assert "planted" in crash.read_text()
    assert oct(crash.stat().st_mode)[-3:] == "600"
    loss.count(f"bug: {name}", 1, ["marked"], ["marked" for _ in replay(tmp_path / "log")])


def test_a_bug_while_a_note_is_typed_keeps_the_draft(tmp_path: Path, open_terminal: Open) -> None:
    terminal = open_terminal(command=_with(_IN_THE_INPUT))
    terminal.until_drawn()
    terminal.type("]e")
    terminal.until_text("ctrl+s")
    terminal.type("never losti\x7fj")
    assert terminal.wait() == 1
    assert terminal.attributes == terminal.before
    drafts = list((tmp_path / "state" / "drafts").iterdir())
    assert [json.loads(draft.read_text())["text"] for draft in drafts] == ["never lost"]


def test_a_bug_before_the_toolkit_is_there(tmp_path: Path, open_terminal: Open) -> None:
    terminal = open_terminal(
        command=_with("from roadmap_tui.tui.widgets import themes\nthemes.missing_variables = bug")
    )
    assert terminal.wait() == 1
    assert terminal.attributes == terminal.before
    assert b"\x1b[?1049h" not in terminal.output.rpartition(b"\x1b[?1049l")[2]
    assert "crash.txt" in terminal.output.decode()


@pytest.mark.parametrize("stream", [0, 1, 2])
@pytest.mark.parametrize("to", ["pipe", "nowhere", "closed"])
def test_a_stream_that_is_no_terminal(tmp_path: Path, stream: int, to: str) -> None:
    terminal, other = os.openpty()
    streams: list[int] = [other, other, other]
    told, telling = os.pipe()
    nowhere = os.open(os.devnull, os.O_RDWR)
    streams[stream] = nowhere if to == "nowhere" else telling
    if stream != 2:
        streams[2] = telling
    command = [sys.executable, "-m", "roadmap_tui"]
    if to == "closed":
        command = ["sh", "-c", f'exec "$@" {stream}>&-', "sh", *command]
    done = subprocess.run(
        command, stdin=streams[0], stdout=streams[1], stderr=streams[2],
        env=environment(tmp_path), timeout=30, check=False,
    )  # fmt: skip
    os.close(telling)
    said = os.read(told, 65536).decode()
    os.close(told)
    os.close(nowhere)
    os.close(terminal)
    os.close(other)
    assert done.returncode == 2
    name = ("stdin", "stdout", "stderr")[stream]
    if to == "pipe" or stream != 2:
        assert f"{name} is not a terminal" in one_line(said)
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1", "de_DE@euro"])
def test_a_locale_that_is_not_utf_8(tmp_path: Path, open_terminal: Open, locale: str) -> None:
    terminal = open_terminal(LC_ALL=locale, PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    terminal.until(lambda: b"\x1b[?1000h" in terminal.output)
    terminal.type("=]")
    terminal.until(lambda: any(line.startswith("|") for line in terminal.lines))
    terminal.type(" ")
    terminal.until_text("1/127")
    terminal.type("?")
    terminal.until_text("esc")
    terminal.type("?q")
    assert terminal.wait() == 0
    assert terminal.output.isascii()
    assert len(replay(tmp_path / "log")) == 1


def test_a_dumb_terminal(tmp_path: Path, open_terminal: Open) -> None:
    terminal = open_terminal(TERM="dumb")
    assert terminal.wait() == 2
    assert "TERM is dumb" in one_line(terminal.output.decode().replace("\r", ""))
    assert b"\x1b" not in terminal.output
